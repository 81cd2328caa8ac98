"""What people ask of an app, told to the real library, and all that it may answer."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.asked import Say, buttons, modal, on_command, opened, pressed
from tests.slack.bolts import Bolt, listening
from tests.slack.clock import Clock
from tests.slack.elements import ImpossibleError
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.things import JSON
from tests.slack.uses import TROUBLE, until


async def test_a_command_is_told_as_slack_tells_it(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    heard: list[JSON] = []

    async def answer(ack: Say, command: JSON) -> None:
        heard.append(command)
        await ack()

    on_command(bolt, answer)
    await server.hands.give(place.kim, place.room, "/mod warn @robin in #help < &").answered()
    assert heard[0]["text"] == f"warn <@{place.robin}|robin> in <#{place.room}|help> &lt; &amp;"
    assert (heard[0]["command"], heard[0]["user_id"], heard[0]["channel_name"]) == ("/mod", place.kim, "help")
    assert heard[0]["team_id"] == place.workspace.id


async def test_a_command_that_asks_for_no_escapes_gets_none(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    texts: list[str] = []

    async def answer(ack: Say, command: JSON) -> None:
        texts.append(command["text"])
        await ack()

    bolt.app.command("/raw")(answer)
    await server.hands.give(place.kim, place.room, "/raw @robin < &").answered()
    assert texts == ["@robin < &"]


async def test_an_answer_to_a_command_is_for_one_or_for_all(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def answer(ack: Say, command: JSON) -> None:
        kind = {"response_type": "in_channel"} if command["text"] == "all" else {}
        await ack({"text": "done", "blocks": buttons("Undo"), **kind})

    on_command(bolt, answer)
    quiet = await server.hands.give(place.kim, place.room, "/mod me").settled()
    loud = await server.hands.give(place.kim, place.room, "/mod all").settled()
    assert [one.text for one in quiet.whispers][:1] == ["done"]
    assert [one.text for one in loud.posted] == ["done"]
    assert [one["text"] for one in server.hands.sees(place.robin, place.room)] == ["done"]


async def test_an_app_may_answer_five_times_at_the_response_address(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    statuses: list[int] = []

    async def answer(ack: Say, command: JSON) -> None:
        await ack()
        client = AsyncWebhookClient(command["response_url"])
        statuses.extend([(await client.send(text=f"answer {number}")).status_code for number in range(6)])

    on_command(bolt, answer)
    use = await server.hands.give(place.kim, place.room, "/mod help").until(lambda _: len(statuses) == 6)
    assert [one.text for one in use.whispers] == [f"answer {number}" for number in range(5)]
    assert statuses[:5] == [200] * 5
    assert statuses[5] >= 400


async def test_nobody_reads_what_was_meant_for_one(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def answer(ack: Say) -> None:
        await ack("for you")

    on_command(bolt, answer)
    await server.hands.give(place.kim, place.room, "/mod help").settled()
    assert [one["text"] for one in server.hands.sees(place.kim, place.room)] == ["for you"]
    assert not server.hands.sees(place.robin, place.room)


async def test_commands_do_not_work_in_threads(server: LoopbackSlack, place: Harbour) -> None:
    ts = server.hands.say(place.kim, place.room, "first")
    with pytest.raises(ImpossibleError, match="not supported in threads"):
        server.hands.give(place.kim, place.room, "/mod help", thread=ts)


async def test_who_gets_no_answer_in_time_reads_that(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.delivery.patience = 0.05

    async def late(ack: Say) -> None:
        await asyncio.sleep(0.3)
        await ack("too late")

    on_command(bolt, late)
    use = await server.hands.give(place.kim, place.room, "/mod help").answered()
    assert use.failure == "/mod failed with the error “operation_timeout”"
    assert not use.whispers


async def test_who_asks_an_app_that_is_not_connected_reads_that_at_once(server: LoopbackSlack, place: Harbour) -> None:
    use = await server.hands.give(place.kim, place.room, "/mod help").answered()
    assert use.failure == "/mod failed with the error “dispatch_failed”"


async def test_an_answer_off_slacks_rules_reaches_nobody(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def answer(ack: Say) -> None:
        await ack({"text": "x", "blocks": [{"type": "section"}]})

    on_command(bolt, answer)
    use = await server.hands.give(place.kim, place.room, "/mod help").answered()
    assert "dispatch_failed" in use.failure
    assert server.record.off


async def test_a_message_shortcut_brings_the_message(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    heard: list[JSON] = []

    async def look(ack: Say, shortcut: JSON, client: Any) -> None:
        await ack()
        heard.append(shortcut)
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal("Look"))

    bolt.app.shortcut({"type": "message_action", "callback_id": "look"})(look)
    first = server.hands.say(place.robin, place.room, "first")
    reply = server.hands.say(place.robin, place.room, "you fool", thread=first)
    use = await server.hands.use_on_message(place.kim, place.room, reply, "Look into it").until(lambda one: one.opened)
    assert (heard[0]["message"]["text"], heard[0]["message"]["thread_ts"]) == ("you fool", first)
    assert (heard[0]["channel"]["id"], heard[0]["user"]["id"]) == (place.room, place.kim)
    assert server.hands.modal(place.kim) is use.opened


async def test_a_global_shortcut_knows_no_channel(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    heard: list[JSON] = []

    async def board(ack: Say, shortcut: JSON) -> None:
        await ack()
        heard.append(shortcut)

    bolt.app.shortcut("board")(board)
    await server.hands.use(place.kim, "Open the board").answered()
    assert "channel" not in heard[0]
    assert heard[0]["type"] == "shortcut"


async def test_a_trigger_opens_one_view_and_not_for_long(
    server: LoopbackSlack, bolt: Bolt, place: Harbour, clock: Clock
) -> None:
    errors: list[str] = []

    async def board(ack: Say, shortcut: JSON, client: Any) -> None:
        await ack()
        if not errors:
            await client.views_open(trigger_id=shortcut["trigger_id"], view=modal())
        else:
            clock.forward(seconds=4)
        try:
            await client.views_open(trigger_id=shortcut["trigger_id"], view=modal())
        except SlackApiError as refused:
            errors.append(refused.response["error"])

    bolt.app.shortcut("board")(board)
    await server.hands.use(place.kim, "board").until(lambda _: len(errors) == 1)
    await server.hands.use(place.kim, "board").until(lambda _: len(errors) == 2)
    assert errors == ["exchanged_trigger_id", "expired_trigger_id"]


async def test_a_button_says_where_it_stands(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    heard: list[JSON] = []

    async def close(ack: Say, body: JSON, respond: Say) -> None:
        await ack()
        heard.append(body)
        await respond(text="closed", replace_original=True)

    use = await pressed(server, bolt, place, close)
    await use.until(lambda _: [one["text"] for one in server.hands.sees(place.robin, place.room)] == ["closed"])
    body = heard[0]
    assert body["container"]["message_ts"] == body["message"]["ts"]
    assert (body["channel"]["id"], body["user"]["id"], body["container"]["is_ephemeral"]) == (
        place.room, place.kim, False,
    )  # fmt: skip
    assert (body["actions"][0]["action_id"], body["actions"][0]["value"]) == ("close", "7")


@pytest.mark.parametrize("in_thread", [False, True])
async def test_what_is_answered_to_a_button_stands_where_the_button_does(
    server: LoopbackSlack, bolt: Bolt, place: Harbour, in_thread: bool
) -> None:
    async def close(ack: Say, respond: Say) -> None:
        await ack()
        await respond(text="for you")

    bolt.app.action("close")(close)
    first = server.hands.say(place.robin, place.room, "first")
    card = await bolt.app.client.chat_postMessage(
        channel=place.room, text="A case", blocks=buttons("Close"), thread_ts=first if in_thread else None
    )
    server.hands.say(place.robin, place.room, "second", thread=first if in_thread else card["ts"])
    use = await server.hands.press(place.kim, place.room, card["ts"], "Close").settled()
    assert [one.thread_ts for one in use.whispers] == [first if in_thread else None]


async def test_a_button_that_nobody_takes_is_trouble(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.delivery.patience = 0.05
    posted = await bolt.app.client.chat_postMessage(channel=place.room, text="A case", blocks=buttons("Other"))
    use = await server.hands.press(place.kim, place.room, posted["ts"], "Other").answered()
    assert use.failure == TROUBLE


async def test_a_button_that_one_person_sees_brings_no_message(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    heard: list[JSON] = []

    async def close(ack: Say, body: JSON, respond: Say) -> None:
        await ack()
        heard.append(body)
        await respond(delete_original=True)

    bolt.app.action("close")(close)
    shown = await bolt.app.client.chat_postEphemeral(
        channel=place.room, user=place.kim, text="A case", blocks=buttons("Close")
    )
    use = server.hands.press(place.kim, place.room, shown["message_ts"], "Close")
    await use.until(lambda _: not server.hands.sees(place.kim, place.room))
    assert heard[0]["container"]["is_ephemeral"]
    assert "message" not in heard[0]


async def test_what_is_chosen_in_a_message_is_told_with_its_state(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    heard: list[JSON] = []

    async def chosen(ack: Say, body: JSON) -> None:
        await ack()
        heard.append(body)

    bolt.app.action("kind")(chosen)
    menu = modal()["blocks"][1]["element"]
    blocks = [{"type": "actions", "block_id": "row", "elements": [menu]}]
    posted = await bolt.app.client.chat_postMessage(channel=place.room, text="A case", blocks=blocks)
    await server.hands.choose(place.kim, place.room, posted["ts"], "What?", "Spam").answered()
    assert heard[0]["actions"][0]["selected_option"]["value"] == "spam"
    assert heard[0]["state"]["values"]["row"]["kind"]["selected_option"]["value"] == "spam"


async def test_without_its_scope_an_app_offers_nothing(server: LoopbackSlack, place: Harbour) -> None:
    server.world.tokens[place.token].scopes.discard("commands")
    with pytest.raises(ImpossibleError):
        server.hands.give(place.kim, place.room, "/mod help")


async def test_a_home_is_shown_when_it_was_opened_and_its_buttons_work(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    heard: list[JSON] = []

    async def come(event: JSON, client: Any) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": buttons("Refresh")})

    async def refresh(ack: Say, body: JSON) -> None:
        await ack()
        heard.append(body)

    bolt.app._async_listeners.clear()
    bolt.app.event("app_home_opened")(come)
    bolt.app.action("refresh")(refresh)
    assert server.hands.open_home(place.kim, place.app) is None
    await until(lambda: server.hands.home(place.kim, place.app))
    home = server.hands.home(place.kim, place.app)
    assert home is not None
    await server.hands.press_in(home, "Refresh").answered()
    assert (heard[0]["container"]["type"], heard[0]["view"]["type"]) == ("view", "home")
    assert server.hands.home(place.robin, place.app) is None


async def test_over_http_a_command_a_button_and_a_modal_are_answered_alike(
    server: LoopbackSlack, place: Harbour
) -> None:
    async with listening(server, place) as bolt:

        async def sent(ack: Say) -> None:
            await ack(response_action="errors", errors={"reason": "Say more."})

        async def close(ack: Say, respond: Say) -> None:
            await ack()
            await respond(text="closed", replace_original=True)

        bolt.app.view("warn")(sent)
        use = await pressed(server, bolt, place, close)
        await use.until(lambda _: [one["text"] for one in server.hands.sees(place.robin, place.room)] == ["closed"])
        view = await opened(server, bolt, place, modal())
        submitted = await server.hands.submit(view, reason="rude").answered()
    assert submitted.errors == {"reason": "Say more."}


async def test_an_app_that_is_not_there_offers_nothing(server: LoopbackSlack, place: Harbour) -> None:
    with pytest.raises(ImpossibleError):
        server.hands.give(place.kim, place.room, "/unknown")
    server.world.uninstall(place.app, place.workspace.id)
    with pytest.raises(ImpossibleError):
        server.hands.give(place.kim, place.room, "/mod help")
