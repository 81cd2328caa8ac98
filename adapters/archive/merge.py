"""Many files of one export, and several exports, as one run of messages in order of time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush, merge
from operator import itemgetter

from adapters.archive.documents import Tally
from adapters.archive.times import BEGINNING
from bot.domain.message import Message
from bot.domain.reading import Skipped

Items = Iterator[Message | Skipped]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A file that is opened when its time has come."""

    #: nothing in it is earlier
    start: datetime
    #: what it holds
    read: Callable[[Tally], Items]
    #: the file that goes on where this one ends
    after: "Source | None" = None


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


def merged(exports: Sequence[Items]) -> Items:
    """Yield what several exports hold in order of time, for windows look across channels; one alone as it is."""
    if len(exports) == 1:
        yield from exports[0]
        return
    for _, item in merge(*map(_timed, exports), key=itemgetter(0)):
        yield item


def _timed(items: Items) -> Iterator[tuple[datetime, Message | Skipped]]:
    """Yield each with its time; what can't be read comes with the message before it."""
    at = BEGINNING
    for item in items:
        if isinstance(item, Message):
            at = item.at
        yield at, item
