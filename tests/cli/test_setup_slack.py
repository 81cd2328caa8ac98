"""`locum setup slack` against a Slack on loopback."""

import asyncio
import json
import os
import pty
import select
import sys
from pathlib import Path

import pytest

from adapters.keyfile import open_key_file
from adapters.slack.manifest import manifest
from adapters.slack.tokens import kept
from bot.app.clock import machine_clock
from bot.services.rotating import new_signing_key
from tests.adapters.slack.ground import Installed, install
from tests.cli.machine import ROOT
from tests.cli.spoken import Terminal
from tests.policy.folders import write
from tests.slack.server import LoopbackSlack


@pytest.fixture
def terminal(on_slack: Terminal) -> Terminal:
    """Return a terminal that knows where Slack is."""
    return on_slack


def lines(place: Installed, *names: str) -> str:
    return "".join(f"{name}={getattr(place.access, name)}\n" for name in names or ("bot", "app", "admin"))


def secrets(place: Installed) -> list[str]:
    return [getattr(place.access, name) for name in ("bot", "app", "admin", "signing")]


def file_of(terminal: Terminal) -> Path:
    return terminal.folder / "data/locum.slack.json"


def opened(terminal: Terminal) -> dict[str, tuple[str, str, str, str]]:
    """Return what is kept, opened with the key file that a run of the program uses."""
    keys = open_key_file(terminal.folder / "data/locum.keys.json", machine_clock(), new_signing_key, make=False)
    found = kept(file_of(terminal), keys.wrapping())
    return {name: (one.bot, one.app, one.admin, one.admin_user) for name, one in found.items()}


async def test_without_tokens_it_says_each_step_and_keeps_nothing(terminal: Terminal) -> None:
    ended = await terminal.run("setup", "slack")
    assert ended.exit_code == 0, ended.stderr
    for word in ("api.slack.com/apps", "xoxb-", "connections:write", "xoxp-", "/invite @Locum"):
        assert word in ended.stdout
    assert list(terminal.folder.iterdir()) == []


async def test_the_manifest_is_the_code_s_printed_or_in_a_file(terminal: Terminal) -> None:
    printed = await terminal.run("setup", "slack", "--manifest", "-")
    assert json.loads(printed.stdout) == manifest()
    url = "https://locum.example/slack/T0A"
    await terminal.run("setup", "slack", "--manifest", "app.json", "--events", url)
    assert json.loads((terminal.folder / "app.json").read_text("utf-8")) == manifest(events=url)
    plain = await terminal.run("setup", "slack", "--events", "http://locum.example/slack/T0A")
    assert plain.exit_code == 2


async def test_tokens_that_are_good_are_kept_sealed_where_the_next_run_finds_them(
    terminal: Terminal, place: Installed
) -> None:
    ended = await terminal.told(lines(place), "setup", "slack")
    assert ended.exit_code == 0, ended.output
    access = place.access
    assert opened(terminal) == {access.workspace: (access.bot, access.app, access.admin, place.admin)}
    assert file_of(terminal).stat().st_mode & 0o077 == 0
    text = file_of(terminal).read_text("utf-8") + ended.output
    assert not [one for one in secrets(place) if one in text]


async def test_the_draft_holds_the_workspace_and_passes_a_strict_check(terminal: Terminal, place: Installed) -> None:
    for user in place.workspace.users.values():
        user.locale = "de-DE"
    ended = await terminal.told(lines(place), "setup", "slack")
    assert ended.exit_code == 0, ended.output
    text = (terminal.folder / "policies/hafen/community.yaml").read_text("utf-8")
    assert f'\nslack: "{place.workspace.id}"\n' in text
    assert f"{{slack: {place.workspace.id}/{place.leads}}}" in text
    assert "languages: [de]" in text
    assert "mode: shadow" in text
    assert "protected: [owner, admin]" in text
    checked = await terminal.run("check", "--strict")
    assert checked.exit_code == 0, checked.stdout


