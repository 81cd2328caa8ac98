"""A pager whose pages a test can read, and that fails as often as it is told."""

import asyncio
from dataclasses import dataclass, field

from bot.domain.action import Answer, Result
from tests.fakes.world import World


@dataclass(kw_only=True)
class FakePager:
    """Answers to the port Pager; pages are kept in a world."""

    #: where pages arrive
    world: World
    #: answers of the next calls, one each; a page with `DONE` or `UNKNOWN` has arrived
    answers: list[Result] = field(default_factory=list)
    #: calls that never return
    silent: int = 0
    #: keys of every call, in order
    asked: list[str] = field(default_factory=list)
    #: whom each call was for, in order: references, or empty
    to: list[str] = field(default_factory=list)

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        """Let a page arrive; the same key is the same page."""
        self.asked.append(key)
        self.to.append(to)
        if self.silent:
            self.silent -= 1
            await asyncio.Event().wait()
        result = self.answers.pop(0) if self.answers else Result(answer=Answer.DONE)
        if result.answer in {Answer.DONE, Answer.UNKNOWN} and key not in self.world.pages:
            self.world.page(key, text)
        return result
