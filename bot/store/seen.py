"""Seen: a row for every judged message, never its text, from which redelivery is told and windows are rebuilt."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update

from bot.domain.judgement import Features, window_key
from bot.domain.message import MessageRef, PlatformName
from bot.domain.place import Connection, Stream
from bot.store.bulk import BulkRow, replace_rows
from bot.store.chunks import chunks
from bot.store.columns import micros
from bot.store.engine import Tx
from bot.store.tables import channels, seen

#: number of the stream, and the platform's id of the message
SeenKey = tuple[int, str]

_ALREADY = select(seen.c.message, seen.c.digest, seen.c.edited_at, seen.c.waiting).where(
    seen.c.channel == bindparam("channel"), seen.c.message.in_(bindparam("messages", expanding=True))
)
_HERE = (seen.c.channel == channels.c.id) & (channels.c.community == bindparam("community"))
_ROW = (
    seen.c.at, seen.c.message, seen.c.account, channels.c.channel, seen.c.joined, seen.c.account_age, seen.c.mentions,
    seen.c.links, seen.c.attachments, seen.c.skeleton, seen.c.shingles, seen.c.counted,
)  # fmt: skip
_SINCE = (
    select(*_ROW)
    .join(channels, _HERE)
    .where(seen.c.at > bindparam("after"))
    .order_by(seen.c.at, seen.c.message)
)  # fmt: skip
_PLACE = (channels.c.platform, channels.c.workspace, channels.c.channel, channels.c.thread)
_WAITING = (
    select(seen.c.channel.label("number"), *_PLACE, seen.c.message, seen.c.at)
    .join(channels, _HERE)
    .where(
        seen.c.waiting,
        channels.c.platform == bindparam("platform"),
        channels.c.workspace == bindparam("workspace"),
        seen.c.at >= bindparam("since"),
    )
    .order_by(seen.c.at, seen.c.channel, seen.c.message)
    .limit(bindparam("limit"))
)
_WRITTEN = (
    select(seen.c.channel.label("number"), *_PLACE, seen.c.message, seen.c.at)
    .join(channels, _HERE)
    .where(seen.c.account == bindparam("account"), ~seen.c.joined, ~seen.c.nowhere, ~seen.c.gone)
    .order_by(seen.c.at.desc(), seen.c.message.desc())
    .limit(bindparam("limit"))
)
_RECENT = (
    select(*_PLACE, seen.c.message, seen.c.at)
    .join(channels, _HERE)
    .where(
        seen.c.at >= bindparam("since"),
        seen.c.at < bindparam("until"),
        channels.c.platform == bindparam("platform"),
        channels.c.workspace == bindparam("workspace"),
        ~seen.c.joined,
        ~seen.c.nowhere,
        ~seen.c.gone,
    )
    .order_by(seen.c.at.desc(), seen.c.message.desc())
    .limit(bindparam("limit"))
)
_SETTLE = (
    update(seen).where(seen.c.channel == bindparam("number"), seen.c.message == bindparam("id")).values(waiting=False)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What is known of a message that was judged before."""

    #: keyed digest of its content
    digest: bytes
    #: when that content was written, where it was edited
    edited_at: datetime | None
    #: True while an answer from outside is awaited
    waiting: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A message whose judgement awaits an answer from outside."""

    #: number of its stream
    number: int
    #: its stream
    stream: Stream
    #: where it is
    ref: MessageRef
    #: when it was posted
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A message that a member wrote."""

    #: number of its stream
    channel: int
    #: its stream
    stream: Stream
    #: the platform's id of the message
    message: str
    #: when it was posted
    at: datetime


async def written_by(tx: Tx, community: str, account: str, limit: int) -> list[Written]:
    """Return what a member wrote last, as far as it is still remembered, newest first."""
    found = []
    for number, platform, workspace, channel, thread, message, at in await tx.execute(
        _WRITTEN, {"community": community, "account": account, "limit": limit}
    ):
        stream = Stream(platform=PlatformName(platform), workspace=workspace, channel=channel, thread=thread)
        found.append(Written(channel=number, stream=stream, message=message, at=at))
    return found


async def recently_seen(
    tx: Tx, community: str, connection: Connection, *, since: datetime, until: datetime, limit: int
) -> list[tuple[Stream, str, datetime]]:
    """Return what was judged of a connection's messages between two times and stands still, newest first."""
    given = {
        "community": community, "platform": connection.platform.value, "workspace": connection.workspace,
        "since": since, "until": until, "limit": limit,
    }  # fmt: skip
    return [
        (Stream(platform=PlatformName(platform), workspace=workspace, channel=channel, thread=thread), message, at)
        for platform, workspace, channel, thread, message, at in await tx.execute(_RECENT, given)
    ]


