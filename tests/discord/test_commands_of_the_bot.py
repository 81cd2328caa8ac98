"""The bot's commands: kept, replaced, and refused beyond the limits."""

from collections.abc import Mapping
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.discord.asking import Asker
from tests.discord.harbour import Harbour, harbour
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


@pytest.fixture
def port(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


@pytest.fixture
def path(port: Harbour) -> str:
    return f"/applications/{port.guild.world.application_id}/guilds/{port.guild.id}/commands"


def slash(name: str, **more: Any) -> Mapping[str, Any]:
    return {"name": name, "description": "what it does", "type": 1} | more


async def test_the_library_syncs_a_tree_and_reads_it_back(
    server: LoopbackDiscord, client: discord.Client, port: Harbour
) -> None:
    tree = app_commands.CommandTree(client)
    group = app_commands.Group(
        name="mod", description="for staff", default_permissions=discord.Permissions(moderate_members=True)
    )

    @group.command(name="warn", description="warn somebody")
    async def warn(interaction: discord.Interaction, who: discord.Member, days: app_commands.Range[int, 1, 28]) -> None:
        await interaction.response.defer()

    @tree.context_menu(name="Report")
    async def report(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.defer()

    tree.add_command(group)
    synced = await tree.sync()
    assert {(one.name, one.type.value) for one in synced} == {("mod", 1), ("Report", 3)}
    again = await tree.sync()
    assert {one.id for one in again} == {one.id for one in synced}
    assert {one.name for one in await tree.fetch_commands()} == {"mod", "Report"}
    assert server.record.off == []
    assert len(server.world.created_commands) == 2


async def test_overwriting_keeps_ids_by_name_and_removes_the_rest(path: str, ask: Asker) -> None:
    first = (await ask("PUT", path, [slash("one"), slash("two")])).body
    second = (await ask("PUT", path, [slash("two"), slash("three")])).body
    assert second[0]["id"] == first[1]["id"]
    assert second[0]["version"] == first[1]["version"]
    assert [one["name"] for one in (await ask("GET", path)).body] == ["two", "three"]
    assert (await ask("GET", f"{path}/{first[0]['id']}")).code == 10063


async def test_one_command_is_added_changed_and_removed(path: str, ask: Asker) -> None:
    added = await ask("POST", path, slash("one"))
    replaced = await ask("POST", path, slash("one", description="better"))
    assert (added.status, replaced.status) == (201, 200)
    assert added.body["id"] == replaced.body["id"]
    changed = await ask("PATCH", f"{path}/{added.body['id']}", {"description": "best"})
    assert (changed.body["description"], changed.body["name"]) == ("best", "one")
    assert changed.body["version"] != replaced.body["version"]
    assert (await ask("DELETE", f"{path}/{added.body['id']}")).status == 204
    assert (await ask("DELETE", f"{path}/{added.body['id']}")).code == 10063


OPTION = {"type": 3, "name": "what", "description": "which one"}
#: nearly a thousand characters
LONG = {**OPTION, "choices": [{"name": f"{number}" * 50, "value": "v" * 60} for number in range(9)]}


@pytest.mark.parametrize(
    "commands",
    [
        [slash("one"), slash("one")],
        [slash("Upper")],
        [slash("two words")],
        [slash("x" * 33)],
        [slash("x", description="")],
        [slash("x", description="y" * 101)],
        [slash("x", options=[OPTION, OPTION])],
        [slash("x", options=[OPTION, {**OPTION, "name": "must", "required": True}])],
        [slash("x", options=[{**OPTION, "name": f"o{number}"} for number in range(26)])],
        [slash("x", options=[{**OPTION, "choices": [{"name": f"c{n}", "value": "v"} for n in range(26)]}])],
        [slash("x", name_localizations={"de": "Groß"})],
        [slash("x", options=[{**LONG, "name": f"o{number}"} for number in range(9)])],
        [{"name": "Report", "type": 3, "description": "none is allowed"}],
    ],
)
async def test_commands_beyond_the_limits_are_refused_together(path: str, ask: Asker, commands: list[Any]) -> None:
    assert (await ask("PUT", path, commands)).code == 50035
    assert (await ask("GET", path)).body == []


async def test_there_are_a_hundred_slash_commands_and_fifteen_of_each_menu(path: str, ask: Asker) -> None:
    hundred = [slash(f"c{number}") for number in range(100)]
    menus = [{"name": f"m{number}", "type": kind} for kind in (2, 3) for number in range(15)]
    assert (await ask("PUT", path, [*hundred[:-1], *menus])).status == 200
    assert (await ask("PUT", path, [*hundred, slash("more")])).code == 30032
    assert (await ask("PUT", path, [*menus, {"name": "more", "type": 3}])).code == 30032


async def test_two_hundred_new_names_a_day_are_enough(path: str, ask: Asker, world: World) -> None:
    for batch in range(2):
        names = [slash(f"c{batch}-{number}") for number in range(100)]
        assert (await ask("PUT", path, names)).status == 200
    met = await ask("PUT", path, [slash("new")])
    assert (met.status, met.code) == (429, 30034)
    everywhere = f"/applications/{world.application_id}/commands"
    assert (await ask("PUT", everywhere, [slash("new")])).status == 200


async def test_another_s_application_is_unknown(port: Harbour, ask: Asker) -> None:
    assert (await ask("GET", "/applications/1/commands")).code == 10002


async def test_to_whom_administrators_show_a_command_can_be_read(
    client: discord.Client, port: Harbour, ask: Asker, path: str
) -> None:
    made = (await ask("POST", path, slash("warn"))).body
    await ask("POST", path, slash("kick"))
    port.guild.show_command(made["id"], port.staff_role)
    application, guild = int(port.guild.world.application_id), int(port.guild.id)
    (shown,) = await client.http.get_guild_application_command_permissions(application, guild)
    assert shown["id"] == made["id"]
    assert shown["permissions"] == [{"id": port.staff_role, "type": 1, "permission": True}]
