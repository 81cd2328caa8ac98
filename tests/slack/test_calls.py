"""Who may call what, how often, in which form, and what goes wrong on the way."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.clients import calling, described_only, refusal
from tests.slack.faults import FaultKind
from tests.slack.harbour import SCOPES, Harbour
from tests.slack.limits import Limits
from tests.slack.server import LoopbackSlack


@pytest_asyncio.fixture
async def bot(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    async with calling(server, place.token) as client:
        yield client


async def test_a_token_says_whose_it_is_and_what_it_may_do(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    found = await bot.auth_test()
    assert (found["user_id"], found["team_id"]) == (place.bot, place.workspace.id)
    assert found["bot_id"] == place.app.bots[place.workspace.id].id
    assert set(str(found.headers["x-oauth-scopes"]).split(",")) == SCOPES
    user = server.world.authorise(place.app, place.workspace.id, place.kim, scopes={"chat:write"})
    async with calling(server, user.text) as kim:
        assert (await kim.auth_test())["user_id"] == place.kim


async def test_no_token_a_strange_one_and_one_that_was_taken_back_are_told_apart(
    server: LoopbackSlack, place: Harbour
) -> None:
    world, team = server.world, place.workspace.id
    user = world.authorise(place.app, team, place.kim, scopes={"chat:write"}).text
    for token, error in (("xoxb-nonsense", "invalid_auth"), (None, "not_authed")):
        async with calling(server, token) as client:
            assert await refusal(client.auth_test()) == error
    world.revoke(user)
    async with calling(server, user) as client:
        assert await refusal(client.auth_test()) == "token_revoked"
    world.uninstall(place.app, team)
    async with calling(server, place.token) as client:
        assert await refusal(client.auth_test()) == "account_inactive"


async def test_the_token_of_who_was_deactivated_is_worthless(server: LoopbackSlack, place: Harbour) -> None:
    user = server.world.authorise(place.app, place.workspace.id, place.kim, scopes={"chat:write"}).text
    place.workspace.change_user(place.kim, deleted=True)
    async with calling(server, user) as client:
        assert await refusal(client.auth_test()) == "token_revoked"


async def test_a_token_can_give_itself_up(server: LoopbackSlack, bot: AsyncWebClient) -> None:
    assert (await bot.auth_revoke())["revoked"]
    assert await refusal(bot.auth_test()) == "token_revoked"


@described_only
async def test_without_a_scope_a_call_says_which_one_was_missing(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    server.world.install(place.app, place.workspace.id, scopes={"chat:write", "im:read"})
    with pytest.raises(SlackApiError) as refused:
        await bot.users_info(user=place.kim)
    answer = refused.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
    assert set(str(answer["provided"]).split(",")) == {"chat:write", "im:read"}


@described_only
async def test_the_scope_has_to_fit_the_kind_of_conversation(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    server.world.install(place.app, place.workspace.id, scopes={"groups:history", "channels:read"})
    hidden = place.workspace.add_channel("hidden", members=[place.bot], is_private=True)
    await bot.conversations_history(channel=hidden.id)
    assert await refusal(bot.conversations_history(channel=place.room)) == "missing_scope"
    assert await refusal(bot.conversations_list(types="public_channel,private_channel")) == "missing_scope"
    assert (await bot.conversations_list())["channels"]


@described_only
async def test_each_kind_of_token_has_its_methods(server: LoopbackSlack, bot: AsyncWebClient, place: Harbour) -> None:
    assert await refusal(bot.search_messages(query="x")) == "not_allowed_token_type"
    assert await refusal(bot.apps_connections_open(app_token=place.token)) == "not_allowed_token_type"
    opened = await bot.apps_connections_open(app_token=server.world.app_token(place.app))
    assert str(opened["url"]).startswith("ws://127.0.0.1")
    async with calling(server, server.world.app_token(place.app)) as app:
        assert await refusal(app.chat_postMessage(channel=place.room, text="x")) == "not_allowed_token_type"


async def test_a_token_reaches_nothing_of_another_workspace(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    elsewhere = server.world.add_workspace("elsewhere")
    kim = elsewhere.add_user("kim")
    room = elsewhere.add_channel("help", members=[kim.id])
    said = elsewhere.post(room.id, kim.id, "Hello")
    assert await refusal(bot.conversations_history(channel=room.id)) == "channel_not_found"
    assert await refusal(bot.chat_delete(channel=room.id, ts=said.ts)) == "channel_not_found"
    assert await refusal(bot.chat_postMessage(channel=room.id, text="x")) == "channel_not_found"
    assert await refusal(bot.users_info(user=kim.id)) == "user_not_found"
    assert await refusal(bot.conversations_open(users=kim.id)) == "user_not_found"


async def test_a_guest_knows_only_of_channels_that_they_are_in(server: LoopbackSlack, place: Harbour) -> None:
    guest = place.workspace.add_user("lou", is_restricted=True)
    scopes = {"channels:read", "channels:write", "chat:write"}
    token = server.world.authorise(place.app, place.workspace.id, guest.id, scopes=scopes).text
    async with calling(server, token) as lou:
        assert (await lou.conversations_list())["channels"] == []
        assert await refusal(lou.conversations_join(channel=place.room)) == "channel_not_found"
        place.workspace.join(place.room, guest.id)
        assert [one["id"] for one in (await lou.conversations_list())["channels"]] == [place.room]
        assert await refusal(lou.conversations_kick(channel=place.room, user=place.kim)) == "restricted_action"


async def test_a_form_and_json_mean_the_same(server: LoopbackSlack, place: Harbour) -> None:
    blocks = [{"type": "divider"}]
    head = {"Authorization": f"Bearer {place.token}"}
    bodies = {"channel": place.room, "text": "x", "blocks": json.dumps(blocks), "unfurl_links": "false"}
    async with aiohttp.ClientSession() as session:
        ways: list[dict[str, Any]] = [
            {"data": bodies}, {"json": bodies | {"blocks": blocks, "unfurl_links": False}},
        ]  # fmt: skip
        for brought in ways:
            async with session.post(f"{server.api}chat.postMessage", headers=head, **brought) as response:
                assert (await response.json())["ok"]
        async with session.get(f"{server.api}users.info", headers=head, params={"user": place.kim}) as response:
            assert (await response.json())["user"]["id"] == place.kim
    first, second = server.record.asked("chat.postMessage")
    assert first.arguments["blocks"] == second.arguments["blocks"] == blocks


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("application/xml", b"<x/>", "invalid_post_type"),
    ],
)
async def test_what_can_t_be_read_is_refused(
    server: LoopbackSlack, place: Harbour, kind: str, body: bytes, error: str
) -> None:
    head = {"Authorization": f"Bearer {place.token}", "Content-Type": kind}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.api}chat.postMessage", headers=head, data=body) as response,
    ):
        assert (await response.json())["error"] == error


@described_only
async def test_what_slack_does_not_describe_is_refused_and_put_on_record(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    assert await refusal(bot.api_call("chat.delete", json={"channel": place.room})) == "invalid_arguments"
    assert server.record.off == []
    wrong = bot.api_call("chat.delete", json={"channel": place.room, "ts": "1.000001", "reason": "x"})
    assert await refusal(wrong) == "invalid_arguments"
    assert await refusal(bot.api_call("chat.shout")) == "unknown_method"
    assert len(server.record.off) == 2


async def test_the_record_holds_what_was_asked_without_the_token(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    await bot.chat_postMessage(channel=place.room, text="x")
    (asked,) = server.record.asked("chat.postMessage")
    assert (asked.token, asked.user_id, asked.team_id, asked.ok) == ("bot", place.bot, place.workspace.id, True)
    assert place.token not in str(asked.arguments)


def test_a_method_passes_as_often_as_its_tier_says_and_then_says_how_long_to_wait() -> None:
    now = [100.0]
    limits = Limits(clock=lambda: now[0])
    asked = [limits.ask("users.list", "Tier2", "A1", "T1") for _ in range(21)]
    assert asked == [0] * 20 + [3]
    assert limits.ask("users.list", "Tier2", "A1", "T2") == 0
    assert limits.ask("users.list", "Tier2", "A2", "T1") == 0
    now[0] += 3
    assert limits.ask("users.list", "Tier2", "A1", "T1") == 0


def test_a_channel_takes_a_message_a_second_and_a_few_at_once() -> None:
    now = [100.0]
    limits = Limits(clock=lambda: now[0])
    asked = [limits.ask("chat.postMessage", "", "A1", "T1", "C1") for _ in range(5)]
    assert asked == [0, 0, 0, 0, 1]
    assert limits.ask("chat.postMessage", "", "A1", "T1", "C2") == 0
    now[0] += 1
    assert limits.ask("chat.postMessage", "", "A1", "T1", "C1") == 0


async def test_who_calls_too_often_is_told_how_long_to_wait_and_put_on_record(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    server.limits.clock = lambda: 100.0
    server.limits.methods["users.info"] = 1
    await bot.users_info(user=place.kim)
    with pytest.raises(SlackApiError) as refused:
        await bot.users_info(user=place.kim)
    answer = refused.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "60")
    assert server.record.over == [f"users.info {place.workspace.id}"]


async def test_the_library_waits_as_long_as_it_is_told_and_calls_again(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    server.faults.fail(FaultKind.LIMITED, "users.info", after=1)
    bot.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    assert (await bot.users_info(user=place.kim))["ok"]
    assert [one.error for one in server.record.asked("users.info")] == ["ratelimited", ""]


@pytest.mark.parametrize(
    ("kind", "happened"),
    [
        (FaultKind.REFUSED, False), (FaultKind.ACTED, True), (FaultKind.CUT, False), (FaultKind.ACTED_CUT, True),
        (FaultKind.ERROR, False), (FaultKind.ACTED_ERROR, True), (FaultKind.LIMITED, False),
    ],
)  # fmt: skip
async def test_a_call_can_fail_before_it_acts_or_after(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour, kind: FaultKind, happened: bool
) -> None:
    server.faults.fail(kind, "chat.postMessage")
    await bot.users_info(user=place.kim)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await bot.chat_postMessage(channel=place.room, text="x")
    assert bool(place.workspace.channels[place.room].messages) is happened
    (asked,) = server.record.asked("chat.postMessage")
    assert not asked.ok
    await bot.chat_postMessage(channel=place.room, text="y")


@pytest.mark.parametrize("kind", [FaultKind.SLOW, FaultKind.LATE])
async def test_what_takes_too_long_still_happens(server: LoopbackSlack, place: Harbour, kind: FaultKind) -> None:
    server.faults.fail(kind, "chat.postMessage", after=1.5)
    async with calling(server, place.token, seconds=1) as bot:
        with pytest.raises(asyncio.TimeoutError):
            await bot.chat_postMessage(channel=place.room, text="x")
    messages = place.workspace.channels[place.room].messages
    async with asyncio.timeout(60):
        while not messages:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    assert [one.text for one in messages.values()] == ["x"]


async def test_a_mended_server_does_what_it_is_asked(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:  # fmt: skip
    server.faults.fail(FaultKind.REFUSED, times=None)
    with pytest.raises(SlackApiError):
        await bot.auth_test()
    server.faults.mend()
    await bot.auth_test()


async def test_a_server_that_was_gone_is_back_at_the_same_address_with_the_same_world(
    server: LoopbackSlack, place: Harbour
) -> None:
    before = server.api
    said = place.workspace.post(place.room, place.kim, "Hello")
    await server.stop()
    async with calling(server, place.token) as bot:
        with pytest.raises(aiohttp.ClientError):
            await bot.auth_test()
        await server.start()
        assert server.api == before
        found = await bot.conversations_history(channel=place.room)
    assert [one["ts"] for one in found["messages"]] == [said.ts]


async def test_a_code_is_exchanged_for_tokens_once(server: LoopbackSlack, place: Harbour) -> None:
    world = server.world
    user = world.authorise(place.app, place.workspace.id, place.admin, scopes={"chat:write"})
    world.codes["code"] = (world.tokens[place.token], user)
    head = {"Authorization": aiohttp.encode_basic_auth(place.app.id, place.app.client_secret)}
    async with aiohttp.ClientSession() as session:

        async def exchange(**given: str) -> dict[str, Any]:
            named: dict[str, Any] = {"headers": {} if "client_id" in given else head, "data": {"code": "code"} | given}
            async with session.post(f"{server.api}oauth.v2.access", **named) as response:
                found: dict[str, Any] = await response.json()
                return found

        wrong = {"client_id": place.app.id, "client_secret": "x"}
        assert (await exchange(**wrong))["error"] == "bad_client_secret"
        found = await exchange()
        assert (found["access_token"], found["authed_user"]["access_token"]) == (place.token, user.text)
        assert (await exchange())["error"] == "invalid_code"
