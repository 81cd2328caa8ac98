"""Health and metrics of a program whose database goes away and comes back, and whose numbers move."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app.health import Phase, State
from bot.app.metrics import Metrics
from bot.app.watching import Watch
from bot.services.intake.health import Health as IntakeHealth
from bot.services.timing import Failure, Fired, Swept
from bot.store.engine import Store, open_store
from bot.store.errors import UnavailableError
from bot.store.timers import Timer, TimersSeen, set_timers
from bot.store.watching import ActionsSeen, ConnectionSeen, GapsSeen, RequestsSeen, WitnessSeen
from tests.app.house import Lines, running
from tests.app.test_health import intake, ledger, stored
from tests.conftest import POSTGRESQL
from tests.fakes.clock import START, FakeClock
from tests.fakes.proxy import Proxy

MINUTE = timedelta(minutes=1)


def numbers(watch: Watch) -> dict[str, float]:
    """Return every sample by its name and labels."""
    return {
        sample.name + "".join(f" {key}={value}" for key, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(watch.page().decode())
        for sample in family.samples
    }


def watch_of(clock: FakeClock) -> Watch:
    watch = Watch(clock=clock, metrics=Metrics())
    watch.running()
    return watch


async def test_it_is_well_while_the_database_answers(store: Store) -> None:
    clock = FakeClock()
    watch = watch_of(clock)
    await watch.look(store)
    assert watch.report().state is State.OK
    assert numbers(watch)["locum_database_up"] == 1


async def test_a_timer_that_is_due_in_the_database_shows(store: Store) -> None:
    clock = FakeClock()
    async with store.writing() as tx:
        await set_timers(tx, [Timer(kind="expire", community="acme", due_at=START - 2 * MINUTE)])
    watch = watch_of(clock)
    await watch.look(store)
    assert [one.code for one in watch.report().reasons] == ["timers_late"]
    assert numbers(watch)["locum_timers_due"] == 1
    assert numbers(watch)["locum_oldest_due_timer_seconds"] == 120


async def test_a_database_that_is_gone_for_five_minutes_degrades_then_fails_and_heals(postgresql_database: str) -> None:
    clock = FakeClock()
    watch = watch_of(clock)
    async with Proxy("127.0.0.1", 5432) as proxy:
        name = postgresql_database.rpartition("/")[2]
        store = open_store(POSTGRESQL.replace("5432", str(proxy.port)).rpartition("/")[0] + f"/{name}")
        await watch.look(store)
        await proxy.cut()
        for minutes, state in ((0, State.DEGRADED), (1, State.FAILING), (5, State.FAILING)):
            clock.jump(START + minutes * MINUTE - clock.now())
            with pytest.raises(UnavailableError):
                await watch.look(store)
            report = watch.report()
            assert report.state is state
            assert [(one.code, one.value) for one in report.reasons] == [("database_gone", 60 * minutes)]
        assert numbers(watch)["locum_database_up"] == 0
        assert numbers(watch)["locum_database_errors_total"] == 3
        await proxy.restore()
        await watch.look(store)
        assert watch.report().state is State.OK
        await store.close()


def test_what_kept_failing_is_well_again_once_it_was_owned_for_a_minute() -> None:
    clock = FakeClock()
    watch = watch_of(clock)
    watch.owned("intake/acme", held=True)
    watch.owner_failed("intake/acme")
    watch.owned("intake/acme", held=False)
    clock.move(timedelta(seconds=10))
    watch.owned("intake/acme", held=True)
    assert [one.code for one in watch.report().reasons] == ["owner_failing"]
    watch.running()
    clock.move(MINUTE)
    watch.looked_at = clock.now()
    assert watch.report().state is State.OK


async def test_nobody_looking_any_more_fails(store: Store) -> None:
    clock = FakeClock()
    watch = watch_of(clock)
    await watch.look(store)
    clock.move(MINUTE)
    assert [one.code for one in watch.report().reasons] == ["not_looking"]


async def test_where_nobody_can_ask_the_report_is_written(tmp_path: Path, store: Store) -> None:
    watch = watch_of(FakeClock())
    watch.file = tmp_path / "new" / "health.json"
    await watch.look(store)
    assert json.loads(watch.file.read_text()) == {"health": "ok", "reasons": []}
    watch.phase = Phase.STOPPING
    watch.tell()
    assert json.loads(watch.file.read_text())["health"] == "failing"
    assert [one.name for one in watch.file.parent.iterdir()] == ["health.json"]


async def test_a_folder_that_cannot_be_written_to_stops_nothing(tmp_path: Path, store: Store) -> None:
    watch = watch_of(FakeClock())
    (tmp_path / "file").write_text("")
    watch.file = tmp_path / "file" / "health.json"
    await watch.look(store)
    assert watch.report().state is State.OK


#: every number once `_move` has moved it
MOVED = {
    "locum_gaps community=acme state=open": 2,
    "locum_gaps community=acme state=lost": 3,
    "locum_actions_due connection=discord/W1": 5,
    "locum_oldest_due_action_seconds connection=discord/W1": 60,
    "locum_dead_actions connection=discord/W1": 1,
    "locum_manual_steps connection=discord/W1": 3,
    "locum_ledger_entries community=acme": 10,
    "locum_checkpoint_age_seconds community=acme": 120,
    "locum_unwitnessed_seconds community=acme witness=w+1": 60,
    "locum_connection_good connection=discord/W1": 0,
    "locum_timers_due": 6,
    "locum_oldest_due_timer_seconds": 60,
    "locum_timers_failing": 7,
    "locum_timers_dead": 8,
    "locum_subject_requests state=open": 15,
    "locum_subject_requests state=late": 16,
    "locum_heartbeat_age_seconds": 60,
    "locum_escalations_open community=acme": 17,
    "locum_escalations_stuck community=acme": 18,
    "locum_intake_queue community=acme": 9,
    "locum_intake_lag_seconds community=acme": 1.5,
    "locum_messages_judged_total community=acme": 100,
    "locum_messages_dropped_total community=acme": 11,
    "locum_intake_failures_total community=acme": 12,
    "locum_intake_pending community=acme": 13,
    "locum_clock_drift_seconds": -2.5,
    "locum_lease_held lease=intake/acme": 1,
    "locum_action_outcomes_total kind=delete outcome=confirmed": 14,
    "locum_database_errors_total": 1,
    "locum_job_errors_total job=gaps": 1,
    "locum_timers_fired_total kind=expire": 1,
    "locum_timer_errors_total kind=expire": 1,
    "locum_timer_lateness_seconds_count": 1,
    "locum_timer_lateness_seconds_bucket le=0.25": 0,
    "locum_timer_lateness_seconds_bucket le=0.5": 1,
    "locum_health": 1,
}


def _move(watch: Watch) -> None:
    """Let something be seen of everything that is counted."""
    watch.seen = stored(
        gaps=[GapsSeen(community="acme", open=2, since=START, lost=3, lost_today=0)],
        actions=[ActionsSeen(connection="discord/W1", due=5, oldest=START - MINUTE, dead=1, by_hand=3)],
        ledgers=[ledger(2, 4)],
        witnesses=[WitnessSeen(community="acme", witness="w+1", state="unreachable", since=START - MINUTE)],
        connections=[ConnectionSeen(connection="discord/W1", state="revoked")],
        timers=TimersSeen(late=6, oldest=START - MINUTE, failing=7, dead=8),
        requests=RequestsSeen(open=15, late=16),
    )
    watch.beat_at, watch.escalations, watch.stuck = START - MINUTE, {"acme": 17}, {"acme": 18}
    health = intake(waiting=9, lag=1.5, judged=100, dropped=11, failed=12, pending=13)
    watch.intakes = lambda: {"acme": health}
    watch.drift = lambda: -2.5
    watch.metrics.lease("intake/acme", held=True)
    for total in (10, 14):
        watch.metrics.outcomes("discord/W1", {("delete", "confirmed"): total})
    watch.metrics.database_failed()
    watch.job_ended("gaps", ValueError())
    failure = Failure(kind="expire", community="acme", timer="t", error=ValueError(), dead=False)
    watch.metrics.swept(Swept(fired=(Fired(kind="expire", late=0.3),), failed=(failure,)))


def test_every_number_moves_when_it_should() -> None:
    watch = watch_of(FakeClock())
    quiet = numbers(watch)
    _move(watch)
    moved = numbers(watch)
    assert {name: moved.get(name) for name in MOVED} == MOVED
    # every metric that there is has a line above, but for those that stand still
    families = {name.split()[0].removesuffix("_total") for name in moved if not name.split()[0].endswith("_created")}
    told = {name.split()[0].removesuffix("_total") for name in MOVED}
    assert families - told <= {"locum_info", "locum_database_up", "locum_timer_lateness_seconds_sum"}
    assert moved != quiet


def test_counts_go_on_where_an_intake_is_begun_anew() -> None:
    watch = watch_of(FakeClock())
    seen: list[IntakeHealth] = []
    watch.intakes = lambda: {"acme": seen[-1]}
    for judged, total in ((100, 100), (150, 150), (20, 170), (20, 170)):
        seen.append(intake(judged=judged))
        assert numbers(watch)["locum_messages_judged_total community=acme"] == total


def test_what_is_no_longer_there_is_no_longer_told() -> None:
    watch = watch_of(FakeClock())
    watch.seen = stored(gaps=[GapsSeen(community="acme", open=2, since=START, lost=0, lost_today=0)])
    assert "locum_gaps community=acme state=open" in numbers(watch)
    watch.seen = stored()
    assert "locum_gaps community=acme state=open" not in numbers(watch)


def test_two_programs_in_one_process_count_apart() -> None:
    first, second = watch_of(FakeClock()), watch_of(FakeClock())
    first.metrics.database_failed()
    assert numbers(second)["locum_database_errors_total"] == 0


async def test_a_database_that_stores_nothing_is_told_though_it_can_still_be_read(
    tmp_path: Path, sqlite_database: str
) -> None:
    lines = Lines()
    async with running(tmp_path, sqlite_database, lines=lines) as app:
        for _ in range(2):
            app.communities[0].ownership.stored(UnavailableError("database or disk is full"))
        assert "database_unwritable" in [one.code for one in app.watch.report().reasons]
        assert numbers(app.watch)["locum_database_up"] == 0
        app.communities[0].ownership.stored(None)
        assert "database_unwritable" not in [one.code for one in app.watch.report().reasons]
    # once until it recovers, not with every renewal
    assert [line["event"] for line in lines.events].count("database_unwritable") == 1
