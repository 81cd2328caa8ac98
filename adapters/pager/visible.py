"""Text of a page as the reader may get it: whatever is invisible, or would steer a screen, is spelt out."""

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return the text with line breaks kept and every other hidden character as `⟨U+202E⟩`."""
    return "".join(map(_shown, text.replace("\r\n", "\n").replace("\t", " ")))


def first_line(text: str, longest: int = 120) -> str:
    """Return what stands on the first line that says something, cut to a length."""
    line = next((line.strip() for line in visible(text).split("\n") if line.strip()), "")
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _shown(mark: str) -> str:
    hidden = mark != "\n" and unicodedata.category(mark) in _HIDDEN
    return f"⟨U+{ord(mark):04X}⟩" if hidden else mark
