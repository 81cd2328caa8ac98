"""Walks a path on paper: who would be told when, by the same functions that walk it in earnest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation import CaseFacts, EscalationPath
from bot.domain.reach import Around, Telling
from bot.domain.stepping import Position, next_step


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One person, channel or reason on the way."""

    #: when, UTC
    at: datetime
    #: in which step
    position: Position
    #: whether that is the fallback
    is_fallback: bool
    #: who, how, and what becomes of it
    telling: Telling
    #: digest: when it is told
    opens_at: datetime | None


def simulate(path: EscalationPath, case: CaseFacts, around: Around, at: datetime) -> Iterator[Line]:
    """Yield what happens while nobody answers, until the fallback was told once; whoever is on duty stays so."""
    position, ended = Position(), False
    while not ended:
        advance = next_step(path, position, case, around, at)
        for taken in advance.taken:
            ended = ended or taken.is_fallback
            for telling in taken.tellings:
                yield Line(
                    at=at,
                    position=taken.position,
                    is_fallback=taken.is_fallback,
                    telling=telling,
                    opens_at=taken.opens_at,
                )
        position, at = advance.position, advance.due_at
