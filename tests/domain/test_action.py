"""How long is waited after failures, and who goes first."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action import ActionKind, back_off, weight
from bot.domain.severity import Severity


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_grow_to_ten_minutes_and_spread(attempts: int, chance: float) -> None:
    waited = back_off(attempts, chance)
    assert 1.0 <= waited <= 600.0
    assert waited <= back_off(attempts + 1, chance)


@given(st.sampled_from(Severity), st.sampled_from(Severity), st.sampled_from(ActionKind), st.sampled_from(ActionKind))
def test_what_is_graver_always_goes_first(one: Severity, other: Severity, kind: ActionKind, last: ActionKind) -> None:
    if one > other:
        assert weight(one, kind) < weight(other, last)


def test_among_equals_sanctions_go_before_deletions() -> None:
    assert weight(Severity.LOW, ActionKind.RESTRICT) < weight(Severity.LOW, ActionKind.DELETE)
