"""How often one sort of thing is asked of a server: what would wait within Discord's limits waits with us instead.

The library waits inside a call, and whoever waits there holds up all else that was asked for together with it.
"""

from dataclasses import dataclass

#: so many are asked for at once, and as many more every five seconds: less than Discord is known to allow
AT_ONCE, EVERY = 5, 5.0
_BETWEEN = EVERY / AT_ONCE
#: nobody is told to come back later than in so many seconds: something graver may have come until then
_LONGEST = 30.0
_EVER = float("-inf")


@dataclass(kw_only=True, slots=True)
class Pace:
    """One sort of thing on one server."""

    #: when all that was asked for is made up for, and until when turns are given
    _clear: float = _EVER
    _given: float = _EVER

    def wait(self, now: float) -> float:
        """Return 0 and count one where it may be asked for now, else in how many seconds its turn comes."""
        if self._clear - (AT_ONCE - 1) * _BETWEEN <= now:
            self._clear = max(now, self._clear) + _BETWEEN
            return 0.0
        self._given = max(self._given, now) + _BETWEEN
        if self._given - now > _LONGEST:
            self._given = now
        return max(self._given - now, _BETWEEN)
