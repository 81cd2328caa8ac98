"""Tells of what isn't there any more: messages that were deleted by whomever, and members who left.

Discord says neither by whom nor when: the time is that of hearing it. What goes while an earlier piece is recorded is
told together with the next one, so that a flood of deletions is no flood of transactions.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.discord.connected import Handler, ServerConnected
from adapters.discord.translate import Json, account_ref
from bot.domain.place import Stream, stream_of
from bot.errors import LocumError
from bot.ports import ConnectionRevokedError, Feed, HistoryLostError

#: messages that are told of at once, and messages and members that wait to be told of at most
_AT_ONCE, _MOST = 500, 50_000
#: seconds after which what couldn't be recorded is told again
AGAIN = 10.0


@dataclass(kw_only=True, slots=True)
class Vanishings:
    """What went on one server and is still to be told of, for as long as it is connected."""

    #: messages, by the channel or thread in which they stood, with when that was heard
    _messages: "OrderedDict[str, dict[str, datetime]]" = field(default_factory=OrderedDict)
    _members: dict[str, datetime] = field(default_factory=dict)
    _busy: bool = False

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What it does about events of its server."""
        return {"MESSAGE_DELETE": self.deleted, "MESSAGE_DELETE_BULK": self.deleted, "GUILD_MEMBER_REMOVE": self.left}

    async def deleted(self, server: ServerConnected, feed: Feed, data: Json) -> None:
        """Tell of messages that are gone."""
        known = self._messages.setdefault(str(data["channel_id"]), {})
        for one in data.get("ids") or (data["id"],):
            # of what nobody can keep up with, the platform itself is asked once it matters
            if len(known) < _MOST:
                known.setdefault(str(one), server.door.clock.now())
        await self._tell(server, feed)

    async def left(self, server: ServerConnected, feed: Feed, data: Json) -> None:
        """Tell of a member who isn't there any more, by whose doing ever."""
        user = str(data["user"]["id"])
        if len(self._members) < _MOST:
            self._members[user] = server.door.clock.now()
        await self._tell(server, feed)

    async def _tell(self, server: ServerConnected, feed: Feed) -> None:
        """Tell of everything that waits; whoever is at it already does that."""
        if self._busy:
            return
        self._busy = True
        try:
            while self._messages or self._members:
                try:
                    await self._step(server, feed)
                except ConnectionRevokedError:
                    raise
                except LocumError as error:
                    server.door.home.tell(error)
                    await asyncio.sleep(AGAIN)
        finally:
            self._busy = False

    async def _step(self, server: ServerConnected, feed: Feed) -> None:
        while self._members:
            user, at = next(iter(self._members.items()))
            await feed.left(account_ref(server.door.home.server, user), at)
            if self._members.get(user) == at:
                del self._members[user]
        if not self._messages:
            return
        address, known = next(iter(self._messages.items()))
        stream, told = await _stream(server, address), list(known)[:_AT_ONCE]
        if stream is not None and told:
            await feed.gone(stream, told, min(known[one] for one in told))
        for one in told:
            del known[one]
        if not known:
            del self._messages[address]
        else:
            self._messages.move_to_end(address)


async def _stream(server: ServerConnected, address: str) -> Stream | None:
    """Return the channel or thread of an id; None where it went itself, and with it what is known of its messages."""
    known = server.channel(address)
    if known is not None:
        return stream_of(known)
    try:
        return stream_of(await server.platform.channel(address))
    except HistoryLostError:
        return None
