"""Start and stop of the whole program: in order, undone when it fails, and made up for after a kill."""

import asyncio
import json
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.app.app import AddressTakenError, App
from bot.app.building import BrokenPoliciesError, NoCommunityError
from bot.app.stages import Step, StepError, drain, start, within
from bot.domain.action import ActionState
from bot.ports import PlatformUnavailableError
from bot.services.performing import Limits
from bot.settings import Place
from bot.store.connections import ConnectionState, connection_state
from bot.store.engine import Store, open_store
from bot.store.errors import InUseError, NewerSchemaError
from bot.store.tables import actions, gaps, leases, ledger_entries, ledger_heads, seen
from bot.store.timers import Timer, put_off, set_timers
from tests.app.house import CONNECTION, Lines, Server, policies, running, settings_of, until
from tests.fakes.clock import START
from tests.fakes.world import World
from tests.ports import free_port

ORDER = ["database", "answering", "migrate", "schema", "keys", "policies", "ledger", "ownership", "jobs"]
DRAIN = ["jobs", "accepting", "intake", "actions", "checkpoint", "ownership", "answering", "database"]


async def kinds(store: Store) -> list[str]:
    async with store.reading() as tx:
        bodies = (await tx.execute(select(ledger_entries.c.body).order_by(ledger_entries.c.seq))).scalars()
        return [json.loads(body)["kind"] for body in bodies]


async def test_it_starts_and_drains_in_order_and_leaves_everything_signed_and_free(
    tmp_path: Path, database: str
) -> None:
    lines = Lines()
    async with running(tmp_path, database, lines=lines):
        await until(lambda: any(line["event"] == "lease_gained" for line in lines.events))
        assert lines.steps() == ORDER
    assert lines.steps() == ORDER + DRAIN
    assert lines.events[-1]["status"] == "clean"
    store = open_store(database)
    async with store.reading() as tx:
        head = (await tx.execute(select(ledger_heads))).one()
        assert head.size == head.signed > 0
        assert head.origin == "locum/acme"
        assert {row.owner for row in await tx.execute(select(leases))} == {""}
    found = await kinds(store)
    assert found[0] == "started"
    assert "policy_applied" in found
    assert "stopped" in found
    await store.close()


async def test_a_second_start_records_itself_and_no_policies_that_were_active_already(
    tmp_path: Path, database: str
) -> None:
    for _ in range(2):
        async with running(tmp_path, database):
            pass
    store = open_store(database)
    found = await kinds(store)
    assert (found.count("started"), found.count("policy_applied")) == (2, 1)
    await store.close()


async def test_changed_policies_are_recorded_as_applied(tmp_path: Path, sqlite_database: str) -> None:
    async with running(tmp_path, sqlite_database):
        pass
    rules = tmp_path / "policies/acme/guidelines/respect.yaml"
    rules.write_text(rules.read_text().replace("blockhead", "nitwit"))
    app = App(settings_of(tmp_path, sqlite_database), Lines().tell, trusting=True)
    await app.start()
    await app.stop()
    store = open_store(sqlite_database)
    assert (await kinds(store)).count("policy_applied") == 2
    await store.close()


async def test_a_database_that_is_not_there_is_made(tmp_path: Path) -> None:
    async with running(tmp_path, str(tmp_path / "new" / "locum.sqlite")) as app:
        assert [one.community for one in app.communities] == ["acme"]
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


async def test_a_newer_schema_stops_the_start_and_nothing_is_left_behind(tmp_path: Path, sqlite_database: str) -> None:
    policies(tmp_path)
    store = open_store(sqlite_database, alone=False)
    async with store.writing() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    lines = Lines()
    for _ in range(2):  # the second time shows that the first let go of the file
        with pytest.raises(NewerSchemaError):
            await App(settings_of(tmp_path, sqlite_database), lines.tell).start()
    async with store.reading() as tx:
        assert (await tx.execute(select(ledger_heads))).all() == []
    assert lines.steps("start_failed") == ["migrate", "migrate"]
    await store.close()


