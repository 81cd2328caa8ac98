"""What people call themselves and their threads is judged: once for the same name, and as nobody else's."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.message import Message, MessageKind
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.adapters.discord.listening import Ear, heard
from tests.discord.bots import until

FORUM = 15


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: DiscordGround) -> AsyncIterator[Ear]:
    async with heard(ground) as listening:
        yield listening


async def next_of(ear: Ear, count: int) -> Message:
    """Return the last of so many messages, once they are there."""
    await until(lambda: len(ear.offered) >= count)
    assert len(ear.offered) == count, ear.offered
    return ear.offered[-1]


async def test_a_new_nickname_is_handed_over_where_joins_stand(ground: DiscordGround, ear: Ear) -> None:
    member, guild = ground.place.member, ground.place.guild.id
    ground.server.hands.nickname(guild, member, "Admin of this place")
    renamed = await next_of(ear, 1)
    assert renamed.kind is MessageKind.RENAME
    assert renamed.author.names[0] == "Admin of this place"
    assert (renamed.text, renamed.channel.id, renamed.author.key) == ("", guild, member)
    assert renamed.ref.message.startswith(f"{member}-rename-")


async def test_a_new_account_name_is_handed_over_too(ground: DiscordGround, ear: Ear) -> None:
    ground.server.hands.rename(ground.place.member, "Moderator")
    assert "Moderator" in (await next_of(ear, 1)).author.names


async def test_the_same_names_are_handed_over_once(ground: DiscordGround, ear: Ear) -> None:
    member, guild = ground.place.member, ground.place.guild.id
    ground.server.hands.nickname(guild, member, "Admin")
    await next_of(ear, 1)
    # a role that somebody gets is told in the same way
    ground.server.hands.give_role(str(ground.place.guild.data["owner_id"]), guild, member, ground.place.member_role)
    ground.server.hands.say(member, ground.place.room, "hello")
    assert (await next_of(ear, 2)).kind is MessageKind.MESSAGE


async def test_a_name_that_comes_back_is_the_same_change(ground: DiscordGround, ear: Ear) -> None:
    for name in ("Admin", "Sailor", "Admin"):
        ground.server.hands.nickname(ground.place.guild.id, ground.place.member, name)
    await next_of(ear, 3)
    refs = [one.ref.message for one in ear.offered]
    assert refs[0] == refs[2] != refs[1]


async def test_whoever_comes_is_judged_by_their_coming_alone(ground: DiscordGround, ear: Ear) -> None:
    guild = ground.place.guild.id
    user = ground.server.hands.join(guild, "Admin")
    ground.server.hands.give_role(str(ground.place.guild.data["owner_id"]), guild, user, ground.place.member_role)
    ground.server.hands.say(user, ground.place.room, "hello")
    await next_of(ear, 2)
    assert [one.kind for one in ear.offered] == [MessageKind.JOIN, MessageKind.MESSAGE]


async def test_a_forum_post_is_judged_with_its_title(ground: DiscordGround, ear: Ear) -> None:
    forum = ground.place.guild.add_channel("questions", kind=FORUM)["id"]
    await until(lambda: ground.connected.channel(forum))
    thread = ground.server.hands.open_thread(ground.place.member, forum, "Buy my things", text="cheap")
    post = await next_of(ear, 1)
    assert (post.text, post.ref.message, post.channel.thread) == ("Buy my things\ncheap", thread, thread)
    ground.server.hands.say(ground.place.member, thread, "and more")
    assert (await next_of(ear, 2)).text == "and more"


async def test_a_forum_post_whose_title_is_changed_is_judged_again(ground: DiscordGround, ear: Ear) -> None:
    forum = ground.place.guild.add_channel("questions", kind=FORUM)["id"]
    await until(lambda: ground.connected.channel(forum))
    thread = ground.server.hands.open_thread(ground.place.member, forum, "A question", text="please")
    first = await next_of(ear, 1)
    ground.place.guild.change_channel(thread, by=ground.place.staff, name="Buy my things")
    again = await next_of(ear, 2)
    assert again.text == "Buy my things\nplease"
    assert again.ref == first.ref
    assert again.edited_at is not None


async def test_the_title_of_a_thread_is_a_message_of_whoever_began_it(ground: DiscordGround, ear: Ear) -> None:
    member, room = ground.place.member, ground.place.room
    about = ground.server.hands.say(ground.place.staff, room, "Good morning")
    await next_of(ear, 1)
    thread = ground.server.hands.open_thread(member, room, "You are all fools", on=about)
    title = await next_of(ear, 2)
    assert (title.text, title.author.key) == ("You are all fools", member)
    assert (title.ref.channel, title.ref.message, title.channel.thread) == (room, f"{thread}-title", None)
    assert title.withheld, "there is nothing that could be deleted"


async def test_a_title_that_discord_tells_twice_is_one_message(ground: DiscordGround, ear: Ear) -> None:
    # a thread that begins at no message is told of by a message of its own
    thread = ground.server.hands.open_thread(ground.place.member, ground.place.room, "You are all fools")
    await until(lambda: len(ear.offered) >= 1)
    ground.server.hands.say(ground.place.member, ground.place.room, "hello")
    await until(lambda: "hello" in ear.texts())
    titles = [one for one in ear.offered if one.text == "You are all fools"]
    assert {one.ref.message for one in titles} == {f"{thread}-title"}
    assert {one.channel.thread for one in titles} == {None}


async def test_a_thread_that_was_there_before_is_judged_when_its_title_changes(ground: DiscordGround) -> None:
    thread = ground.thread.thread
    archived = ground.place.guild.threads[thread]["thread_metadata"]
    async with heard(ground) as ear:
        ground.place.guild.change_channel(thread, by=ground.place.staff, thread_metadata=archived | {"archived": True})
        ground.place.guild.change_channel(thread, by=ground.place.staff, thread_metadata=archived)
        ground.place.guild.change_channel(thread, by=ground.place.staff, name="You are all fools")
        title = await next_of(ear, 1)
    assert (title.text, title.ref.message) == ("You are all fools", f"{thread}-title")
    assert title.edited_at is not None


@pytest.mark.parametrize("name", ["Admin", ""])
async def test_nobody_is_read_back_by_a_name_or_a_title(ground: DiscordGround, name: str) -> None:
    ref = ground.ref(ground.help, f"{ground.place.member}-rename-{name}")
    assert list(await ground.platform.read([(ground.help, ref)])) == [None]
