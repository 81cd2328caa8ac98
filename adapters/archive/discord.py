"""JSON of DiscordChatExporter as messages."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from adapters.archive.discord_shape import Author, Embed, Entry, File, Time
from adapters.archive.documents import Document, Tally
from adapters.archive.json_stream import objects
from adapters.archive.json_values import UnreadableError, decoder, list_decoder, moment, time_or_none
from adapters.archive.memory import Recent
from adapters.archive.mentions import mentions_in
from adapters.archive.order import Clock
from adapters.archive.times import snowflake_time, utc
from bot.domain.message import (
    AccountRef,
    Attachment,
    Channel,
    Markup,
    Member,
    Message,
    MessageKind,
    MessageRef,
    PlatformName,
)
from bot.domain.reading import Skipped
from bot.i18n import phrase

# Kinds that the exporter has no name for appear as their number: 20 and 23 are answers to commands.
_MESSAGES = frozenset({"Default", "Reply", "20", "23", "ChatInputCommand", "ContextMenuCommand"})
_JOIN = "GuildMemberJoin"

_decode_entry = decoder(Entry, {"id", "type", "timestamp", "content", "author"})
_decode_author = decoder(Author, {"id"})
_decode_time = decoder(Time, {"timestamp"})
_decode_embeds = list_decoder(Embed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the files of one export have shown so far."""

    #: how often each field that may be missing held something unusable
    odd: Counter[str] = field(default_factory=Counter)
    #: who wrote a message, by its id, for replies
    authors: Recent[str, str] = field(default_factory=lambda: Recent(50_000))
    #: members by workspace and by the bytes that describe them, which repeat with every message
    members: Recent[tuple[str, bytes], Member] = field(default_factory=lambda: Recent(6_000))


def read_discord(document: Document, known: Known, chunk: int, tally: Tally) -> Iterator[Message | Skipped]:
    """Yield the messages of one file."""
    head: dict[str, Any] = {}
    channel = None
    decode = partial(_decode_entry, odd=known.odd)
    for item in objects(document, chunk, tally, key="messages", decode=decode, head=head):
        if isinstance(item, Skipped):
            yield item
            continue
        if channel is None:
            channel = channel_of(head, document.name)
        try:
            message = translate(item.value, channel, known)
        except UnreadableError as error:
            yield item.skipped(document.name, error.reason)
            continue
        if message is None:
            tally.ignored += 1
        else:
            yield message


def _times(document: Document) -> Iterator[str]:
    """Yield the time of each message that has one."""
    with suppress(UnreadableError):
        for item in objects(document, 1 << 18, Tally(), key="messages", decode=_decode_time, head={}):
            if not isinstance(item, Skipped):
                yield item.value.timestamp or ""


CLOCK = Clock(glimpse=re.compile(rb'"timestamp"\s{0,9}:\s{0,9}"([^"\\]{1,40})"'), exact=_times, moment=utc)


def channel_of(head: dict[str, Any], name: str) -> Channel:
    """Return the channel that a file's head describes; without a head it is named after the file.

    For a thread the exporter calls the channel above it the category.
    """
    guild, channel = _mapping(head.get("guild")), _mapping(head.get("channel"))
    identifier = str(channel.get("id") or name.rpartition("/")[2].removesuffix(".json"))
    parent = channel.get("categoryId")
    threaded = bool(parent) and "Thread" in str(channel.get("type"))
    return Channel(
        platform=PlatformName.DISCORD,
        workspace=str(guild.get("id") or ""),
        id=str(parent) if threaded else identifier,
        name=str((channel.get("category") if threaded else channel.get("name")) or ""),
        category=None if threaded or not parent else str(parent),
        thread=identifier if threaded else None,
    )


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def translate(entry: Entry, channel: Channel, known: Known) -> Message | None:
    """Return one entry as a message, or None for an event that is neither a message nor a join.

    Raises UnreadableError when there is no id, author or time.
    """
    joined = entry.type == _JOIN
    if not joined and entry.type not in _MESSAGES:
        return None
    if entry.id is None:
        raise UnreadableError(phrase("archive.no_id"))
    at = moment(entry.timestamp)
    raw = bytes(entry.author)
    author = known.members.get_or_make((channel.workspace, raw), lambda: member_of(raw, channel.workspace, known.odd))
    identifier = str(entry.id)
    known.authors.put(identifier, author.key)
    ref = MessageRef(platform=PlatformName.DISCORD, workspace=channel.workspace, channel=channel.id, message=identifier)
    if joined:
        return Message(
            ref=ref,
            author=replace(author, joined_at=at),
            channel=channel,
            at=at,
            text="",
            kind=MessageKind.JOIN,
            markup=Markup.DISCORD,
        )
    text, forwarded = text_of(entry), entry.forwarded_message
    reference = entry.reference
    answered = reference.message_id if reference and not forwarded and reference.type != "Forward" else None
    reply_to = None if answered is None else str(answered)
    files = entry.attachments or (forwarded.attachments if forwarded else None)
    return Message(
        ref=ref,
        author=author,
        channel=channel,
        at=at,
        text=text,
        markup=Markup.DISCORD,
        edited_at=time_or_none(entry.timestamp_edited, "timestampEdited", known.odd)
        if entry.timestamp_edited
        else None,
        mentions=mentions_in(
            text, Markup.DISCORD, [str(person.id) for person in entry.mentions] if entry.mentions else ()
        ),
        attachments=tuple(map(_attachment, files)) if files else (),
        reply_to=reply_to,
        reply_author=None if reply_to is None else known.authors.get(reply_to),
        forwarded=forwarded is not None,
    )


def member_of(raw: bytes, workspace: str, odd: Counter[str]) -> Member:
    """Return the author that these bytes describe; raises UnreadableError when they describe nobody."""
    author = _decode_author(raw, odd) if raw.startswith(b"{") else Author()
    if not author.id:
        raise UnreadableError(phrase("archive.no_author"))
    user = str(author.id)
    roles = author.roles
    return Member(
        key=user,
        account=AccountRef(platform=PlatformName.DISCORD, workspace=workspace, user=user),
        names=tuple(dict.fromkeys(name for name in (author.nickname, author.name) if name)),
        created_at=snowflake_time(user),
        roles=None
        if roles is None
        else frozenset(part for role in roles for part in (str(role.id), role.name or "")) - {""},
        bot=author.is_bot,
    )


def text_of(entry: Entry) -> str:
    """Return what a reader sees: the content, else what was forwarded, else the words of the boxes."""
    if entry.content:
        return entry.content
    if entry.forwarded_message is not None and entry.forwarded_message.content:
        return entry.forwarded_message.content
    words: list[str | None] = []
    for embed in _decode_embeds(bytes(entry.embeds)):
        words += [embed.title, embed.description]
        for part in embed.fields or ():
            words += [part.name, part.value]
    return "\n".join(word for word in words if word)


def _attachment(file: File) -> Attachment:
    return Attachment(id=str(file.id), name=file.file_name or "", size=file.file_size_bytes)
