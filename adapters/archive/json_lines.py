"""JSON lines as messages."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from adapters.archive.documents import Document, Tally
from adapters.archive.json_values import UnreadableError, decoder, moment, time_or_none
from adapters.archive.lines import numbered_lines
from adapters.archive.lines_shape import File, Line, Time
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
from bot.domain.reading import Skipped, Unit
from bot.i18n import phrase

_MARKUP = {PlatformName.DISCORD: Markup.DISCORD, PlatformName.SLACK: Markup.SLACK}
_PLATFORMS = {name.value: name for name in PlatformName}
_decode_line = decoder(Line, {"id", "at", "channel", "author", "text"})
_decode_time = decoder(Time, {"at"})

MemberKey = tuple[object, ...]
ChannelKey = tuple[PlatformName, str, str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the lines have shown so far."""

    #: how often each field that may be missing held something unusable
    odd: Counter[str] = field(default_factory=Counter)
    #: who wrote a message, by channel and id, for replies
    authors: Recent[tuple[str, str], str] = field(default_factory=lambda: Recent(50_000))
    #: members by all that describes them
    members: Recent[MemberKey, Member] = field(default_factory=lambda: Recent(10_000))
    #: channels by platform, id and thread
    channels: Recent[ChannelKey, Channel] = field(default_factory=lambda: Recent(10_000))


def read_lines(document: Document, known: Known, chunk: int, tally: Tally) -> Iterator[Message | Skipped]:
    """Yield the messages of one file."""
    for item in numbered_lines(document, chunk, tally):
        if isinstance(item, Skipped):
            yield item
            continue
        number, raw = item
        try:
            yield translate(_decode_line(raw, known.odd), known)
        except UnreadableError as error:
            yield Skipped(file=document.name, unit=Unit.LINE, position=number, reason=error.reason)


def _times(document: Document) -> Iterator[str]:
    """Yield the time of each line that has one."""
    for item in numbered_lines(document, 1 << 18, Tally()):
        if not isinstance(item, Skipped):
            with suppress(UnreadableError):
                yield _decode_time(item[1]).at or ""


CLOCK = Clock(glimpse=re.compile(rb'"at"\s{0,9}:\s{0,9}"([^"\\]{1,40})"'), exact=_times, moment=utc)


def translate(line: Line, known: Known) -> Message:
    """Return one line as a message; raises UnreadableError when there is no id, channel, author or time."""
    identifier, place = _known_text(line.id, "no_id"), _known_text(line.channel, "no_channel")
    user = _known_text(line.author, "no_author")
    at = moment(line.at)
    platform = _PLATFORMS.get(line.platform.lower(), PlatformName.EXPORT) if line.platform else PlatformName.EXPORT
    markup = _MARKUP.get(platform, Markup.PLAIN)
    channel = _channel(platform, place, _text(line.thread), known)
    member = _member(line, platform, user, known)
    known.authors.put((place, identifier), user)
    reply_to, text = _text(line.reply_to), line.text or ""
    listed = [str(person) for person in line.mentions] if line.mentions else ()
    return Message(
        ref=MessageRef(platform=platform, workspace="", channel=place, message=identifier),
        author=member,
        channel=channel,
        at=at,
        text=text,
        kind=MessageKind.JOIN if line.kind == "join" else MessageKind.MESSAGE,
        markup=markup,
        edited_at=time_or_none(line.edited_at, "edited_at", known.odd) if line.edited_at else None,
        mentions=mentions_in(text, markup, listed),
        attachments=tuple(map(_attachment, line.attachments)) if line.attachments else (),
        reply_to=reply_to,
        reply_author=None if reply_to is None else known.authors.get((place, reply_to)),
        forwarded=line.forwarded,
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None or value == "" else str(value)


def _known_text(value: str | int | None, lack: str) -> str:
    """Return an id as text; raises UnreadableError when there is none."""
    if value is None or value == "":
        raise UnreadableError(phrase(f"archive.{lack}"))
    return str(value)


def _channel(platform: PlatformName, place: str, thread: str | None, known: Known) -> Channel:
    return known.channels.get_or_make(
        (platform, place, thread),
        lambda: Channel(platform=platform, workspace="", id=place, name=place.removeprefix("#"), thread=thread),
    )


def _member(line: Line, platform: PlatformName, user: str, known: Known) -> Member:
    roles = (line.roles,) if isinstance(line.roles, str) else None if line.roles is None else tuple(line.roles)
    key = (platform, user, line.author_name, line.author_created_at, line.author_joined_at, roles, line.bot)
    return known.members.get_or_make(
        key,
        lambda: Member(
            key=user,
            account=AccountRef(platform=platform, workspace="", user=user),
            names=(line.author_name,) if line.author_name else (),
            created_at=_created(line, platform, user, known.odd),
            joined_at=time_or_none(line.author_joined_at, "author_joined_at", known.odd),
            roles=None if roles is None else frozenset(roles),
            bot=line.bot,
        ),
    )


def _created(line: Line, platform: PlatformName, user: str, odd: Counter[str]) -> datetime | None:
    """Return when the account was made: as the line says, or as a Discord id tells by itself."""
    if line.author_created_at:
        return time_or_none(line.author_created_at, "author_created_at", odd)
    return snowflake_time(user) if platform is PlatformName.DISCORD else None


def _attachment(file: str | File) -> Attachment:
    if isinstance(file, str):
        return Attachment(id="", name=file)
    return Attachment(
        id=str(file.id or ""), name=file.name or "", media_type=file.type, size=file.size, sha256=file.sha256
    )
