"""Text for Discord: what members wrote is data, and stays so; nothing in it formats, links, pings or hides."""

import re

#: what begins formatting, mentions, times or emoji; a backslash in front shows it as it is
_FORMATTING = re.compile(r"([\\*_~`|\[\]()<>#@:])")
#: a list or a quotation begins a line
_LINE = re.compile(r"(?m)^(\s*)([-+]|\d+\.)(?=\s)")
#: what Discord makes a link or an invitation of, whatever stands around it
_LINK = re.compile(r"(?i)(?<=[\w])(://|\.(?=gg/|com/invite|com/channels))")
#: joins words without being seen: a link with it inside is none
_JOINER = "\u2060"
#: characters that are not to be seen and change how others are
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escaped(text: str) -> str:
    """Return what somebody wrote so that it is shown as it was written, and does nothing."""
    text = _LINK.sub(lambda found: found[1][0] + _JOINER + found[1][1:], text)
    text = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    text = _FORMATTING.sub(r"\\\1", text)
    return _LINE.sub(r"\1\\\2", text)


def marked(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    """Return what somebody wrote with parts of it set off; (start, end) in characters, in order."""
    pieces, at = [], 0
    for start, end in marks:
        if start < at or end <= start:
            continue
        pieces += [escaped(text[at:start]), f"__**{escaped(text[start:end])}**__"]
        at = end
    return "".join([*pieces, escaped(text[at:])])


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters; what is left out shows as an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip("\\") + "…"
