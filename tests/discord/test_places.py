"""Channels, threads, roles, invitations, and the bot's own affairs."""

from datetime import timedelta

import discord
import pytest

from tests.discord import invitations, shapes
from tests.discord.asking import Asker
from tests.discord.errors import Refused
from tests.discord.harbour import MODERATING, Harbour, harbour
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


@pytest.fixture
def port(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


async def test_the_bot_s_own_affairs_are_as_described(port: Harbour, ask: Asker, world: World) -> None:
    assert (await ask("GET", "/users/@me")).body["id"] == world.bot["id"]
    assert (await ask("GET", f"/users/{port.member}")).body["global_name"] == "Sailor"
    assert (await ask("GET", "/users/1")).code == 10013
    assert (await ask("GET", "/oauth2/applications/@me")).body["id"] == world.application_id
    assert [one["id"] for one in (await ask("GET", "/users/@me/guilds")).body] == [port.guild.id]
    assert (await ask("GET", "/gateway")).body == {"url": world.gateway_url}
    assert (await ask("GET", "/gateway/bot")).body["session_start_limit"]["total"] == 1000


async def test_channels_that_the_bot_can_t_see_aren_t_listed(port: Harbour, ask: Asker) -> None:
    hidden = port.guild.add_channel("hidden")["id"]
    port.guild.overwrite(hidden, port.guild.id, deny=Permission.VIEW_CHANNEL)
    own = port.guild.members[port.bot]["roles"][0]
    port.guild.overwrite(hidden, own, deny=Permission.VIEW_CHANNEL)
    listed = [one["id"] for one in (await ask("GET", f"/guilds/{port.guild.id}/channels")).body]
    assert (port.room in listed, hidden in listed) == (True, False)
    assert (await ask("GET", f"/channels/{hidden}")).code == 50001
    assert (await ask("POST", f"/channels/{hidden}/messages", {"content": "x"})).code == 50001


async def test_nobody_can_write_into_a_forum_or_a_category_itself(port: Harbour, ask: Asker) -> None:
    for kind, code in ((15, 40058), (4, 50008)):
        place = port.guild.add_channel("place", kind)["id"]
        assert (await ask("POST", f"/channels/{place}/messages", {"content": "x"})).code == code


async def test_slow_mode_is_set_and_noted_once(port: Harbour, ask: Asker, server: LoopbackDiscord) -> None:
    for _ in range(2):
        met = await ask("PATCH", f"/channels/{port.room}", {"rate_limit_per_user": 60}, reason="x")
        assert met.body["rate_limit_per_user"] == 60
    assert len(server.record.did("channel_updated")) == 1
    assert (port.guild.audit[-1]["action_type"], port.guild.audit[-1]["reason"]) == (11, "x")
    assert (await ask("PATCH", f"/channels/{port.room}", {"rate_limit_per_user": 21601})).code == 50035


async def test_overwrites_are_set_within_one_s_own_rights(port: Harbour, ask: Asker) -> None:
    path = f"/channels/{port.room}/permissions/{port.guild.id}"
    deny = {"type": 0, "allow": 0, "deny": int(Permission.SEND_MESSAGES)}
    assert (await ask("PUT", path, deny)).status == 204
    assert port.guild.channels[port.room]["permission_overwrites"][0]["deny"] == str(int(Permission.SEND_MESSAGES))
    too_much = {"type": 0, "allow": int(Permission.ADMINISTRATOR), "deny": 0}
    assert (await ask("PUT", path, too_much)).code == 50013
    assert (await ask("DELETE", path)).status == 204
    assert port.guild.channels[port.room]["permission_overwrites"] == []


async def test_the_library_makes_a_role_and_a_room_for_it(
    server: LoopbackDiscord, client: discord.Client, port: Harbour
) -> None:
    guild = await client.fetch_guild(int(port.guild.id))
    role = await guild.create_role(name="quarantine", permissions=discord.Permissions.none(), reason="x")
    await role.edit(name="held")
    seen: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite] = {
        role: discord.PermissionOverwrite(read_messages=True)
    }
    room = await guild.create_text_channel("quarantine", overwrites=seen)
    assert port.guild.roles[str(role.id)]["name"] == "held"
    assert [one["id"] for one in port.guild.channels[str(room.id)]["permission_overwrites"]] == [str(role.id)]
    await room.delete()
    await role.delete()
    assert str(role.id) not in port.guild.roles
    assert server.record.off == []