async def test_the_checklist_says_what_is_done_and_how_to_do_what_is_left(terminal: Terminal, place: Installed) -> None:
    place.workspace.add_channel("werkstatt")
    ended = await terminal.told(lines(place, "bot", "app"), "setup", "slack")
    said = ended.stdout.partition("What is left:")[2]
    assert "[x] The bot has all" in said
    assert "[x] Slack reaches us through a socket" in said
    assert "[x] Cards hang in a private channel." in said
    assert "[ ] No admin's token is kept" in said
    assert "In 2 channels the bot isn't yet: general, werkstatt" in said
    assert "/invite @Locum" in said


async def test_given_again_nothing_is_overwritten_no_token_is_needed_and_what_is_new_is_shown(
    terminal: Terminal, place: Installed
) -> None:
    await terminal.told(lines(place), "setup", "slack")
    before = file_of(terminal).read_bytes()
    file = terminal.folder / "policies/hafen/community.yaml"
    text = file.read_text("utf-8")
    fresh = place.workspace.add_channel("werkstatt").id
    ended = await terminal.run("setup", "slack")
    assert ended.exit_code == 0, ended.output
    assert f"+  werkstatt: {{slack: {place.workspace.id}/{fresh}}}" in ended.stdout
    assert (file.read_text("utf-8"), file_of(terminal).read_bytes()) == (text, before)


