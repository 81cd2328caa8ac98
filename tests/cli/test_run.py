"""`locum run` and `locum health` as processes: started, asked, refused, told to stop, killed."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.engine import open_store
from bot.store.tables import ledger_heads
from tests.app.house import policies

ROOT = Path(__file__).parents[2]


class Machine:
    """A machine with one installation on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LOCUM_METRICS": f"127.0.0.1:{self.port}",
            "LOCUM_LOG_FORMAT": "json",
        }
        self.started: list[subprocess.Popen[str]] = []
        policies(folder)

    def _arguments(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bot.cli", *arguments]

    def start(self, **more: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            self._arguments("run"),
            cwd=self.folder,
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self._arguments(*arguments),
            cwd=self.folder,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def well(self, process: "subprocess.Popen[str]") -> None:
        """Wait until the program says that it is well."""
        for _ in range(600):
            assert process.poll() is None, process.communicate()
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                line.request("GET", "/health")
                if line.getresponse().status == http.client.OK:
                    return
            except OSError:
                pass
            finally:
                line.close()
            time.sleep(0.05)
        raise AssertionError(process.communicate(timeout=1))

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    found = Machine(tmp_path)
    yield found
    found.end()


def test_it_runs_says_what_it_does_not_do_and_stops_cleanly(machine: Machine) -> None:
    process = machine.start()
    machine.well(process)
    asked = machine.run("health")
    assert (asked.returncode, asked.stdout) == (0, "Locum is well.\n")
    process.send_signal(signal.SIGTERM)
    said, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "No platform is configured" in said
    assert f"http://127.0.0.1:{machine.port}/health" in said
    assert said.endswith("Locum has stopped.\n")
    assert json.loads(told.splitlines()[-1])["status"] == "clean"


async def test_a_killed_program_starts_again_and_its_record_is_whole(machine: Machine) -> None:
    for _ in range(2):
        process = machine.start()
        machine.well(process)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    process = machine.start()
    machine.well(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    store = open_store(str(machine.folder / "data/locum.sqlite"))
    async with store.reading() as tx:
        head = (await tx.execute(select(ledger_heads))).one()
    assert head.size == head.signed >= 4
    await store.close()


@pytest.mark.parametrize(("language", "said"), [("en", "Another process runs"), ("de", "läuft schon ein Prozess")])
def test_a_second_program_on_the_same_file_says_so_and_ends(machine: Machine, language: str, said: str) -> None:
    process = machine.start()
    machine.well(process)
    second = machine.run("run", LOCUM_LANG=language)
    assert second.returncode == 2
    assert said in second.stderr
    assert "Traceback" not in second.stderr
    machine.well(process)


def test_it_says_everything_in_german_too(machine: Machine) -> None:
    process = machine.start(LOCUM_LANG="de")
    machine.well(process)
    assert machine.run("health", LOCUM_LANG="de").stdout == "Locum geht es gut.\n"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert "Keine Plattform ist eingerichtet" in said
    assert said.endswith("Locum ist angehalten.\n")


def test_without_metrics_health_is_read_from_a_file_and_an_old_one_counts_for_nothing(machine: Machine) -> None:
    machine.environment["LOCUM_METRICS"] = "off"
    process = machine.start()
    file = machine.folder / "data/locum.health.json"
    for _ in range(600):
        if file.exists() and json.loads(file.read_text())["health"] == "ok":
            break
        time.sleep(0.05)
    assert machine.run("health", "--json").stdout == '{"health": "ok", "reasons": []}\n'
    process.kill()
    process.communicate()
    os.utime(file, (0, 0))
    gone = machine.run("health")
    assert gone.returncode == 1
    assert "doesn't answer" in gone.stdout


def test_health_of_nothing_is_bad(machine: Machine) -> None:
    for arguments in (("health",), ("health", "--json")):
        assert machine.run(*arguments).returncode == 1


def test_settings_that_are_wrong_are_all_named_and_no_value_is_shown(machine: Machine) -> None:
    canary = "c4nary"
    for command in ("run", "health"):
        ended = machine.run(command, LOCUM_QUEUE=canary, LOCUM_LOG_LEVEL=canary, LOCUM_LANG="de")
        assert ended.returncode == 2
        assert "LOCUM_QUEUE: Das ist keine ganze Zahl." in ended.stderr
        assert "LOCUM_LOG_LEVEL: Das ist nicht möglich" in ended.stderr
        assert canary not in ended.stderr + ended.stdout


def test_a_misspelt_setting_is_pointed_out_and_broken_policies_stop_the_start(machine: Machine) -> None:
    (machine.folder / "policies/acme/guidelines/respect.yaml").write_text("nonsense: true\n")
    ended = machine.run("run", LOCUM_DATABSE="x")
    assert ended.returncode == 2
    assert "LOCUM_DATABSE is no setting" in ended.stderr
    assert "locum check" in ended.stderr


def test_a_database_that_is_none_is_refused_without_its_password(machine: Machine) -> None:
    ended = machine.run("run", LOCUM_DATABASE="mysql://locum:c4nary@db/locum")
    assert ended.returncode == 2
    assert "Name the database" in ended.stderr
    assert "c4nary" not in ended.stderr + ended.stdout


def test_a_second_signal_stops_at_once(machine: Machine) -> None:
    process = machine.start()
    machine.well(process)
    # while it is stopped by the system both signals gather, and come one after the other
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Stopped at once" in said
