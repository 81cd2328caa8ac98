"""What is looked at on a Discord server for many effects at once: together where Discord shows it so, and once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from adapters.discord.calls import CallError, called, read
from adapters.discord.door import Door
from adapters.discord.members import Members
from adapters.discord.translate import Json
from bot.domain.action import Answer

#: messages, bans, and entries of the audit log on one page
_MESSAGES, _BANS, _ENTRIES = 100, 1_000, 100
#: what is looked up one by one; more is looked for in pages
_FEW = 2
#: pages that are looked through for one place at most: what stands behind them is looked up later
_PAGES = 10

Page = Callable[[int], Awaitable[Sequence[Any]]]


@dataclass(kw_only=True, slots=True)
class Glance:
    """One look at a server: what was seen in it isn't asked for again."""

    #: the way into it
    door: Door
    #: its members
    members: Members
    _bans: dict[str, Json | None] = field(default_factory=dict)
    _messages: dict[tuple[str, str], Json | None] = field(default_factory=dict)
    _log: dict[int, Sequence[Any]] = field(default_factory=dict)
    _seen: dict[str, Json | None] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ahead(
        self, *, members: Collection[str] = (), bans: Collection[str] = (), messages: Mapping[str, Sequence[str]] = {}
    ) -> None:
        """Look at many at once: members and bans by the users' ids, messages by their places.

        Raises PlatformUnavailableError, ConnectionRevokedError, CallError.
        """
        if members:
            self._seen |= await self.members.several(members, fresh=True)
        if len(bans) > _FEW:
            self._bans |= await in_pages(
                bans, lambda after: called(self.door.http.get_bans(self.door.number, _BANS, after=after)), _BANS,
                lambda ban: str(ban["user"]["id"]),
            )  # fmt: skip
        for place, wanted in messages.items():
            if len(wanted) > _FEW:
                found = await in_pages(wanted, self._page(place), _MESSAGES, lambda message: str(message["id"]))
                self._messages |= {(place, one): message for one, message in found.items()}

    async def member(self, user: str) -> Json | None:
        """Return a member as they are now; None for who isn't there."""
        if user not in self._seen:
            self._seen[user] = await self.members.member(user, fresh=True)
        return self._seen[user]

    async def ban(self, user: str) -> Json | None:
        """Return somebody's ban; None for who isn't banned."""
        if user not in self._bans:
            self._bans[user] = await read(self.door.http.get_ban(int(user), self.door.number))
        return self._bans[user]

    async def message(self, place: str, message: str) -> Json | None:
        """Return a message; None for one that is gone. Raises CallError where it is closed to us."""
        if (place, message) not in self._messages:
            try:
                self._messages[place, message] = await called(self.door.http.get_message(int(place), int(message)))
            except CallError as error:
                if error.result.answer is not Answer.GONE:
                    raise
                self._messages[place, message] = None
        return self._messages[place, message]

    async def is_in_log(self, kind: Literal[24, 25], user: str, action: str) -> bool:
        """Return whether the audit log says that an action of ours did something to a member."""
        async with self._turn:
            if kind not in self._log:
                http, own = self.door.http, self.door.own
                log: Any = await read(
                    http.get_audit_logs(self.door.number, limit=_ENTRIES, user_id=own, action_type=kind)
                )  # fmt: skip
                self._log[kind] = () if log is None else log.get("audit_log_entries", ())
        return any(str(one.get("target_id")) == user and one.get("reason") == action for one in self._log[kind])

    def _page(self, place: str) -> Page:
        async def page(after: int) -> Sequence[Any]:
            try:
                return await called(self.door.http.logs_from(int(place), _MESSAGES, after=after))
            except CallError as error:
                if error.result.answer is Answer.GONE:
                    # with its channel every message is gone
                    return ()
                raise

        return page


async def in_pages(wanted: Iterable[str], page: Page, size: int, id_of: Callable[[Any], str]) -> dict[str, Json | None]:
    """Return what there is of things that are shown by growing ids, so many on a page; None for what isn't there.

    What stands too many pages on is missing.
    """
    found: dict[str, Json | None] = {}
    left = sorted(int(one) for one in wanted)
    for _ in range(_PAGES):
        if not left:
            break
        shown = {int(id_of(one)): one for one in await page(left[0] - 1)}
        whole = len(shown) < size
        last = max(shown, default=0)
        found |= {str(one): shown.get(one) for one in left if whole or one <= last}
        left = [] if whole else [one for one in left if one > last]
    return found
