"""Weighs a proposal on the last day: messages are read from the platforms again, judged by both sets, and let go."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.card import CardKind
from bot.domain.message import Message
from bot.domain.place import Connection, Stream
from bot.errors import LocumError
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys, OutsideError, Platform
from bot.services.policies.effect import weigh
from bot.services.policies.keeping import VersionGoneError, compiled, in_mode, sound
from bot.services.showing.wanting import show
from bot.services.work import begin_work
from bot.store.channels import marks
from bot.store.engine import Store
from bot.store.policy_proposals import Proposal, note_effect
from bot.store.policy_versions import kept_files


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much is read to weigh one proposal."""

    #: how far back
    back: timedelta = timedelta(days=1)
    #: messages, all channels together
    messages: int = 20_000
    #: seconds that the reading may take
    seconds: float = 60.0


@dataclass(kw_only=True, slots=True)
class Read:
    """What was read back."""

    #: messages, in memory for as long as they are judged
    messages: list[Message] = field(default_factory=list, repr=False)
    #: channels and threads that were read to their end
    channels: int = 0
    #: those that couldn't be read
    unread: int = 0
    #: some of the day was left out, for there was too much or it took too long
    cut: bool = False


async def weigh_proposal(  # noqa: PLR0917 - where from, with what, and what
    store: Store,
    keys: Keys,
    clock: Clock,
    active: PolicySet,
    proposal: Proposal,
    platforms: Mapping[Connection, Platform],
    limits: Limits | None = None,
) -> bool:
    """Write down what a proposal would have done to the last day's messages, and return whether nobody had yet.

    What can't be read is counted, and keeps nothing else from being weighed.
    """
    limits = limits or Limits()
    said = await _said(store, clock, active.community, proposal, platforms, limits)
    async with store.writing() as tx:
        work = await begin_work(tx, keys, active, clock.now())
        if not await note_effect(tx, proposal.id, said):
            return False
        await show(work, CardKind.POLICY, proposal.id, stream=None)
        await work.finish()
    return True


async def _said(  # noqa: PLR0917 - as above
    store: Store, clock: Clock, community: str, proposal: Proposal, platforms: Mapping[Connection, Platform],
    limits: Limits,
) -> dict[str, Any]:  # fmt: skip
    async with store.reading() as tx:
        streams = list(await marks(tx, community))
        files = [await kept_files(tx, community, version) for version in (proposal.before, proposal.version)]
    try:
        before, after = [
            await _live(kept, community, version)
            for kept, version in zip(files, (proposal.before, proposal.version), strict=True)
        ]
    except LocumError:
        # what can't be compiled can't be applied either, and whoever tries is told why
        return {"messages": 0, "channels": 0, "unread": len(streams)}
    read = await read_back(platforms, streams, clock, limits)
    effect = await weigh(read.messages, before, after)
    return {
        "messages": effect.messages,
        "members": effect.members,
        "channels": read.channels,
        "unread": read.unread,
        "cut": int(read.cut),
        "rules": {name: counts for name, counts in effect.rules.items() if counts[0] != counts[1]},
        "outcomes": effect.outcomes,
        "warnings": effect.warnings(),
    }


async def _live(files: Mapping[str, bytes] | None, community: str, version: str) -> PolicySet:
    """Return kept policies as they would judge once live: in shadow, every set does the same."""
    if files is None:
        raise VersionGoneError
    return in_mode(sound(await asyncio.to_thread(compiled, files, community), version, "live"), "live")


async def read_back(
    platforms: Mapping[Connection, Platform], streams: Sequence[Stream], clock: Clock, limits: Limits
) -> Read:
    """Return what stands in the streams since a day ago, as much of it as the limits let."""
    read = Read()
    share = max(limits.messages // max(len(streams), 1), 1)
    try:
        async with asyncio.timeout(limits.seconds):
            for stream in streams:
                platform = platforms.get(stream.connection)
                if platform is None:
                    read.unread += 1
                else:
                    await _read_stream(platform, stream, clock, limits, share, read)
    except TimeoutError:
        read.cut = True
        read.unread = len(streams) - read.channels
    return read


async def _read_stream(  # noqa: PLR0917 - one stream of many, and what all of them share
    platform: Platform, stream: Stream, clock: Clock, limits: Limits, share: int, read: Read
) -> None:
    now, count = clock.now(), 0
    try:
        async for page in platform.history(stream, now - limits.back, now):
            taken = page[: share - count]
            read.messages += taken
            count += len(taken)
            if len(taken) < len(page):
                read.cut = True
                break
    except OutsideError:
        read.unread += 1
    else:
        read.channels += 1
