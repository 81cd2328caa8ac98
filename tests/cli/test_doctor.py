"""`locum doctor`, with and without a Discord on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.i18n import catalogue
from tests.cli.machine import Machine
from tests.cli.spoken import Terminal
from tests.discord.guild import Guild
from tests.discord.harbour import MODERATING
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.policy.folders import write


def settled(terminal: Terminal, discord: LoopbackDiscord, *, permissions: int = MODERATING) -> Guild:
    """Return a server with a community on it, as it should be."""
    guild = discord.world.add_guild("Harbour", permissions=permissions | Permission.CONNECT)
    own = guild.members[discord.world.bot["id"]]["roles"][0]
    guild.roles[own] |= {"position": 9}
    leads = guild.add_channel("leads")["id"]
    guild.overwrite(leads, guild.id, deny=Permission.VIEW_CHANNEL)
    guild.overwrite(leads, own, allow=Permission.VIEW_CHANNEL)
    write(
        terminal.folder,
        {
            "community.yaml": f'community: acme\ndiscord: "{guild.id}"\nmode: shadow\n'
            f'channels: {{help: {{discord: "{guild.add_channel("help")["id"]}"}}, leads: {{discord: "{leads}"}}}}\n'
        },
    )
    return guild


async def asked(terminal: Terminal, *, ends: int, **more: str) -> dict[str, Any]:
    ended = await terminal.run("doctor", "--json", **more)
    assert ended.exit_code == ends, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)
    assert found["well"] is (ends == 0)
    return found


def states(found: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["state"] for one in found["points"]}


async def test_where_all_is_there_nothing_is_wrong_and_everything_can_be_done(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    guild = settled(terminal, discord)
    found = await asked(terminal, ends=0)
    assert states(found)["discord_presence"] == "good"
    assert states(found)["discord_permission"] == "good"
    ways = {one["ability"]: one["way"] for one in found["capabilities"][f"discord/{guild.id}"]}
    assert ways.pop("quarantine") == "missing"
    assert set(ways.values()) == {"direct"}
    assert discord.record.off == []


async def test_each_thing_that_is_missing_comes_with_its_remedy_in_both_languages(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    guild = settled(terminal, discord, permissions=MODERATING & ~Permission.MANAGE_MESSAGES)
    discord.world.application["flags"] = 0
    for language in ("en", "de"):
        found = await asked(terminal, ends=1, LOCUM_LANG=language)
        need = catalogue(language)["discord.need_manage_messages"]
        (bare,) = [one for one in found["points"] if one["code"] == "discord_permission"]
        assert need in bare["says"]
        assert f"guild_id={guild.id}" in bare["remedy"]
        assert all(one["remedy"] for one in found["points"] if one["state"] != "good")
        missing = {
            one["ability"]: one["remedy"] for one in found["capabilities"][f"discord/{guild.id}"] if one["cause"]
        }
        assert missing.keys() == {"messages", "joins", "delete", "quarantine"}
        assert need in missing["delete"]


async def test_people_read_it_by_community_and_server(terminal: Terminal, discord: LoopbackDiscord) -> None:
    guild = settled(terminal, discord)
    discord.world.application["flags"] = 1 << 15
    said = (await terminal.run("doctor")).stdout
    assert f"discord/{guild.id}\n  ✓ Harbour: the bot is on this server." in said
    assert "– Locum may not read what members write" in said
    assert "→ On the application's page, switch on Bot → Message Content Intent" in said
    (line,) = [line for line in said.splitlines() if line.startswith("    see what members write")]
    assert "no → turn on the Message Content Intent" in line
    assert said.rstrip().splitlines()[-1].startswith("Nothing is wrong.")


async def test_names_of_others_can_t_steer_the_reader_s_terminal(terminal: Terminal, discord: LoopbackDiscord) -> None:
    settled(terminal, discord).data["name"] = "Har\x1b[2Jbour"
    said = (await terminal.run("doctor")).stdout
    assert "\x1b[2J" not in said
    assert "U+001B" in said


async def test_a_token_that_is_no_good_is_wrong_and_isn_t_shown(terminal: Terminal, discord: LoopbackDiscord) -> None:
    settled(terminal, discord)
    discord.world.revoked = True
    ended = await terminal.run("doctor")
    assert ended.exit_code == 1
    assert "✗ Discord doesn't accept the token." in ended.stdout
    assert discord.world.token not in ended.output


async def test_without_a_network_it_says_what_it_couldn_t_ask_and_looks_at_the_rest(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    settled(terminal, discord)
    await discord.stop()
    found = await asked(terminal, ends=1)
    assert states(found)["discord"] == "unknown"
    assert states(found)["policies"] == "good"


async def test_it_begins_no_session_and_changes_nothing(terminal: Terminal, discord: LoopbackDiscord) -> None:
    settled(terminal, discord)
    await asked(terminal, ends=0)
    assert {one.method for one in discord.record.requests} == {"GET"}
    assert discord.world.sessions_left() == discord.world.sessions_a_day
    assert not (terminal.folder / "data").exists()


async def test_a_community_whose_server_the_bot_isn_t_on_is_told_how_to_invite_it(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    write(terminal.folder, {"community.yaml": 'community: acme\ndiscord: "404"\n'})
    (found,) = [one for one in (await asked(terminal, ends=1))["points"] if one["code"] == "discord_presence"]
    assert f"client_id={discord.world.application_id}" in found["remedy"]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Return a machine without a token."""
    found = Machine(tmp_path, LOCUM_LOCAL="off", LOCUM_METRICS="off")
    yield found
    found.end()


def test_broken_policies_a_missing_token_and_a_misspelt_setting_are_named_offline(machine: Machine) -> None:
    write(machine.folder, {"community.yaml": 'community: acme\ndiscord: "404"\n'})
    found = machine.run("doctor", "--json", LOCUM_DISCORD_TOKN="x")
    assert found.returncode == 0, found.stderr
    assert states(json.loads(found.stdout)) == {
        "setting": "lacks", "database": "lacks", "policies": "good", "discord_no_token": "lacks",
    }  # fmt: skip
    write(machine.folder, {"community.yaml": "community: acme\nzone: Nowhere\n"})
    broken = machine.run("doctor", "--json")
    assert broken.returncode == 1
    assert states(json.loads(broken.stdout))["policies"] == "wrong"


def test_database_and_keys_are_looked_at_beside_a_program_that_ran(machine: Machine) -> None:
    write(machine.folder, {"community.yaml": "community: acme\n"})
    running = machine.start()
    running.says("Ctrl-C")
    found = machine.run("doctor", "--json")
    assert found.returncode == 0, found.stdout + found.stderr
    assert states(json.loads(found.stdout))["keys"] == "good"
    assert running.stopped() == 0
    (machine.folder / "data/locum.keys.json").unlink()
    gone = json.loads(machine.run("doctor", "--json").stdout)
    assert states(gone)["keys"] == "wrong"
    (machine.folder / "data/locum.sqlite").write_bytes(b"no database" * 1000)
    assert states(json.loads(machine.run("doctor", "--json").stdout))["database"] == "wrong"
