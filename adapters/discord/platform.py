"""One Discord server behind the port that every platform has: reads messages, and does what Locum asks."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import discord

from adapters.discord.arrivals import Arrivals
from adapters.discord.calls import CallError, called, read
from adapters.discord.doing import do
from adapters.discord.door import Door
from adapters.discord.doors import LONGEST
from adapters.discord.fetching import fetch
from adapters.discord.looking import look
from adapters.discord.members import Members
from adapters.discord.roles import held
from adapters.discord.server import as_channel, channel_of, role_names, title_of
from adapters.discord.snowflakes import first_at
from adapters.discord.standing import standings_of
from adapters.discord.translate import Json, address_of, author_of, joins_of, member_of, message_of
from bot.domain.action import Answer, Result
from bot.domain.evidence import Missing
from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, Stream
from bot.domain.sanction import Standing
from bot.ports import Effect, HistoryLostError, PlatformUnavailableError

#: messages on a page
_PAGE = 100
#: Discord ends timeouts by itself after at most 28 days, and nothing else; what is longer by its own clock, it refuses
TIMEOUT = timedelta(days=28) - timedelta(minutes=5)
_LONGEST: Mapping[OutcomeKind, timedelta] = {OutcomeKind.TIMEOUT: TIMEOUT, OutcomeKind.RAID_MODE: LONGEST}
#: reads that go on side by side
_AT_ONCE = 5


@dataclass(kw_only=True, slots=True)
class DiscordPlatform:
    """What is asked of one server."""

    #: the way into it
    door: Door
    #: members, remembered for a moment
    members: Members
    #: who came, as it was listed last
    arrivals: Arrivals = field(default_factory=Arrivals)

    @property
    def connection(self) -> Connection:
        """Which one."""
        return self.door.home.connection

    def longest(self, sanction: OutcomeKind) -> timedelta | None:
        """Return the longest time after which Discord itself ends a sanction."""
        return _LONGEST.get(sanction, timedelta(0))

    def emulated(self) -> frozenset[OutcomeKind]:
        """Return nothing: whoever is kept from writing can't write."""
        return frozenset()

    # --- reading

    async def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Yield what people wrote from one time to another in pages, oldest first; in the server's own stream, joins.

        Raises HistoryLostError, PlatformUnavailableError, ConnectionRevokedError.
        """
        if stream.channel == self.door.home.server:
            async for joins in self._joins(after, until):
                yield joins
            return
        address = address_of(stream)
        if self._is_quiet(address, after):
            return
        channel = await self.channel(address)
        # ids grow with time: the last one before the first millisecond, and on from there
        beyond = str(max(0, int(first_at(after)) - 1))
        while True:
            data = await self._page(address, beyond)
            data = sorted(data, key=lambda one: int(one["id"]))
            within = [one for one in data if _is_within(one, until)]
            messages = await self._messages(within, channel)
            told = [one for one in messages if one is not None and self.door.tells(one)]
            found = [one for one in told if after <= one.at <= until]
            if found:
                yield found
            if len(data) < _PAGE or len(within) < len(data):
                return
            beyond = str(data[-1]["id"])

    async def around(self, stream: Stream, message: str, at: datetime, side: int) -> Sequence[Message]:
        """Return what stands around a message, which may be gone itself, with one call."""
        if stream.channel == self.door.home.server or not message.isdecimal():
            # joins stand nowhere
            return []
        address = address_of(stream)
        channel = await self.channel(address)
        try:
            data = await called(self.door.http.logs_from(int(address), 2 * side + 1, around=int(message)))
        except CallError as error:
            raise _lost(error.result) from None
        read = await self._messages(sorted(data, key=lambda one: int(one["id"])), channel)
        found = [one for one in read if one is not None and self.door.tells(one)]
        before = [one for one in found if int(one.ref.message) < int(message)]
        behind = [one for one in found if int(one.ref.message) >= int(message)]
        own = bool(behind) and behind[0].ref.message == message
        return [*before[-side:], *behind[: side + own]]

    async def read(self, looked: Sequence[tuple[Stream, MessageRef]]) -> Sequence[Message | None]:
        """Return the messages as they are now; None for those that are gone."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(stream: Stream, ref: MessageRef) -> Message | None:
            async with turn:
                return await self._one(stream, ref)

        return await asyncio.gather(*(one(stream, ref) for stream, ref in looked))

    async def fetch(
        self, stream: Stream, message: MessageRef, wanted: Mapping[str, int]
    ) -> Mapping[str, bytes | Missing]:
        """Return the bytes of a message's files, or why they can't be had."""
        return await fetch(self.door, address_of(stream), message.message, wanted)

    async def fetched(self, address: str, message: str) -> Message | None:
        """Return a message of a channel or thread that the library may not know; None when it can't be had."""
        data = await read(self.door.http.get_message(int(address), int(message)))
        if data is None:
            return None
        (found,) = await self._messages([data], await self.channel(address))
        return found

    async def _one(self, stream: Stream, ref: MessageRef) -> Message | None:
        if ref.workspace != self.door.home.server or not ref.message.isdecimal():
            # elsewhere, or nothing that somebody wrote: a join, a new name, a title
            return None
        try:
            found = await self.fetched(address_of(stream), ref.message)
        except HistoryLostError:
            # the thread went between two calls
            return None
        # without its words it can't be judged any more
        return found if found is not None and self.door.tells(found) else None

    async def _page(self, address: str, beyond: str) -> list[Any]:
        try:
            return list(await called(self.door.http.logs_from(int(address), _PAGE, after=int(beyond))))
        except CallError as error:
            raise _lost(error.result) from None

    async def channel(self, address: str) -> Channel:
        """Return a channel or thread that the library may not know; raise HistoryLostError where it can't be had."""
        known = channel_of(self.door.server, address)
        if known is not None:
            return known
        try:
            found = await called(self.door.client.fetch_channel(int(address)))
        except CallError as error:
            raise _lost(error.result) from None
        except discord.InvalidData:
            raise HistoryLostError("channel_gone") from None
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread):
            raise HistoryLostError("channel_gone")
        return as_channel(found)

    async def _messages(self, data: Sequence[Json], channel: Channel) -> list[Message | None]:
        own = str(self.door.own)
        authors = {str(one["id"]): author_of(one) for one in data}
        people = await self.members.known([one for one in authors.values() if str(one["id"]) != own])
        roles = role_names(self.door.server)
        # what Locum posted is no message of a member
        return [
            None
            if str(one["author"]["id"]) == own
            else message_of(
                one,
                channel,
                _member(self.door.home.server, authors[str(one["id"])], people, roles),
                title=title_of(self.door.server, one),
            )
            for one in data
        ]

    def _is_quiet(self, address: str, after: datetime) -> bool:
        """Return whether nothing was written in a channel since a time, by the newest message that it shows."""
        found = self.door.server.get_channel_or_thread(int(address))
        newest = getattr(found, "last_message_id", None)
        return newest is not None and newest < int(first_at(after))

    async def _joins(self, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Yield who came to the server and is still there, in pages."""
        found = await self.arrivals.between(self.door, after, until)
        for start in range(0, len(found), _PAGE):
            yield found[start : start + _PAGE]

    # --- acting

    async def enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Do what is asked, deletions of a channel and bans together where there are several."""
        return await do(self.door, effects)

    async def read_back(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Return what Discord shows of effects asked before."""
        return await look(self.members, effects)

    async def standings(self, accounts: Sequence[AccountRef], sanction: OutcomeKind) -> Sequence[Standing | None]:
        """Return how members stand; who isn't there stands free of all but a ban."""
        return await standings_of(self.members, accounts, sanction)

    async def roles(self, accounts: Sequence[AccountRef]) -> Sequence[Mapping[str, str]]:
        """Return the roles that members hold: names by id; none for who isn't there."""
        return await held(self.door, accounts)

    def joins(self) -> Stream:
        """Return the stream in which joins stand."""
        place = joins_of(self.door.home.server)
        return Stream(platform=place.platform, workspace=place.workspace, channel=place.id)


def _member(server: str, author: Json, people: Mapping[str, Json], roles: Mapping[str, str]) -> Member:
    """Return who answers for a message; who is known by their id alone is called as the server calls them."""
    known = people.get(str(author["id"]))
    user = known["user"] if known is not None and "username" not in author else author
    return member_of(server, user, known, roles)


def _is_within(data: Mapping[str, Any], until: datetime) -> bool:
    return int(data["id"]) < int(first_at(until + timedelta(milliseconds=1)))


def _lost(result: Result) -> HistoryLostError | PlatformUnavailableError:
    if result.answer is Answer.GONE:
        return HistoryLostError("channel_gone")
    if result.answer is Answer.FORBIDDEN:
        return HistoryLostError("missing_permission")
    return PlatformUnavailableError(result.after)
