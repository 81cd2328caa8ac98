"""What sanctions add up to, and what that asks of a platform that others use as well."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Sanction, Standing, alike, others, outlasts, piece, settle, union, wanted

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
LONGEST = st.sampled_from([None, timedelta(0), timedelta(days=28), timedelta(hours=1)])
ENDS = st.one_of(st.none(), st.integers(1, 10_000_000).map(lambda seconds: NOW + timedelta(seconds=seconds)))
HELD = ENDS.map(lambda until: Standing(held=True, until=until))
STANDINGS = st.one_of(st.just(FREE), HELD)
KINDS = st.sampled_from([OutcomeKind.TIMEOUT, OutcomeKind.BAN])
SANCTIONS = st.builds(
    lambda kind, start, until, lifted: Sanction(
        id="s",
        account="a",
        kind=kind,
        start=NOW + timedelta(seconds=start),
        until=until,
        lifted_at=NOW if lifted else None,
    ),
    KINDS,
    st.integers(-1000, 1000),
    st.one_of(st.none(), st.integers(-1000, 1000).map(lambda seconds: NOW + timedelta(seconds=seconds))),
    st.booleans(),
)


@given(st.lists(SANCTIONS), KINDS)
def test_the_union_holds_exactly_while_one_of_them_does(sanctions: list[Sanction], kind: OutcomeKind) -> None:
    goal = wanted(sanctions, kind, NOW)
    active = [one for one in sanctions if one.kind is kind and one.active(NOW)]
    assert goal.held == bool(active)
    for one in active:
        assert not outlasts(Standing(held=True, until=one.until), goal)
    if goal.until is not None:
        assert goal.until in {one.until for one in active}


@given(STANDINGS, STANDINGS)
def test_a_union_restricts_as_long_as_the_longer(one: Standing, other: Standing) -> None:
    both = union(one, other)
    assert both in {one, other}
    assert not outlasts(one, both)
    assert not outlasts(other, both)


@given(STANDINGS, LONGEST)
def test_a_piece_is_what_the_platform_can_hold(goal: Standing, longest: timedelta | None) -> None:
    made = piece(goal, NOW, longest)
    assert made.held == goal.held
    if goal.held and longest == timedelta(0):
        assert made.until is None
    elif goal.held and longest is not None:
        assert made.until is not None
        assert made.until <= NOW + longest
    if longest is None:
        assert not outlasts(goal, made)


@given(STANDINGS, STANDINGS, STANDINGS, STANDINGS, LONGEST)
def test_nothing_that_others_set_is_shortened_or_lifted(
    goal: Standing, native: Standing, ours: Standing, theirs: Standing, longest: timedelta | None
) -> None:
    seen = others(native, ours, theirs, NOW)
    to = settle(goal, native, seen, NOW, longest)
    if not alike(native, ours):
        assert not outlasts(native, to)
    assert not outlasts(seen, to) or alike(seen, to)


@given(STANDINGS, STANDINGS, STANDINGS, LONGEST)
def test_what_was_settled_stays_settled(
    goal: Standing, native: Standing, ours: Standing, longest: timedelta | None
) -> None:
    theirs = others(native, ours, FREE, NOW)
    to = settle(goal, native, theirs, NOW, longest)
    set_now = ours if to == native else to
    assert settle(goal, to, others(to, set_now, theirs, NOW), NOW, longest) == to


@given(STANDINGS)
def test_what_only_locum_set_is_lifted_when_nothing_is_wanted(ours: Standing) -> None:
    assert settle(FREE, ours, others(ours, ours, FREE, NOW), NOW, None) == FREE


def test_an_extension_that_ours_covered_comes_back_when_ours_ends() -> None:
    day, week = (Standing(held=True, until=NOW + timedelta(days=days)) for days in (1, 7))
    seen = others(day, FREE, FREE, NOW)
    assert settle(week, day, seen, NOW, timedelta(days=28)) == week
    later = others(week, week, seen, NOW + timedelta(hours=1))
    assert settle(FREE, week, later, NOW + timedelta(hours=1), timedelta(days=28)) == day
    too_late = others(week, week, seen, NOW + timedelta(days=2))
    assert settle(FREE, week, too_late, NOW + timedelta(days=2), timedelta(days=28)) == FREE


def test_somebody_elses_ban_stays_when_ours_ends() -> None:
    ban = Standing(held=True)
    seen = others(ban, FREE, FREE, NOW)
    assert settle(FREE, ban, seen, NOW, timedelta(0)) == ban
