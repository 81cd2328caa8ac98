"""How often one sort of thing is asked of a server: what would wait within Discord's limits waits with us instead.

The library waits inside a call, with the last one that a limit lets through already, and whoever waits there holds up
all else that was asked for together with it. What Discord says of a limit with each answer counts from then on.

https://docs.discord.com/developers/topics/rate-limits#header-format
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import isfinite

#: so many are asked for in so many seconds, until Discord said otherwise: one less than it is known to allow
FEW, MORE, WITHIN = 4, 9, 5.2
#: seconds by which a window is taken to be longer than Discord says: clocks and ways differ
_MARGIN = 0.2
#: nobody is told to come back later than in so many seconds: something graver may have come until then
_LONGEST = 30.0
#: sorts that are remembered; beyond, those that nobody asked for within their window are forgotten
_REMEMBERED = 500
_EVER = float("-inf")


@dataclass(kw_only=True, slots=True)
class Pace:
    """One sort of thing on one server, in windows that begin with the first of them, as Discord counts."""

    #: how many are asked for in one window
    most: int = FEW
    #: seconds of one window
    within: float = WITHIN
    _since: float = _EVER
    _asked: int = 0
    #: until when turns are given
    _given: float = _EVER

    def wait(self, now: float) -> float:
        """Return 0 and count one where it may be asked for now, else in how many seconds its turn comes."""
        if self.is_over(now):
            self._since, self._asked = now, 0
        if self._asked < self.most:
            self._asked += 1
            return 0.0
        self._given = max(self._given, self._since + self.within) + self.within / self.most
        if self._given - now > _LONGEST:
            self._given = self._since + self.within
        return min(max(self._given - now, 0.1), _LONGEST)

    def is_over(self, now: float) -> bool:
        """Return whether the window is over."""
        return now - self._since >= self.within

    def told(self, limit: int, left: int, after: float, now: float) -> None:
        """Go by what Discord says: how many its window lets through, how many are left, in how many seconds it ends."""
        if limit < 1 or not (isfinite(after) and after > 0):
            return
        self.most = max(limit - 1, 1)
        # the first of a window says how long it is; of one that began before, only its end is known
        self.within = after + _MARGIN if left >= limit - 1 else max(self.within, after + _MARGIN)
        self._since = now + after + _MARGIN - self.within
        self._asked = max(self._asked, limit - left)


#: by kind, sanction and channel
Paces = dict[tuple[object, ...], Pace]


def pace_of(paces: Paces, sort: tuple[object, ...], most: int, now: float) -> Pace:
    """Return the pace of one sort; those of which nothing more is known than at the beginning are let go of."""
    if len(paces) >= _REMEMBERED and sort not in paces:
        for other in [other for other, pace in paces.items() if pace.is_over(now)]:
            del paces[other]
    return paces.setdefault(sort, Pace(most=most))


_ASKED: ContextVar[Pace | None] = ContextVar("asked", default=None)


@contextmanager
def asked_at(pace: Pace | None) -> Iterator[None]:
    """Let a pace, or none, hear what Discord says of its limit, with the answers to what is asked within."""
    before = _ASKED.set(pace)
    try:
        yield
    finally:
        _ASKED.reset(before)


def hear(headers: Mapping[str, str], now: float) -> None:
    """Hand on what an answer says of a limit to whoever asked; nothing where it says nothing that can be read."""
    pace = _ASKED.get()
    if pace is None:
        return
    try:
        limit, left = int(headers["X-RateLimit-Limit"]), int(headers["X-RateLimit-Remaining"])
        after = float(headers["X-RateLimit-Reset-After"])
    except (KeyError, ValueError):
        return
    pace.told(limit, left, after, now)