async def test_another_workspace_is_added_and_one_is_forgotten_alone(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    other = install(slack, domain="werft")
    for one in (place, other):
        assert (await terminal.told(lines(one), "setup", "slack")).exit_code == 0
    assert set(opened(terminal)) == {place.workspace.id, other.workspace.id}
    unclear = await terminal.run("setup", "slack")
    assert unclear.exit_code == 2
    assert other.workspace.id in unclear.stderr
    assert (await terminal.run("setup", "slack", "--workspace", other.workspace.id)).exit_code == 0
    assert (await terminal.run("setup", "slack", "--forget", place.workspace.id)).exit_code == 0
    assert set(opened(terminal)) == {other.workspace.id}
    assert (await terminal.run("setup", "slack", "--forget", place.workspace.id)).exit_code == 2
    await terminal.run("setup", "slack", "--forget", other.workspace.id)
    assert not file_of(terminal).exists()


async def test_another_admin_s_token_never_takes_the_place_of_the_bound_one_unless_that_is_said(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    await terminal.told(lines(place), "setup", "slack")
    second = place.workspace.add_user("second")
    second.is_admin = True
    scopes = manifest()["oauth_config"]["scopes"]["user"]
    token = slack.world.authorise(place.app, place.workspace.id, second.id, scopes=scopes).text
    ended = await terminal.told(f"admin={token}\n", "setup", "slack")
    assert ended.exit_code == 2
    assert place.admin in ended.stderr
    assert opened(terminal)[place.workspace.id][2:] == (place.access.admin, place.admin)
    assert (await terminal.told(f"admin={token}\n", "setup", "slack", "--bind")).exit_code == 0
    assert opened(terminal)[place.workspace.id][2:] == (token, second.id)


async def test_who_doesn_t_administer_the_workspace_isn_t_taken_for_its_admin(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    kim = place.workspace.add_user("kim").id
    token = slack.world.authorise(place.app, place.workspace.id, kim, scopes=["chat:write"]).text
    ended = await terminal.told(lines(place, "bot", "app") + f"admin={token}\n", "setup", "slack")
    assert ended.exit_code == 2
    assert "doesn't administer" in ended.stderr
    assert not file_of(terminal).exists()


async def test_a_token_in_another_s_place_is_named_and_nothing_is_kept(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    access, other = place.access, install(slack, domain="werft")
    for given, said in (
        (f"bot={access.admin}\n", "isn't a bot's"),
        (f"bot={access.app}\n", "isn't a bot's"),
        (f"bot={access.bot}\napp={access.bot}\n", "connections:write"),
        (f"bot={access.bot}\napp={other.access.app}\n", "two apps"),
        (f"bot={access.bot}\nadmin={access.bot}\n", "isn't of a person"),
        (f"bot={access.bot}\nadmin={other.access.admin}\n", "isn't of a person"),
        ("bot=xoxb-never-given\n", "doesn't accept the bot's token"),
        (f"bot={access.bot}\nadmin=xoxp-never-given\n", "doesn't accept the admin's token"),
    ):
        ended = await terminal.told(given, "setup", "slack")
        assert ended.exit_code == 2, given
        assert said in ended.stderr
        assert not file_of(terminal).exists()
    wrong = await terminal.told(lines(place), "setup", "slack", "--workspace", other.workspace.id)
    assert wrong.exit_code == 2


@pytest.mark.parametrize("bad", ["hush", "bot=a b", "bot=,", "bot=xoxb-1\nbot=xoxb-2", "user=xoxp-1", "bot=\x1b[2J"])
async def test_a_line_that_can_t_be_read_is_named_by_its_number_and_isn_t_repeated(
    terminal: Terminal, bad: str
) -> None:
    ended = await terminal.told(f"# tokens\n{bad}\n", "setup", "slack")
    assert ended.exit_code == 2
    assert "Line " in ended.stderr
    assert bad not in ended.output.partition("Line ")[2]
    assert "hush" not in ended.output
    assert not (terminal.folder / "data").exists()


async def test_a_token_is_never_taken_from_the_command_line_where_others_could_read_it(terminal: Terminal) -> None:
    for name in ("--bot", "--token", "--admin"):
        assert (await terminal.run("setup", "slack", name, "x")).exit_code == 2


async def test_a_hyphen_takes_a_token_out_and_with_the_admin_s_its_binding(
    terminal: Terminal, place: Installed
) -> None:
    await terminal.told(lines(place), "setup", "slack")
    assert (await terminal.told("admin=-\n", "setup", "slack")).exit_code == 0
    assert opened(terminal)[place.workspace.id] == (place.access.bot, place.access.app, "", "")


async def test_beside_a_database_keys_are_found_or_made_as_its_next_start_does(
    terminal: Terminal, place: Installed, database: str
) -> None:
    for _ in range(2):
        ended = await terminal.told(lines(place), "setup", "slack", LOCUM_DATABASE=database)
        assert ended.exit_code == 0, ended.output
    assert opened(terminal)[place.workspace.id][0] == place.access.bot


async def test_a_database_of_no_schema_is_said_to_be_so_and_nothing_is_kept(
    terminal: Terminal, place: Installed
) -> None:
    (terminal.folder / "data").mkdir()
    (terminal.folder / "data/locum.sqlite").write_bytes(b"no database" * 1000)
    ended = await terminal.told(lines(place), "setup", "slack")
    assert ended.exit_code == 2
    assert "Traceback" not in ended.output
    assert not file_of(terminal).exists()


async def test_tokens_that_can_t_be_opened_any_more_are_given_anew(terminal: Terminal, place: Installed) -> None:
    await terminal.told(lines(place), "setup", "slack")
    (terminal.folder / "data/locum.keys.json").unlink()
    assert (await terminal.run("setup", "slack")).exit_code == 2
    ended = await terminal.told(lines(place), "setup", "slack")
    assert ended.exit_code == 0, ended.output
    assert opened(terminal)[place.workspace.id][0] == place.access.bot


async def test_the_admin_s_token_stays_bound_though_what_was_kept_can_t_be_opened(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    await terminal.told(lines(place), "setup", "slack")
    (terminal.folder / "data/locum.keys.json").unlink()
    assert (await terminal.told(lines(place, "bot", "app"), "setup", "slack")).exit_code == 0
    second = place.workspace.add_user("second")
    second.is_admin = True
    token = slack.world.authorise(place.app, place.workspace.id, second.id, scopes=["chat:write"]).text
    assert (await terminal.told(f"admin={token}\n", "setup", "slack")).exit_code == 2
    assert opened(terminal)[place.workspace.id][3] == place.admin


async def test_signed_requests_are_a_way_in_once_an_address_listens(terminal: Terminal, slack: LoopbackSlack) -> None:
    place = install(slack, socket=False)
    given = lines(place, "bot", "signing", "admin")
    deaf = await terminal.told(given, "setup", "slack")
    assert "LOCUM_SLACK_EVENTS is off" in deaf.stdout
    heard = await terminal.run("setup", "slack", LOCUM_SLACK_EVENTS="127.0.0.1:0")
    assert "[x] Slack reaches us at LOCUM_SLACK_EVENTS" in heard.stdout


async def test_names_of_others_can_t_steer_the_reader_s_terminal(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    place.workspace.add_channel("a\x1b[2Jb", members=[place.bot])
    place.workspace.domain = "ha\x1b[2Jfen"
    for _ in range(2):
        ended = await terminal.told(lines(place), "setup", "slack")
        assert "\x1b" not in ended.output


async def test_a_file_that_was_changed_by_hand_is_said_to_be_so(terminal: Terminal, place: Installed) -> None:
    await terminal.told(lines(place), "setup", "slack")
    file_of(terminal).write_text("{}", encoding="utf-8")
    for given in ("", lines(place)):
        ended = await terminal.told(given, "setup", "slack")
        assert ended.exit_code == 2
        assert "changed by hand" in ended.stderr


async def test_a_slack_that_isn_t_there_is_said_to_be_so(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    await slack.stop()
    ended = await terminal.told(lines(place), "setup", "slack", LOCUM_LANG="de")
    assert ended.exit_code == 2
    assert "Slack antwortet nicht" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_community_that_is_on_discord_is_shown_what_it_lacks_and_nothing_of_it_goes(
    terminal: Terminal, place: Installed
) -> None:
    text = 'community: acme\ndiscord: "404"\nmode: shadow\nchannels: {help: {discord: "7"}}\n'
    write(terminal.folder, {"community.yaml": text})
    ended = await terminal.told(lines(place), "setup", "slack", "--community", "acme")
    assert ended.exit_code == 0, ended.output
    assert f'+slack: "{place.workspace.id}"' in ended.stdout
    assert "\n  -" not in ended.stdout
    assert [one.name for one in (terminal.folder / "policies").iterdir()] == ["acme"]
    assert (await terminal.run("setup", "slack", "--community", "nobody")).exit_code == 2


async def test_what_is_typed_at_a_terminal_is_never_shown(
    terminal: Terminal, slack: LoopbackSlack, place: Installed
) -> None:
    controller, own = pty.openpty()
    environment = {**os.environ, **terminal.environment, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "setup", "slack", cwd=terminal.folder, env=environment, stdin=own, stdout=own,
        stderr=own, start_new_session=True,
    )  # fmt: skip
    os.close(own)
    shown = await asyncio.to_thread(_typed, controller, [place.access.bot, place.access.app, place.access.admin])
    assert await process.wait() == 0, shown
    assert "The bot's token" in shown
    assert not [one for one in secrets(place) if one in shown]
    assert opened(terminal)[place.workspace.id][0] == place.access.bot


def _typed(terminal: int, answers: list[str]) -> str:
    """Type one answer after each question, and return everything that the terminal showed."""
    shown, left = "", list(answers)
    while select.select([terminal], [], [], 90)[0]:
        try:
            shown += os.read(terminal, 65_536).decode(errors="replace")
        except OSError:
            # the other end is gone
            break
        asked = sum(shown.count(one) for one in ("The bot's token (", "The app-level token (", "The admin's token ("))
        if left and asked > len(answers) - len(left) and shown.endswith(": "):
            os.write(terminal, f"{left.pop(0)}\n".encode())
    return shown
