"""Members, bans, timeouts and roles: rights, heights, and every code that says no."""

from datetime import timedelta

import pytest

from tests.discord import shapes
from tests.discord.asking import Asker
from tests.discord.harbour import MODERATING, Harbour, harbour
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


@pytest.fixture
def port(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


def of(port: Harbour, user: str) -> str:
    return f"/guilds/{port.guild.id}/members/{user}"


def in_an_hour(world: World) -> str:
    return shapes.when(world.now() + timedelta(hours=1))


async def test_a_timeout_shows_on_the_member_and_in_the_audit_log_with_its_reason(
    port: Harbour, ask: Asker, world: World
) -> None:
    until = in_an_hour(world)
    met = await ask("PATCH", of(port, port.member), {"communication_disabled_until": until}, reason="a%20reason")
    assert met.body["communication_disabled_until"] == until
    log = await ask("GET", f"/guilds/{port.guild.id}/audit-logs?action_type=24")
    (entry,) = log.body["audit_log_entries"]
    assert (entry["user_id"], entry["target_id"], entry["reason"]) == (port.bot, port.member, "a reason")
    assert [one["key"] for one in entry["changes"]] == ["communication_disabled_until"]


async def test_a_timeout_of_more_than_28_days_is_refused(port: Harbour, ask: Asker, world: World) -> None:
    until = shapes.when(world.now() + timedelta(days=28, minutes=1))
    met = await ask("PATCH", of(port, port.member), {"communication_disabled_until": until})
    assert (met.status, met.code) == (400, 50035)
    assert "communication_disabled_until" in met.body["errors"]


async def test_nobody_above_the_bot_can_be_restricted(port: Harbour, ask: Asker, world: World) -> None:
    for user in (port.staff, port.guild.data["owner_id"]):
        timeout = await ask("PATCH", of(port, user), {"communication_disabled_until": in_an_hour(world)})
        kick = await ask("DELETE", of(port, user))
        ban = await ask("PUT", f"/guilds/{port.guild.id}/bans/{user}", {})
        assert [(one.status, one.code) for one in (timeout, kick, ban)] == [(403, 50013)] * 3


async def test_an_administrator_below_the_bot_can_t_be_timed_out(port: Harbour, ask: Asker, world: World) -> None:
    role = port.guild.add_role("deputies", Permission.ADMINISTRATOR, position=1)["id"]
    deputy = port.guild.add_member("Deputy", roles=[role])["user"]["id"]
    met = await ask("PATCH", of(port, deputy), {"communication_disabled_until": in_an_hour(world)})
    assert (met.status, met.code) == (403, 50013)


@pytest.mark.parametrize(
    ("missing", "asked", "body"),
    [
        (Permission.MODERATE_MEMBERS, "PATCH members/{}", {"communication_disabled_until": None}),
        (Permission.KICK_MEMBERS, "DELETE members/{}", None),
        (Permission.BAN_MEMBERS, "PUT bans/{}", {}),
        (Permission.BAN_MEMBERS, "DELETE bans/{}", None),
        (Permission.BAN_MEMBERS, "GET bans", None),
        (Permission.MANAGE_ROLES, "PUT members/{}/roles/{}", None),
        (Permission.VIEW_AUDIT_LOG, "GET audit-logs", None),
        (Permission.MANAGE_GUILD, "PUT incident-actions", {}),
        (Permission.MANAGE_GUILD, "GET auto-moderation/rules", None),
        (Permission.MANAGE_GUILD, "POST bulk-ban", {"user_ids": ["1"]}),
    ],
)
async def test_without_the_right_it_is_50013_and_nothing_happens(
    server: LoopbackDiscord, ask: Asker, missing: Permission, asked: str, body: object
) -> None:
    port = harbour(server.world, MODERATING & ~missing)
    effects = len(server.record.effects)
    method, path = asked.split()
    met = await ask(method, f"/guilds/{port.guild.id}/" + path.format(port.member, port.member_role), body)
    assert (met.status, met.code) == (403, 50013)
    assert len(server.record.effects) == effects


async def test_who_is_unknown_who_is_gone_and_who_isn_t_banned_have_codes_of_their_own(
    port: Harbour, ask: Asker, world: World
) -> None:
    stranger = world.account("Stranger")["id"]
    assert (await ask("GET", of(port, "1"))).code == 10013
    assert (await ask("GET", of(port, stranger))).code == 10007
    assert (await ask("DELETE", of(port, stranger))).code == 10007
    assert (await ask("GET", f"/guilds/{port.guild.id}/bans/{stranger}")).code == 10026
    assert (await ask("DELETE", f"/guilds/{port.guild.id}/bans/{stranger}")).code == 10026
    assert (await ask("GET", "/guilds/1")).code == 10004


async def test_where_the_bot_isn_t_it_sees_nothing(ask: Asker, world: World) -> None:
    elsewhere = world.add_guild("Elsewhere", permissions=None)
    room = elsewhere.add_channel("general")["id"]
    assert (await ask("GET", f"/guilds/{elsewhere.id}")).code == 50001
    assert (await ask("GET", f"/channels/{room}/messages")).code == 50001


async def test_a_role_is_given_once_and_taken_once_however_often_it_is_asked_for(
    port: Harbour, ask: Asker, server: LoopbackDiscord
) -> None:
    path = f"{of(port, port.member)}/roles/{port.member_role}"
    for method in ("PUT", "PUT", "DELETE", "DELETE"):
        assert (await ask(method, path)).status == 204
    assert [list(one.detail["roles"]) for one in server.record.did("member_updated")] == [[port.member_role], []]
    log = await ask("GET", f"/guilds/{port.guild.id}/audit-logs?action_type=25")
    keys = [one["changes"][0]["key"] for one in log.body["audit_log_entries"]]
    assert keys == ["$remove", "$add"]


async def test_roles_above_the_bot_and_those_of_bots_can_t_be_given(port: Harbour, ask: Asker) -> None:
    own = port.guild.members[port.bot]["roles"][0]
    for role in (port.staff_role, own, port.guild.id):
        assert (await ask("PUT", f"{of(port, port.member)}/roles/{role}")).code == 50013
    assert (await ask("PUT", f"{of(port, port.member)}/roles/1")).code == 10011


async def test_a_ban_happens_once_and_takes_the_latest_messages_along(
    port: Harbour, ask: Asker, server: LoopbackDiscord
) -> None:
    said = server.world.post(port.room, port.member, "spam")["id"]
    path = f"/guilds/{port.guild.id}/bans/{port.member}"
    for _ in range(2):
        assert (await ask("PUT", path, {"delete_message_seconds": 3600}, reason="x")).status == 204
    assert len(server.record.did("member_banned")) == 1
    assert [one.target for one in server.record.did("message_deleted")] == [said]
    assert port.member not in port.guild.members
    assert (await ask("GET", path)).body["reason"] == "x"
    assert (await ask("DELETE", path)).status == 204
    assert (await ask("DELETE", path)).code == 10026


async def test_bans_of_strangers_come_to_an_end(port: Harbour, ask: Asker, world: World) -> None:
    port.guild.strangers_left = 1
    first, second = (world.account("Stranger")["id"] for _ in range(2))
    assert (await ask("PUT", f"/guilds/{port.guild.id}/bans/{first}", {})).status == 204
    assert (await ask("PUT", f"/guilds/{port.guild.id}/bans/{second}", {})).code == 30035
    assert (await ask("PUT", f"/guilds/{port.guild.id}/bans/{port.member}", {})).status == 204


async def test_a_bulk_ban_says_whom_it_couldn_t_ban_and_fails_when_that_is_everybody(port: Harbour, ask: Asker) -> None:
    path = f"/guilds/{port.guild.id}/bulk-ban"
    other = port.guild.add_member("Other")["user"]["id"]
    met = await ask("POST", path, {"user_ids": [port.member, port.staff, int(other), "1"]})
    assert met.body == {"banned_users": [port.member, other], "failed_users": [port.staff, "1"]}
    again = await ask("POST", path, {"user_ids": [port.member]})
    assert (again.status, again.code) == (400, 500000)
    assert (await ask("POST", path, {"user_ids": [str(one) for one in range(201)]})).code == 50035


async def test_bans_and_members_come_in_pages(port: Harbour, ask: Asker) -> None:
    ids = sorted((port.guild.add_member(f"M{number}")["user"]["id"] for number in range(5)), key=int)
    for user in ids:
        port.guild.ban(user, by=port.staff)
    path = f"/guilds/{port.guild.id}/bans"
    assert [one["user"]["id"] for one in (await ask("GET", f"{path}?limit=2")).body] == ids[:2]
    assert [one["user"]["id"] for one in (await ask("GET", f"{path}?limit=2&after={ids[1]}")).body] == ids[2:4]
    assert [one["user"]["id"] for one in (await ask("GET", f"{path}?limit=2&before={ids[4]}")).body] == ids[2:4]
    members = (await ask("GET", f"/guilds/{port.guild.id}/members?limit=1000")).body
    assert {one["user"]["id"] for one in members} == port.guild.members.keys()


async def test_members_aren_t_listed_without_the_privileged_intent(port: Harbour, ask: Asker, world: World) -> None:
    world.application["flags"] = 0
    assert (await ask("GET", f"/guilds/{port.guild.id}/members?limit=10")).code == 50001
    assert (await ask("GET", of(port, port.member))).status == 200


async def test_the_audit_log_is_read_forwards_and_backwards_and_by_person(port: Harbour, ask: Asker) -> None:
    for number in range(4):
        port.guild.change_member(port.member, by=port.staff, nick=str(number))
    entries = [one["id"] for one in port.guild.audit]
    path = f"/guilds/{port.guild.id}/audit-logs"

    async def read(query: str) -> list[str]:
        return [one["id"] for one in (await ask("GET", f"{path}?{query}")).body["audit_log_entries"]]

    assert await read("limit=2") == entries[:-3:-1]
    assert await read(f"before={entries[2]}") == entries[1::-1]
    assert await read(f"after={entries[1]}") == entries[2:]
    assert await read(f"user_id={port.bot}") == []
    assert len(await read(f"user_id={port.staff}&action_type=24")) == 4


async def test_one_s_own_token_is_asked_for(port: Harbour, ask: Asker, world: World) -> None:
    for token, revoked in (("another", False), (None, True)):
        world.revoked = revoked
        met = await ask("GET", f"/guilds/{port.guild.id}", token=token)
        assert (met.status, met.code) == (401, 0)
    world.revoked = False
    assert (await ask("GET", f"/guilds/{port.guild.id}")).status == 200


async def test_pauses_last_a_day_at_most(port: Harbour, ask: Asker, world: World) -> None:
    path = f"/guilds/{port.guild.id}/incident-actions"
    until = in_an_hour(world)
    met = await ask("PUT", path, {"invites_disabled_until": until})
    assert met.body == {"invites_disabled_until": until, "dms_disabled_until": None}
    assert (await ask("GET", f"/guilds/{port.guild.id}")).body["incidents_data"]["invites_disabled_until"] == until
    too_long = shapes.when(world.now() + timedelta(hours=25))
    assert (await ask("PUT", path, {"dms_disabled_until": too_long})).code == 50035
