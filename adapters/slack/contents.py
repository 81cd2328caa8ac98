"""What a Slack message holds: its words, its files, and whom it pings; pure, and whatever shape it has."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain import blocks
from bot.domain.message import NO_MENTIONS, Attachment, Mentions

#: an object as Slack sends it
Json = Mapping[str, Any]

_PINGED = re.compile(r"<(?:@([A-Z0-9]{1,24})|!subteam\^([A-Z0-9]{1,24})|(!(?:here|channel|everyone)))(?=[|>])")
#: files that aren't there any more, or that nobody may see
_LOST_FILES = frozenset({"tombstone", "hidden_by_limit"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What is judged of a message: another one is another revision."""

    #: what a reader sees, in Slack's markup
    text: str
    #: whom its author pings
    mentions: Mentions
    #: its files, and those of a message from elsewhere
    attachments: tuple[Attachment, ...]
    #: True when it holds a message from elsewhere
    forwarded: bool


def contents_of(message: Json) -> Contents:
    """Return what a message holds; previews of the links in it are no part of it."""
    words, boxes = blocks.written(text_in(message, "text"), message.get("blocks")), message.get("attachments")
    return Contents(
        text=blocks.words_of(words, boxes, message.get("files")),
        # whom a message from elsewhere names isn't pinged again
        mentions=mentions_in(words),
        attachments=tuple({file.id: file for file in _files(message)}.values()),
        forwarded=blocks.is_shared(boxes),
    )


def mentions_in(text: str) -> Mentions:
    """Return whom a text in Slack's markup pings, each once."""
    found = list(_PINGED.finditer(text)) if "<" in text else []
    if not found:
        return NO_MENTIONS
    return Mentions(
        people=tuple(dict.fromkeys(one[1] for one in found if one[1])),
        roles=tuple(dict.fromkeys(one[2] for one in found if one[2])),
        everyone=any(one[3] for one in found),
    )


def text_in(found: object, *names: str) -> str:
    """Return the text at the end of a path of names; empty where there is none."""
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def object_in(found: Json, name: str) -> Json:
    """Return the object of that name; an empty one where there is none."""
    value = found.get(name)
    return value if isinstance(value, Mapping) else {}


def _files(message: Json) -> Iterator[Attachment]:
    for source in (message, *_listed(message, "attachments")):
        for file in _listed(source, "files"):
            id_, size = text_in(file, "id"), file.get("size")
            if not id_ or text_in(file, "mode") in _LOST_FILES:
                continue
            yield Attachment(
                id=id_,
                name=text_in(file, "name") or text_in(file, "title"),
                media_type=text_in(file, "mimetype") or None,
                size=size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None,
            )


def _listed(found: Json, name: str) -> list[Json]:
    held = found.get(name)
    return [one for one in held if isinstance(one, Mapping)] if isinstance(held, list) else []
