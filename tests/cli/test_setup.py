"""`locum setup discord` against a Discord on loopback."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.cli.spoken import Terminal
from tests.discord.guild import Guild
from tests.discord.harbour import MODERATING
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


def harbour(world: World) -> Guild:
    guild = world.add_guild("Hafen & Co.", permissions=MODERATING)
    guild.data["preferred_locale"] = "de"
    guild.add_channel("allgemein")
    mods = guild.add_channel("mods")["id"]
    guild.overwrite(mods, guild.id, deny=Permission.VIEW_CHANNEL)
    guild.overwrite(mods, guild.members[world.bot["id"]]["roles"][0], allow=Permission.VIEW_CHANNEL)
    guild.add_role("Wache", Permission.BAN_MEMBERS)
    return guild


def drafted(terminal: Terminal) -> Path:
    return terminal.folder / "policies/hafen-co/community.yaml"


async def test_without_a_token_it_says_where_to_get_one(terminal: Terminal) -> None:
    ended = await terminal.run("setup", "discord", LOCUM_DISCORD_TOKEN="")
    assert ended.exit_code == 2
    assert "LOCUM_DISCORD_TOKEN" in ended.stderr


async def test_a_token_is_never_taken_from_the_command_line_where_others_could_read_it(terminal: Terminal) -> None:
    assert (await terminal.run("setup", "discord", "--token", "t")).exit_code == 2


async def test_the_invitation_asks_for_what_is_listed_beside_it_and_nothing_more(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    ended = await terminal.run("setup", "discord")
    assert ended.exit_code == 0, ended.stderr
    (line,) = [line for line in ended.stdout.splitlines() if "https://" in line]
    query = parse_qs(urlsplit(line.strip()).query)
    assert query["client_id"] == [discord.world.application_id]
    assert query["scope"] == ["bot applications.commands"]
    asked = Permission(int(query["permissions"][0]))
    assert len([line for line in ended.stdout.splitlines() if line.startswith("  - ")]) == len(asked)
    assert asked & (Permission.ADMINISTRATOR | Permission.MENTION_EVERYONE | Permission.MANAGE_WEBHOOKS) == 0
    assert "isn't on any server yet" in ended.stdout


async def test_the_only_server_is_drafted_and_the_draft_passes_a_strict_check(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    guild = harbour(discord.world)
    ended = await terminal.run("setup", "discord")
    assert ended.exit_code == 0, ended.stderr
    text = drafted(terminal).read_text(encoding="utf-8")
    assert f'discord: "{guild.id}"' in text
    assert "mode: shadow" in text
    assert "languages: [de]" in text
    assert "protected: [wache]" in text
    checked = await terminal.run("check", "--strict")
    assert checked.exit_code == 0, checked.stdout


async def test_the_checklist_says_what_is_done_and_how_to_do_what_is_left(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    harbour(discord.world)
    discord.world.application["flags"] = 0
    ended = await terminal.run("setup", "discord")
    said = ended.stdout.partition("What is left:")[2]
    assert "[ ] Locum may not read what members write" in said
    assert "→ On the application's page, switch on Bot → Message Content Intent" in said
    assert "[x] Cards hang in a channel that staff alone read." in said
    assert "Integrations" in said
    assert "quarantine" in said


async def test_a_file_that_is_there_is_never_overwritten_and_what_differs_is_shown(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    guild = harbour(discord.world)
    await terminal.run("setup", "discord")
    file = drafted(terminal)
    assert "would be the same" in (await terminal.run("setup", "discord", LOCUM_LANG="en")).stdout
    before = file.read_text(encoding="utf-8").replace("zone: UTC", "zone: Europe/Berlin  # changed by hand")
    file.write_text(before, encoding="utf-8")
    fresh = guild.add_channel("werkstatt")["id"]
    ended = await terminal.run("setup", "discord", "--server", guild.id)
    assert ended.exit_code == 0, ended.stderr
    assert file.read_text(encoding="utf-8") == before
    assert f'+  werkstatt: {{discord: "{fresh}"}}' in ended.stdout
    assert "-zone: Europe/Berlin  # changed by hand" in ended.stdout
    assert "+zone: UTC" in ended.stdout
    assert [one.name for one in (terminal.folder / "policies").iterdir()] == ["hafen-co"]


async def test_of_several_servers_one_is_to_be_chosen(terminal: Terminal, discord: LoopbackDiscord) -> None:
    first, second = harbour(discord.world), discord.world.add_guild("Werft", permissions=MODERATING)
    listed = await terminal.run("setup", "discord")
    assert listed.exit_code == 0
    assert first.id in listed.stdout
    assert second.id in listed.stdout
    assert not (terminal.folder / "policies").exists()
    await terminal.run("setup", "discord", "--server", second.id)
    assert (terminal.folder / "policies/werft/community.yaml").exists()
    strange = await terminal.run("setup", "discord", "--server", "12")
    assert strange.exit_code == 2
    assert "isn't on the server 12" in strange.stderr


async def test_a_second_server_of_the_same_name_gets_a_folder_of_its_own(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    first, second = harbour(discord.world), harbour(discord.world)
    for guild in (first, second):
        await terminal.run("setup", "discord", "--server", guild.id)
    assert second.id in (terminal.folder / "policies/hafen-co-2/community.yaml").read_text(encoding="utf-8")


async def test_a_token_that_is_no_good_is_said_to_be_so_and_isn_t_repeated(
    terminal: Terminal, discord: LoopbackDiscord
) -> None:
    discord.world.revoked = True
    ended = await terminal.run("setup", "discord", LOCUM_LANG="de")
    assert ended.exit_code == 2
    assert "nimmt das Token in LOCUM_DISCORD_TOKEN nicht an" in ended.stderr
    assert discord.world.token not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_discord_that_isn_t_there_is_said_to_be_so(terminal: Terminal, discord: LoopbackDiscord) -> None:
    await discord.stop()
    ended = await terminal.run("setup", "discord")
    assert ended.exit_code == 2
    assert "doesn't answer" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_every_request_is_one_that_discord_describes(terminal: Terminal, discord: LoopbackDiscord) -> None:
    harbour(discord.world)
    await terminal.run("setup", "discord")
    assert discord.record.requests
    assert discord.record.off == []
