"""How the program says that it is: a pure judgement, from what is seen of it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.app.health import Observed, Phase, State, judge
from bot.services.intake.health import Health as IntakeHealth
from bot.store.timers import TimersSeen
from bot.store.watching import ActionsSeen, ConnectionSeen, GapsSeen, LedgerSeen, RequestsSeen, StoreSeen, WitnessSeen
from tests.fakes.clock import START

NO_TIMERS = TimersSeen(late=0, oldest=None, failing=0, dead=0)
MINUTE = timedelta(minutes=1)


def stored(**changes: Any) -> StoreSeen:
    nothing: dict[str, Any] = {
        "gaps": [], "actions": [], "ledgers": [], "witnesses": [], "connections": [], "timers": NO_TIMERS,
    }  # fmt: skip
    return StoreSeen(**{**nothing, **changes})


def observed(**changes: Any) -> Observed:
    usual: dict[str, Any] = {"now": START, "phase": Phase.RUNNING, "looked_at": START, "store": stored()}
    return Observed(**{**usual, **changes})


def intake(**changes: Any) -> IntakeHealth:
    numbers: dict[str, Any] = {
        "waiting": 0, "lag": 0.0, "open_gaps": 0, "dropped": 0, "judged": 0, "repeated": 0, "batches": 0, "failed": 0,
        "pending": 0, "stalled": False,
    }  # fmt: skip
    return IntakeHealth(**{**numbers, **changes})


def ledger(minutes: int, waiting: int) -> LedgerSeen:
    return LedgerSeen(community="acme", size=10, signed=10 - waiting, signed_at=START - minutes * MINUTE)


def gap(minutes: int = 0, *, count: int = 1, lost_today: int = 0) -> GapsSeen:
    return GapsSeen(
        community="acme", open=count, since=START - minutes * MINUTE, lost=lost_today, lost_today=lost_today
    )


def actions(minutes: int = 0, *, dead: int = 0) -> ActionsSeen:
    return ActionsSeen(connection="discord/W1", due=1, oldest=START - minutes * MINUTE, dead=dead)


def witness(state: str, minutes: int) -> WitnessSeen:
    return WitnessSeen(community="acme", witness="w+1", state=state, since=START - minutes * MINUTE)


@pytest.mark.parametrize(
    "well",
    [
        {},
        {"gone_since": None, "looked_at": START - timedelta(seconds=20)},
        {"drift": 4.9},
        {"intakes": {"acme": intake(waiting=500)}},
        {"store": None},
        {"store": stored(gaps=[gap(4)])},
        {"store": stored(actions=[actions(14)])},
        {"store": stored(ledgers=[ledger(60, 0), ledger(4, 3)])},
        {"store": stored(witnesses=[witness("cosigned", 600), witness("unreachable", 59)])},
        {"store": stored(connections=[ConnectionSeen(connection="discord/W1", state="good")])},
        {"store": stored(requests=RequestsSeen(open=3))},
        {"store": stored(timers=TimersSeen(late=3, oldest=START - timedelta(seconds=59), failing=0, dead=0))},
    ],
)
def test_what_is_usual_is_no_reason(well: dict[str, Any]) -> None:
    report = judge(observed(**well))
    assert report.state is State.OK
    assert report.reasons == ()


@pytest.mark.parametrize(
    ("found", "code", "about", "value"),
    [
        ({"gone_since": START - timedelta(seconds=59)}, "database_gone", "", 59),
        ({"unwritable_since": START - timedelta(seconds=59)}, "database_unwritable", "", 59),
        ({"drift": -600.0}, "clock_drift", "", -600),
        ({"intakes": {"acme": intake(stalled=True, waiting=7)}}, "intake_stalled", "acme", 7),
        ({"failing_jobs": {"gaps"}}, "job_failing", "gaps", 0),
        ({"failing_owners": {"connection/discord/W1"}}, "owner_failing", "connection/discord/W1", 0),
        ({"strange_timers": {"newer"}}, "unknown_timer", "newer", 0),
        ({"store": stored(gaps=[gap(5, count=3)])}, "gaps_open", "acme", 3),
        ({"store": stored(gaps=[gap(0, lost_today=2)])}, "messages_lost", "acme", 2),
        ({"store": stored(actions=[actions(dead=4)])}, "dead_actions", "discord/W1", 4),
        ({"store": stored(actions=[actions(15)])}, "actions_late", "discord/W1", 900),
        (
            {"store": stored(connections=[ConnectionSeen(connection="discord/W1", state="revoked")])},
            "connection_revoked", "discord/W1", 0,
        ),
        ({"store": stored(timers=TimersSeen(late=0, oldest=None, failing=0, dead=2))}, "dead_timers", "", 2),
        ({"store": stored(timers=TimersSeen(late=0, oldest=None, failing=1, dead=0))}, "failing_timers", "", 1),
        ({"store": stored(timers=TimersSeen(late=1, oldest=START - MINUTE, failing=0, dead=0))}, "timers_late", "", 60),
        ({"store": stored(requests=RequestsSeen(open=3, late=1))}, "requests_late", "", 1),
        ({"store": stored(ledgers=[ledger(5, 1)])}, "checkpoint_stale", "acme", 300),
        ({"store": stored(witnesses=[witness("refused", 0)])}, "witness_refused", "w+1", 0),
        ({"store": stored(witnesses=[witness("unreachable", 60)])}, "unwitnessed", "w+1", 3600),
    ],
)  # fmt: skip
def test_what_somebody_should_look_at_degrades(found: dict[str, Any], code: str, about: str, value: int) -> None:
    report = judge(observed(**found))
    assert report.state is State.DEGRADED
    assert [(one.code, one.about, one.value) for one in report.reasons] == [(code, about, value)]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"phase": Phase.STARTING, "store": None}, "starting"),
        ({"phase": Phase.STOPPING}, "stopping"),
        ({"gone_since": START - 5 * MINUTE}, "database_gone"),
        ({"unwritable_since": START - MINUTE}, "database_unwritable"),
        ({"looked_at": START - MINUTE}, "not_looking"),
    ],
)
def test_what_keeps_it_from_working_fails(found: dict[str, Any], code: str) -> None:
    report = judge(observed(**found))
    assert report.state is State.FAILING
    assert [one.code for one in report.reasons] == [code]


def test_grave_reasons_come_first() -> None:
    report = judge(observed(gone_since=START - 5 * MINUTE, drift=600.0))
    assert [one.code for one in report.reasons] == ["database_gone", "clock_drift"]
    assert report.plain() == {
        "health": "failing",
        "reasons": [
            {"code": "database_gone", "about": "", "value": 300},
            {"code": "clock_drift", "about": "", "value": 600},
        ],
    }
