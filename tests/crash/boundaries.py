"""Ends the process at a chosen boundary: after a statement, before a commit, before or after an outside effect."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from bot.domain.action import Result
from bot.ports import Effect
from bot.store.engine import Store
from tests.fakes.platform import FakePlatform


@dataclass(kw_only=True, slots=True)
class Boundaries:
    """Counts the boundaries that are passed."""

    #: which one is the last; 0 for none
    last: int = 0
    #: how many were passed
    passed: int = 0

    def cross(self, *_: Any) -> None:
        """Count one more; the last one ends everything, as a power cut would: nothing is cleaned up."""
        self.passed += 1
        if self.passed == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, store: Store) -> None:
        """Count every statement that may write, once it was made, and every commit, before it is."""
        for name in ("after_cursor_execute", "commit"):
            event.listen(store.writer.sync_engine, name, self.cross)


@dataclass(kw_only=True)
class Watched(FakePlatform):
    """A platform whose effects are boundaries too: one by one, before and after each."""

    #: counts them
    boundaries: Boundaries = field(default_factory=Boundaries)

    async def enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Do what is asked, one after the other."""
        results: list[Result] = []
        for effect in effects:
            self.boundaries.cross()
            results += await super().enforce([effect])
            self.boundaries.cross()
        return results
