"""Text from Slack and for Slack: what members wrote is data, and stays so; nothing in it pings, links or hides.

Slack's markup names people and links between `<` and `>`, and writes the three signs of its own as entities
(https://docs.slack.dev/messaging/formatting-message-text). There is no way to write `*` so that it emphasises for sure
nothing: what members wrote stands in `plain_text` and `rich_text`, as `plain` returns it, wherever there is room for a
block; `escaped` is for the text that stands in for the blocks.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain import blocks

#: characters that are not to be seen and change how others are, or begin a line without a line's end
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
#: joins words without being seen: a name, a link or an emoji's code with it inside is none
_JOINER = "\u2060"
#: what is made a mention, a channel's name, a link, an emoji or emphasis of, wherever it stands
_ACTIVE = re.compile(r"<(?=[!@#])|[@#](?=\w)|:(?=//)|(?<=\w)\.(?=[^\W\d_]{2})|:(?=[\w+'-]{1,100}:)|[*_~`]")
_ENTITY = re.compile(r"&(amp|lt|gt);|<([^<>\n]*)>")
_SIGNS = {"amp": "&", "lt": "<", "gt": ">"}
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_ELLIPSIS = "…"
#: characters that one becomes at most: a control, escaped
_WIDEST = 6


def plain(text: str) -> str:
    """Return what somebody wrote for `plain_text` and for the text of a `rich_text`: all that is in it can be seen."""
    text = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _ACTIVE.sub(lambda found: found[0] + _JOINER, text)


def escaped(text: str) -> str:
    """Return what somebody wrote for `mrkdwn`: it names nobody, and leads nowhere."""
    return blocks.escaped(plain(text))


def fitted(text: str, most: int) -> str:
    """Return what somebody wrote, escaped, in at most so many characters; what is left out shows as an ellipsis.

    It is cut before it is escaped, so that no half of an entity is left.
    """
    length = min(len(text), most)
    while True:
        found = escaped(text[:length]) + (_ELLIPSIS if length < len(text) else "")
        if len(found) <= most or length == 0:
            return found if len(found) <= most else ""
        # what is cut away took at least one character each, and none took more
        length -= max(1, (len(found) - most) // _WIDEST)


def cut(text: str, most: int) -> str:
    """Return plain words in at most so many characters; what is left out shows as an ellipsis."""
    return text if len(text) <= most else text[: max(0, most - 1)] + _ELLIPSIS[:most]


def person(user: str) -> str:
    """Return what pings one person; empty for what is no user's id."""
    return f"<@{user}>" if _USER.fullmatch(user) else ""


def link(url: str, words: str) -> str:
    """Return our own link; empty where it leads out of the web."""
    if not url.startswith(("https://", "http://")) or re.search(r"[\s<>|]", url):
        return ""
    return f"<{blocks.escaped(url)}|{escaped(words)}>"


def moment(at: datetime, instead: str) -> str:
    """Return a time as each reader's clock and language show it; `instead` is for clients that can't."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{escaped(instead)}>"


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
