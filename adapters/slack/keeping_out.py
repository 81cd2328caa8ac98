"""Who is kept out of channels and writes there all the same is held to it again: that they came back, nobody told us.

Without an admin's token nothing that they write can be deleted, so this is how a coming that Slack didn't tell of, or a
token that was lost since, is noticed.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

#: seconds for which it isn't asked again about the same member, and members who are remembered
_AGAIN, _MOST = 600.0, 50_000


@dataclass(kw_only=True, slots=True)
class KeepingOut:
    """Whom the core was asked about lately."""

    _asked: "OrderedDict[str, float]" = field(default_factory=OrderedDict)

    def is_due(self, user: str, now: float) -> bool:
        """Return whether it is time to ask what holds for somebody who writes."""
        asked = self._asked.get(user)
        return asked is None or now - asked > _AGAIN

    def asked(self, user: str, now: float) -> None:
        """Remember that it was asked."""
        self._asked[user] = now
        self._asked.move_to_end(user)
        while len(self._asked) > _MOST:
            self._asked.popitem(last=False)

    def forget(self) -> None:
        """Ask about everybody anew: until now, nobody had to be kept out."""
        self._asked.clear()
