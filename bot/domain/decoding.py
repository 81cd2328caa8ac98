"""What members wrote in Slack's markup, as its readers see it: where it is shown, Slack's own signs are no part of it.

Slack names people and links between `<` and `>`, and writes the three signs of its own as entities
(https://docs.slack.dev/messaging/formatting-message-text).
"""

import re
from collections.abc import Sequence

from bot.domain.card import Quote
from bot.domain.message import Markup

_ENTITY = re.compile(r"&(amp|lt|gt);|<([^<>\n]*)>")
_SIGNS = {"amp": "&", "lt": "<", "gt": ">"}


def as_read(quote: Quote) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the words of a quotation as their readers saw them, and where its marks are then."""
    if quote.markup is not Markup.SLACK:
        return quote.text, quote.marks
    return decoded_with(quote.text, quote.marks)


def decoded(text: str) -> str:
    """Return what a reader sees of a message, without markup: of a link also where it leads."""
    return decoded_with(text, ())[0]


def decoded_with(text: str, marks: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the same, and where its marks are then, (start, end) in characters: one inside a link holds all of it."""
    pieces: list[str] = []
    #: where each stretch that is shown otherwise begins and ends, before and then
    places: list[tuple[int, int, int, int]] = []
    at, length = 0, 0
    for found in _ENTITY.finditer(text):
        shown = _SIGNS[found[1]] if found[1] else _shown(found[2])
        length += found.start() - at
        places.append((found.start(), found.end(), length, length + len(shown)))
        pieces += [text[at : found.start()], shown]
        at, length = found.end(), length + len(shown)
    pieces.append(text[at:])
    return "".join(pieces), tuple((_moved(start, places, 0), _moved(end, places, 1)) for start, end in marks)


def _moved(at: int, places: Sequence[tuple[int, int, int, int]], is_end: int) -> int:
    """Return where a place in a text is in the text that is shown."""
    moved = at
    for start, end, shown_start, shown_end in places:
        if at <= start:
            break
        if at < end:
            return shown_end if is_end else shown_start
        moved = at - end + shown_end
    return moved


def _shown(inside: str) -> str:
    """Return what stands between `<` and `>` as it is shown."""
    target, bar, label = inside.partition("|")
    target, label = _signs(target), _signs(label)
    match target[:1]:
        case "@":
            return f"@{(label or target[1:]).removeprefix('@')}"
        case "#":
            return f"#{(label or target[1:]).removeprefix('#')}"
        case "!":
            return _special(target[1:], label)
    if not bar or label in ("", target) or target.removeprefix("mailto:") == label:
        return (label or target).removeprefix("mailto:") if target else f"<{inside}>"
    return f"{label} ({target})"


def _special(target: str, label: str) -> str:
    """Return a group, everybody, or a time as it is shown; a time's own words and its link with it."""
    kind, *more = target.split("^")
    if kind == "subteam":
        return f"@{(label or ''.join(more[:1])).removeprefix('@')}"
    if kind == "date":
        leads = [f"({one})" for one in more[2:3]]
        said = " ".join(re.sub(r"\{\w{1,40}\}", " ", "".join(more[1:2])).split())
        return " ".join(part for part in (label, said, *leads) if part)
    return f"@{kind}" if kind in ("here", "channel", "everyone") else label or f"<!{target}>"


def _signs(text: str) -> str:
    """Return text with the signs that Slack writes as entities."""
    return re.sub(r"&(amp|lt|gt);", lambda found: _SIGNS[found[1]], text)
