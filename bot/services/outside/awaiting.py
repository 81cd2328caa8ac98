"""What went before it was judged: asked for again for a while, so that whoever deletes quickly escapes no record."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.place import Stream
from bot.services.outside.vanishing import Vanishing
from bot.store.errors import UnavailableError

#: for so long a message may wait to be judged; most that are unknown are of programs, and never are
_LONGEST = timedelta(minutes=1)
#: what went within it is asked for at once
_TOGETHER = timedelta(seconds=5)
#: messages that are remembered
_MOST = 10_000
#: seconds between two looks
_EVERY = 1.0


@dataclass(kw_only=True, slots=True)
class Awaiting:
    """Messages that went and of which nothing is known yet."""

    #: what notes them once something is
    vanishing: Vanishing
    _gone: "OrderedDict[tuple[Stream, str], datetime]" = field(default_factory=OrderedDict)

    async def gone(self, stream: Stream, ids: Sequence[str], at: datetime) -> None:
        """Note that messages don't stand any more; raise UnavailableError, and they are to be told again then."""
        for one in await self.vanishing.gone(stream, ids, at):
            self._gone.setdefault((stream, one), at)
        while len(self._gone) > _MOST:
            self._gone.popitem(last=False)

    async def run(self) -> None:
        """Look again and again, until called off."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.look()
            except UnavailableError:
                # nothing was stored: it is looked again
                continue

    async def look(self) -> None:
        """Note what became known meanwhile, and forget what didn't in all its time; raises UnavailableError."""
        now = self.vanishing.clock.now()
        together: dict[tuple[Stream, int], dict[str, datetime]] = defaultdict(dict)
        for (stream, one), at in self._gone.items():
            together[stream, int(at.timestamp() // _TOGETHER.total_seconds())][one] = at
        for (stream, _), times in together.items():
            unknown = await self.vanishing.gone(stream, list(times), min(times.values()))
            for one, at in times.items():
                if one not in unknown or at < now - _LONGEST:
                    self._gone.pop((stream, one), None)
