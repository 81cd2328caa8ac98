"""Sanctions as wanted states: what the active ones add up to, and what that asks of the platform."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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


def wanted(sanctions: Iterable[Sanction], kind: OutcomeKind, at: datetime) -> Standing:
    """Return the union of the active sanctions of one kind: it ends with the last of them."""
    ends = [sanction.until for sanction in sanctions if sanction.kind is kind and sanction.active(at)]
    if not ends:
        return FREE
    known = [end for end in ends if end is not None]
    return Standing(held=True, until=max(known) if len(known) == len(ends) else None)


def outlasts(one: Standing, other: Standing) -> bool:
    """Return whether one standing restricts longer than the other."""
    if not one.held or not other.held:
        return one.held
    return other.until is not None and (one.until is None or one.until > other.until)


def settle(wanted: Standing, native: Standing, ours: Standing) -> Standing | None:
    """Return the standing that the platform is to be brought to, or None when it stays as it is.

    `native` is what the platform says, `ours` what Locum set last. What somebody extended on the platform itself is
    respected: it is neither shortened nor lifted before its own end.
    """
    if native == wanted:
        return None
    extended = outlasts(native, ours)
    if extended and not outlasts(wanted, native):
        return None
    return wanted
