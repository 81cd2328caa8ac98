"""Outcomes are spelt as policies spell them."""

from datetime import timedelta

import pytest

from bot.domain.outcome import Outcome, OutcomeKind
from bot.services.replay.spelling import spell

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome(kind=OutcomeKind.DELETE), "delete"),
        (Outcome(kind=OutcomeKind.NOTICE, target="respect"), "notice respect"),
        (Outcome(kind=OutcomeKind.STRIKE, amount=1), "strike 1"),
        (Outcome(kind=OutcomeKind.TIMEOUT, duration=HOUR), "timeout 1h"),
        (Outcome(kind=OutcomeKind.BAN), "ban"),
        (Outcome(kind=OutcomeKind.BAN, duration=168 * HOUR), "ban 7d"),
        (Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.BAN, target="internal"), "ask ban"),
        (Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.TIMEOUT, duration=24 * HOUR), "ask timeout 1d"),
        (Outcome(kind=OutcomeKind.SLOW_MODE, duration=timedelta(seconds=30)), "slow_mode 30s"),
        (Outcome(kind=OutcomeKind.CASE, target="hate"), "case hate"),
        (Outcome(kind=OutcomeKind.ESCALATE), "escalate"),
    ],
)
def test_an_outcome_is_spelt_in_the_policy_s_words(outcome: Outcome, words: str) -> None:
    assert spell(outcome) == words
