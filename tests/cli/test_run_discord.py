"""`locum run` on a Discord on loopback: from the invitation on, and where it may see less than it could."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.machine import Machine
from tests.cli.spoken import Terminal
from tests.cli.test_doctor import settled
from tests.cli.test_setup import harbour
from tests.discord.bots import until
from tests.discord.server import LoopbackDiscord


@pytest.fixture
def machine(tmp_path: Path, discord: LoopbackDiscord) -> Iterator[Machine]:
    """Return a machine that is set up for it."""
    found = Machine(
        tmp_path, LOCUM_METRICS="off", LOCUM_DISCORD_TOKEN=discord.world.token, LOCUM_DISCORD_API=discord.api,
        LOCUM_DISCORD_GATEWAY=discord.gateway,
    )  # fmt: skip
    yield found
    found.end()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "may not read what members write"), ("de", "darf nicht lesen, was Mitglieder schrei")]
)
async def test_the_terminal_the_log_and_the_leads_are_told_that_texts_can_t_be_read(
    machine: Machine, terminal: Terminal, discord: LoopbackDiscord, language: str, said: str
) -> None:
    guild = settled(terminal, discord)
    discord.world.application["flags"] = 1 << 15
    leads = next(id_ for id_, one in guild.channels.items() if one["name"] == "leads")
    running = await asyncio.to_thread(machine.start, LOCUM_LANG=language)
    await asyncio.to_thread(running.says, said)
    await until(lambda: "Locum sees less than it could" in str(discord.world.messages.get(leads)))
    assert '"event": "capability_missing"' in running.told
    assert '"kind": "messages"' in running.told
    assert await asyncio.to_thread(running.stopped) == 0
    assert discord.record.off == []


async def test_from_the_invitation_to_a_program_that_runs_each_step_leads_to_the_next(
    machine: Machine, terminal: Terminal, discord: LoopbackDiscord
) -> None:
    guild = harbour(discord.world)
    own = guild.members[discord.world.bot["id"]]["roles"][0]
    guild.roles[own] |= {"position": 9}
    assert (await terminal.run("setup", "discord")).exit_code == 0
    assert (await terminal.run("check", "--strict")).exit_code == 0
    before = json.loads((await terminal.run("doctor", "--json")).stdout)
    assert "discord_commands" in {one["code"] for one in before["points"] if one["state"] == "lacks"}
    running = await asyncio.to_thread(machine.start)
    await until(lambda: guild.commands)
    for one in guild.commands.values():
        if one["default_member_permissions"] == "0":
            guild.show_command(one["id"], next(id_ for id_, role in guild.roles.items() if role["name"] == "Wache"))
    after = await terminal.run("doctor", "--json")
    assert after.exit_code == 0, after.stdout
    points = json.loads(after.stdout)["points"]
    assert [one["says"] for one in points if one["state"] != "good" and one["about"].startswith("discord/")] == []
    assert any(one["says"] == "/mod is shown to: Wache." for one in points)
    assert await asyncio.to_thread(running.stopped) == 0
    assert discord.record.off == []
