"""Who has which roles, remembered for a moment: history doesn't say it, and the library is told to remember nobody."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable
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
#: members asked for one by one; more are asked for together, a hundred at once
_FEW, _TOGETHER = 2, 100
#: seconds for which a gateway that doesn't answer isn't asked again
_MUTE = 60.0
_EVER = float("-inf")


@dataclass(kw_only=True, slots=True)
class Members:
    """Members of one server as they were a moment ago."""

    #: the way into the server
    door: Door
    _known: "OrderedDict[str, tuple[float, Json | None]]" = field(default_factory=OrderedDict)
    _mute_since: float = _EVER

    async def known(self, authors: Iterable[Json]) -> dict[str, Json]:
        """Return the member objects of authors by their ids; programs, and who isn't there, are missing.

        Raises PlatformUnavailableError, ConnectionRevokedError.
        """
        wanted = {str(one["id"]) for one in authors if not one.get("bot")}
        found = await self.several(sorted(wanted))
        return {user: member for user, member in found.items() if member is not None}

    async def several(self, users: Collection[str], *, fresh: bool = False) -> dict[str, Json | None]:
        """Return member objects by the users' ids; None for who isn't there. `fresh` asks Discord in any case.

        Raises PlatformUnavailableError, ConnectionRevokedError.
        """
        # held on to: on a crowded server what is learnt now may push out what was known
        found = {user: self._known[user][1] for user in users if not fresh and self._is_fresh(user)}
        wanted = [user for user in dict.fromkeys(users) if user not in found]
        for start in range(0, len(wanted), _TOGETHER):
            found |= await self._ask(wanted[start : start + _TOGETHER])
        return {user: found[user] for user in users}

    async def member(self, user: str, *, fresh: bool = False) -> Json | None:
        """Return one member object; None for who isn't there. `fresh` asks Discord in any case."""
        return (await self.several([user], fresh=fresh))[user]

    def forget(self, user: str) -> None:
        """Remember nothing of somebody who came or went: roles are lost on leaving."""
        self._known.pop(user, None)

    def _is_fresh(self, user: str) -> bool:
        return monotonic() - self._known.get(user, (_EVER, None))[0] < _FRESH

    async def _ask(self, users: list[str]) -> dict[str, Json | None]:
        if len(users) > _FEW and monotonic() - self._mute_since > _MUTE:
            try:
                found = await self.door.client.ask_members(self.door.number, [int(user) for user in users])
            except TimeoutError:
                # it is away for now, or knows no such question
                self._mute_since = monotonic()
            else:
                there = {str(one["user"]["id"]): one for one in found}
                return {user: self._noted(user, there.get(user)) for user in users}
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(user: str) -> Json | None:
            async with turn:
                return self._noted(user, await read(self.door.http.get_member(self.door.number, int(user))))

        return dict(zip(users, await asyncio.gather(*(one(user) for user in users)), strict=True))

    def _noted(self, user: str, member: Json | None) -> Json | None:
        self._known[user] = (monotonic(), member)
        self._known.move_to_end(user)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return member
