"""What followed from a message never follows again; an edit or an answer may raise it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.effect import EffectKey, new_effects, outcome_key, read_outcome, unfollowed, write_outcome
from bot.domain.judgement import Features, Finding, Judgement, Mode
from bot.domain.message import MessageRef, PlatformName
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.severity import Severity

DELETE = Outcome(kind=OutcomeKind.DELETE)
STRIKE = Outcome(kind=OutcomeKind.STRIKE, amount=1)

_lengths = st.none() | st.integers(1, 10**9).map(lambda seconds: timedelta(seconds=seconds))
_outcomes = st.builds(
    Outcome,
    kind=st.sampled_from(OutcomeKind),
    duration=_lengths,
    lasts=_lengths,
    amount=st.integers(0, 100),
    target=st.sampled_from(("", "hate", "respect")),
    asked=st.none() | st.sampled_from(OutcomeKind),
)


def judgement(*findings: Finding) -> Judgement:
    """Return a judgement whose outcomes are all that its findings ask for."""

    def asked(mode: Mode) -> tuple[Outcome, ...]:
        return tuple(dict.fromkeys(one for found in findings if found.mode is mode for one in found.outcomes))

    ref = MessageRef(platform=PlatformName.LOCAL, workspace="W", channel="C", message="1")
    features = Features(at=0.0, message="1", member="m", channel="C")
    return Judgement(ref, "v", findings, asked(Mode.LIVE), asked(Mode.SHADOW), (), (), features)


def finding(rule: str, *outcomes: Outcome, mode: Mode = Mode.LIVE) -> Finding:
    """Return a rule that matched."""
    return Finding(
        rule=rule, guideline="g", severity=Severity.LOW, mode=mode, spans=(), notes=(), outcomes=outcomes
    )  # fmt: skip


def known(*findings: Finding, mode: Mode = Mode.LIVE) -> dict[EffectKey, Mode]:
    """Return what is remembered once these findings were judged."""
    return dict.fromkeys(new_effects(judgement(*findings), {}, mode), mode)


@given(outcome=_outcomes)
def test_an_outcome_that_was_written_is_read_as_it_was(outcome: Outcome) -> None:
    assert read_outcome(write_outcome(outcome)) == outcome


@given(one=_outcomes, other=_outcomes)
def test_different_outcomes_have_different_keys(one: Outcome, other: Outcome) -> None:
    assert (outcome_key(one) == outcome_key(other)) == (one == other)


def test_what_followed_doesnt_follow_again() -> None:
    before = known(finding("a", DELETE, STRIKE))
    assert unfollowed(judgement(finding("a", DELETE, STRIKE)), before, Mode.LIVE) == ()
    assert new_effects(judgement(finding("a", DELETE, STRIKE)), before, Mode.LIVE) == ()


def test_a_rule_that_didnt_match_before_may_ask_anew() -> None:
    before = known(finding("a", DELETE))
    edited = judgement(finding("a", DELETE), finding("b", STRIKE))
    assert unfollowed(edited, before, Mode.LIVE) == (STRIKE,)


def test_what_was_only_watched_follows_once_the_rule_is_live() -> None:
    before = known(finding("a", DELETE, mode=Mode.SHADOW), mode=Mode.SHADOW)
    assert unfollowed(judgement(finding("a", DELETE)), before, Mode.LIVE) == (DELETE,)
    live = known(finding("a", DELETE))
    assert unfollowed(judgement(finding("a", DELETE, mode=Mode.SHADOW)), live, Mode.SHADOW) == ()


def test_a_finding_from_which_nothing_follows_is_remembered_as_well() -> None:
    assert len(known(finding("a"))) == 1
    assert new_effects(judgement(finding("a")), known(finding("a")), Mode.LIVE) == ()
