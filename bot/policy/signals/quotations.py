"""Where a text quotes: quoted lines, code, and text between paired quotation marks."""

import re

from bot.domain.message import Markup

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_QUOTED_LINE = {
    Markup.DISCORD: re.compile(r"^[ \t]*> [^\n]*", re.MULTILINE),
    Markup.SLACK: re.compile(r"^&gt;[^\n]*", re.MULTILINE),
    Markup.PLAIN: re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE),
}
_QUOTED_REST = {
    Markup.DISCORD: re.compile(r"^>>> ", re.MULTILINE),
    Markup.SLACK: re.compile(r"^&gt;&gt;&gt;", re.MULTILINE),
    Markup.PLAIN: re.compile(r"^>>>", re.MULTILINE),
}
# “ closes in German and opens in English, » and « face both ways: each pair is looked for by itself.
_PAIRS = ("„“”", "“”", "«»", "»«", "‚‘’", "‘’", '""', "''")
_ANY = re.compile("[`>&„“«»‚‘\"']")
_AMBIGUOUS = frozenset("'’‘")


def quotations(text: str, markup: Markup) -> list[tuple[int, int]]:
    """Return the parts of a text that quote, in order and merged, quotation marks included; linear time."""
    if _ANY.search(text) is None:
        return []
    parts: list[tuple[int, int]] = []
    if "`" in text:
        parts += (found.span() for found in _CODE.finditer(text))
    if ">" in text or "&gt;" in text:
        parts += (found.span() for found in _QUOTED_LINE[markup].finditer(text))
        rest = _QUOTED_REST[markup].search(text)
        if rest is not None:
            parts.append((rest.start(), len(text)))
    for pair in _PAIRS:
        if pair[0] in text:
            parts += _paired(text, pair[0], pair[1:])
    return _merged(parts)


def _paired(text: str, opener: str, closers: str) -> list[tuple[int, int]]:
    """Return what stands between an opening mark and the next closing one of the same line."""
    found: list[tuple[int, int]] = []
    opened = -1
    for mark in re.finditer(f"[{opener}{closers}\n]", text):
        place = mark.start()
        sign = text[place]
        if sign == "\n":
            opened = -1
        elif opened >= 0 and sign in closers and _closes(text, place, sign):
            if sign not in _AMBIGUOUS or opener == "‚" or " " in text[opened:place].strip():
                found.append((opened, place + 1))
            opened = -1
        elif sign == opener and _opens(text, place):
            opened = place
    return found


def _opens(text: str, place: int) -> bool:
    """Return whether a mark stands where a quotation begins: behind no letter, before something.

    French puts a space after «.
    """
    if text[max(place - 1, 0) : place].isalnum():
        return False
    return text[place] == "«" or not text[place + 1 : place + 2].isspace()


def _closes(text: str, place: int, sign: str) -> bool:
    """Return whether a mark stands where a quotation ends; the apostrophe of `don't` doesn't."""
    return sign not in "'’\"" or not (text[place - 1].isspace() or text[place + 1 : place + 2].isalnum())


def _merged(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
