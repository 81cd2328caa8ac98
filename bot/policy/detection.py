"""What a signal compiles to, and what it may look at while one message is judged."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from bot.domain.judgement import Span
from bot.i18n import Phrase

if TYPE_CHECKING:
    from bot.policy.inspection import Inspection


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Why a condition holds; always true in a boolean sense, even without a span."""

    #: where in the text
    spans: tuple[Span, ...] = ()
    #: what else was seen, such as "12 mentions"
    notes: tuple[Phrase, ...] = ()


#: a condition's three values: evidence (it holds), False (it doesn't), None (it can't be known yet)
Answer = Evidence | Literal[False] | None

HOLDS = Evidence()


class Trigger(IntEnum):
    """Cheap facts of a message that wake the conditions which need them; ids below `FIRST_SCAN_ID`."""

    ALWAYS = 0
    LINK = 1
    MENTION = 2
    ATTACHMENT = 3
    FORWARDED = 4
    EDITED = 5
    JOIN = 6
    REPLY = 7


#: ids from here on name term groups and patterns of the one scan
FIRST_SCAN_ID = 16

#: begins the keys of conditions that look at names
NAMES = "name:"

ALWAYS = frozenset({int(Trigger.ALWAYS)})


@dataclass(frozen=True, kw_only=True, slots=True)
class Detector:
    """A compiled condition."""

    #: stable name of the condition: equal conditions have equal keys, in every policy version
    key: str
    #: the condition can only hold, or be unknown, when one of these triggers or scan ids fired
    anchors: frozenset[int]
    #: says whether it holds for the message under inspection
    probe: Callable[["Inspection"], Answer] = field(repr=False)
    #: the conditions it is made of, as the policy names them; only for explaining it
    parts: tuple["Detector", ...] = field(default=(), repr=False, compare=False)
    #: it holds from so many mentions of people and roles together on; None where it doesn't count them
    mentions: int | None = field(default=None, repr=False, compare=False)
    #: it holds for whoever has one of these roles, ids and names, and for nobody else; empty where it looks elsewhere
    roles: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    def of_names(self) -> Iterator["Detector"]:
        """Yield the conditions within it that look at names."""
        if self.key.startswith(NAMES):
            yield self
        for part in self.parts:
            yield from part.of_names()
