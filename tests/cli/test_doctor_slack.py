"""`locum doctor` and `locum keys` where tokens of a Slack on loopback are kept."""

import json
from typing import Any

import pytest

from adapters.keyfile import open_key_file
from adapters.slack.tokens import keep, kept, sealed_under
from bot.app.clock import machine_clock
from bot.i18n import LANGUAGES
from bot.services.rotating import new_signing_key
from tests.adapters.slack.ground import Installed
from tests.cli.spoken import Terminal
from tests.policy.folders import write
from tests.slack.server import LoopbackSlack

KEYS, TOKENS = "data/locum.keys.json", "data/locum.slack.json"


@pytest.fixture
def terminal(on_slack: Terminal) -> Terminal:
    """Return a terminal that knows where Slack is."""
    return on_slack


def settled(terminal: Terminal, place: Installed) -> None:
    """Keep the workspace's tokens, and write policies for it."""
    workspace = place.workspace.id
    keys = open_key_file(terminal.folder / KEYS, machine_clock(), new_signing_key, make=True)
    keep(terminal.folder / TOKENS, keys.wrapping(), place.access)
    rooms = f"help: {{slack: {workspace}/{place.room}}}, leads: {{slack: {workspace}/{place.leads}}}"
    write(
        terminal.folder,
        {"community.yaml": f"community: acme\nslack: {workspace}\nmode: shadow\nchannels: {{{rooms}}}\n"},
    )


async def asked(terminal: Terminal, *, ends: int, **more: str) -> dict[str, Any]:
    ended = await terminal.run("doctor", "--json", **more)
    assert ended.exit_code == ends, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def states(found: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["state"] for one in found["points"] if one["code"].startswith("slack")}


async def test_where_all_is_there_nothing_is_wrong_and_the_matrix_says_how_each_thing_is_done(
    terminal: Terminal, place: Installed
) -> None:
    settled(terminal, place)
    found = await asked(terminal, ends=0)
    assert set(states(found).values()) == {"good"}
    ways = {one["ability"]: one["way"] for one in found["capabilities"][f"slack/{place.workspace.id}"]}
    assert (ways["delete"], ways["timeout"], ways["ban"], ways["slow_mode"]) == (
        "direct", "emulated", "manual", "missing",
    )  # fmt: skip


