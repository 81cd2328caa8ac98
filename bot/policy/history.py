"""What came before a message, as windows of features: never text, and the same whatever order it was learnt in."""

from bisect import insort
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from math import inf
from operator import attrgetter

from bot.domain.judgement import Features
from bot.policy.generation import Generation
from bot.policy.watch import NOTHING_WATCHED, Watch
from bot.policy.windows import Table, add_up, count, find

#: members whose first messages are remembered; beyond that, who was silent the longest is forgotten
MEMBERS = 100_000

#: a generation is not replaced before it holds so many messages
GENERATION = 256

#: messages that a generation holds at most: in a flood, windows reach back over the newest of these and no further,
#: for a process that runs out of memory judges nothing at all
LARGEST = 50_000


class History:
    """Windows over the features of messages that were judged.

    Every read is of message time in `(at - within, at]`, leaves out the message that is being judged, and reaches back
    no further than `keep` seconds before the newest message seen. Only the series of the `Watch` can be read.

    Messages are kept in two generations by arrival. When all of the older one lies behind what is kept, it is dropped
    at once: nothing is spent on forgetting single messages or members, and what is held stays in proportion.
    """

    def __init__(
        self, keep: float = 0.0, watch: Watch = NOTHING_WATCHED, *, generation: int = GENERATION, largest: int = LARGEST
    ) -> None:
        self._keep = keep
        self._largest = largest
        self._generation = generation
        self._watch = watch
        self._remembers = bool(watch)
        self._newest = self._horizon = self._begun = -inf
        self._since = inf
        self._first: OrderedDict[str, list[tuple[float, str]]] = OrderedDict()
        self._now, self._before = Generation(watch), Generation(watch)
        amounts = {series: series.partition(" ")[0] for series in watch.floods}
        self._amounts = {
            series: None if amount == "messages" else attrgetter(amount) for series, amount in amounts.items()
        }

    @property
    def since(self) -> float | None:
        """The time of the earliest message ever observed, in seconds since the epoch."""
        return None if self._since == inf else self._since

    def observe(self, features: Features) -> None:
        """Remember a judged message; an id that is known already is replaced."""
        at, message = features.at, features.message
        now = self._now
        if message in now.rows or message in self._before.rows:
            self._remove(features)
        if at > self._newest:
            if self._since == inf:
                self._since = at
            self._newest = at
            self._horizon = at - self._keep
            held = len(now.rows)
            if (self._horizon >= self._begun and held >= self._generation) or held >= self._largest:
                self._before, self._begun = now, at
                now = self._now = Generation(self._watch)
        elif at < self._since:
            self._since = at
        if self._watch.first and not features.joined:
            self._note_first(features)
        if self._remembers and (at > self._horizon or at == self._newest):
            now.add(features)

    def total(self, member: str, at: float = inf, message: str = "") -> int:
        """Return how many messages of a member up to a time were seen, ever; it counts no further than `Watch.first`.

        The message with the given id is left out.
        """
        if not self._watch.first:
            raise LookupError("first messages aren't watched")
        return sum(seen <= at and id != message for seen, id in self._first.get(member, ()))

    def flood(self, series: str, key: str, *, at: float, within: float, message: str, enough: int) -> int:
        """Return how much a member or channel posted in the window.

        Messages are counted exactly, other amounts until they reach `enough`. The series is named by `flood_series`.
        """
        now, before = tables = self._now.floods[series], self._before.floods[series]
        recent, earlier = now.get(key), before.get(key)
        if (recent is None or recent[-1].at <= at - within) and (earlier is None or earlier[-1].at <= at - within):
            return 0
        amount = self._amounts[series]
        if amount is None:
            return self._count(tables, key, at, within, message)
        after, without = max(at - within, self._horizon), self._known(message)
        seen = 0
        for table in tables:
            if seen < enough:
                seen += add_up(table, key, after, at, without=without, amount=amount, enough=enough - seen)
        return seen

    def copies(self, skeleton: int, *, at: float, within: float, message: str, member: str | None = None) -> int:
        """Return how many messages with these letters there were, of one member or of all."""
        if not self._watch.copies:
            raise LookupError("copies aren't watched")
        if skeleton not in self._now.copies and skeleton not in self._before.copies:
            return 0
        if member is None:
            return self._count((self._now.copies, self._before.copies), skeleton, at, within, message)
        return self._count((self._now.own_copies, self._before.own_copies), (skeleton, member), at, within, message)

    def near_copies(
        self, shingles: bytes, *, at: float, within: float, message: str, member: str | None = None
    ) -> Iterator[Features]:
        """Yield the messages, of one member or of all, that were nearly the same; of very many, only the newest."""
        if not self._watch.near:
            raise LookupError("near copies aren't watched")
        after, without = max(at - within, self._horizon), self._known(message)
        for generation in (self._now, self._before):
            yield from generation.near.find(shingles, after, at, without=without, member=member)

    def joins(self, *, at: float, within: float, message: str, account_under: float | None = None) -> int:
        """Return how many joined, all or only those whose account was known to be younger than so many seconds."""
        tables = self._now.joins[account_under], self._before.joins[account_under]
        return self._count(tables, "", at, within, message)

    def counted(self, per: str, key: Hashable, *, at: float, within: float, message: str) -> int:
        """Return how many messages held a counted condition; `key` is what `counted_under` says."""
        return self._count((self._now.counted[per], self._before.counted[per]), key, at, within, message)

    def _known(self, message: str) -> Features | None:
        return self._now.rows.get(message) or self._before.rows.get(message)

    def _count(self, tables: tuple[Table, Table], key: Hashable, at: float, within: float, message: str) -> int:
        after = max(at - within, self._horizon)
        now, before = tables
        counted = count(now, key, after, at) + count(before, key, after, at)
        if counted:
            judged = self._known(message)
            if judged is not None and after < judged.at <= at:
                counted -= any(find(table.get(key, []), judged) is not None for table in tables)
        return counted

    def _remove(self, successor: Features) -> None:
        """Take out what a message was remembered by, before its successor comes in."""
        known = self._known(successor.message)
        if known is None:
            return
        (self._now if known.message in self._now.rows else self._before).remove(known)
        seen = self._first.get(known.member)
        if seen is not None and (known.at, known.member) != (successor.at, successor.member):
            self._first[known.member] = [place for place in seen if place[1] != known.message]

    def _note_first(self, row: Features) -> None:
        """Remember the earliest messages of a member, as many as are told apart."""
        seen = self._first.get(row.member)
        place = (row.at, row.message)
        if seen is None:
            self._first[row.member] = [place]
            if len(self._first) > MEMBERS:
                self._first.popitem(last=False)
            return
        self._first.move_to_end(row.member)
        if (len(seen) < self._watch.first or place < seen[-1]) and place not in seen:
            insort(seen, place)
            del seen[self._watch.first :]
