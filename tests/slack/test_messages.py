"""Messages as the real library writes, edits, deletes and reads them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.clients import calling, described_only, refusal
from tests.slack.clock import Clock
from tests.slack.harbour import SCOPES, Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.things import SLACKBOT


@pytest_asyncio.fixture
async def bot(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    server.limits.on = False
    async with calling(server, place.token) as client:
        yield client


@pytest_asyncio.fixture
async def admin(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    async with calling(server, token_of(server, place, place.admin)) as client:
        yield client


def token_of(server: LoopbackSlack, place: Harbour, user: str) -> str:
    scopes = SCOPES | {"channels:write", "files:write", "search:read"}
    return server.world.authorise(place.app, place.workspace.id, user, scopes=scopes).text


async def test_what_the_library_writes_is_on_the_description(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Case 1*"}},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Claim"},
                                          "action_id": "case.claim", "value": "1"}]},
    ]  # fmt: skip
    said = await bot.chat_postMessage(
        channel=place.room, text="Case 1", blocks=blocks, unfurl_links=False, unfurl_media=False,
        metadata={"event_type": "card", "event_payload": {"id": "1"}},
    )  # fmt: skip
    await bot.chat_update(channel=place.room, ts=str(said["ts"]), text="Case 1 claimed", blocks=blocks[:1])
    kept = place.workspace.channels[place.room].messages[str(said["ts"])]
    assert (kept.text, len(kept.blocks), kept.user) == ("Case 1 claimed", 1, place.bot)
    assert kept.edited is None
    await bot.chat_update(channel=place.room, ts=kept.ts, text="Case 1 closed")
    assert (kept.text, kept.blocks, kept.edited is None) == ("Case 1 closed", [], False)
    await bot.chat_postEphemeral(channel=place.room, user=place.kim, text="Only you")
    await bot.chat_meMessage(channel=place.room, text="waves")
    link = await bot.chat_getPermalink(channel=place.room, message_ts=kept.ts)
    assert link["permalink"].endswith(f"/archives/{place.room}/p{kept.ts.replace('.', '')}")
    await bot.chat_delete(channel=place.room, ts=kept.ts)
    assert kept.ts not in place.workspace.channels[place.room].messages
    assert (server.record.off, server.record.pings, server.record.over) == ([], [], [])


async def test_a_bot_deletes_only_what_it_wrote(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:  # fmt: skip
    theirs = place.workspace.post(place.room, place.kim, "Hello")
    assert await refusal(bot.chat_delete(channel=place.room, ts=theirs.ts)) == "cant_delete_message"
    assert await refusal(bot.chat_update(channel=place.room, ts=theirs.ts, text="x")) == "cant_update_message"
    assert server.record.did("message_deleted") == []


async def test_an_admin_deletes_what_anybody_wrote_and_members_only_their_own(
    server: LoopbackSlack, admin: AsyncWebClient, place: Harbour
) -> None:
    theirs, other = [place.workspace.post(place.room, place.kim, "Hello") for _ in range(2)]
    await admin.chat_delete(channel=place.room, ts=theirs.ts)
    assert server.record.did("message_deleted", by=place.admin, target=theirs.ts)
    assert await refusal(admin.chat_update(channel=place.room, ts=other.ts, text="x")) == "cant_update_message"
    async with calling(server, token_of(server, place, place.robin)) as robin:
        assert await refusal(robin.chat_delete(channel=place.room, ts=other.ts)) == "cant_delete_message"


async def test_an_admin_deletes_nothing_of_another_workspace_nor_where_they_are_not(
    server: LoopbackSlack, admin: AsyncWebClient, place: Harbour
) -> None:
    workspace = place.workspace
    stranger = workspace.add_user("rowan", team_id="T0ELSEWHERE", is_stranger=True)
    said = workspace.post(place.room, stranger.id, "Hello")
    assert await refusal(admin.chat_delete(channel=place.room, ts=said.ts)) == "cant_delete_message"
    direct = workspace.open_direct(place.kim, place.robin)
    hidden = workspace.post(direct.id, place.kim, "Psst")
    assert await refusal(admin.chat_delete(channel=direct.id, ts=hidden.ts)) == "channel_not_found"


async def test_of_a_deleted_message_with_replies_a_tombstone_stays_until_the_last_reply_goes(
    server: LoopbackSlack, admin: AsyncWebClient, bot: AsyncWebClient, place: Harbour
) -> None:
    workspace = place.workspace
    parent = workspace.post(place.room, place.kim, "Who is there?")
    reply = workspace.post(place.room, place.robin, "Me", thread_ts=parent.ts)
    await admin.chat_delete(channel=place.room, ts=parent.ts)
    shown = (await bot.conversations_history(channel=place.room))["messages"]
    assert [(one["subtype"], one["user"], one["reply_count"]) for one in shown] == [("tombstone", SLACKBOT, 1)]
    assert await refusal(admin.chat_delete(channel=place.room, ts=parent.ts)) == "message_not_found"
    await admin.chat_delete(channel=place.room, ts=reply.ts)
    assert (await bot.conversations_history(channel=place.room))["messages"] == []


async def test_history_is_newest_first_and_read_on_by_a_cursor(bot: AsyncWebClient, place: Harbour) -> None:
    said = [place.workspace.post(place.room, place.kim, str(one)) for one in range(7)]
    texts: list[str] = []
    async for part in await bot.conversations_history(channel=place.room, limit=3):
        texts += [one["text"] for one in part["messages"]]
    assert texts == ["6", "5", "4", "3", "2", "1", "0"]
    between = await bot.conversations_history(channel=place.room, oldest=said[1].ts, latest=said[4].ts)
    assert [one["text"] for one in between["messages"]] == ["3", "2"]
    both = await bot.conversations_history(channel=place.room, oldest=said[1].ts, latest=said[4].ts, inclusive=True)
    assert [one["text"] for one in both["messages"]] == ["4", "3", "2", "1"]


async def test_a_cursor_goes_on_where_it_stood_whatever_was_said_or_deleted_since(
    bot: AsyncWebClient, place: Harbour
) -> None:
    said = [place.workspace.post(place.room, place.kim, str(one)) for one in range(4)]
    first = await bot.conversations_history(channel=place.room, limit=2)
    place.workspace.post(place.room, place.kim, "new")
    place.workspace.delete(place.room, said[2].ts, by=place.kim)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await bot.conversations_history(channel=place.room, limit=2, cursor=cursor)
    assert [one["text"] for one in rest["messages"]] == ["1", "0"]
    assert not rest["has_more"]
    assert await refusal(bot.conversations_history(channel=place.room, cursor="nonsense")) == "invalid_cursor"


async def test_history_leaves_out_replies_but_those_that_were_broadcast(bot: AsyncWebClient, place: Harbour) -> None:
    workspace = place.workspace
    parent = workspace.post(place.room, place.kim, "parent")
    workspace.post(place.room, place.robin, "quiet", thread_ts=parent.ts)
    loud = workspace.post(place.room, place.robin, "loud", thread_ts=parent.ts, broadcast=True)
    shown = (await bot.conversations_history(channel=place.room))["messages"]
    assert [(one["text"], one.get("subtype")) for one in shown] == [("loud", "thread_broadcast"), ("parent", None)]
    assert (shown[1]["reply_count"], shown[1]["latest_reply"]) == (2, loud.ts)
    thread = (await bot.conversations_replies(channel=place.room, ts=parent.ts))["messages"]
    assert [one["text"] for one in thread] == ["parent", "quiet", "loud"]
    assert await refusal(bot.conversations_replies(channel=place.room, ts="1.000001")) == "thread_not_found"


async def test_a_thread_is_read_on_by_a_cursor_with_its_parent_first(bot: AsyncWebClient, place: Harbour) -> None:
    parent = place.workspace.post(place.room, place.kim, "parent")
    for one in range(5):
        place.workspace.post(place.room, place.robin, str(one), thread_ts=parent.ts)
    texts: list[str] = []
    async for part in await bot.conversations_replies(channel=place.room, ts=parent.ts, limit=2):
        texts += [one["text"] for one in part["messages"]]
    assert [one for one in texts if one != "parent"] == ["0", "1", "2", "3", "4"]
    assert texts[0] == "parent"


async def test_what_an_app_noted_down_comes_back_only_when_asked_for(bot: AsyncWebClient, place: Harbour) -> None:
    noted = {"event_type": "action", "event_payload": {"id": "7"}}
    await bot.chat_postMessage(channel=place.room, text="x", metadata=noted)
    asked = await bot.conversations_history(channel=place.room, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == noted
    assert "metadata" not in (await bot.conversations_history(channel=place.room))["messages"][0]
    wrong = bot.chat_postMessage(channel=place.room, text="x", metadata={"event_payload": {}})
    assert await refusal(wrong) == "invalid_metadata_format"


async def test_deleting_a_message_leaves_its_files(
    server: LoopbackSlack, admin: AsyncWebClient, place: Harbour
) -> None:  # fmt: skip
    file = place.workspace.add_file(place.kim, "x.png", b"png")
    said = place.workspace.post(place.room, place.kim, files=[file.id], subtype="file_share")
    await admin.chat_delete(channel=place.room, ts=said.ts)
    assert server.record.did("file_deleted") == []
    await admin.files_delete(file=file.id)
    assert file.deleted
    assert await refusal(admin.files_delete(file=file.id)) == "file_deleted"


async def test_no_two_messages_of_a_channel_share_a_ts(clock: Clock, place: Harbour) -> None:
    now = clock()
    place.workspace.world.now = lambda: now
    every = [place.workspace.post(place.room, place.kim, "x").ts for _ in range(50)]
    assert every == sorted(set(every))
    early = place.workspace.post(place.room, place.kim, "before", ts="1700000000.000100")
    assert next(iter(place.workspace.channels[place.room].messages)) == early.ts


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "y" * 3001}}]},
         "invalid_blocks"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        pytest.param({"text": "x", "username": "Somebody else"}, "missing_scope", marks=described_only),
        pytest.param({"text": "x", "colour": "red"}, "invalid_arguments", marks=described_only),
    ],
)  # fmt: skip
async def test_what_slack_would_not_post_is_refused(
    bot: AsyncWebClient, place: Harbour, wrong: dict[str, object], error: str
) -> None:
    before = len(place.workspace.channels[place.room].messages)
    assert await refusal(bot.api_call("chat.postMessage", json={"channel": place.room} | wrong)) == error
    assert len(place.workspace.channels[place.room].messages) == before


async def test_an_answer_to_what_is_gone_stands_in_the_channel(bot: AsyncWebClient, place: Harbour) -> None:
    gone = place.workspace.post(place.room, place.kim, "Hello")
    place.workspace.delete(place.room, gone.ts, by=place.kim)
    said = await bot.chat_postMessage(channel=place.room, text="Here?", thread_ts=gone.ts)
    assert "thread_ts" not in said["message"]


@pytest.mark.parametrize(
    ("brought", "kept"),
    [
        ("a & b <c> &amp; &lt;d&gt;", "a &amp; b &lt;c&gt; &amp; &lt;d&gt;"),
        ("<@U1>, <https://x.example|x> & <!date^1^{date}|x>", "<@U1>, <https://x.example|x> &amp; <!date^1^{date}|x>"),
        ("see https://x.example/?a=1&b=2, then", "see <https://x.example/?a=1&amp;b=2>, then"),
    ],
)  # fmt: skip
async def test_slack_keeps_text_with_its_own_signs_escaped_and_links_made_out(
    bot: AsyncWebClient, place: Harbour, brought: str, kept: str
) -> None:
    said = await bot.chat_postMessage(channel=place.room, text=brought)
    assert said["message"]["text"] == kept


@pytest.mark.parametrize("nearest", [True, False])
async def test_whichever_page_comes_first_the_cursor_leads_through_all(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour, nearest: bool
) -> None:
    server.world.oldest_page_first = nearest
    said = [place.workspace.post(place.room, place.kim, str(one)) for one in range(7)]
    read = await bot.conversations_history(channel=place.room, oldest=said[0].ts, limit=4)
    pages = [[one["text"] for one in part["messages"]] async for part in read]
    assert pages == ([["4", "3", "2", "1"], ["6", "5"]] if nearest else [["6", "5", "4", "3"], ["2", "1"]])


async def test_a_text_too_long_is_cut_and_put_on_record_and_none_is_edited_to_one(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    said = await bot.chat_postMessage(channel=place.room, text="x" * 40_001)
    assert len(said["message"]["text"]) == 40_000
    assert server.record.off
    wrong = bot.chat_update(channel=place.room, ts=str(said["ts"]), text="x" * 4001)
    assert await refusal(wrong) == "msg_too_long"


async def test_whoever_is_not_there_can_t_write_and_an_archive_takes_nothing(
    bot: AsyncWebClient, place: Harbour
) -> None:
    workspace = place.workspace
    quiet = workspace.add_channel("quiet")
    hidden = workspace.add_channel("hidden", is_private=True)
    assert await refusal(bot.chat_postMessage(channel=quiet.id, text="x")) == "not_in_channel"
    assert await refusal(bot.chat_postMessage(channel=hidden.id, text="x")) == "channel_not_found"
    workspace.change_channel(place.room, is_archived=True)
    assert await refusal(bot.chat_postMessage(channel=place.room, text="x")) == "is_archived"
    assert await refusal(bot.chat_postMessage(channel="C0NOWHERE", text="x")) == "channel_not_found"


async def test_a_message_to_a_person_opens_the_direct_conversation(bot: AsyncWebClient, place: Harbour) -> None:
    said = await bot.chat_postMessage(channel=place.kim, text="A word")
    opened = await bot.conversations_open(users=place.kim)
    assert opened["channel"]["id"] == said["channel"]
    assert opened["already_open"]
    place.workspace.change_user(place.robin, deleted=True)
    assert await refusal(bot.conversations_open(users=place.robin)) == "user_disabled"
    assert await refusal(bot.conversations_open(users="U0NOBODY")) == "user_not_found"


async def test_an_ephemeral_needs_its_reader_in_the_channel(bot: AsyncWebClient, place: Harbour) -> None:
    place.workspace.leave(place.room, place.kim)
    wrong = bot.chat_postEphemeral(channel=place.room, user=place.kim, text="x")
    assert await refusal(wrong) == "user_not_in_channel"
    shown = await bot.chat_postEphemeral(channel=place.room, user=place.robin, text="x")
    kept = place.workspace.channels[place.room]
    assert [(one.to, one.ts) for one in kept.ephemerals] == [(place.robin, shown["message_ts"])]
    assert await refusal(bot.chat_delete(channel=place.room, ts=str(shown["message_ts"]))) == "message_not_found"


@pytest.mark.parametrize(
    ("said", "pings"),
    [
        ({"text": "<!channel> look"}, 1),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!here|here>"}}]}, 1),
        ({"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "<!here>"}}]}, 0),
        ({"text": "x", "parse": "full"}, 1),
        ({"text": "x", "link_names": True}, 1),
        ({"text": "&lt;!channel&gt; look", "parse": "none", "link_names": False}, 0),
        ({"text": "x", "attachments": [{"text": "<!everyone>"}]}, 1),
    ],
)
async def test_what_calls_everybody_is_put_on_record(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour, said: dict[str, object], pings: int
) -> None:
    await bot.api_call("chat.postMessage", json={"channel": place.room} | said)
    assert len(server.record.pings) == pings


@described_only
async def test_a_search_finds_what_a_user_sees_once_slack_knows_of_it(
    server: LoopbackSlack, admin: AsyncWebClient, bot: AsyncWebClient, place: Harbour, clock: Clock
) -> None:
    place.workspace.search_lags = timedelta(seconds=10)
    place.workspace.post(place.room, place.kim, "Buy now")
    assert (await admin.search_messages(query=f"from:<@{place.kim}> buy"))["messages"]["total"] == 0
    clock.forward(seconds=20)
    found = await admin.search_messages(query=f"from:<@{place.kim}> buy in:help")
    assert [one["text"] for one in found["messages"]["matches"]] == ["Buy now"]
    assert await refusal(bot.search_messages(query="buy")) == "not_allowed_token_type"
