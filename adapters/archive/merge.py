"""Many files of one export as one run of messages in order of time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import islice

from adapters.archive.documents import Tally
from adapters.archive.times import BEGINNING
from bot.domain.message import Message
from bot.domain.reading import Skipped

Items = Iterator[Message | Skipped]
_LOOK = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A file that is opened when its time has come."""

    #: nothing in it is earlier
    start: datetime
    #: what it holds
    read: Callable[[Tally], Items]
    #: the file that goes on where this one ends
    after: "Source | None" = None


def begun(read: Callable[[Tally], Items]) -> Source:
    """Return a source that starts with the first message in it, which is looked up now."""
    items = read(Tally())
    first = next((item.at for item in islice(items, _LOOK) if isinstance(item, Message)), BEGINNING)
    return Source(start=first, read=read)


def in_time_order(sources: Iterable[Source], tally: Tally) -> Items:
    """Yield everything in all sources, messages in order of time where each source is in order.

    Only sources whose time spans overlap are open at once.
    """
    waiting = [(source.start, number, source) for number, source in enumerate(sources)]
    heapify(waiting)
    running: list[tuple[datetime, int, Message, Items, Source]] = []
    while waiting or running:
        if waiting and (not running or waiting[0][0] <= running[0][0]):
            _, number, source = heappop(waiting)
            items = source.read(tally)
        else:
            _, number, message, items, source = heappop(running)
            yield message
        limit = running[0][0] if running else None
        if waiting and (limit is None or waiting[0][0] < limit):
            limit = waiting[0][0]
        for item in items:
            if isinstance(item, Message) and limit is not None and item.at >= limit:
                heappush(running, (item.at, number, item, items, source))
                break
            yield item
        else:
            if source.after:
                heappush(waiting, (source.after.start, number, source.after))
