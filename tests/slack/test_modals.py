"""Modals of the real library: sent off, changed, laid upon each other and closed."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.slack.asked import Say, buttons, modal, opened, plain
from tests.slack.bolts import Bolt
from tests.slack.elements import ImpossibleError
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.things import JSON
from tests.slack.uses import TROUBLE


async def test_a_modal_is_sent_off_with_what_was_entered_and_closes(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    heard: list[JSON] = []

    async def sent(ack: Say, view: JSON) -> None:
        heard.append(view)
        await ack()

    bolt.app.view("warn")(sent)
    view = await opened(server, bolt, place, modal(private_metadata="case 7"))
    with pytest.raises(ImpossibleError, match="Why"):
        server.hands.submit(view)
    with pytest.raises(ImpossibleError, match="21 signs"):
        server.hands.submit(view, reason="x" * 21)
    await server.hands.submit(view, **{"Why?": "rude", "Kind": "Hate"}).answered()
    values = heard[0]["state"]["values"]
    assert values["reason"]["text"]["value"] == "rude"
    assert values["kind"]["kind"]["selected_option"]["value"] == "hate"
    assert heard[0]["private_metadata"] == "case 7"
    assert view.closed
    assert server.hands.modal(place.kim) is None


async def test_errors_keep_a_modal_open_with_what_was_entered(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    async def sent(ack: Say) -> None:
        await ack(response_action="errors", errors={"reason": "Say more."})

    bolt.app.view("warn")(sent)
    view = await opened(server, bolt, place, modal())
    use = await server.hands.submit(view, reason="rude").answered()
    assert use.errors == {"reason": "Say more."}
    assert not view.closed
    assert view.values["reason"]["text"]["value"] == "rude"


async def test_errors_for_no_field_are_trouble(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def sent(ack: Say) -> None:
        await ack(response_action="errors", errors={"nowhere": "Say more."})

    bolt.app.view("warn")(sent)
    view = await opened(server, bolt, place, modal())
    use = await server.hands.submit(view, reason="rude").answered()
    assert use.failure == TROUBLE
    assert not view.closed


async def test_a_modal_can_change_when_it_is_sent_off(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def sent(ack: Say) -> None:
        await ack(response_action="update", view=modal("Sure?"))

    bolt.app.view("warn")(sent)
    view = await opened(server, bolt, place, modal())
    before = view.hash
    await server.hands.submit(view, reason="rude").answered()
    assert view.content["title"]["text"] == "Sure?"
    assert view.hash != before
    assert not view.closed


async def test_modals_lie_upon_each_other_up_to_three(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def sent(ack: Say) -> None:
        await ack(response_action="push", view=modal("Next"))

    bolt.app.view("warn")(sent)
    view = await opened(server, bolt, place, modal())
    for _ in range(2):
        use = await server.hands.submit(view, reason="rude").answered()
        assert use.opened is not None
        assert use.opened.previous_id == view.id
        view = use.opened
    last = await server.hands.submit(view, reason="rude").answered()
    assert last.failure == TROUBLE
    server.hands.close(view)
    below = server.hands.modal(place.kim)
    assert below is not None
    assert below.id == view.previous_id


async def test_all_modals_can_be_cleared_at_once(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def pushed(ack: Say, body: JSON) -> None:
        deep = body["view"]["previous_view_id"]
        await (ack(response_action="clear") if deep else ack(response_action="push", view=modal("Next")))

    bolt.app.view("warn")(pushed)
    view = await opened(server, bolt, place, modal())
    use = await server.hands.submit(view, reason="rude").answered()
    assert use.opened is not None
    await server.hands.submit(use.opened, reason="rude").answered()
    assert server.hands.modal(place.kim) is None


async def test_an_app_hears_of_a_modal_that_is_closed_if_it_wants_to(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    heard: list[JSON] = []

    async def gone(ack: Say, body: JSON) -> None:
        heard.append(body)
        await ack()

    bolt.app.view_closed("warn")(gone)
    view = await opened(server, bolt, place, modal(notify_on_close=True))
    use = server.hands.close(view)
    assert use is not None
    await use.answered()
    assert not heard[0]["is_cleared"]


async def test_of_other_modals_that_are_closed_no_app_hears(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    view = await opened(server, bolt, place, modal())
    assert server.hands.close(view) is None
    assert view.closed


async def test_a_button_in_a_modal_lays_another_upon_it(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def more(ack: Say, body: JSON, client: Any) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=modal("More"))

    bolt.app.action("more")(more)
    view = await opened(server, bolt, place, modal("Warn", *buttons("More")))
    use = await server.hands.press_in(view, "More").until(lambda one: one.opened)
    assert use.opened is not None
    assert use.opened.root_id == view.id


async def test_a_menu_can_ask_the_app_for_its_options(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    async def offer(ack: Say, payload: JSON) -> None:
        await ack(options=[{"text": plain(f"{payload['value']} {one}"), "value": str(one)} for one in range(3)])

    bolt.app.options("rule")(offer)
    menu = {"type": "external_select", "action_id": "rule", "min_query_length": 2}
    row = {"type": "input", "block_id": "rule", "optional": True, "label": plain("Rule"), "element": menu}
    view = await opened(server, bolt, place, modal("Warn", row))
    use = await server.hands.look_up(view, "Rule", "sp").answered()
    assert [one["text"]["text"] for one in use.options] == ["sp 0", "sp 1", "sp 2"]
    server.hands.fill(view, Rule=use.options[1])
    assert view.values["rule"]["rule"]["selected_option"]["value"] == "1"
    with pytest.raises(ImpossibleError):
        server.hands.look_up(view, "Rule", "s")


async def test_an_update_keeps_what_was_entered_and_needs_the_right_hash(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    view = await opened(server, bolt, place, modal())
    server.hands.fill(view, reason="rude")
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await bolt.app.client.views_update(view_id=view.id, hash="1.old", view=modal("New"))
    await bolt.app.client.views_update(view_id=view.id, hash=view.hash, view=modal("New"))
    assert view.values["reason"]["text"]["value"] == "rude"
    server.hands.close(view)
    with pytest.raises(SlackApiError, match="not_found"):
        await bolt.app.client.views_update(view_id=view.id, view=modal("New"))
