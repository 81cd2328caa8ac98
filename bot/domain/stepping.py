"""What a running escalation does now and when next: pure, so that simulating a path is the same as walking it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.escalation import CaseFacts, EscalationPath, Medium, Step, Target
from bot.domain.hours import is_open, next_opening
from bot.domain.reach import Around, Outcome, Telling, is_told, reach, reach_fallback

#: who answers in the end is told again so often, until somebody acknowledges
AGAIN = timedelta(hours=1)
#: how many waits of the last step an acknowledgement holds, where no queue says by when the case is to be resolved
PATIENCE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """How far a running copy of a path has come."""

    #: how often the steps were gone through
    round: int = 0
    #: the next step's number; after the last round, how often the fallback was told
    step: int = 0

    def is_fallback(self, path: EscalationPath) -> bool:
        """Return whether nothing but the fallback is left."""
        return self.round >= path.repeat or not path.steps

    def after(self, path: EscalationPath) -> "Position":
        """Return the next one."""
        if self.is_fallback(path) or self.step + 1 < len(path.steps):
            return replace(self, step=self.step + 1)
        return Position(round=self.round + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """One step that was taken: at once after it comes the next where nobody was told."""

    #: which one
    position: Position
    #: who was told, and who couldn't be
    tellings: tuple[Telling, ...]
    #: digest: when the hours begin, and it is told
    opens_at: datetime | None = None
    #: whether this is the fallback
    is_fallback: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Advance:
    """What one turn of a running escalation does."""

    #: steps in order; the last one tells somebody
    taken: tuple[Taken, ...]
    #: where it goes on
    position: Position
    #: when
    due_at: datetime

    @property
    def tellings(self) -> Iterator[tuple[Position, Telling]]:
        """Everything to be written down, with its place."""
        return ((one.position, telling) for one in self.taken for telling in one.tellings)


def next_step(path: EscalationPath, position: Position, case: CaseFacts, around: Around, now: datetime) -> Advance:
    """Return what is to be done now, and when to go on.

    A step that reaches nobody, or whose hours aren't now, is taken at once and the next one with it. The end is the
    fallback, who is told again every hour until somebody acknowledges. A step that comes late waits its whole time
    from now on: after a standstill nobody is skipped.
    """
    taken: list[Taken] = []
    while not position.is_fallback(path):
        step = path.steps[position.step]
        one = _take(step, position, case, around, now)
        taken.append(one)
        position = position.after(path)
        if is_told(one.tellings):
            return Advance(taken=tuple(taken), position=position, due_at=now + step.wait)
    tellings = reach_fallback(path, case, around, now)
    # the steps may be none, or end anywhere: the fallback has a round of its own
    position = replace(position, round=max(position.round, path.repeat))
    taken.append(Taken(position=position, tellings=tellings, is_fallback=True))
    return Advance(taken=tuple(taken), position=position.after(path), due_at=now + AGAIN)


def _take(step: Step, position: Position, case: CaseFacts, around: Around, now: datetime) -> Taken:
    if step.hours is None or is_open(step.hours, now):
        return Taken(position=position, tellings=reach(step.target, step.via, case, around, now))
    if step.otherwise != "digest":
        return Taken(position=position, tellings=(_silent(step.target, Outcome.OUTSIDE_HOURS),))
    opens = next_opening(step.hours, now)
    if step.target.channel:
        found = reach(step.target, (Medium.CHAT,), case, around, opens)
        if not is_told(found):
            return Taken(position=position, tellings=found)
    return Taken(position=position, tellings=(_silent(step.target, Outcome.DIGEST),), opens_at=opens)


def _silent(target: Target, outcome: Outcome) -> Telling:
    via = "digest" if outcome is Outcome.DIGEST else "none"
    return Telling(whom=name_of(target), via=via, outcome=outcome)


def name_of(target: Target) -> str:
    """Return how records name a target whose people aren't looked up yet: `channel:leads`, `on_duty:internal`."""
    if target.channel:
        return f"channel:{target.channel}"
    if target.person:
        return f"contact:{target.person}"
    if target.on_duty:
        return f"on_duty:{target.on_duty}"
    return f"role:{target.role}/{target.of}"[:64]


def patience(path: EscalationPath, position: Position, now: datetime, resolve_due: datetime | None) -> datetime:
    """Return until when an acknowledgement holds: then the path goes on where it stopped, if nothing was resolved.

    That is when the case is to be resolved, where its queue says so and that still lies ahead; else four times the wait
    of the step that was answered.
    """
    if resolve_due is not None and resolve_due > now:
        return resolve_due
    if position.is_fallback(path) and position.step > 0:
        return now + PATIENCE * AGAIN
    if not path.steps:
        return now + PATIENCE * AGAIN
    return now + PATIENCE * path.steps[position.step - 1 if position.step else len(path.steps) - 1].wait
