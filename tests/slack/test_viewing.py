"""Views as the real library shows them, and Block Kit's limits."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.api import blocks as kit
from tests.slack.api.viewing import wrong
from tests.slack.clients import calling, refusal
from tests.slack.clock import Clock
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack

TITLE = {"type": "plain_text", "text": "Case"}
MODAL: Mapping[str, Any] = {"type": "modal", "title": TITLE, "blocks": [{"type": "divider"}]}
HOME: Mapping[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


def plain(length: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "x" * length}


def option(index: int) -> dict[str, Any]:
    return {"text": plain(3), "value": str(index)}


@pytest_asyncio.fixture
async def bot(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    async with calling(server, place.token) as client:
        yield client


def trigger(place: Harbour) -> str:
    return place.workspace.world.trigger(place.app, place.workspace.id, place.kim)


async def test_a_modal_is_opened_upon_what_somebody_did_once_and_soon(
    bot: AsyncWebClient, place: Harbour, clock: Clock
) -> None:
    id = trigger(place)
    opened = await bot.views_open(trigger_id=id, view=dict(MODAL))
    view = place.workspace.views[opened["view"]["id"]]
    assert (view.user_id, view.closed) == (place.kim, False)
    assert await refusal(bot.views_open(trigger_id=id, view=dict(MODAL))) == "exchanged_trigger_id"
    assert await refusal(bot.views_open(trigger_id="1.2.x", view=dict(MODAL))) == "invalid_trigger_id"
    late = trigger(place)
    clock.forward(seconds=4)
    assert await refusal(bot.views_open(trigger_id=late, view=dict(MODAL))) == "expired_trigger_id"


async def test_three_modals_lie_upon_each_other_and_no_more(bot: AsyncWebClient, place: Harbour) -> None:
    opened = await bot.views_open(trigger_id=trigger(place), view=dict(MODAL))
    for _ in range(2):
        within = place.workspace.world.trigger(
            place.app, place.workspace.id, place.kim, view_id=str(opened["view"]["id"])
        )  # fmt: skip
        opened = await bot.views_push(trigger_id=within, view=dict(MODAL))
    within = place.workspace.world.trigger(place.app, place.workspace.id, place.kim, view_id=str(opened["view"]["id"]))
    assert await refusal(bot.views_push(trigger_id=within, view=dict(MODAL))) == "push_limit_reached"


async def test_a_view_is_changed_only_as_it_was_seen(bot: AsyncWebClient, place: Harbour) -> None:
    opened = (await bot.views_open(trigger_id=trigger(place), view=dict(MODAL)))["view"]
    changed = await bot.views_update(view_id=opened["id"], hash=opened["hash"], view=dict(MODAL))
    assert changed["view"]["hash"] != opened["hash"]
    stale = bot.views_update(view_id=opened["id"], hash=opened["hash"], view=dict(MODAL))
    assert await refusal(stale) == "hash_conflict"
    assert await refusal(bot.views_update(view_id="V0NOWHERE", view=dict(MODAL))) == "not_found"


async def test_a_home_is_published_for_one_person(server: LoopbackSlack, bot: AsyncWebClient, place: Harbour) -> None:
    await bot.views_publish(user_id=place.kim, view=dict(HOME))
    assert [(one.user_id, one.is_home) for one in place.workspace.views.values()] == [(place.kim, True)]
    place.app.home = False
    assert await refusal(bot.views_publish(user_id=place.kim, view=dict(HOME))) == "not_enabled"
    assert server.record.off == []


@pytest.mark.parametrize(
    "change",
    [
        {"title": None}, {"title": plain(25)}, {"title": {"type": "mrkdwn", "text": "x"}}, {"blocks": []},
        {"type": "home"}, {"private_metadata": "x" * 3001}, {"callback_id": "x" * 256}, {"colour": "red"},
        {"blocks": [{"type": "divider"}] * 101}, {"submit": plain(25)}, {"blocks": None},
        {"blocks": [{"type": "input", "label": plain(3), "element": {"type": "plain_text_input"}}]},
    ],
)  # fmt: skip
async def test_a_view_beyond_the_limits_is_refused_with_its_reason(
    bot: AsyncWebClient, place: Harbour, change: dict[str, Any]
) -> None:
    view = dict(MODAL) | change
    if change != {"blocks": []}:
        assert await refusal(bot.views_open(trigger_id=trigger(place), view=view)) == "invalid_arguments"
        assert not place.workspace.views
    # a modal without blocks is allowed, whatever sense it makes
    assert bool(wrong(view, "modal")) is (change != {"blocks": []})


async def test_a_view_of_a_quarter_megabyte_is_too_large(bot: AsyncWebClient, place: Harbour) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    view = dict(MODAL) | {"blocks": [section] * 90}
    assert await refusal(bot.views_open(trigger_id=trigger(place), view=view)) == "view_too_large"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": plain(3000), "block_id": "x" * 255},
        {"type": "section", "fields": [plain(2000)] * 10},
        {"type": "section", "text": plain(1), "accessory": {"type": "overflow", "options": [option(1)]}},
        {"type": "actions", "elements": [{"type": "button", "text": plain(75), "value": "x" * 2000}] * 25},
        {"type": "context", "elements": [plain(10)] * 10},
        {"type": "header", "text": plain(150)},
        {"type": "input", "label": plain(3),
         "element": {"type": "static_select", "options": [option(one) for one in range(100)]}},
        {"type": "rich_text", "elements": []},
    ],
)  # fmt: skip
def test_a_block_within_the_limits_passes(block: dict[str, Any]) -> None:
    assert kit.wrong([block]) == []


@pytest.mark.parametrize(
    "block",
    [
        None, "section", {}, {"type": "nonsense"}, {"type": ["section"]},
        {"type": "section"}, {"type": "section", "text": plain(3001)}, {"type": "section", "text": plain(0)},
        {"type": "section", "text": "bare"}, {"type": "section", "text": {"type": "markdown", "text": "x"}},
        {"type": "section", "fields": [plain(1)] * 11}, {"type": "section", "fields": [plain(2001)]},
        {"type": "section", "fields": "many"}, {"type": "section", "text": plain(1), "block_id": "x" * 256},
        {"type": "section", "text": plain(1), "accessory": {"type": "plain_text_input"}},
        {"type": "actions", "elements": []}, {"type": "actions", "elements": "many"},
        {"type": "actions", "elements": [{"type": "button", "text": plain(1)}] * 26},
        {"type": "actions", "elements": [{"type": "button", "text": plain(76)}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "mrkdwn", "text": "x"}}]},
        {"type": "actions", "elements": [{"type": "button", "text": plain(1), "value": "x" * 2001}]},
        {"type": "actions", "elements": [{"type": "button", "text": plain(1), "style": "red"}]},
        {"type": "actions", "elements": [{"type": "button", "text": plain(1), "action_id": "a"}] * 2},
        {"type": "actions", "elements": [{"type": "static_select", "options": [option(1)] * 101}]},
        {"type": "actions", "elements": [{"type": "static_select", "options": []}]},
        {"type": "actions", "elements": [{"type": "static_select", "options": [option(1) | {"text": plain(76)}]}]},
        {"type": "actions", "elements": [{"type": "static_select", "options": [option(1) | {"value": "x" * 151}]}]},
        {"type": "actions", "elements": [{"type": "static_select", "options": ["one"]}]},
        {"type": "actions", "elements": [{"type": "static_select", "options": [option(1)],
                                          "initial_option": option(2)}]},
        {"type": "actions", "elements": [{"type": "overflow", "options": [option(1)] * 6}]},
        {"type": "actions", "elements": [{"type": "button", "text": plain(1), "confirm": {"title": plain(101)}}]},
        {"type": "actions", "elements": [{"type": "button", "text": plain(1), "confirm": "sure?"}]},
        {"type": "context", "elements": [plain(1)] * 11}, {"type": "context", "elements": [7]},
        {"type": "header", "text": plain(151)}, {"type": "header"},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, {"type": "image", "image_url": "https://x"},
        {"type": "input", "label": plain(1)},
        {"type": "input", "label": plain(1), "element": {"type": "button", "text": plain(1)}},
        {"type": "markdown", "text": ""},
    ],
)  # fmt: skip
def test_a_block_beyond_the_limits_is_named(block: Any) -> None:
    assert kit.wrong([block])


def test_blocks_have_ids_of_their_own_and_are_counted() -> None:
    assert kit.wrong([{"type": "divider", "block_id": "a"}] * 2)
    assert kit.wrong([{"type": "divider"}] * 51)
    assert not kit.wrong([{"type": "divider"}] * 50)
    assert kit.wrong("nonsense")
    assert kit.wrong({"type": "divider"})
