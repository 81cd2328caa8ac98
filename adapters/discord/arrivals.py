"""Who came to a server in a time: Discord keeps no record of it, so all members are listed, and the dearer the rarer.

A listing knows everybody who came until it was made and is still there. It serves every gap that it covers. The more
pages it took, the longer it is until the next one: what falls into that time waits, and shares it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.discord.calls import CallError, called
from adapters.discord.door import Door
from adapters.discord.server import role_names
from adapters.discord.translate import join_of
from bot.domain.action import Answer
from bot.domain.gap import ALLOWANCE
from bot.domain.message import Message
from bot.ports import HistoryLostError, PlatformUnavailableError

#: members on a page, and seconds that each page but the first keeps the next listing waiting
PAGE, PAUSE = 1_000, 6.0
#: joins that are remembered at most: of more, what is asked for next is listed again
_MOST = 10_000


@dataclass(kw_only=True, slots=True)
class Arrivals:
    """The last listing of one server's members."""

    #: joins that it found, oldest first, from `since` on
    joins: list[Message] = field(default_factory=list)
    #: from when on it knows who came
    since: datetime | None = None
    #: when it was begun; None for never
    listed_at: datetime | None = None
    #: pages that it took
    pages: int = 0

    async def between(self, door: Door, after: datetime, until: datetime) -> Sequence[Message]:
        """Return who came in a time and is still there, oldest first.

        Raises HistoryLostError, and PlatformUnavailableError also where it is too early for another listing.
        """
        if not self._covers(after, until):
            await self._list(door, after)
        found = [one for one in self.joins if after <= one.at <= until]
        if len(self.joins) > _MOST:
            self.joins, self.since = [], None
        return found

    def _covers(self, after: datetime, until: datetime) -> bool:
        if self.listed_at is None or self.since is None:
            return False
        # whoever comes once the session is live again is told of anyway
        return self.since <= after and until - ALLOWANCE <= self.listed_at

    async def _list(self, door: Door, after: datetime) -> None:
        now = door.clock.now()
        if self.listed_at is not None:
            left = self.listed_at + timedelta(seconds=PAUSE * (self.pages - 1)) - now
            if left > timedelta(0):
                raise PlatformUnavailableError(left.total_seconds())
        found, pages, beyond = list[Message](), 0, 0
        roles = role_names(door.server)
        while True:
            try:
                page = await called(door.http.get_members(door.number, PAGE, beyond or None))
            except CallError as error:
                raise _lost(error) from None
            pages += 1
            joined = (join_of(door.home.server, one, roles) for one in page)
            found += [one for one in joined if one is not None and one.at >= after]
            if len(page) < PAGE:
                break
            beyond = max(int(one["user"]["id"]) for one in page)
        found.sort(key=lambda one: (one.at, one.ref.message))
        self.joins, self.since, self.listed_at, self.pages = found, after, now, pages


def _lost(error: CallError) -> HistoryLostError | PlatformUnavailableError:
    if error.result.answer is Answer.GONE:
        return HistoryLostError("channel_gone")
    if error.result.answer is Answer.FORBIDDEN:
        return HistoryLostError("missing_permission")
    return PlatformUnavailableError(error.result.after)