async def test_roles_above_the_bot_can_t_be_touched(port: Harbour, ask: Asker) -> None:
    path = f"/guilds/{port.guild.id}/roles/{port.staff_role}"
    assert (await ask("PATCH", path, {"name": "mine"})).code == 50013
    assert (await ask("DELETE", path)).code == 50013
    rights = {"name": "all", "permissions": int(Permission.ADMINISTRATOR)}
    assert (await ask("POST", f"/guilds/{port.guild.id}/roles", rights)).code == 50013
    assert len((await ask("GET", f"/guilds/{port.guild.id}/roles")).body) == len(port.guild.roles)


async def test_invitations_are_shown_wherever_they_lead(port: Harbour, ask: Asker, world: World) -> None:
    elsewhere = world.add_guild("Elsewhere", permissions=None)
    there = elsewhere.add_channel("general")
    world.invites["far"] = invitations.shape("far", elsewhere.data, there)
    invitations.add(port.guild, "near", port.room, by=port.staff)
    assert (await ask("GET", "/invites/far")).body["guild"]["id"] == elsewhere.id
    assert (await ask("GET", "/invites/near")).body["guild"]["id"] == port.guild.id
    assert (await ask("GET", "/invites/none")).code == 10006
    assert [one["code"] for one in (await ask("GET", f"/guilds/{port.guild.id}/invites")).body] == ["near"]
    assert (await ask("DELETE", "/invites/near")).status == 200
    assert port.guild.invites == {}


async def test_nobody_comes_while_invitations_are_paused(port: Harbour, ask: Asker, server: LoopbackDiscord) -> None:
    path = f"/guilds/{port.guild.id}/incident-actions"
    until = shapes.when(server.world.now() + timedelta(hours=1))
    assert (await ask("PUT", path, {"invites_disabled_until": until})).status == 200
    with pytest.raises(Refused, match="10006"):
        server.hands.join(port.guild.id, "Newcomer")
    assert (await ask("PUT", path, {"invites_disabled_until": None})).status == 200
    assert server.hands.join(port.guild.id, "Newcomer") in port.guild.members


async def test_a_thread_is_changed_by_its_keepers_and_partly_by_who_opened_it(
    server: LoopbackDiscord, ask: Asker
) -> None:
    port = harbour(server.world, MODERATING & ~Permission.MANAGE_THREADS)
    own = (await ask("POST", f"/channels/{port.room}/threads", {"name": "own", "type": 11})).body["id"]
    theirs = port.guild.open_thread(port.room, "theirs", by=port.member)["id"]
    assert (await ask("PATCH", f"/channels/{own}", {"name": "renamed"})).body["name"] == "renamed"
    assert (await ask("PATCH", f"/channels/{own}", {"locked": True})).code == 50013
    assert (await ask("PATCH", f"/channels/{theirs}", {"name": "renamed"})).code == 50013


async def test_a_private_thread_is_for_those_who_are_added(port: Harbour, ask: Asker) -> None:
    thread = (await ask("POST", f"/channels/{port.room}/threads", {"name": "case", "type": 12})).body["id"]
    assert not port.guild.sees(port.member, port.guild.threads[thread])
    for _ in range(2):
        assert (await ask("PUT", f"/channels/{thread}/thread-members/{port.member}")).status == 204
    assert port.guild.sees(port.member, port.guild.threads[thread])
    members = (await ask("GET", f"/channels/{thread}/thread-members")).body
    assert {one["user_id"] for one in members} == {port.bot, port.member}
    assert (await ask("PUT", f"/channels/{thread}/thread-members/1")).code == 10013
