"""What passes through the intake: messages that wait, messages that were judged, and pieces of work."""

import asyncio
import sys
from dataclasses import dataclass, field

from bot.domain.facts import NO_FACTS, Facts
from bot.domain.gap import Gap
from bot.domain.judgement import Judgement
from bot.domain.message import Message
from bot.store.seen import SeenKey

#: bytes of a message beside its text, and of each of its files: what a usual one was seen to hold
_USUAL, _FILE = 2_000, 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A message that waits to be judged."""

    #: as the adapter delivered it
    message: Message
    #: answers from outside, known by now
    facts: Facts = NO_FACTS
    #: judged even though its content is known: an answer came, or is to be asked for again
    again: bool = False
    #: what could be asked was asked: what is still unknown stays so
    asked: bool = False

    @property
    def size(self) -> int:
        """Return how many bytes it holds, by a rough count."""
        return _USUAL + sys.getsizeof(self.message.text) + _FILE * len(self.message.attachments)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fresh:
    """A message that has to be judged."""

    #: what waits
    item: Item
    #: where its row is
    key: SeenKey
    #: keyed digest of its content
    digest: bytes
    #: a newer revision was judged before: this one can only raise what follows
    stale: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A message and what the evaluator says of it."""

    #: what was to be judged
    fresh: Fresh
    #: with surrogates, as it was judged
    message: Message
    #: what was found
    judgement: Judgement

    @property
    def key(self) -> SeenKey:
        """Where its row is."""
        return self.fresh.key

    @property
    def waiting(self) -> bool:
        """Whether an answer from outside is awaited."""
        return bool(self.judgement.wants) and not self.fresh.item.asked


@dataclass(kw_only=True, slots=True)
class Work:
    """What is judged and stored in one transaction."""

    #: messages in order
    items: list[Item] = field(default_factory=list)
    #: a gap as it stands after this, where it is read back; what others did to it meanwhile counts as well
    gap: Gap | None = None
    #: rows that need no answer any more
    settled: tuple[SeenKey, ...] = ()
    #: how many of the messages came from the queue
    live: int = 0
    #: told once it is stored
    done: "asyncio.Future[None] | None" = None
