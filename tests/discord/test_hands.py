"""What people do by hand, what the bot hears of it, and what they may not do."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio

from tests.discord.bots import Bot, connected, until
from tests.discord.errors import Refused
from tests.discord.guild import Guild
from tests.discord.harbour import Harbour, harbour
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord


class Watcher(Bot):
    """A bot that keeps what it hears as the library understands it."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[discord.Message] = []
        self.entries: list[tuple[str, int | None]] = []
        self.gone: list[int] = []

    async def on_message(self, message: discord.Message) -> None:
        self.messages.append(message)

    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        self.entries.append((entry.action.name, entry.user_id))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.gone.append(event.message_id)

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        self.gone.extend(sorted(event.message_ids))


@pytest.fixture
def place(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


@pytest_asyncio.fixture
async def bot(server: LoopbackDiscord, place: Harbour) -> AsyncIterator[Watcher]:
    watcher = Watcher()
    async with connected(server, watcher):
        yield watcher


async def test_the_bot_reads_replies_forwards_stickers_polls_and_files(
    server: LoopbackDiscord, bot: Watcher, place: Harbour
) -> None:
    hands, user, room = server.hands, place.member, place.room
    first = hands.say(user, room, "first")
    hands.say(user, room, "reply", reply_to=first)
    hands.forward(user, (room, first), room)
    hands.say(user, room, sticker="wave")
    hands.say(user, room, poll=["Tea?", "Yes", "No"])
    hands.say(user, room, files={"a.txt": b"text"})
    await until(lambda: len(bot.messages) == 6)
    _, reply, forward, sticker, poll, file = bot.messages
    assert (reply.reference is not None, forward.message_snapshots[0].content) == (True, "first")
    assert (sticker.stickers[0].name, len(poll.poll.answers) if poll.poll else 0) == ("wave", 2)
    async with aiohttp.ClientSession() as session, session.get(file.attachments[0].url) as response:
        assert await response.read() == b"text"


async def test_the_bot_hears_of_threads_and_of_posts_in_forums(
    server: LoopbackDiscord, bot: Watcher, place: Harbour
) -> None:
    forum = place.guild.add_channel("questions", kind=15)["id"]
    thread = server.hands.open_thread(place.member, place.room, "side talk", text="in the thread")
    post = server.hands.open_thread(place.member, forum, "How?", text="first post")
    await until(lambda: {"in the thread", "first post"} <= {one.content for one in bot.messages})
    by_text = {one.content: one.channel.id for one in bot.messages}
    assert (by_text["in the thread"], by_text["first post"]) == (int(thread), int(post))


async def test_the_bot_hears_of_messages_that_were_deleted_by_their_author_by_staff_and_at_once(
    server: LoopbackDiscord, bot: Watcher, place: Harbour
) -> None:
    ids = [server.hands.say(place.member, place.room, str(number)) for number in range(4)]
    server.hands.delete(place.member, place.room, ids[0])
    server.hands.delete(place.staff, place.room, ids[1])
    other = place.guild.add_member("Sweeper", roles=[place.staff_role], bot=True)["user"]["id"]
    server.hands.delete_many(other, place.room, ids[2:])
    await until(lambda: len(bot.gone) == 4)
    assert bot.gone == [int(one) for one in ids]
    await until(lambda: len(bot.entries) == 2)
    assert bot.entries == [("message_delete", int(place.staff)), ("message_bulk_delete", int(other))]


async def test_what_staff_do_by_hand_stands_in_the_audit_log_under_their_name(
    server: LoopbackDiscord, bot: Watcher, place: Harbour
) -> None:
    hands, staff, user, guild = server.hands, place.staff, place.member, place.guild
    guild.change_role(place.staff_role, by=guild.data["owner_id"], permissions=str(int(Permission.ADMINISTRATOR)))
    await until(lambda: bot.entries)
    bot.entries.clear()
    hands.time_out(staff, guild.id, user, timedelta(hours=1))
    hands.time_out(staff, guild.id, user, None)
    hands.give_role(staff, guild.id, user, place.member_role)
    hands.take_role(staff, guild.id, user, place.member_role)
    hands.kick(staff, guild.id, user)
    hands.ban(staff, guild.id, user, reason="raid")
    hands.unban(staff, guild.id, user)
    await until(lambda: len(bot.entries) == 7)
    kinds = ["member_update"] * 2 + ["member_role_update"] * 2 + ["kick", "ban", "unban"]
    assert bot.entries == [(kind, int(staff)) for kind in kinds]


Act = Callable[[LoopbackDiscord, Harbour], Any]
ACTS: dict[str, tuple[Act, int]] = {
    "ban without the right": (lambda s, p: s.hands.ban(p.member, p.guild.id, p.staff), 50013),
    "ban somebody above": (lambda s, p: s.hands.ban(p.staff, p.guild.id, p.guild.data["owner_id"]), 50013),
    "delete another's message": (
        lambda s, p: s.hands.delete(p.member, p.room, s.world.post(p.room, p.staff, "x")["id"]),
        50013,
    ),
    "edit another's message": (
        lambda s, p: s.hands.edit(p.staff, p.room, s.world.post(p.room, p.member, "x")["id"], "y"),
        50005,
    ),
    "give a role": (lambda s, p: s.hands.give_role(p.member, p.guild.id, p.member, p.member_role), 50013),
    "lift a ban that isn't there": (lambda s, p: s.hands.unban(p.staff, p.guild.id, p.member), 10026),
}


@pytest.mark.parametrize("named", ACTS)
async def test_people_cant_do_what_they_have_no_right_to(server: LoopbackDiscord, place: Harbour, named: str) -> None:
    act, code = ACTS[named]
    with pytest.raises(Refused) as refused:
        act(server, place)
    assert refused.value.code == code


def muted(place: Harbour) -> None:
    """Put the member into a timeout."""
    until_then = (place.guild.world.now() + timedelta(hours=1)).isoformat()
    place.guild.change_member(place.member, by=place.staff, communication_disabled_until=until_then)


def closed(place: Harbour) -> None:
    """Close the channel for everybody."""
    place.guild.overwrite(place.room, place.guild.id, deny=Permission.VIEW_CHANNEL)


def slow(place: Harbour) -> None:
    """Let everybody speak once an hour."""
    place.guild.change_channel(place.room, by=place.staff, rate_limit_per_user=3600)


@pytest.mark.parametrize(("prepare", "code"), [(muted, 50013), (closed, 50001), (slow, 20016)])
async def test_people_cant_speak_in_a_timeout_in_a_closed_channel_or_too_soon(
    server: LoopbackDiscord, place: Harbour, prepare: Callable[[Harbour], None], code: int
) -> None:
    server.hands.say(place.member, place.room, "before")
    prepare(place)
    with pytest.raises(Refused) as refused:
        server.hands.say(place.member, place.room, "after")
    assert refused.value.code == code


async def test_who_is_banned_cant_come_back_until_the_ban_is_lifted(server: LoopbackDiscord, place: Harbour) -> None:
    guild: Guild = place.guild
    server.hands.ban(place.staff, guild.id, place.member)
    with pytest.raises(Refused) as refused:
        server.hands.join(guild.id, user=place.member)
    assert refused.value.code == 40007
    server.hands.unban(place.staff, guild.id, place.member)
    assert server.hands.join(guild.id, user=place.member) == place.member


async def test_people_see_what_stands_in_channels_that_are_open_to_them(
    server: LoopbackDiscord, place: Harbour
) -> None:
    server.hands.say(place.staff, place.room, "for all")
    assert [one["content"] for one in server.hands.sees(place.member, place.room)] == ["for all"]
    closed(place)
    assert server.hands.sees(place.member, place.room) == []


async def test_people_read_what_the_bot_wrote_to_them_directly(
    server: LoopbackDiscord, bot: Watcher, place: Harbour
) -> None:
    user = await bot.fetch_user(int(place.member))
    await user.send("a notice")
    assert [one["content"] for one in server.hands.direct_messages(place.member)] == ["a notice"]
    assert server.hands.direct_messages(place.staff) == []


async def test_a_link_to_a_file_dies_after_a_day(server: LoopbackDiscord, place: Harbour) -> None:
    message = server.hands.say(place.member, place.room, files={"a.txt": b"text"})
    link = server.world.message(place.room, message)["attachments"][0]["url"]
    now = server.world.now
    async with aiohttp.ClientSession() as session:
        async with session.get(link) as response:
            assert response.status == 200
        server.world.now = lambda: now() + timedelta(days=2)
        async with session.get(link) as response:
            assert response.status == 404