async def test_a_second_program_on_the_same_file_is_refused_and_disturbs_nothing(
    tmp_path: Path, sqlite_database: str
) -> None:
    async with running(tmp_path, sqlite_database) as app:
        with pytest.raises(InUseError):
            await App(settings_of(tmp_path, sqlite_database), Lines().tell).start()
        await until(lambda: app.communities[0].intake is not None)


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"guidelines/respect.yaml": "guideline: respect\nnonsense: true\n"}, BrokenPoliciesError),
        (None, NoCommunityError),
    ],
)
async def test_a_start_without_sound_policies_fails_and_can_be_tried_again(
    tmp_path: Path, sqlite_database: str, files: dict[str, str] | None, error: type[Exception]
) -> None:
    if files is not None:
        policies(tmp_path, **files)
    settings = settings_of(tmp_path, sqlite_database, metrics=Place(host="127.0.0.1", port=free_port()))
    with pytest.raises(error):
        await App(settings, Lines().tell).start()
    policies(tmp_path)
    app = App(settings, Lines().tell)
    await app.start()
    assert await app.stop()


async def test_an_address_that_is_taken_is_said(tmp_path: Path, sqlite_database: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        settings = settings_of(tmp_path, sqlite_database, metrics=Place(host="127.0.0.1", port=taken.getsockname()[1]))
        with pytest.raises(AddressTakenError):
            await App(settings, Lines().tell).start()


async def test_messages_are_judged_and_actions_performed(tmp_path: Path, database: str) -> None:
    server = Server(World())
    async with running(tmp_path, database, server=server) as app:
        await asyncio.wait_for(server.listening.wait(), 120)
        assert server.say("hello", 1)
        assert server.say("you blockhead", 2)
        await until(lambda: server.standing == 1)
        jobs = app._built.jobs
        assert jobs is not None
        await jobs.run("watch")
        assert b'locum_action_outcomes_total{kind="delete",outcome="confirmed"} 1.0' in app.watch.page()
    assert server.closed == 1
    store = open_store(database)
    async with store.reading() as tx:
        assert len((await tx.execute(select(seen))).all()) == 2
        found = (await tx.execute(select(actions.c.kind, actions.c.state))).all()
        assert {row.owner for row in await tx.execute(select(leases))} == {""}
    assert ("delete", ActionState.CONFIRMED.value) in [tuple(row) for row in found]
    await store.close()


async def test_what_the_intake_plans_is_performed_without_waiting_for_a_sweep(tmp_path: Path, database: str) -> None:
    server = Server(World())
    async with running(tmp_path, database, server=server, performing=Limits(sweep=3600.0)):
        await asyncio.wait_for(server.listening.wait(), 120)
        assert server.say("you blockhead", 1)
        await until(lambda: server.standing == 0)


async def test_what_a_lost_token_had_stopped_goes_on_once_the_connection_is_let_in_again(
    tmp_path: Path, database: str
) -> None:
    server = Server(World())
    async with running(tmp_path, database, server=server):
        await asyncio.wait_for(server.listening.wait(), 120)
        server.platform.revoked = True
        assert server.say("you blockhead", 1)
        store = open_store(database, alone=False)
        async with asyncio.timeout(120):
            while not await _is_revoked(store):  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0.02)
    assert server.standing == 1
    server.platform.mend()
    async with running(tmp_path, database, server=server):
        await until(lambda: server.standing == 0)
    assert not await _is_revoked(store)
    assert (await kinds(store)).count("connection") == 2
    await store.close()


async def _is_revoked(store: Store) -> bool:
    async with store.reading() as tx:
        return await connection_state(tx, CONNECTION.name) is ConnectionState.REVOKED


async def test_a_drain_judges_and_performs_what_was_accepted(tmp_path: Path, sqlite_database: str) -> None:
    server = Server(World())
    async with running(tmp_path, sqlite_database, server=server):
        await asyncio.wait_for(server.listening.wait(), 120)
        for number in range(300):
            assert server.say(f"hello number {number}", number)
    store = open_store(sqlite_database)
    async with store.reading() as tx:
        assert len((await tx.execute(select(seen))).all()) == 300
    await store.close()


async def test_what_was_missed_between_two_runs_is_read_back(tmp_path: Path, sqlite_database: str) -> None:
    world = World()
    server = Server(world)
    async with running(tmp_path, sqlite_database, server=server):
        await asyncio.wait_for(server.listening.wait(), 120)
        server.say("hello", 1)
        offer, server.feed = server.feed, None
        assert offer is not None
    missing = Server(world)
    missing.feed = replace(offer, offer=lambda _: False)
    assert not missing.say("you blockhead, while nobody looked", 2)
    again = Server(world)
    async with running(tmp_path, sqlite_database, server=again) as app:
        await until(lambda: again.standing == 1)
        await until(lambda: app.communities[0].intake is not None and app.communities[0].intake.health().open_gaps == 0)
    store = open_store(sqlite_database)
    async with store.reading() as tx:
        assert {row.state for row in await tx.execute(select(gaps.c.state))} == {"closed"}
    await store.close()


