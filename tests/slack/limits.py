"""How often a method may be called by one app in one workspace, and how often may be posted into one channel."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil

#: calls a minute of each tier
TIERS: Mapping[str, int] = {
    "Tier1": 1, "Tier2": 20, "Tier3": 50, "Tier4": 100, "SpecialTier_auth_test": 600,
    "SpecialTier_chat_getPermalink": 600, "SpecialTier_chat_postMessage": 300,
}  # fmt: skip
#: messages a second into one channel, and how many at once are let pass
POSTS, BURST = 1.0, 4.0


@dataclass(kw_only=True)
class _Bucket:
    """What fills up steadily, and is emptied by calls."""

    #: calls that it holds
    size: float
    #: calls a second that it gains
    gains: float
    #: calls in it
    left: float
    #: when that was so
    at: float

    def wait(self, now: float) -> float:
        """Return in how many seconds a call passes; 0 if now."""
        self.left, self.at = min(self.size, self.left + (now - self.at) * self.gains), now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.gains

    def take(self) -> None:
        """Let a call pass."""
        self.left -= 1


@dataclass(kw_only=True)
class Limits:
    """All of them, on a clock that only goes forward."""

    clock: Callable[[], float] = time.monotonic
    #: calls a minute of a method, where tests want it otherwise
    methods: dict[str, int] = field(default_factory=dict)
    #: messages a second into one channel, and how many at once are let pass
    posts: tuple[float, float] = (POSTS, BURST)
    #: False: nobody ever waits
    on: bool = True
    _buckets: dict[tuple[str, ...], _Bucket] = field(default_factory=dict)

    def ask(self, method: str, tier: str, app_id: str, team_id: str, channel: str | None = None) -> int:
        """Return 0 and let a call pass, or the seconds of its `Retry-After`."""
        if not self.on:
            return 0
        now = self.clock()
        most = float(self.methods.get(method, TIERS.get(tier, 50)))
        asked = [self._bucket((method, app_id, team_id), most, most / 60, now)]
        if method == "chat.postMessage" and channel is not None:
            a_second, burst = self.posts
            asked.append(self._bucket((method, app_id, team_id, channel), burst, a_second, now))
        wait = max(one.wait(now) for one in asked)
        if wait > 0:
            return max(1, ceil(wait))
        for one in asked:
            one.take()
        return 0

    def _bucket(self, key: tuple[str, ...], size: float, gains: float, now: float) -> _Bucket:
        found = self._buckets.setdefault(key, _Bucket(size=size, gains=gains, left=size, at=now))
        found.size, found.gains = size, gains
        return found
