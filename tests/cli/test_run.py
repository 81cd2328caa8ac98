"""`locum run` and `locum health` as processes: started, asked, refused, told to stop, killed."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.engine import open_store
from bot.store.tables import ledger_heads
from tests.app.house import policies
from tests.cli.machine import Machine, Running, is_well
from tests.ports import free_port

PORT = "LOCUM_METRICS"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Return a machine on which no platform is to run."""
    policies(tmp_path)
    found = Machine(tmp_path, LOCUM_LOCAL="off", LOCUM_METRICS=f"127.0.0.1:{free_port()}")
    yield found
    found.end()


def port_of(machine: Machine) -> int:
    return int(machine.environment[PORT].rpartition(":")[2])


def started(machine: Machine, **more: str) -> Running:
    running = machine.start(**more)
    running.until(lambda: is_well(port_of(machine)))
    return running


def test_it_runs_says_what_it_does_not_do_and_stops_cleanly(machine: Machine) -> None:
    running = started(machine)
    asked = machine.run("health")
    assert (asked.returncode, asked.stdout) == (0, "Locum is well.\n")
    assert running.stopped(signal.SIGTERM) == 0
    assert "No platform is configured" in running.said
    assert f"http://127.0.0.1:{port_of(machine)}/health" in running.said
    assert "data/locum.sqlite" in running.said
    assert running.said.endswith("Locum has stopped.\n")
    assert json.loads(running.told.splitlines()[-1])["status"] == "clean"


async def test_a_killed_program_starts_again_and_its_record_is_whole(machine: Machine) -> None:
    for _ in range(2):
        started(machine).stopped(signal.SIGKILL)
    assert started(machine).stopped() == 0
    store = open_store(str(machine.folder / "data/locum.sqlite"))
    async with store.reading() as tx:
        head = (await tx.execute(select(ledger_heads))).one()
    assert head.size == head.signed >= 4
    await store.close()


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "runs on this data already, as process {}"), ("de", "läuft auf diesen Daten schon, als Prozess {}")],
)
def test_a_second_program_on_the_same_data_says_who_was_first_and_ends(
    machine: Machine, language: str, said: str
) -> None:
    first = started(machine)
    first.says("Ctrl-C")
    second = machine.run("run", LOCUM_LANG=language, LOCUM_METRICS="off")
    assert second.returncode == 2
    assert said.format(first.process.pid) in second.stderr
    assert f"http://127.0.0.1:{port_of(machine)}" in second.stderr
    assert "Traceback" not in second.stderr
    assert is_well(port_of(machine))


def test_it_says_everything_in_german_too(machine: Machine) -> None:
    running = started(machine, LOCUM_LANG="de")
    assert machine.run("health", LOCUM_LANG="de").stdout == "Locum geht es gut.\n"
    assert running.stopped() == 0
    assert "Keine Plattform ist eingerichtet" in running.said
    assert running.said.endswith("Locum ist angehalten.\n")


def test_without_metrics_health_is_read_from_a_file_and_an_old_one_counts_for_nothing(machine: Machine) -> None:
    machine.environment[PORT] = "off"
    running = machine.start()
    file = machine.folder / "data/locum.health.json"
    running.until(lambda: file.exists() and json.loads(file.read_text())["health"] == "ok")
    assert machine.run("health", "--json").stdout == '{"health": "ok", "reasons": []}\n'
    running.stopped(signal.SIGKILL)
    os.utime(file, (0, 0))
    gone = machine.run("health")
    assert gone.returncode == 1
    assert "doesn't answer" in gone.stdout


def test_health_of_nothing_is_bad(machine: Machine) -> None:
    for arguments in (("health",), ("health", "--json")):
        assert machine.run(*arguments).returncode == 1


def test_settings_that_are_wrong_are_all_named_and_no_value_is_shown(machine: Machine) -> None:
    canary = "c4nary"
    for command in ("run", "health", "migrate"):
        ended = machine.run(command, LOCUM_QUEUE=canary, LOCUM_LOG_LEVEL=canary, LOCUM_LANG="de")
        assert ended.returncode == 2
        assert "LOCUM_QUEUE: Das ist keine ganze Zahl." in ended.stderr
        assert "LOCUM_LOG_LEVEL: Das ist nicht möglich" in ended.stderr
        assert canary not in ended.stderr + ended.stdout


def test_a_misspelt_setting_is_pointed_out(machine: Machine) -> None:
    ended = machine.run("run", LOCUM_DATABSE="x", LOCUM_POLICIES="nowhere")
    assert ended.returncode == 2
    assert "LOCUM_DATABSE is no setting" in ended.stderr


def test_broken_policies_stop_the_first_start_and_are_shown_as_a_check_shows_them(machine: Machine) -> None:
    (machine.folder / "policies/acme/guidelines/respect.yaml").write_text("guideline: respect\nnonsense: true\n")
    ended = machine.run("run")
    assert ended.returncode == 2
    shown = "policies/acme/guidelines/respect.yaml:2:1 unknown key 'nonsense'\n    nonsense: true\n    ^\n"
    assert shown in ended.stdout
    assert shown in machine.run("check").stdout
    assert "locum check" in ended.stderr


def test_a_database_that_is_none_is_refused_without_its_password(machine: Machine) -> None:
    ended = machine.run("run", LOCUM_DATABASE="mysql://locum:c4nary@db/locum")
    assert ended.returncode == 2
    assert "Name the database" in ended.stderr
    assert "c4nary" not in ended.stderr + ended.stdout


def test_a_folder_that_cannot_be_made_is_told_as_such(machine: Machine) -> None:
    (machine.folder / "file").write_text("")
    ended = machine.run("run", LOCUM_DATABASE="file/locum.sqlite")
    assert ended.returncode == 2
    assert "The database doesn't answer" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_signal_stops_at_once(machine: Machine) -> None:
    running = started(machine)
    # while it is stopped by the system both signals gather, and come one after the other
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT):
        running.process.send_signal(number)
    assert running.stopped(signal.SIGCONT) == 1
    assert "Stopped at once" in running.told


def test_a_start_that_is_called_off_leaves_nothing_running(machine: Machine) -> None:
    running = machine.start()
    running.says("Locum starts")
    assert running.stopped() == 0
    assert running.said.endswith(("The start was called off; nothing is left running.\n", "Locum has stopped.\n"))
