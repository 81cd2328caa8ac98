"""How often sessions are begun with a token: Discord resets the token of a program that begins a thousand a day."""

from dataclasses import dataclass

#: sessions that may be begun one after the other, and the seconds in which there comes to be one more
AT_ONCE, ONE_MORE = 20, 180.0
#: seconds between two of them: https://docs.discord.com/developers/events/gateway#rate-limiting
BETWEEN = 5.0
_EVER = float("-inf")


@dataclass(kw_only=True, slots=True)
class Beginnings:
    """How many sessions were begun lately, by a clock that nobody sets: it outlives connections, and so do its limits.

    In no hour are there more than forty.
    """

    #: when the last one was begun, and when all of them are made up for
    _last: float = _EVER
    _clear: float = _EVER

    def wait(self, now: float) -> float:
        """Return in how many seconds one more may be begun; 0 for now."""
        return max(0.0, self._last + BETWEEN - now, self._clear - (AT_ONCE - 1) * ONE_MORE - now)

    def begin(self, now: float) -> None:
        """Note that one is begun."""
        self._last, self._clear = now, max(now, self._clear) + ONE_MORE
