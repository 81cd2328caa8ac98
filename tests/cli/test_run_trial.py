"""`locum run` without tokens, as somebody tries it: on the chat of our own, on data of its own."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.app.house import COMMUNITY, RULES, policies
from tests.cli.machine import Machine, Running
from tests.ports import free_port

TEAM = """\
- id: internal
  kind: internal
  name: Acme association
  shown_as: {en: the acme team}
  mandates: [{id: leading, role: lead, channels: [help]}]
  people: [{id: lee, alias: Lee, role: lead, starts_as: trusted}]
"""
LEADS = COMMUNITY.replace("channels:\n", "channels:\n  leads: {}\n").replace("mode: live", "mode: shadow")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Return a machine of a test's own, on which nothing but the page's address is set."""
    yield from _machine(tmp_path)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machine, Running]]:
    """Return a machine on which a program runs; tests share it, and leave its policies as they were."""
    for machine in _machine(tmp_path_factory.mktemp("trial")):
        yield machine, started(machine)


def _machine(folder: Path) -> Iterator[Machine]:
    policies(folder, **{"community.yaml": LEADS, "organisations.yaml": TEAM})
    found = Machine(folder, LOCUM_LOCAL=f"127.0.0.1:{free_port()}", LOCUM_LOCAL_LIFE="off")
    yield found
    found.end()


def page(machine: Machine) -> str:
    return f"http://{machine.environment['LOCUM_LOCAL']}"


def started(machine: Machine) -> Running:
    running = machine.start()
    running.says("Ctrl-C")
    return running


def read(machine: Machine, room: str) -> str:
    return httpx.get(f"{page(machine)}/acme/as/lee/{room}", timeout=30).raise_for_status().text


def rules_of(machine: Machine) -> Path:
    return machine.folder / "policies/acme/guidelines/respect.yaml"


def test_it_says_where_to_look_and_keeps_its_data_apart(trial: tuple[Machine, Running]) -> None:
    machine, running = trial
    assert httpx.get(f"{page(machine)}/", follow_redirects=True, timeout=30).status_code == httpx.codes.OK
    for said in (f"{page(machine)}/", "acme", "policies", "data/local/locum.sqlite"):
        assert said in running.said
    data = machine.folder / "data"
    assert [one.name for one in data.iterdir()] == ["local"]
    assert {"locum.sqlite", "locum.keys.json", "chat-acme.sqlite"} <= {one.name for one in (data / "local").iterdir()}


def test_commands_beside_it_look_at_its_data(trial: tuple[Machine, Running]) -> None:
    machine, _ = trial
    assert machine.run("health").returncode == 0
    verified = machine.run("verify")
    assert verified.returncode == 0
    assert "acme" in verified.stdout


def test_a_second_start_names_the_first_ones_page_and_leaves_it_alone(trial: tuple[Machine, Running]) -> None:
    machine, first = trial
    second = machine.run("run", LOCUM_LOCAL=f"127.0.0.1:{free_port()}")
    assert second.returncode == 2
    assert f"as process {first.process.pid} ({page(machine)}/)" in second.stderr
    assert read(machine, "help")


def test_another_database_in_the_same_folder_would_share_the_chat_and_is_refused(
    trial: tuple[Machine, Running],
) -> None:
    machine, first = trial
    second = machine.run("run", LOCUM_DATABASE="data/local/other.sqlite", LOCUM_METRICS="off")
    assert second.returncode == 2
    assert f"as process {first.process.pid}" in second.stderr
    assert not (machine.folder / "data/local/other.sqlite").exists()


def test_a_saved_policy_file_waits_in_the_leads_channel_and_the_terminal_says_so(
    trial: tuple[Machine, Running],
) -> None:
    machine, running = trial
    rules_of(machine).write_text(RULES.replace("blockhead", "nitwit"))
    running.says("acme: what was saved waits for a lead, in the leads' channel.")
    running.until(lambda: "nitwit" in read(machine, "leads"))


def test_a_broken_policy_file_is_shown_with_its_place_there_and_in_the_terminal(
    trial: tuple[Machine, Running],
) -> None:
    machine, running = trial
    rules_of(machine).write_text(RULES + "nonsense: true\n")
    running.says("acme: 1 error in what was saved. What is active stays active.")
    place = f"acme/guidelines/respect.yaml:{len(RULES.splitlines()) + 1}:1"
    assert f"policies/{place} unknown key 'nonsense'\n    nonsense: true\n    ^\n" in running.said
    running.until(lambda: place in read(machine, "leads"))
    rules_of(machine).write_text(RULES)
    running.says("acme: what is saved is sound again, and nothing in it is new.")


def test_it_stops_cleanly_though_a_page_is_open(machine: Machine) -> None:
    running = started(machine)
    with closing(_listening(machine)):
        assert running.stopped() == 0
    assert running.said.endswith("Locum has stopped.\n")
    assert json.loads(running.told.splitlines()[-1])["status"] == "clean"


def _listening(machine: Machine) -> socket.socket:
    """Return a line on which a page hears what is new."""
    host, _, port = machine.environment["LOCUM_LOCAL"].rpartition(":")
    line = socket.create_connection((host, int(port)), timeout=30)
    line.sendall(f"GET /acme/as/lee/help/events?after=0 HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    assert b"200" in line.recv(4096)
    return line


def test_after_a_kill_it_starts_again_and_shows_what_was_broken_meanwhile(machine: Machine) -> None:
    started(machine).stopped(signal.SIGKILL)
    rules_of(machine).write_text(RULES + "nonsense: true\n")
    running = started(machine)
    running.says("acme: 1 error in what was saved.")
    assert running.said.index("Ctrl-C") < running.said.index("nonsense")


def test_an_address_that_is_taken_is_told_with_the_setting_that_changes_it(machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = machine.run("run", LOCUM_LOCAL=f"127.0.0.1:{other.getsockname()[1]}")
    assert ended.returncode == 2
    assert "LOCUM_LOCAL sets another one" in ended.stderr