async def already_seen(tx: Tx, keys: Collection[SeenKey]) -> dict[SeenKey, Seen]:
    """Return what is known of messages that were judged before."""
    by_channel: dict[int, list[str]] = defaultdict(list)
    for channel, message in keys:
        by_channel[channel].append(message)
    found: dict[SeenKey, Seen] = {}
    for channel, messages in by_channel.items():
        for part in chunks(messages):
            for message, digest, edited_at, waiting in await tx.execute(
                _ALREADY, {"channel": channel, "messages": part}
            ):
                found[channel, message] = Seen(digest=bytes(digest), edited_at=edited_at, waiting=waiting)
    return found


def seen_row(
    key: SeenKey,
    features: Features,
    *,
    digest: bytes,
    at: datetime,
    edited_at: datetime | None,
    judged_at: datetime,
    waiting: bool,
    nowhere: bool = False,
) -> BulkRow:
    """Return the row of one judged message, in the order of the table's columns.

    `nowhere` is for what stands in no channel, and that nobody can delete there.
    """
    counted = features.counted
    return (
        key[0],
        key[1],
        features.member,
        digest,
        None if edited_at is None else micros(edited_at),
        micros(at),
        micros(judged_at),
        waiting,
        features.joined,
        features.account_age,
        features.mentions,
        features.links,
        features.attachments,
        features.skeleton,
        features.shingles,
        json.dumps(counted) if counted else "",
        nowhere,
        # not gone: it was shown just now
        False,
    )


async def put_seen(tx: Tx, rows: Sequence[BulkRow]) -> None:
    """Write the rows of judged messages; a later judgement replaces an earlier one."""
    await replace_rows(tx, seen, rows)


async def settle(tx: Tx, keys: Iterable[SeenKey]) -> None:
    """Note that no answer is awaited any more."""
    rows = [{"number": channel, "id": message} for channel, message in keys]
    if rows:
        await tx.execute(_SETTLE, rows)


async def waiting(tx: Tx, community: str, through: Connection, *, since: datetime, limit: int) -> list[Waiting]:
    """Return messages of one connection that await an answer from outside, oldest first."""
    platform, workspace = through.platform, through.workspace
    values = {"community": community, "platform": platform.value, "workspace": workspace}
    found = []
    for number, _, _, channel, thread, message, at in await tx.execute(
        _WAITING, {**values, "since": since, "limit": limit}
    ):
        found.append(
            Waiting(
                number=number,
                stream=Stream(platform=platform, workspace=workspace, channel=channel, thread=thread),
                ref=MessageRef(platform=platform, workspace=workspace, channel=channel, message=message),
                at=at,
            )
        )
    return found


async def features_since(tx: Tx, community: str, after: datetime) -> list[Features]:
    """Return what windows remember of the messages after a time, in time order."""
    found = await tx.execute(_SINCE, {"community": community, "after": after})
    return [_features(row) for row in found]


async def first_features(tx: Tx, community: str, after: datetime, first: int) -> list[Features]:
    """Return what windows remember of each member's first messages after a time, in time order."""
    found = await tx.execute(_first(first), {"community": community, "after": after})
    return [_features(row) for row in found]


def _first(first: int) -> Select[Any]:
    place = func.row_number().over(partition_by=seen.c.account, order_by=(seen.c.at, seen.c.message)).label("place")
    numbered = (
        select(*_ROW, place).join(channels, _HERE).where(seen.c.at > bindparam("after"), ~seen.c.joined).subquery()
    )
    columns = [column for column in numbered.c if column.name != "place"]
    return select(*columns).where(numbered.c.place <= first).order_by(numbered.c.at, numbered.c.message)


def _features(row: Any) -> Features:
    counted = json.loads(row.counted) if row.counted else ()
    return Features(
        at=row.at.timestamp(),
        message=window_key(row.channel, row.message),
        member=row.account,
        channel=row.channel,
        joined=row.joined,
        account_age=row.account_age,
        mentions=row.mentions,
        links=row.links,
        attachments=row.attachments,
        skeleton=row.skeleton,
        shingles=bytes(row.shingles),
        counted=tuple((condition, addressee) for condition, addressee in counted),
    )
