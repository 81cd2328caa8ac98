"""Every event that the world tells, as the real library reads it: none is thrown away, and none breaks."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.discord import automod, invitations, shapes
from tests.discord.bots import Bot, connected, until
from tests.discord.errors import Refused
from tests.discord.harbour import Harbour, harbour
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord


class Listener(Bot):
    """A bot that keeps the names of all that the library tells it."""

    def __init__(self) -> None:
        super().__init__()
        #: what was dispatched, in the library's words
        self.dispatched: list[str] = []

    def dispatch(self, event: str, /, *given: Any, **named: Any) -> None:
        self.dispatched.append(event)
        super().dispatch(event, *given, **named)


@pytest.fixture
def port(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world, Permission.ADMINISTRATOR)


@pytest_asyncio.fixture
async def listener(server: LoopbackDiscord, port: Harbour) -> AsyncIterator[Listener]:
    bot = Listener()
    async with connected(server, bot):
        yield bot


@pytest.fixture(autouse=True)
def all_is_understood(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.DEBUG, "discord")
    yield
    told = [one.getMessage() for one in caplog.get_records("call")]
    assert [one for one in told if "iscarding" in one or "gnoring" in one or "nknown event" in one] == []
    assert [one.getMessage() for one in caplog.get_records("call") if one.levelno >= logging.ERROR] == []


async def heard(listener: Listener, *names: str) -> None:
    await until(lambda: set(names) <= set(listener.dispatched))


async def test_messages_and_what_becomes_of_them(port: Harbour, server: LoopbackDiscord, listener: Listener) -> None:
    world = server.world
    said = [world.post(port.room, port.member, str(number))["id"] for number in range(4)]
    world.edit(port.room, said[0], content="other")
    world.delete(port.room, said[0], by=port.staff)
    world.delete_many(port.room, said[1:], by=port.staff)
    direct = world.open_direct(port.member)["id"]
    world.post(direct, port.member, "privately")
    world.delete(direct, world.post(direct, port.member, "and not")["id"], by=port.member)
    await heard(listener, "message", "raw_message_edit", "raw_message_delete", "raw_bulk_message_delete")
    await until(lambda: listener.heard.count("MESSAGE_DELETE") == 2)


async def test_members_and_what_becomes_of_them(port: Harbour, server: LoopbackDiscord, listener: Listener) -> None:
    guild, staff = port.guild, port.staff
    guild.change_member(port.member, by=staff, roles=[port.member_role], nick="Mate")
    until_then = shapes.when(server.world.now() + timedelta(hours=1))
    guild.change_member(port.member, by=staff, communication_disabled_until=until_then)
    guild.change_member(port.bot, by=staff, nick="Helper")
    server.world.rename(port.member, global_name="Deckhand")
    guild.ban(port.member, by=staff, reason="x")
    guild.unban(port.member, by=staff)
    guild.join(port.member)
    guild.kick(port.member, by=staff)
    names = "member_update", "member_ban", "member_unban", "member_join", "raw_member_remove", "audit_log_entry_create"
    await heard(listener, *names)
    await until(lambda: listener.heard.count("GUILD_AUDIT_LOG_ENTRY_CREATE") == len(guild.audit))


async def test_roles_channels_threads_and_the_server_itself(
    port: Harbour, server: LoopbackDiscord, listener: Listener
) -> None:
    guild, staff = port.guild, port.staff
    role = guild.add_role("new", by=staff)["id"]
    guild.change_role(role, by=staff, name="newer")
    room = guild.add_channel("new", by=staff)["id"]
    guild.overwrite(room, role, deny=Permission.SEND_MESSAGES, by=staff)
    guild.change_channel(room, by=staff, rate_limit_per_user=5)
    thread = guild.open_thread(room, "talk", server.world.post(room, staff, "about")["id"], by=staff)["id"]
    guild.join_thread(thread, port.member)
    guild.join_thread(thread, port.bot)
    archived = guild.threads[thread]["thread_metadata"] | {"archived": True}
    guild.change_channel(thread, by=staff, thread_metadata=archived)
    guild.remove_channel(thread, by=staff)
    invitations.add(guild, "code", room, by=staff)
    invitations.remove(guild, "code", by=staff)
    guild.remove_channel(room, by=staff)
    guild.remove_role(role, by=staff)
    guild.change(by=staff, incidents_data={"invites_disabled_until": shapes.when(server.world.now())})
    await heard(
        listener, "guild_role_create", "guild_role_update", "guild_channel_create", "guild_channel_update",
        "thread_create", "thread_member_join", "thread_update", "raw_thread_delete", "invite_create", "invite_delete",
        "guild_channel_delete", "guild_role_delete", "guild_update",
    )  # fmt: skip


async def test_native_moderation(port: Harbour, server: LoopbackDiscord, listener: Listener) -> None:
    wanted = {
        "name": "words", "event_type": 1, "trigger_type": 1, "trigger_metadata": {"keyword_filter": ["cat"]},
        "actions": [{"type": 1}, {"type": 2, "metadata": {"channel_id": port.room}}], "enabled": True,
    }  # fmt: skip
    rule = automod.shape(server.world.ids.next(), port.guild.id, port.staff, wanted)
    automod.add(port.guild, rule, by=port.staff)
    with pytest.raises(Refused, match="200000"):
        server.world.post(port.room, port.member, "cat")
    automod.change(port.guild, rule["id"], by=port.staff, enabled=False)
    automod.remove(port.guild, rule["id"], by=port.staff)
    await heard(listener, "automod_rule_create", "automod_rule_update", "automod_rule_delete", "automod_action")
    assert listener.dispatched.count("automod_action") == 2


async def test_coming_to_servers_and_being_sent_away(
    port: Harbour, server: LoopbackDiscord, listener: Listener
) -> None:
    other = server.world.add_guild("Other")
    await heard(listener, "guild_join")
    other.kick(port.bot, by=other.data["owner_id"])
    await heard(listener, "guild_remove")
