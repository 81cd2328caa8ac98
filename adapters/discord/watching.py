"""Watches what is done on a server past Locum: each entry of the audit log is told once, in order, also those missed.

Entries that arrive are told one after the other. Whatever may have been missed (before the start, after a lost session,
or because the core couldn't record it) is read back from the log, from the newest that is recorded on.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters.discord.calls import CallError, called
from adapters.discord.connected import LIVE, Handler, ServerConnected
from adapters.discord.deeds import deeds_of
from adapters.discord.snowflakes import first_at
from adapters.discord.translate import Json
from bot.domain.action import Answer
from bot.domain.message import PlatformName
from bot.domain.place import Stream, stream_of
from bot.errors import LocumError
from bot.ports import ConnectionRevokedError, Feed, PlatformUnavailableError

#: Discord keeps its log so long
_KEPT = timedelta(days=45)
#: entries arrive a little out of order: so much is told again, and recorded once
_OVERLAP = timedelta(minutes=5)
#: entries on a page
_PAGE = 100
#: entries that wait to be told; beyond it they are read back
_MOST = 1_000


class LogClosedError(LocumError):
    """Discord doesn't show Locum the audit log: give its role that right, or nothing that is done by hand is seen."""


@dataclass(kw_only=True, slots=True)
class Watcher:
    """What tells of one server's audit log, for as long as it is connected."""

    #: seconds after which what couldn't be read or recorded is tried again
    again: float = 10.0
    _waiting: deque[Json] = field(default_factory=deque)
    _behind: bool = False
    _busy: bool = False

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What it does about events of its server."""
        return {"GUILD_AUDIT_LOG_ENTRY_CREATE": self.heard, LIVE: self.catch_up}

    async def heard(self, server: ServerConnected, feed: Feed, entry: Json) -> None:
        """Tell of an entry that arrived, behind those that wait."""
        if len(self._waiting) < _MOST:
            self._waiting.append(entry)
        else:
            self._behind = True
        await self._tell(server, feed)

    async def catch_up(self, server: ServerConnected, feed: Feed, _nothing: Json) -> None:
        """Tell of what was done since the newest deed that is recorded."""
        self._behind = True
        await self._tell(server, feed)

    async def _tell(self, server: ServerConnected, feed: Feed) -> None:
        """Tell of everything that waits; whoever is at it already does that."""
        if self._busy:
            return
        self._busy = True
        try:
            while self._behind or self._waiting:
                try:
                    await self._step(server, feed)
                except ConnectionRevokedError:
                    raise
                except LocumError as error:
                    # nothing newer is told before what is missing: from that on it is read back
                    self._behind = True
                    server.door.home.tell(error)
                    await asyncio.sleep(self.again)
        finally:
            self._busy = False

    async def _step(self, server: ServerConnected, feed: Feed) -> None:
        if self._behind:
            await _read_back(server, feed)
            # what arrived meanwhile waits, and may be told twice
            self._behind = False
        else:
            await _say(server, feed, self._waiting.popleft())


async def _read_back(server: ServerConnected, feed: Feed) -> None:
    """Tell of the log's entries from the newest deed on that is recorded, oldest first."""
    since = await feed.noticed_until()
    if since is None:
        return
    since = max(since - _OVERLAP, server.door.clock.now() - _KEPT)
    beyond = max(0, int(first_at(since)) - 1)
    while True:
        entries = await _page(server, beyond)
        for entry in entries:
            await _say(server, feed, entry)
        newest = max((int(one["id"]) for one in entries), default=beyond)
        if len(entries) < _PAGE or newest <= beyond:
            return
        beyond = newest


async def _page(server: ServerConnected, beyond: int) -> Sequence[Json]:
    """Return the log's next entries behind an id, oldest first; none where Discord doesn't show us the log."""
    door = server.door
    try:
        log: Any = await called(door.http.get_audit_logs(door.number, limit=_PAGE, after=beyond))
    except CallError as error:
        if error.result.answer is Answer.FORBIDDEN:
            door.home.tell(LogClosedError())
            return ()
        raise PlatformUnavailableError(error.result.after) from None
    return sorted(log.get("audit_log_entries") or (), key=lambda one: int(one["id"]))


async def _say(server: ServerConnected, feed: Feed, entry: Json) -> None:
    home = server.door.home

    def place(channel: str) -> Stream:
        known = server.channel(channel)
        if known is not None:
            return stream_of(known)
        return Stream(platform=PlatformName.DISCORD, workspace=home.server, channel=channel)

    own = str(server.door.own)
    for deed in deeds_of(home.server, entry, own=own, quarantine=home.quarantine, place=place):
        await feed.noticed(deed)
