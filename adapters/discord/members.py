"""Who has which roles, remembered for a moment: history doesn't say it, and the library is told to remember nobody."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic

from adapters.discord.calls import read
from adapters.discord.door import Door
from adapters.discord.translate import Json

#: seconds for which somebody is remembered, and how many are
_FRESH = 60.0
_MOST = 5_000
#: members asked for side by side
_AT_ONCE = 5


@dataclass(kw_only=True, slots=True)
class Members:
    """Members of one server as they were a moment ago."""

    #: the way into the server
    door: Door
    _known: "OrderedDict[str, tuple[float, Json | None]]" = field(default_factory=OrderedDict)

    async def known(self, authors: Iterable[Json]) -> dict[str, Json]:
        """Return the member objects of authors by their ids; programs, and who isn't there, are missing.

        Raises PlatformUnavailableError, ConnectionRevokedError.
        """
        wanted = {str(one["id"]) for one in authors if not one.get("bot")}
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(user: str) -> tuple[str, Json | None]:
            async with turn:
                return user, await self.member(user)

        found = await asyncio.gather(*(one(user) for user in sorted(wanted)))
        return {user: member for user, member in found if member is not None}

    async def member(self, user: str, *, fresh: bool = False) -> Json | None:
        """Return one member object; None for who isn't there. `fresh` asks Discord in any case."""
        looked, member = self._known.get(user, (-_FRESH, None))
        if fresh or monotonic() - looked >= _FRESH:
            member = await read(self.door.http.get_member(self.door.number, int(user)))
            self._known[user] = (monotonic(), member)
            self._known.move_to_end(user)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return member
