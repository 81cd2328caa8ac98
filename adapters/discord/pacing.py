"""How often one sort of thing is asked of a server: what would wait within Discord's limits waits with us instead.

The library waits inside a call, with the last one that a limit lets through already, and whoever waits there holds up
all else that was asked for together with it.
"""

from dataclasses import dataclass

#: so many are asked for in so many seconds: one less than Discord is known to allow
FEW, MORE, WITHIN = 4, 9, 5.2
#: nobody is told to come back later than in so many seconds: something graver may have come until then
_LONGEST = 30.0
_EVER = float("-inf")


@dataclass(kw_only=True, slots=True)
class Pace:
    """One sort of thing on one server, in windows that begin with the first of them, as Discord counts."""

    #: how many are asked for in one window
    most: int = FEW
    _since: float = _EVER
    _asked: int = 0
    #: until when turns are given
    _given: float = _EVER

    def wait(self, now: float) -> float:
        """Return 0 and count one where it may be asked for now, else in how many seconds its turn comes."""
        if now - self._since >= WITHIN:
            self._since, self._asked = now, 0
        if self._asked < self.most:
            self._asked += 1
            return 0.0
        self._given = max(self._given, self._since + WITHIN) + WITHIN / self.most
        if self._given - now > _LONGEST:
            self._given = self._since + WITHIN
        return max(self._given - now, 0.1)
