"""Sanctions that somebody changed by hand add up to what was set, and those that needn't change don't."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Sanction, Standing, alike, changed_ends, wanted

START = datetime(2026, 1, 1, tzinfo=UTC)
hours = st.integers(1, 50).map(lambda count: START + timedelta(hours=count))
ends = st.lists(st.none() | hours, min_size=1, max_size=5)


def sanctions(*untils: datetime | None) -> list[Sanction]:
    return [
        Sanction(id=f"s{number}", account="a", kind=OutcomeKind.TIMEOUT, start=START, until=until)
        for number, until in enumerate(untils)
    ]


@given(ends, st.none() | hours)
def test_afterwards_they_add_up_to_what_was_set(untils: list[datetime | None], until: datetime | None) -> None:
    shown = Standing(held=True, until=until)
    held = sanctions(*untils)
    changed = changed_ends(held, shown)
    after = sanctions(*(changed.get(one.id, one.until) for one in held))
    assert alike(wanted(after, OutcomeKind.TIMEOUT, START), shown)


@given(ends, st.none() | hours)
def test_what_ends_with_it_or_before_another_that_reaches_it_stays(
    untils: list[datetime | None], until: datetime | None
) -> None:
    held = sanctions(*untils)
    changed = changed_ends(held, Standing(held=True, until=until))
    same = [one.id for one in held if one.until == until]
    assert not changed.keys() & set(same)
    # only the last of several is made longer
    longer = [one for one in held if one.id in changed and until is not None and one.until is not None]
    assert len([one for one in longer if until is not None and one.until is not None and one.until < until]) <= 1


def test_a_second_more_or_less_is_no_change() -> None:
    (one,) = sanctions(START + timedelta(hours=1))
    assert changed_ends([one], Standing(held=True, until=START + timedelta(hours=1, microseconds=400))) == {}


def test_without_sanctions_nothing_changes() -> None:
    assert changed_ends([], Standing(held=True)) == {}