async def test_each_scope_that_is_missing_comes_with_its_remedy_in_both_languages(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    settled(terminal, place)
    slack.world.tokens[place.access.bot].scopes.discard("chat:write")
    slack.world.tokens[place.access.admin].scopes.discard("files:write")
    for language in LANGUAGES:
        found = await asked(terminal, ends=1, LOCUM_LANG=language)
        bad = {one["code"]: one for one in found["points"] if one["state"] != "good"}
        assert "chat:write" in bad["slack_scope"]["says"]
        assert "files:write" in bad["slack_admin_scope"]["says"]
        assert all(one["remedy"] for one in bad.values() if one["code"].startswith("slack"))
        causes = {one["ability"]: one["remedy"] for one in found["capabilities"][f"slack/{place.workspace.id}"]}
        assert "chat:write" in causes["card"]


async def test_people_read_how_each_thing_is_done_and_what_is_in_the_way(terminal: Terminal, place: Installed) -> None:
    settled(terminal, place)
    said = (await terminal.run("doctor")).stdout
    assert f"slack/{place.workspace.id}\n  ✓ hafen: Slack accepts the bot's token." in said
    for start, end in (
        ("delete messages", "yes"), ("ban members", "by hand → a card asks somebody with the right to do it"),
        ("slow a channel down", "no → the platform has nothing of the kind"),
    ):  # fmt: skip
        (line,) = [line.strip() for line in said.splitlines() if line.startswith(f"    {start}")]
        assert line.partition("   ")[2].strip() == end


async def test_a_revoked_token_another_admin_s_and_a_socket_that_doesn_t_open_are_named_and_never_shown(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    settled(terminal, place)
    slack.world.revoke(place.access.admin)
    place.app.socket_mode = False
    found = await asked(terminal, ends=1)
    assert (states(found)["slack_admin_gone"], states(found)["slack_socket"]) == ("wrong", "wrong")
    slack.world.revoke(place.access.bot)
    ended = await terminal.run("doctor")
    assert "✗ Slack doesn't accept the bot's token." in ended.stdout
    assert not [one for one in (place.access.bot, place.access.admin, place.access.app) if one in ended.output]


async def test_it_only_reads_and_opens_no_socket(terminal: Terminal, slack: LoopbackSlack, place: Installed) -> None:
    settled(terminal, place)
    before = (terminal.folder / TOKENS).read_bytes()
    effects = len(slack.record.effects)
    await asked(terminal, ends=0)
    assert len(slack.record.effects) == effects
    assert (terminal.folder / TOKENS).read_bytes() == before
    assert not (terminal.folder / "data/locum.sqlite").exists()


async def test_a_slack_that_is_away_is_said_and_the_rest_is_looked_at(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    settled(terminal, place)
    await slack.stop()
    found = await asked(terminal, ends=1)
    assert states(found) == {"slack": "unknown"}
    assert "policies" in {one["code"] for one in found["points"]}


async def test_tokens_that_are_missing_unused_or_can_t_be_opened_are_said_to_be_so(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    settled(terminal, place)
    (terminal.folder / TOKENS).rename(terminal.folder / "away.json")
    assert states(await asked(terminal, ends=0)) == {"slack_no_tokens": "lacks"}
    (terminal.folder / "away.json").rename(terminal.folder / TOKENS)
    write(terminal.folder, {"community.yaml": "community: acme\nslack: T0OTHER\nmode: shadow\n"})
    assert states(await asked(terminal, ends=0)) == {"slack_no_tokens": "lacks", "slack_unnamed": "lacks"}
    (terminal.folder / KEYS).unlink()
    found = await asked(terminal, ends=1)
    assert states(found) == {"slack_tokens": "wrong"}
    (terminal.folder / TOKENS).write_text("{}", encoding="utf-8")
    open_key_file(terminal.folder / KEYS, machine_clock(), new_signing_key, make=True)
    (broken,) = [one for one in (await asked(terminal, ends=1))["points"] if one["code"] == "slack_tokens"]
    assert "changed by hand" in broken["says"]


async def test_a_new_wrapping_key_seals_the_tokens_anew_and_the_old_one_goes_only_then(
    terminal: Terminal, place: Installed, database: str
) -> None:
    settled(terminal, place)
    tokens = terminal.folder / TOKENS
    before = tokens.read_bytes()
    rotated = await terminal.run("keys", "rotate", "wrapping", LOCUM_DATABASE=database)
    assert rotated.exit_code == 0, rotated.output
    assert "sealed anew" in rotated.stdout
    newest, old = open_key_file(terminal.folder / KEYS, machine_clock(), new_signing_key, make=False).wrapping()
    assert sealed_under(tokens) == {newest.id: 1}
    assert kept(tokens, [newest])[place.workspace.id].bot == place.access.bot
    assert f"{newest.id}  1 workspace's tokens" in (await terminal.run("keys", "show", LOCUM_DATABASE=database)).stdout
    # as if it had been put back from a backup
    tokens.write_bytes(before)
    refused = await terminal.run("keys", "drop-old", LOCUM_DATABASE=database)
    assert (refused.exit_code, "keys rewrap" in refused.stderr) == (2, True)
    assert (await terminal.run("keys", "rewrap", LOCUM_DATABASE=database)).exit_code == 0
    assert sealed_under(tokens) == {newest.id: 1}
    assert old.id not in sealed_under(tokens)


async def test_a_file_of_tokens_that_is_broken_keeps_the_keys_as_they_are(
    terminal: Terminal, place: Installed, database: str
) -> None:
    settled(terminal, place)
    (terminal.folder / TOKENS).write_text("{}", encoding="utf-8")
    keys = (terminal.folder / KEYS).read_bytes()
    ended = await terminal.run("keys", "rotate", "wrapping", LOCUM_DATABASE=database)
    assert (ended.exit_code, "changed by hand" in ended.stderr) == (2, True)
    assert (terminal.folder / KEYS).read_bytes() == keys
