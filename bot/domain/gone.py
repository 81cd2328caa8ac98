"""Messages that don't stand any more, and not by Locum: which of them a deed accounts for, with nothing guessed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: what a platform tells of a deletion and of who did it comes at two times, and by two clocks
NEAR = timedelta(seconds=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """A message that went."""

    #: surrogate
    message: str
    #: surrogate of its author; empty where nobody knows
    account: str
    #: number of the stream in which it stood
    channel: int
    #: since when it isn't there, UTC
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Deletion:
    """A deed by which messages were deleted, as far as the platform tells of it."""

    #: whose messages; None where they may be anybody's
    account: str | None
    #: number of the stream in which they stood
    channel: int
    #: how many at least: what follows by the same hand may be counted in, or told of no more
    count: int
    #: when it was done, UTC
    at: datetime


def accounted_for(gone: Collection[Gone], deeds: Sequence[Deletion]) -> frozenset[str]:
    """Return the messages of which a deed says that somebody deleted them.

    It can be told only where a deed was about no fewer messages than went there at that time: of more, nobody knows
    which of them it was about.
    """
    found: set[str] = set()
    for deed in sorted(deeds, key=lambda one: one.at):
        meant = [one for one in gone if one.message not in found and _fits(one, deed)]
        if len(meant) <= deed.count:
            found.update(one.message for one in meant)
    return frozenset(found)


def _fits(one: Gone, deed: Deletion) -> bool:
    same = one.channel == deed.channel and deed.account in (None, one.account)
    return same and abs(one.at - deed.at) <= NEAR
