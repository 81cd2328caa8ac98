"""Waves: the same rule finds nearly the same text, or the same link, with several members; that is one case."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

#: how many different texts and links of one wave are remembered: of a flood that varies, the first ones
MOST_TRACES = 16


class Alike(Protocol):
    """Says whether two signatures are of nearly the same text."""

    def __call__(self, first: bytes, second: bytes, /) -> bool:
        """Return whether they are."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What a message of a wave is known by: keyed digests, and never a text."""

    #: digests of its letters and of where its links lead
    signs: frozenset[str]
    #: signature for near copies; empty for a short text
    shingles: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """What a case was opened for or grew by, so that what is alike can join it."""

    #: surrogate
    id: str
    #: surrogate of the case
    case: str
    #: `guideline/rule`
    rule: str
    #: what it is known by
    signs: Signs
    #: message time of the newest member it brought in
    at: datetime


def wave_of(
    traces: Sequence[Trace], signs: Signs, rules: Collection[str], at: datetime, within: timedelta, *, alike: Alike
) -> Trace | None:
    """Return what a finding is alike to: the oldest trace of one of its rules that is no further off in time.

    One sign in common is enough, or nearly the same text. Messages may come out of order.
    """
    near = (one for one in traces if one.rule in rules and abs(at - one.at) <= within)
    return next((one for one in sorted(near, key=_age) if is_alike(one.signs, signs, alike)), None)


def is_alike(first: Signs, second: Signs, alike: Alike) -> bool:
    """Return whether two messages have a sign in common, or nearly the same text."""
    if not first.signs.isdisjoint(second.signs):
        return True
    return bool(first.shingles and second.shingles) and alike(first.shingles, second.shingles)


def _age(one: Trace) -> tuple[datetime, str]:
    return one.at, one.id
