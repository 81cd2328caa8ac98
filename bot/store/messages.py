"""Messages that something followed from, and those that Locum posted: where they are, beside their surrogates."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from bot.domain.message import Channel, MessageRef, PlatformName
from bot.domain.place import Stream, stream_of
from bot.store.channels import add_channels
from bot.store.chunks import chunks
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.seen import SeenKey
from bot.store.tables import channels, messages
from bot.store.upsert import insert_new

_KNOWN = select(messages.c.channel, messages.c.message, messages.c.id).where(
    messages.c.channel.in_(bindparam("numbers", expanding=True)),
    messages.c.message.in_(bindparam("refs", expanding=True)),
)
_REFS = (
    select(messages.c.id, channels.c.platform, channels.c.workspace, channels.c.channel, messages.c.message)
    .join(channels, channels.c.id == messages.c.channel)
    .where(messages.c.id.in_(bindparam("ids", expanding=True)), messages.c.message.is_not(None))
)
_STREAMS = (
    select(
        messages.c.id,
        channels.c.platform,
        channels.c.workspace,
        channels.c.channel,
        channels.c.thread,
        messages.c.category,
    )
    .join(channels, channels.c.id == messages.c.channel)
    .where(messages.c.id.in_(bindparam("ids", expanding=True)))
)


async def known_messages(tx: Tx, keys: Collection[SeenKey]) -> dict[SeenKey, str]:
    """Return the surrogates of the messages that have one."""
    numbers, refs = sorted({channel for channel, _ in keys}), sorted({message for _, message in keys})
    found: dict[SeenKey, str] = {}
    # a few channels and many messages: asked for together, and what belongs elsewhere is left out here
    for part in chunks(refs):
        for some in chunks(numbers):
            for channel, message, surrogate in await tx.execute(_KNOWN, {"numbers": some, "refs": part}):
                if (channel, message) in keys:
                    found[channel, message] = surrogate
    return found


async def add_messages(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add messages that have no surrogate yet."""
    await insert_new(tx, messages, [{"category": "", **row} for row in rows])


async def message_refs(tx: Tx, ids: Collection[str]) -> dict[str, MessageRef]:
    """Return where messages are; forgotten ones are missing."""
    found: dict[str, MessageRef] = {}
    for part in chunks(ids):
        for surrogate, platform, workspace, channel, message in await tx.execute(_REFS, {"ids": part}):
            found[surrogate] = MessageRef(
                platform=PlatformName(platform), workspace=workspace, channel=channel, message=message
            )
    return found


async def message_channels(tx: Tx, ids: Collection[str]) -> dict[str, Channel]:
    """Return the channels or threads that messages stand in, with the category as it was when they were judged."""
    found: dict[str, Channel] = {}
    for part in chunks(ids):
        for surrogate, platform, workspace, channel, thread, category in await tx.execute(_STREAMS, {"ids": part}):
            found[surrogate] = Channel(
                platform=PlatformName(platform), workspace=workspace, id=channel, thread=thread or None,
                category=category or None,
            )  # fmt: skip
    return found


async def message_streams(tx: Tx, ids: Collection[str]) -> dict[str, Stream]:
    """Return the streams that messages stand in: a ref names the channel alone, and not the thread."""
    return {name: stream_of(channel) for name, channel in (await message_channels(tx, ids)).items()}


async def authors_of(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """Return the surrogates of those who wrote messages."""
    found: dict[str, str] = {}
    for part in chunks(ids):
        rows = await tx.execute(select(messages.c.id, messages.c.account).where(messages.c.id.in_(part)))
        found |= {row.id: row.account for row in rows if row.account is not None}
    return found


async def message_times(tx: Tx, ids: Collection[str]) -> dict[str, datetime]:
    """Return when messages were posted, UTC."""
    found: dict[str, datetime] = {}
    for part in chunks(ids):
        rows = await tx.execute(select(messages.c.id, messages.c.at).where(messages.c.id.in_(part)))
        found |= {row.id: row.at for row in rows}
    return found


async def note_posted(tx: Tx, community: str, ref: MessageRef, at: datetime) -> str:
    """Return the surrogate of a message that Locum itself posted, given to it when it has none."""
    stream = Stream(platform=ref.platform, workspace=ref.workspace, channel=ref.channel)
    number = (await add_channels(tx, community, [stream], at))[stream]
    row = {
        "id": new_id(),
        "community": community,
        "channel": number,
        "message": ref.message,
        "account": None,
        "at": at,
    }
    await add_messages(tx, [row])
    return (await known_messages(tx, [(number, ref.message)]))[number, ref.message]
