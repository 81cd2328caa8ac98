"""What apps say: text, blocks and attachments as they arrive, their limits, and whom they call."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.slack import elements
from tests.slack.api import blocks as kit
from tests.slack.api.calling import Call
from tests.slack.errors import Refused
from tests.slack.things import JSON

#: signs of a text after which Slack cuts, and of one that it refuses to edit
LONGEST, LONGEST_EDIT, LONGEST_MARKDOWN = 40_000, 4000, 12_000
#: attachments of a message
MOST_ATTACHMENTS = 100
#: signs of what an app notes down with a message
LARGEST_METADATA = 16_000
#: a text's escapes, mentions and links, addresses, and whatever stands between
PARTS = re.compile(
    r"&(?:amp|lt|gt);|<(?:[@#!][^<>\n]+|[a-z]+:[^<>\n]+)>|https?://[^\s<>|]*[^\s<>|.,;:!?)]|.", re.DOTALL
)
#: a sign that begins no escape
BARE = re.compile(r"&(?!(?:amp|lt|gt);)")
#: what calls everybody
EVERYBODY = ("<!everyone", "<!channel", "<!here")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an app wants to say."""

    #: its text
    text: str
    #: its blocks, with ids; None where they weren't named
    blocks: list[JSON] | None
    #: its attachments; None where they weren't named
    attachments: list[JSON] | None

    def fields(self) -> JSON:
        """Return it for `Workspace.post`."""
        return {"blocks": self.blocks or [], "attachments": self.attachments or []}


def said(call: Call, *, edits: bool = False, longest: int = LONGEST) -> Said:
    """Return what a call says, within all limits; what calls everybody is put on record."""
    text, markdown = call.text("text"), call.text("markdown_text")
    blocks = call.structure("blocks", "invalid_blocks_format")
    attachments = call.structure("attachments", "invalid_attachments")
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN or (edits and len(text) > LONGEST_EDIT):
        raise Refused("msg_too_long")
    _refuse_blocks(blocks)
    _refuse_attachments(attachments)
    if not (text.strip() or markdown.strip() or blocks or attachments or call.structure("file_ids", "file_not_found")):
        raise Refused("no_text")
    if len(text) > longest:
        call.world.record.off.append(f"{call.method.name}: a text of {len(text)} signs is cut")
        text = text[:longest]
    found = Said(
        text=normalised(text) if text else markdown, blocks=None if blocks is None else elements.identified(blocks),
        attachments=None if attachments is None else numbered(attachments),
    )  # fmt: skip
    note_pings(call, found)
    return found


def normalised(text: str) -> str:
    """Return text as Slack keeps it: its own signs escaped where they mean nothing, and addresses made links."""
    return "".join(_kept(one) for one in PARTS.findall(text))


def _kept(part: str) -> str:
    if len(part) > 1 and part[0] in "<&":
        return part
    escaped = BARE.sub("&amp;", part).replace("<", "&lt;").replace(">", "&gt;")
    return f"<{escaped}>" if part.startswith(("http://", "https://")) else escaped


def _refuse_blocks(blocks: Any) -> None:
    if blocks is None:
        return
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    wrong = kit.wrong(blocks)
    if wrong:
        raise Refused("invalid_blocks", errors=list(wrong), response_metadata={"messages": list(wrong)})


def _refuse_attachments(attachments: Any) -> None:
    if attachments is None:
        return
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise Refused("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refused("too_many_attachments")
    for one in attachments:
        _refuse_blocks(one.get("blocks"))


def numbered(attachments: list[JSON]) -> list[JSON]:
    """Return attachments as Slack keeps them."""
    return [{"id": at + 1, "fallback": "[no preview available]"} | one for at, one in enumerate(attachments)]


def metadata(call: Call) -> JSON | None:
    """Return what an app notes down with a message; an empty object takes it away, None leaves it."""
    found = call.structure("metadata", "invalid_metadata_format")
    if found is None or found == {}:
        return None if found is None else {}
    if not isinstance(found, dict) or not isinstance(found.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    if not isinstance(found.get("event_payload", {}), dict):
        raise Refused("invalid_metadata_schema")
    if len(str(found)) > LARGEST_METADATA:
        raise Refused("metadata_too_large")
    return {"event_type": found["event_type"], "event_payload": found.get("event_payload", {})}


def note_pings(call: Call, found: Said) -> None:
    """Put on record when a text calls everybody, or has Slack look for names to call."""
    ways = [f"parse={call.text('parse')}"] if call.text("parse") == "full" else []
    ways += ["link_names"] if call.flag("link_names") else []
    for text in [found.text, *texts(found.blocks), *texts(found.attachments)]:
        ways += [one.removeprefix("<!") for one in EVERYBODY if one in text]
    call.world.record.pings.extend(f"{call.method.name}: {one}" for one in ways)


def texts(value: Any) -> Iterator[str]:
    """Yield all text in blocks and attachments in which Slack sees calls."""
    if isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, Mapping):
        if value.get("type") == "broadcast":
            yield f"<!{value.get('range')}>"
        if value.get("type") == "plain_text":
            return
        for one in value.values():
            if isinstance(one, str):
                yield one
            else:
                yield from texts(one)
