"""What the bot writes: the limits of a message, its files, and who is to be called."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.discord import permissions, shapes
from tests.discord.components import check_message, numbered
from tests.discord.errors import Refused, invalid
from tests.discord.guild import JSON, Guild
from tests.discord.permissions import Permission
from tests.discord.rest.access import bot, id_of
from tests.discord.rest.reading import Body
from tests.discord.world import World

#: characters of a bot's message, and of all its embeds together
LONGEST, LONGEST_EMBEDS = 2000, 6000
#: bytes of a file, and files of a message
LARGEST, MOST_FILES = 10 * 2**20, 10
#: flags that an author may set: without previews, silent, written in components, a voice message
SETTABLE = 1 << 2 | 1 << 12 | shapes.COMPONENTS_V2 | 1 << 13
#: what a message in components can't have
ALONE = ("content", "embeds", "sticker_ids", "poll")


def composed(world: World, guild: Guild | None, channel: JSON, body: Body, old: JSON | None = None) -> JSON:
    """Return the fields of a message as it will be: content, embeds, attachments, components, flags, poll.

    `old` is the message that is edited: what isn't named stays. Raises 50035 beyond a limit, 50006 for nothing at all.
    """
    asked: Mapping[str, Any] = body.json if isinstance(body.json, Mapping) else {}
    fields: JSON = {}
    _check(asked)
    flags = int(asked.get("flags") or 0) & SETTABLE | (0 if old is None else old["flags"] & ~(1 << 2))
    if flags & shapes.COMPONENTS_V2 and any(asked.get(name) for name in ALONE):
        wrong = next(name for name in ALONE if asked.get(name))
        raise invalid(wrong, f"The '{wrong}' field cannot be used with COMPONENTS_V2.", "MESSAGE_CANNOT_USE_LEGACY")
    if old is None or "flags" in asked or flags != old["flags"]:
        fields["flags"] = flags
    if "content" in asked or old is None:
        fields["content"] = asked.get("content") or ""
    for name in ("embeds", "components"):
        if name in asked or old is None:
            fields[name] = asked.get(name) or []
    if "components" in fields:
        check_message(fields["components"], flags=flags)
        fields["components"] = numbered(fields["components"])
    if "attachments" in asked or body.files or old is None:
        fields["attachments"] = _attachments(world, channel, asked.get("attachments"), body, old)
    if guild is not None:
        _limit_rights(world, guild, channel, fields)
    whole = {**(old or {}), **fields}
    others = asked.get("sticker_ids") or asked.get("poll") or whole.get("poll")
    if not others and not any(whole.get(name) for name in ("content", "embeds", "attachments", "components")):
        raise Refused(50006)
    return fields | _more(asked, old)


def _check(asked: Mapping[str, Any]) -> None:
    if len(asked.get("content") or "") > LONGEST:
        raise invalid("content", f"Must be {LONGEST} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    embeds = asked.get("embeds") or []
    if len(embeds) > 10:
        raise invalid("embeds", "Must be 10 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if sum(map(_length, embeds)) > LONGEST_EMBEDS:
        raise invalid("embeds", f"Embed size exceeds maximum size of {LONGEST_EMBEDS}", "MAX_EMBED_SIZE_EXCEEDED")
    if len(str(asked.get("nonce") or "")) > 25:
        raise invalid("nonce", "Nonce must be 25 or fewer in length.", "NONCE_TYPE_TOO_LONG")


def _length(embed: Mapping[str, Any]) -> int:
    fields = [one[name] for one in embed.get("fields") or () for name in ("name", "value")]
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text"),
             (embed.get("author") or {}).get("name"), *fields]  # fmt: skip
    return sum(len(one) for one in texts if one)


def _attachments(
    world: World, channel: JSON, named: Sequence[Mapping[str, Any]] | None, body: Body, old: JSON | None
) -> list[JSON]:
    """Return what hangs on the message: what is named and hung there before, and each file, kept to be fetched."""
    before = {one["id"]: one for one in (old or {}).get("attachments", ())}
    kept = list(before.values()) if named is None else []
    if not all(re.fullmatch(r"files\[[0-9]\]", part) for part in body.files):
        raise invalid("attachments", "Files are sent as files[0] to files[9].", "ATTACHMENT_NOT_FOUND")
    sent = {part.removeprefix("files[").removesuffix("]"): file for part, file in body.files.items()}
    for one in named or ():
        if id_of(one["id"]) in before:
            kept.append(before[id_of(one["id"])])
        elif id_of(one["id"]) not in sent:
            raise invalid("attachments", "Attachment data is invalid.", "ATTACHMENT_NOT_FOUND")
    if len(kept) + len(sent) > MOST_FILES:
        raise invalid("attachments", f"Must be {MOST_FILES} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if sum(len(one.content) for one in sent.values()) > LARGEST:
        raise Refused(40005)
    for file in sent.values():
        kept.append(world.keep_file(channel["id"], file.filename, file.content, kind=file.kind))
    return kept


def _limit_rights(world: World, guild: Guild, channel: JSON, fields: JSON) -> None:
    """Refuse files without the right to attach some, and drop embeds without the right to those, as Discord does."""
    granted = permissions.computed(guild, bot(world), channel)
    if fields.get("attachments") and not granted & Permission.ATTACH_FILES:
        raise Refused(50013)
    if fields.get("embeds") and not granted & Permission.EMBED_LINKS:
        fields["embeds"] = []


def _more(asked: Mapping[str, Any], old: JSON | None) -> JSON:
    """Return stickers and polls, which come with a new message only."""
    found: JSON = {}
    if old is None and asked.get("sticker_ids"):
        found["sticker_items"] = [
            {"id": id_of(one), "name": "sticker", "format_type": 1} for one in asked["sticker_ids"]
        ]
    if old is None and asked.get("poll"):
        poll = asked["poll"]
        answers = [{"answer_id": at + 1, "poll_media": one["poll_media"]} for at, one in enumerate(poll["answers"])]
        found["poll"] = {
            "question": poll["question"], "answers": answers, "expiry": None, "layout_type": 1,
            "allow_multiselect": bool(poll.get("allow_multiselect")),
            "results": {"answer_counts": [], "is_finalized": False},
        }  # fmt: skip
    return found
