"""What a client makes of what somebody types: Slack's text with entities and escapes, and the blocks beside it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.slack.things import JSON
from tests.slack.workspace import Workspace

#: what a client recognises while somebody types, the longest first
TOKENS = re.compile(
    r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`|\[(?P<label>[^\]\n]+)\]\((?P<labelled>https?://[^)\s]+)\)"
    r"|(?P<link>https?://[^\s<>|]*[^\s<>|.,;:!?)'\"*_~])|(?P<everybody>@(?:here|channel|everyone))\b"
    r"|@(?P<person>[\w.-]*\w)|#(?P<channel>[\w-]+)|:(?P<emoji>[a-z0-9_+-]+):"
    r"|\*(?P<bold>[^*\s\n](?:[^*\n]*[^*\s\n])?)\*|\b_(?P<italic>[^_\n]+)_\b|~(?P<strike>[^~\n]+)~",
    re.DOTALL,
)
STYLES = {"bold": "*", "italic": "_", "strike": "~", "code": "`"}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of what was typed."""

    #: as it stands in the message's text
    text: str
    #: as it stands in its blocks
    element: JSON
    #: whether it stands by itself, in a block of its own
    alone: bool = False


def escaped(text: str) -> str:
    """Return text with the three signs replaced that Slack keeps for itself."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(workspace: Workspace, words: str) -> tuple[str, list[JSON]]:
    """Return the text and the blocks of a message in which somebody typed these words."""
    pieces = list(_pieces(workspace, words))
    text = "".join(one.text for one in pieces)
    return text, [_block(pieces)] if pieces else []


def as_command(workspace: Workspace, words: str) -> str:
    """Return what follows a slash command that asks for escapes: people, channels and links with their ids."""
    return "".join(one.text for one in _pieces(workspace, words, labelled=True, styles=False))


def _pieces(workspace: Workspace, words: str, *, labelled: bool = False, styles: bool = True) -> Iterator[Piece]:
    at = 0
    for match in TOKENS.finditer(words):
        piece = _piece(workspace, match, labelled=labelled, styles=styles)
        if piece is None:
            continue
        if match.start() > at:
            yield _plain(words[at : match.start()])
        yield piece
        at = match.end()
    if at < len(words):
        yield _plain(words[at:])


def _plain(words: str) -> Piece:
    return Piece(text=escaped(words), element={"type": "text", "text": words})


def _piece(workspace: Workspace, match: "re.Match[str]", *, labelled: bool, styles: bool) -> Piece | None:
    kind, found = match.lastgroup or "", match[match.lastgroup or 0]
    match kind:
        case "labelled":
            url, label = found, match["label"]
            return Piece(text=f"<{escaped(url)}|{escaped(label)}>", element={"type": "link", "url": url, "text": label})
        case "link":
            return Piece(text=f"<{escaped(found)}>", element={"type": "link", "url": found})
        case "everybody":
            return Piece(text=f"<!{found[1:]}>", element={"type": "broadcast", "range": found[1:]})
        case "person" | "channel":
            return _named(workspace, kind, found, labelled=labelled)
    return _styled(kind, found) if styles else None


def _styled(kind: str, found: str) -> Piece:
    match kind:
        case "block":
            return Piece(text=f"```{escaped(found)}```", element={"type": "text", "text": found}, alone=True)
        case "emoji":
            return Piece(text=f":{found}:", element={"type": "emoji", "name": found})
    sign = STYLES[kind]
    styled = {"type": "text", "text": found, "style": {kind: True}}
    return Piece(text=f"{sign}{escaped(found)}{sign}", element=styled)


def _named(workspace: Workspace, kind: str, found: str, *, labelled: bool) -> Piece | None:
    """Return somebody or a channel that is called by a name; None where nobody has it."""
    if kind == "channel":
        channel = next((one.id for one in workspace.channels.values() if one.name == found), None)
        element = {"type": "channel", "channel_id": channel}
        return None if channel is None else Piece(text=f"<#{channel}|{found}>", element=element)
    user = _person(workspace, found)
    if user is None:
        return None
    label = f"|{workspace.users[user].name}" if labelled else ""
    return Piece(text=f"<@{user}{label}>", element={"type": "user", "user_id": user})


def _person(workspace: Workspace, name: str) -> str | None:
    for user in workspace.users.values():
        if name in (user.id, user.name, user.display_name):
            return user.id
    return None


def _block(pieces: Sequence[Piece]) -> JSON:
    """Return the block of rich text that a client sends."""
    parts: list[JSON] = []
    for piece in pieces:
        if piece.alone:
            parts.append({"type": "rich_text_preformatted", "elements": [piece.element], "border": 0})
        elif parts and parts[-1]["type"] == "rich_text_section":
            parts[-1]["elements"].append(piece.element)
        else:
            parts.append({"type": "rich_text_section", "elements": [piece.element]})
    return {"type": "rich_text", "block_id": uuid4().hex[:5], "elements": parts}


def links(blocks: Sequence[Any]) -> Sequence[str]:
    """Return the addresses that stand in a message's blocks."""
    found: list[str] = []
    for block in blocks:
        for part in block.get("elements", []) if block.get("type") == "rich_text" else []:
            found.extend(one["url"] for one in part["elements"] if one["type"] == "link")
    return found