async def test_a_platform_that_does_not_let_us_in_is_tried_again_and_the_rest_goes_on(
    tmp_path: Path, sqlite_database: str
) -> None:
    server, lines = Server(World()), Lines()
    server.refuses = PlatformUnavailableError()
    async with running(tmp_path, sqlite_database, server=server, lines=lines) as app:
        await until(lambda: any(line["event"] == "owner_failed" for line in lines.events))
        assert app.communities[0].intake is not None
    failed = next(line for line in lines.events if line["event"] == "owner_failed")
    assert failed["error"] == "PlatformUnavailableError"
    assert app.watch.failing_owners == {"connection/discord/W1"}


async def test_timers_that_were_given_up_are_tried_again_after_a_start(tmp_path: Path, sqlite_database: str) -> None:
    store = open_store(sqlite_database, alone=False)
    timer = Timer(kind="nobody_knows", due_at=START)
    async with store.writing() as tx:
        await set_timers(tx, [timer])
        await put_off(tx, timer.id, attempts=0, wake_at=START, reason="ValueError", dead_at=START)
    lines = Lines()
    async with running(tmp_path, sqlite_database, lines=lines) as app:
        await until(lambda: app.watch.strange_timers == {"nobody_knows"})
        # a busy machine may have others to give
        assert "nobody_knows" in [reason.about for reason in app.watch.report().reasons]
    assert [line["count"] for line in lines.events if line["event"] == "timers_woken"] == [1]
    await store.close()


class Steps:
    """Steps that note what is done with them."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def step(self, name: str, *, error: Exception | None = None, hangs: bool = False) -> Step:
        async def do() -> None:
            if hangs:
                await asyncio.Event().wait()
            if error is not None:
                raise error
            self.done.append(name)

        async def undo() -> None:
            self.done.append(f"not {name}")

        return Step(name=name, do=do, undo=undo, seconds=0.05)


async def test_a_failing_step_is_undone_with_those_before_it_in_reverse() -> None:
    steps = Steps()
    with pytest.raises(ZeroDivisionError):
        await start([steps.step("a"), steps.step("b", error=ZeroDivisionError()), steps.step("c")], Lines().tell)
    assert steps.done == ["a", "not b", "not a"]


async def test_a_step_that_hangs_fails_the_start_by_its_name() -> None:
    steps = Steps()
    with pytest.raises(StepError, match="b"):
        await start([steps.step("a"), steps.step("b", hangs=True)], Lines().tell)
    assert steps.done == ["a", "not b", "not a"]


async def test_a_start_that_is_called_off_is_undone() -> None:
    steps = Steps()
    long = replace(steps.step("b", hangs=True), seconds=60)
    starting = asyncio.create_task(start([steps.step("a"), long], Lines().tell))
    await until(lambda: steps.done == ["a"])
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert steps.done == ["a", "not b", "not a"]


async def test_of_two_programs_on_one_postgresql_one_takes_over_from_the_other(
    tmp_path: Path, postgresql_database: str
) -> None:
    first, second = Server(World()), Server(World())
    async with running(tmp_path, postgresql_database, server=second) as kept:
        await asyncio.wait_for(second.listening.wait(), 120)
        async with running(tmp_path, postgresql_database, server=first) as waiting:
            await asyncio.sleep(0.5)
            assert waiting.communities[0].intake is None
            assert not first.listening.is_set()
            assert await kept.stop()
            await asyncio.wait_for(first.listening.wait(), 120)
            assert waiting.communities[0].intake is not None


async def test_a_drain_goes_on_whatever_a_step_does() -> None:
    steps, lines = Steps(), Lines()
    well = await drain(
        [steps.step("a", error=ZeroDivisionError()), steps.step("b", hangs=True), steps.step("c")], lines.tell
    )
    assert not well
    assert steps.done == ["c"]
    assert lines.steps("step_failed") == ["a", "b"]


async def test_what_cannot_be_called_off_is_not_waited_for() -> None:
    ended = asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0.3)
            ended.set()

    with pytest.raises(TimeoutError):
        await within(0.01, stubborn())
    assert not ended.is_set()
    await asyncio.wait_for(ended.wait(), 120)
