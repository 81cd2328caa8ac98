"""How far what was taken in is stored, for whoever waits for it before they acknowledge something."""

import asyncio
from collections import deque
from dataclasses import dataclass, field


@dataclass(kw_only=True, slots=True)
class Progress:
    """How many messages were taken in, and how many of them are stored: in the same order."""

    _taken: int = 0
    _stored: int = 0
    _waiting: "deque[tuple[int, asyncio.Future[None]]]" = field(default_factory=deque)

    def took(self) -> None:
        """Count one that was taken in."""
        self._taken += 1

    def stored(self, many: int) -> None:
        """Count some that are stored, and tell whoever waited for them."""
        self._stored += many
        while self._waiting and self._waiting[0][0] <= self._stored:
            done = self._waiting.popleft()[1]
            if not done.done():
                done.set_result(None)

    async def wait(self) -> None:
        """Return once everything that was taken in before is stored; raise what `end` was told."""
        if self._stored >= self._taken:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._taken, done))
        await done

    def end(self, error: Exception) -> None:
        """Tell whoever waits that what they wait for won't be stored here."""
        for _, done in self._waiting:
            if not done.done():
                done.set_exception(error)
        self._waiting.clear()
