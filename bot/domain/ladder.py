"""The strike ladder: what follows when a member's unexpired strikes reach a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.outcome import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Strike:
    """One mark on a member's record."""

    #: when it was given, UTC
    at: datetime
    #: how much it weighs
    amount: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """How long strikes count, and what they lead to."""

    #: how long a strike counts
    expires: timedelta
    #: total of unexpired strikes → what follows when it is reached
    steps: tuple[tuple[int, Outcome], ...]


def unexpired(strikes: Sequence[Strike], at: datetime, ladder: Ladder) -> tuple[Strike, ...]:
    """Return the strikes that still count at that time, in their order."""
    return tuple(strike for strike in strikes if at - strike.at < ladder.expires)


def climb(strikes: Sequence[Strike], at: datetime, ladder: Ladder) -> Outcome | None:
    """Return what follows from the last of these strikes, or None.

    It is the highest step that the total reaches with the last strike and had not reached without it, so a strike
    that passes several steps at once has one consequence, and a step is taken again only after strikes expired.
    """
    counting = unexpired(strikes, at, ladder)
    if not counting or counting[-1] is not strikes[-1]:
        return None
    after = sum(strike.amount for strike in counting)
    before = after - counting[-1].amount
    reached = [step for step in ladder.steps if before < step[0] <= after]
    return max(reached, key=lambda step: step[0])[1] if reached else None
