"""Conversations: who is in them, who may change them, and what apps are told."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.clients import calling, described_only, refusal
from tests.slack.harbour import SCOPES, Harbour
from tests.slack.server import LoopbackSlack


@pytest_asyncio.fixture
async def bot(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    server.limits.on = False
    scopes = SCOPES | {"groups:write", "mpim:write", "mpim:read", "pins:write", "reactions:write", "team:read"}
    server.world.install(place.app, place.workspace.id, scopes=scopes)
    async with calling(server, place.token) as client:
        yield client


@pytest_asyncio.fixture
async def admin(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    token = server.world.authorise(place.app, place.workspace.id, place.admin, scopes={"channels:write"}).text
    async with calling(server, token) as client:
        yield client


async def test_a_bot_joins_what_is_public_and_sees_nothing_of_what_is_private(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    open_to_all = place.workspace.add_channel("open")
    hidden = place.workspace.add_channel("hidden", is_private=True)
    joined = await bot.conversations_join(channel=open_to_all.id)
    assert joined["channel"]["is_member"]
    assert (await bot.conversations_join(channel=open_to_all.id))["warning"] == "already_in_channel"
    assert await refusal(bot.conversations_join(channel=hidden.id)) == "channel_not_found"
    assert await refusal(bot.conversations_info(channel=hidden.id)) == "channel_not_found"
    listed = await bot.conversations_list(types="public_channel,private_channel")
    assert [one["name"] for one in listed["channels"]] == ["general", "help", "open"]
    assert server.record.did("member_joined", target=place.bot)


async def test_a_list_is_read_on_by_its_cursor(bot: AsyncWebClient, place: Harbour) -> None:
    for index in range(7):
        place.workspace.add_channel(f"room-{index}")
    names: list[str] = []
    async for part in await bot.conversations_list(limit=4):
        assert len(part["channels"]) <= 4
        names += [one["name"] for one in part["channels"]]
    assert names == ["general", "help", *(f"room-{index}" for index in range(7))]
    members: list[str] = []
    async for part in await bot.conversations_members(channel=place.room, limit=2):
        members += part["members"]
    assert members == place.workspace.channels[place.room].members
    mine = await bot.users_conversations(user=place.kim)
    assert [one["name"] for one in mine["channels"]] == ["general", "help"]


async def test_history_of_a_channel_without_the_bot_is_refused(bot: AsyncWebClient, place: Harbour) -> None:
    quiet = place.workspace.add_channel("quiet")
    assert await refusal(bot.conversations_history(channel=quiet.id)) == "not_in_channel"


async def test_a_bot_can_t_remove_from_a_public_channel_unless_the_workspace_lets_everybody(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    assert await refusal(bot.conversations_kick(channel=place.room, user=place.kim)) == "restricted_action"
    place.workspace.may_kick = "regular"
    await bot.conversations_kick(channel=place.room, user=place.kim)
    assert server.record.did("member_left", by=place.bot, target=place.kim)
    assert await refusal(bot.conversations_kick(channel=place.room, user=place.kim)) == "not_in_channel"


async def test_an_admin_removes_anybody_but_themselves_and_nobody_from_general(
    server: LoopbackSlack, admin: AsyncWebClient, place: Harbour
) -> None:
    await admin.conversations_kick(channel=place.room, user=place.kim)
    assert server.record.did("member_left", by=place.admin, target=place.kim)
    general = next(one.id for one in place.workspace.channels.values() if one.is_general)
    assert await refusal(admin.conversations_kick(channel=general, user=place.kim)) == "cant_kick_from_general"
    assert await refusal(admin.conversations_kick(channel=place.room, user=place.admin)) == "cant_kick_self"
    assert await refusal(admin.conversations_kick(channel=place.room, user="U0NOBODY")) == "user_not_found"
    assert await refusal(admin.conversations_kick(channel="C0NOWHERE", user=place.kim)) == "channel_not_found"


async def test_a_bot_is_removed_too_and_told_so(server: LoopbackSlack, admin: AsyncWebClient, place: Harbour) -> None:
    place.app.bot_events.add("channel_left")
    await admin.conversations_kick(channel=place.room, user=place.bot)
    told = [one.event["type"] for one in server.world.published]
    assert told[-1] == "channel_left"
    place.workspace.post(place.room, place.kim, "Without a witness")
    assert len(server.world.published) == len(told)


async def test_people_are_let_in_all_at_once_or_those_who_can_be(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    made = await bot.conversations_create(name="triage", is_private=True)
    channel = str(made["channel"]["id"])
    assert channel in place.workspace.channels
    wrong = bot.conversations_invite(channel=channel, users=f"{place.kim},U0NOBODY")
    assert await refusal(wrong) == "user_not_found"
    assert place.workspace.channels[channel].members == [place.bot]
    await bot.conversations_invite(channel=channel, users=f"{place.kim},U0NOBODY", force=True)
    assert place.workspace.channels[channel].members == [place.bot, place.kim]
    assert await refusal(bot.conversations_invite(channel=channel, users=place.kim)) == "already_in_channel"
    assert [one.target for one in server.record.did("member_joined")] == [place.kim]


@pytest.mark.parametrize(
    ("name", "error"),
    [pytest.param("", "invalid_arguments", marks=described_only), ("help", "name_taken"),
     ("Loud", "invalid_name_specials"), ("two words", "invalid_name_specials"), ("x" * 81, "invalid_name_maxlength")],
)  # fmt: skip
async def test_a_channel_needs_a_good_name(bot: AsyncWebClient, place: Harbour, name: str, error: str) -> None:
    assert await refusal(bot.conversations_create(name=name)) == error


async def test_a_channel_is_archived_once_and_general_never(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    place.app.bot_events |= {"channel_archive", "channel_unarchive", "channel_rename"}
    place.workspace.add_user("lee")
    general = next(one.id for one in place.workspace.channels.values() if one.is_general)
    place.workspace.join(general, place.bot)
    assert await refusal(bot.conversations_archive(channel=general)) == "cant_archive_general"
    await bot.conversations_archive(channel=place.room)
    assert await refusal(bot.conversations_archive(channel=place.room)) == "already_archived"
    await bot.conversations_unarchive(channel=place.room)
    assert await refusal(bot.conversations_unarchive(channel=place.room)) == "not_archived"
    assert await refusal(bot.conversations_rename(channel=place.room, name="hull")) == "not_authorized"
    await bot.conversations_setTopic(channel=place.room, topic="Questions")
    assert place.workspace.channels[place.room].topic == "Questions"
    told = [one.event["type"] for one in server.world.published]
    assert [one for one in told if one.startswith("channel_")] == ["channel_archive", "channel_unarchive"]


async def test_several_people_share_one_direct_conversation(bot: AsyncWebClient, place: Harbour) -> None:
    first = await bot.conversations_open(users=[place.kim, place.robin], return_im=True)
    again = await bot.conversations_open(users=[place.robin, place.kim])
    assert first["channel"]["id"] == again["channel"]["id"]
    assert first["channel"]["is_mpim"]
    assert again["no_op"]
    assert await refusal(bot.conversations_open(users=[])) == "users_list_not_supplied"
    assert await refusal(bot.conversations_open(users=[f"U{one}" for one in range(9)])) == "too_many_users"


async def test_a_stranger_is_reached_only_where_both_are(bot: AsyncWebClient, place: Harbour) -> None:
    stranger = place.workspace.add_user("rowan", team_id="T0ELSEWHERE", is_stranger=True)
    assert await refusal(bot.conversations_open(users=stranger.id)) == "user_not_visible"
    place.workspace.join(place.room, stranger.id)
    assert (await bot.conversations_open(users=stranger.id))["channel"]["id"].startswith("D")
    assert (await bot.users_info(user=stranger.id))["user"]["is_stranger"]


async def test_a_message_is_pinned_and_reacted_to_once(bot: AsyncWebClient, place: Harbour) -> None:
    said = place.workspace.post(place.room, place.kim, "Read this")
    here = {"channel": place.room, "timestamp": said.ts}
    await bot.pins_add(**here)
    assert await refusal(bot.pins_add(**here)) == "already_pinned"
    await bot.reactions_add(name="eyes", **here)
    assert await refusal(bot.reactions_add(name="eyes", **here)) == "already_reacted"
    found = await bot.reactions_get(channel=place.room, timestamp=said.ts)
    assert found["message"]["reactions"] == [{"name": "eyes", "users": [place.bot], "count": 1}]
    assert await refusal(bot.pins_add(channel=place.room, timestamp="1.000001")) == "message_not_found"
    await bot.pins_remove(**here)
    assert await refusal(bot.pins_remove(**here)) == "no_pin"


async def test_a_workspace_says_what_it_is(bot: AsyncWebClient, place: Harbour) -> None:
    assert (await bot.team_info())["team"]["id"] == place.workspace.id
    bot_id = place.app.bots[place.workspace.id].id
    assert (await bot.bots_info(bot=bot_id))["bot"]["user_id"] == place.bot
