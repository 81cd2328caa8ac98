"""Text for Discord: what members wrote is data, and stays so; nothing in it formats, links, pings or hides."""

import re

#: what begins formatting, mentions, times or emoji; a backslash in front shows it as it is
_FORMATTING = re.compile(r"([\\*_~`|\[\]()<>#@:])")
#: a list begins a line; a backslash before a digit would be shown, so it stands before the dot
_LINE = re.compile(r"(?m)^([^\S\n]*(?:\d+)?)([-+.])(?=\s|\Z)")
#: what Discord makes a link or an invitation of, whatever stands around it
_LINK = re.compile(r"(?i)(://|\.(?=gg/|com/invite|com/channels))")
#: joins words without being seen: a link with it inside is none
_JOINER = "\u2060"
#: characters that are not to be seen and change how others are, or begin a line without a line's end
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_ELLIPSIS = "…"


def escaped(text: str) -> str:
    """Return what somebody wrote so that it is shown as it was written, and does nothing."""
    return _plain(_LINK.sub(lambda found: found[1][0] + _JOINER + found[1][1:], text))


def _plain(text: str) -> str:
    """Return a text without links so that it formats nothing."""
    text = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    text = _FORMATTING.sub(r"\\\1", text)
    return _LINE.sub(r"\1\\\2", text)


def marked(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    """Return what somebody wrote with parts of it set off; (start, end) in characters, in order."""
    text, marks = _unlinked(text, marks)
    pieces, at = [], 0
    for start, end in marks:
        if start < at or end <= start or not text[start:end].strip():
            continue
        pieces += [_plain(text[at:start]), f"__**{_plain(text[start:end])}**__"]
        at = end
    return "".join([*pieces, _plain(text[at:])])


def _unlinked(text: str, marks: tuple[tuple[int, int], ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return a text without links, and where its marks are then: a link is one whatever part of it is marked."""
    places = [found.start() + 1 for found in _LINK.finditer(text)]
    for place in reversed(places):
        text = text[:place] + _JOINER + text[place:]

    def moved(at: int) -> int:
        return at + sum(place < at for place in places)

    return text, tuple((moved(start), moved(end)) for start, end in marks)


def fitted(text: str, most: int, marks: tuple[tuple[int, int], ...] = ()) -> str:
    """Return what somebody wrote, escaped and with its marks, in at most so many characters.

    It is cut before it is escaped, so that no half of a mark or of a backslash is left; what is left out shows as an
    ellipsis.
    """
    length = min(len(text), most)
    while True:
        kept = [(start, min(end, length)) for start, end in marks if start < length]
        found = marked(text[:length], tuple(kept)) + (_ELLIPSIS if length < len(text) else "")
        if len(found) <= most or length == 0:
            return found if len(found) <= most else ""
        # what is cut away took at least one character each
        length -= max(1, (len(found) - most) // 6)


def cut(text: str, most: int) -> str:
    """Return our own words in at most so many characters; what is left out shows as an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip("\\") + _ELLIPSIS
