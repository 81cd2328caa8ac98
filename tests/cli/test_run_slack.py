"""`locum run` on a Slack on loopback: from the tokens on, and what is said where they can't be opened."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.slack.ground import Installed
from tests.cli.machine import Machine
from tests.cli.spoken import Terminal
from tests.discord.bots import until
from tests.slack.server import LoopbackSlack


@pytest.fixture
def machine(tmp_path: Path, slack: LoopbackSlack) -> Iterator[Machine]:
    """Return a machine that knows where Slack is."""
    found = Machine(tmp_path, LOCUM_METRICS="off", LOCUM_SLACK_API=slack.api)
    yield found
    found.end()


@pytest.fixture
def terminal(on_slack: Terminal) -> Terminal:
    """Return a terminal that knows where Slack is."""
    return on_slack


def tokens(place: Installed) -> str:
    return "".join(f"{name}={getattr(place.access, name)}\n" for name in ("bot", "app", "admin"))


async def test_from_the_tokens_to_a_program_that_runs_each_step_leads_to_the_next(
    machine: Machine, terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    general = next(one for one in place.workspace.channels.values() if one.is_general)
    assert (await terminal.told(tokens(place), "setup", "slack")).exit_code == 0
    assert (await terminal.run("check", "--strict")).exit_code == 0
    before = json.loads((await terminal.run("doctor", "--json")).stdout)
    assert "slack_channel_out" in {one["code"] for one in before["points"] if one["state"] == "lacks"}
    running = await asyncio.to_thread(machine.start)
    await until(lambda: place.bot in general.members)
    after = await terminal.run("doctor", "--json")
    assert after.exit_code == 0, after.stdout
    points = json.loads(after.stdout)["points"]
    assert [one["says"] for one in points if one["state"] != "good" and one["about"].startswith("slack/")] == []
    assert await asyncio.to_thread(running.stopped) == 0
    told = running.said + running.told
    assert not [one for one in (place.access.bot, place.access.app, place.access.admin) if one in told]


@pytest.mark.parametrize(("language", "said"), [("en", "sealed under a key"), ("de", "mit einem Schlüssel versiegelt")])
async def test_tokens_that_can_t_be_opened_keep_it_from_starting_and_that_is_said(
    machine: Machine, terminal: Terminal, place: Installed, language: str, said: str
) -> None:
    await terminal.told(tokens(place), "setup", "slack")
    (terminal.folder / "data/locum.keys.json").unlink()
    ended = await asyncio.to_thread(machine.run, "run", LOCUM_LANG=language)
    assert ended.returncode == 2
    assert said in ended.stderr
