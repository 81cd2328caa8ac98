"""Outcomes as a policy spells them, for tables and machine-readable lines."""

from functools import cache

from bot.domain.duration import show_duration
from bot.domain.outcome import Outcome, OutcomeKind


@cache
def spell(outcome: Outcome) -> str:
    """Return an outcome in words such as `delete`, `timeout 1h`, `ask ban`, `notice respect` or `strike 1`."""
    words = [outcome.kind.value]
    if outcome.asked is not None:
        words.append(outcome.asked.value)
    if outcome.duration is not None:
        words.append(show_duration(outcome.duration))
    if outcome.purge is not None:
        words.append(f"purge {show_duration(outcome.purge)}")
    if outcome.kind is OutcomeKind.STRIKE:
        words.append(str(outcome.amount))
    if outcome.target and outcome.kind is not OutcomeKind.ASK:
        words.append(outcome.target)
    return " ".join(words)
