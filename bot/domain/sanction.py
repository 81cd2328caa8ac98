"""Sanctions as wanted states: what the active ones add up to, and what that asks of the platform."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.outcome import OutcomeKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Sanction:
    """A lasting restriction of a member."""

    #: surrogate
    id: str
    #: surrogate of the member's account
    account: str
    #: timeout, quarantine or ban
    kind: OutcomeKind
    #: when it began, UTC
    start: datetime
    #: when it ends, UTC; None for good
    until: datetime | None
    #: when it was lifted before its end, UTC
    lifted_at: datetime | None = None

    @property
    def was_lifted(self) -> bool:
        """Whether it was ended before its time."""
        return self.lifted_at is not None and (self.until is None or self.lifted_at < self.until)

    def active(self, at: datetime) -> bool:
        """Return whether it holds at that time; from its end on it doesn't."""
        return self.start <= at and self.lifted_at is None and (self.until is None or at < self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Whether a member is under one kind of sanction, and until when."""

    #: True while the sanction holds
    held: bool
    #: when it ends, UTC; None for good, or when it doesn't hold
    until: datetime | None = None


FREE = Standing(held=False)

_SECOND = timedelta(seconds=1)


def wanted(sanctions: Iterable[Sanction], kind: OutcomeKind, at: datetime) -> Standing:
    """Return the union of the active sanctions of one kind: it ends with the last of them."""
    ends = [sanction.until for sanction in sanctions if sanction.kind is kind and sanction.active(at)]
    if not ends:
        return FREE
    known = [end for end in ends if end is not None]
    return Standing(held=True, until=max(known) if len(known) == len(ends) else None)


def upheld_against(
    sanctions: Iterable[Sanction], kinds: Collection[OutcomeKind], written: datetime, now: datetime
) -> Sanction | None:
    """Return the sanction by which something that was written then is deleted now; None where none is.

    It held then and holds still: what is over is upheld no more. Of several it is the one that began last.
    """
    held = [one for one in sanctions if one.kind in kinds and one.active(written) and one.active(now)]
    return max(held, key=lambda one: (one.start, one.id), default=None)


def outlasts(one: Standing, other: Standing) -> bool:
    """Return whether one standing restricts longer than the other."""
    if not one.held or not other.held:
        return one.held
    return other.until is not None and (one.until is None or one.until > other.until)


def union(one: Standing, other: Standing) -> Standing:
    """Return the standing that restricts as long as the longer of the two."""
    return one if outlasts(one, other) else other


def piece(goal: Standing, at: datetime, longest: timedelta | None) -> Standing:
    """Return what a platform is asked for so that a goal is reached, or is reached by renewing.

    `longest` is what the platform itself can end: anything when None, nothing when zero. Whole seconds, rounded up:
    nothing ends early.
    """
    if not goal.held:
        return FREE
    if longest is None:
        return Standing(held=True, until=None if goal.until is None else _whole(goal.until))
    if not longest:
        return Standing(held=True)
    latest = (at + longest).replace(microsecond=0)
    return Standing(held=True, until=latest if goal.until is None else min(_whole(goal.until), latest))


def others(native: Standing, ours: Standing, theirs: Standing, at: datetime) -> Standing:
    """Return what somebody else wants of a member, from what the platform shows now.

    Where it shows what Locum set last, that is whatever was seen of others before, until its end. Anything else is
    their word: a longer standing, a shorter one, or none.
    """
    if not alike(native, ours):
        return native if native.held else FREE
    over = theirs.until is not None and theirs.until <= at
    return FREE if over or not native.held else theirs


def settle(wanted: Standing, native: Standing, theirs: Standing, at: datetime, longest: timedelta | None) -> Standing:
    """Return the standing that the platform is to have; where that is `native`, there is nothing to do.

    `wanted` is the union of the active sanctions, `theirs` what others want (see `others`): it is neither shortened
    nor lifted before its own end.
    """
    goal = theirs
    if outlasts(wanted, theirs):
        goal = union(piece(wanted, at, longest), theirs)
    return native if alike(native, goal) else goal


def changed_ends(sanctions: Iterable[Sanction], shown: Standing) -> dict[str, datetime | None]:
    """Return the sanctions that end at another time once somebody else has set a standing, each with its end.

    `sanctions` are active, of one member and one kind, and the standing is held: afterwards they add up to it. What
    outlasts it ends with it; where all of them end sooner, the last one ends with it.
    """
    known = list(sanctions)
    longer = [one for one in known if outlasts(_of(one), shown) and not alike(_of(one), shown)]
    if longer:
        return {one.id: shown.until for one in longer}
    if not known or any(alike(_of(one), shown) for one in known):
        return {}
    last = max(known, key=lambda one: (one.until is None, one.until or one.start, one.id))
    return {last.id: shown.until}


def _of(sanction: Sanction) -> Standing:
    return Standing(held=True, until=sanction.until)


def alike(one: Standing, other: Standing) -> bool:
    """Return whether two standings are the same, but for what a platform rounds."""
    if one.until is None or other.until is None:
        return one == other
    return one.held == other.held and abs(one.until - other.until) <= _SECOND


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0) + _SECOND if at.microsecond else at
