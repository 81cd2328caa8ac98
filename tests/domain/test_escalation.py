"""Escalation as a pure function: routes, hours in odd nights, whom a step reaches, and what follows when."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actor import OrganisationKind
from bot.domain.escalation import (
    CaseFacts,
    Contact,
    EscalationPath,
    Escalations,
    Hours,
    Medium,
    Route,
    Step,
    Target,
    find_path,
    read_contacts,
    read_path,
    route,
    write_contacts,
    write_path,
)
from bot.domain.hours import is_open, next_opening
from bot.domain.message import PlatformName
from bot.domain.reach import Around, Outcome, hidden_from, is_told, reach
from bot.domain.severity import Severity
from bot.domain.staff import Level, Organisation, Person, Roster
from bot.domain.stepping import AGAIN, Position, next_step, patience

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 6, 17, 10, 0, tzinfo=UTC)
CASE = CaseFacts(severity=Severity.HIGH, queue="hate", organisation="night")
MEDIA = (Medium.CHAT, Medium.WEBHOOK)


def organisation(name: str, kind: OrganisationKind = OrganisationKind.PARTNER) -> Organisation:
    return Organisation(
        id=name, kind=kind, name=name, shown_as={}, contract=None, mandates=(), budgets={}, budgets_each={}
    )


def person(name: str, of: str, role: str = "moderator", **values: object) -> Person:
    fields = {"starts_as": Level.TRUSTED, "languages": frozenset(), "accounts": {PlatformName.DISCORD: ("", name)}}
    return Person(id=name, alias=name.title(), organisation=of, role=role, **{**fields, **values})  # type: ignore[arg-type]  # a test's shorthand


ROSTER = Roster(
    organisations={
        "internal": organisation("internal", OrganisationKind.INTERNAL),
        "night": organisation("night"),
        "day": organisation("day"),
    },
    people={
        one.id: one
        for one in (
            person("ada", "internal", "owner"), person("lee", "internal", "lead"), person("mo", "internal"),
            person("heron", "night", "partner_lead"), person("robin", "night"), person("gull", "day", "partner_lead"),
        )
    },
)  # fmt: skip
CONTACTS = {
    "ada": Contact(name="ada", person="ada", webhook="env:ADA", email="env:ADA_MAIL"),
    "ombud": Contact(name="ombud", email="env:OMBUD"),
}
AROUND = Around(roster=ROSTER, contacts=CONTACTS, on_duty=frozenset({("mo", "internal"), ("robin", "night")}))


def step(wait: int = 5, hours: Hours | None = None, otherwise: str = "skip", **target: str) -> Step:
    return Step(
        target=Target(**target), via=MEDIA, wait=timedelta(minutes=wait), hours=hours, otherwise=otherwise
    )  # fmt: skip


def path(*steps: Step, repeat: int = 1, fallback: str = "ada") -> EscalationPath:
    return EscalationPath(
        name="p", steps=steps, repeat=repeat, fallback=fallback, fallback_via=(Medium.WEBHOOK, Medium.EMAIL)
    )  # fmt: skip


def told(target: Target, case: CaseFacts = CASE, around: Around = AROUND) -> list[tuple[str, str, str]]:
    return [(one.whom, one.via, one.outcome.value) for one in reach(target, MEDIA, case, around, NOW)]


def accused(name: str, of: str) -> CaseFacts:
    return CaseFacts(
        severity=Severity.HIGH, about="moderator", about_person=name, about_organisation=of, organisation="internal"
    )


# --- routing


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (CaseFacts(severity=Severity.CRITICAL), "safety"),
        (CaseFacts(severity=Severity.LOW, about="moderator"), "conduct"),
        (CaseFacts(severity=Severity.LOW, queue="hate", guideline="care"), "care"),
        (CaseFacts(severity=Severity.LOW, queue="scams", guideline="care"), "standard"),
    ],
)
def test_the_first_route_that_fits_is_taken(case: CaseFacts, expected: str) -> None:
    routes = (
        Route(path="safety", severity=Severity.CRITICAL),
        Route(path="conduct", about="moderator"),
        Route(path="care", queues=frozenset({"hate"}), guidelines=frozenset({"care"})),
        Route(path="standard"),
    )
    assert route(case, routes) == expected


def test_a_case_without_a_route_takes_the_first_path_there_is() -> None:
    escalations = Escalations(paths={"p": path()}, routes=(), contacts=CONTACTS)
    assert route(CASE, ()) == ""
    assert find_path(CASE, escalations) == path()
    assert find_path(CASE, escalations, "forgotten") == path()
    assert find_path(CASE, Escalations(paths={}, routes=(), contacts={})) is None


def test_a_written_path_is_the_same_when_it_is_read() -> None:
    hours = Hours(start=time(22), end=time(6), zone="Europe/Berlin")
    one = path(step(on_duty="internal"), step(hours=hours, otherwise="digest", channel="leads", mention="on_duty"))
    assert read_path(write_path(one)) == one
    assert read_contacts(write_contacts(one, CONTACTS)) == {"ada": CONTACTS["ada"]}


# --- hours


def hours(start: str, end: str, zone: str = "Europe/Berlin") -> Hours:
    return Hours(start=time.fromisoformat(start), end=time.fromisoformat(end), zone=zone)


def minutes_open(part: Hours, day: datetime, days: int = 1) -> int:
    return sum(is_open(part, day + number * MINUTE) for number in range(days * 24 * 60))


@pytest.mark.parametrize(
    ("evening", "expected"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), 7 * 60),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), 9 * 60),
        (datetime(2026, 6, 17, 12, tzinfo=UTC), 8 * 60),
    ],
)
def test_a_night_is_as_long_as_it_really_is(evening: datetime, expected: int) -> None:
    assert minutes_open(hours("22:00", "06:00"), evening) == expected


@pytest.mark.parametrize(
    ("part", "first", "length"),
    [
        # the clock leaps from 02:00 to 03:00
        (("02:30", "03:30"), datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 30),
        (("02:15", "02:45"), datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 30),
        (("01:30", "02:30"), datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 30),
    ],
)
def test_hours_in_the_leap_of_spring_are_never_left_out(part: tuple[str, str], first: datetime, length: int) -> None:
    midnight = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert next_opening(hours(*part), midnight) == first
    assert minutes_open(hours(*part), midnight) == length


def test_hours_in_the_doubled_hour_of_autumn_begin_once() -> None:
    part, midnight = hours("02:30", "03:30"), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert next_opening(part, midnight) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert minutes_open(part, midnight) == 120


@given(
    st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE),
    st.times(), st.times(),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)  # fmt: skip
def test_hours_open_within_a_day_and_a_half_and_are_open_when_they_say_so(
    at: datetime, start: time, end: time, zone: str
) -> None:
    part = Hours(start=start.replace(microsecond=0), end=end.replace(microsecond=0), zone=zone)
    opens = next_opening(part, at)
    assert at <= opens <= at + timedelta(hours=25)
    assert is_open(part, opens)


# --- reaching


def test_a_role_of_the_case_is_the_organisations_that_works_on_it() -> None:
    assert told(Target(role="partner_lead", of="case")) == [("person:heron", "chat", "told")]
    assert told(Target(role="partner_lead")) == [("person:heron", "chat", "told")]
    assert told(Target(role="lead")) == [("person:lee", "chat", "told")]


def test_a_partner_is_never_told_of_anothers_case() -> None:
    assert "gull" not in str([told(Target(role=role)) for role in ("partner_lead", "moderator", "lead", "owner")])


def test_somebody_of_the_roster_is_reached_by_the_address_of_their_contact() -> None:
    around = Around(roster=ROSTER, contacts=CONTACTS, on_duty=frozenset({("ada", "internal")}))
    assert told(Target(on_duty="internal"), around=around) == [
        ("person:ada", "chat", "told"), ("contact:ada", "webhook", "told"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "around", "expected"),
    [
        (Target(on_duty="day"), AROUND, ("nobody", "none", "unreachable")),
        (Target(role="wizard"), AROUND, ("nobody", "none", "unreachable")),
        (Target(person="nobody"), AROUND, ("contact:nobody", "none", "unreachable")),
        (Target(person="ombud"), AROUND, ("contact:ombud", "none", "unreachable")),
        (
            Target(on_duty="internal"),
            Around(roster=ROSTER, on_duty=AROUND.on_duty, chatting=frozenset()),
            ("person:mo", "none", "unreachable"),
        ),
        (
            Target(on_duty="internal"),
            Around(roster=ROSTER, on_duty=AROUND.on_duty, restrained=frozenset({"mo"})),
            ("person:mo", "none", "unreachable"),
        ),
        (
            Target(channel="leads"),
            Around(roster=ROSTER, channels=frozenset()),
            ("channel:leads", "none", "unreachable"),
        ),
        (
            Target(person="ada"),
            Around(roster=ROSTER, contacts={"ada": Contact(name="ada", webhook="env:A", absent=((NOW, NOW + AGAIN),))}),
            ("contact:ada", "none", "absent"),
        ),
    ],
)
def test_whoever_cannot_be_reached_is_named_with_the_reason(
    target: Target, around: Around, expected: tuple[str, str, str]
) -> None:
    assert told(target, around=around) == [expected]


def test_a_reference_that_the_environment_does_not_have_reaches_nobody() -> None:
    around = Around(roster=ROSTER, contacts=CONTACTS, leads_to=lambda to: to != "webhook:ADA", chatting=frozenset())
    assert told(Target(person="ada"), around=around) == [("contact:ada", "none", "unreachable")]


def test_a_channel_mentions_the_own_team_alone() -> None:
    (one,) = reach(Target(channel="leads", mention="on_duty"), MEDIA, CASE, AROUND, NOW)
    assert one.mentioned == ("mo",)
    (one,) = reach(Target(channel="leads", mention="role"), MEDIA, CASE, AROUND, NOW)
    assert one.mentioned == ("ada", "lee")


# --- the accused


@pytest.mark.parametrize("name", sorted(ROSTER.people))
@pytest.mark.parametrize(
    "target",
    [
        Target(role="partner_lead", of="case"), Target(role="partner_lead", of="night"), Target(on_duty="night"),
        Target(on_duty="internal"), Target(role="lead"), Target(role="owner"), Target(role="moderator"),
        Target(channel="leads"), Target(person="ada"),
    ],
)  # fmt: skip
def test_neither_the_accused_nor_their_partner_ever_hears_of_it(name: str, target: Target) -> None:
    of = ROSTER.people[name].organisation
    case = accused(name, of)
    everybody = frozenset((one.id, one.organisation) for one in ROSTER.people.values())
    around = Around(roster=ROSTER, contacts=CONTACTS, on_duty=everybody)
    whom = {one.whom for one in reach(target, MEDIA, case, around, NOW) if one.outcome is Outcome.TOLD}
    hidden = hidden_from(case, ROSTER)
    assert name in hidden
    assert not {f"person:{one.id}" for one in ROSTER.people.values() if {one.id, one.organisation} & hidden} & whom
    assert not any(one.startswith("channel:") for one in whom)
    if name == "ada":
        assert "contact:ada" not in whom


def test_a_complaint_about_the_fallback_goes_to_every_other_contact() -> None:
    advance = next_step(path(), Position(), accused("ada", "internal"), AROUND, NOW)
    assert [(one.whom, one.outcome) for _, one in advance.tellings] == [
        ("contact:ada", Outcome.HIDDEN), ("contact:ombud", Outcome.TOLD),
    ]  # fmt: skip


def test_where_nobody_is_left_whoever_runs_the_installation_is_told() -> None:
    around = Around(roster=ROSTER, contacts=CONTACTS, leads_to=lambda _: False)
    (*_, (_, last)) = next_step(path(), Position(), CASE, around, NOW).tellings
    assert (last.whom, last.outcome) == ("operator:", Outcome.TOLD)


# --- stepping


def test_steps_that_reach_nobody_are_skipped_at_once_and_said() -> None:
    one = path(step(on_duty="day"), step(role="wizard"), step(wait=7, on_duty="internal"))
    advance = next_step(one, Position(), CASE, AROUND, NOW)
    assert [taken.position.step for taken in advance.taken] == [0, 1, 2]
    assert [is_told(taken.tellings) for taken in advance.taken] == [False, False, True]
    assert (advance.position, advance.due_at) == (Position(round=1), NOW + 7 * MINUTE)


def test_a_fallback_is_told_even_while_away() -> None:
    away = {"ada": Contact(name="ada", webhook="env:A", absent=((NOW, NOW + AGAIN),))}
    advance = next_step(path(), Position(), CASE, Around(roster=ROSTER, contacts=away), NOW)
    assert is_told(advance.taken[-1].tellings)


@given(
    st.lists(
        st.builds(
            step,
            wait=st.integers(1, 600),
            hours=st.none() | st.sampled_from([hours("08:00", "22:00"), hours("22:00", "06:00", "Asia/Tokyo")]),
            otherwise=st.sampled_from(["skip", "digest"]),
            on_duty=st.sampled_from(["internal", "night", "day"]),
        ),
        max_size=5,
    ),
    st.integers(1, 4),
    st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE),
)
def test_every_path_takes_each_step_once_and_ends_at_the_fallback(steps: list[Step], repeat: int, at: datetime) -> None:
    one, position, now, seen = path(*steps, repeat=repeat), Position(), at, []
    ended = False
    for _ in range(len(steps) * repeat + 3):
        advance = next_step(one, position, CASE, AROUND, now)
        seen += [taken.position for taken in advance.taken]
        assert is_told(advance.taken[-1].tellings)
        assert advance.due_at > now
        position, now, ended = advance.position, advance.due_at, advance.taken[-1].is_fallback
    order = [(where.round, where.step) for where in seen]
    assert all(before < after for before, after in pairwise(order))
    steps_taken = [where for where in order if where[0] < repeat and steps]
    assert steps_taken == [(number, index) for number in range(repeat) for index in range(len(steps))]
    assert ended


@pytest.mark.parametrize(
    ("position", "resolve_due", "expected"),
    [
        (Position(step=1), None, NOW + 20 * MINUTE),
        (Position(round=1, step=0), None, NOW + 40 * MINUTE),
        (Position(round=9, step=2), None, NOW + 4 * AGAIN),
        (Position(step=1), NOW + 90 * MINUTE, NOW + 90 * MINUTE),
        (Position(step=1), NOW - MINUTE, NOW + 20 * MINUTE),
    ],
)
def test_an_acknowledgement_holds_until_the_case_is_due_or_four_times_the_wait(
    position: Position, resolve_due: datetime | None, expected: datetime
) -> None:
    one = path(step(on_duty="internal"), step(wait=10, on_duty="internal"), repeat=9)
    assert patience(one, position, NOW, resolve_due) == expected
