"""The address at which an app answers what somebody did."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.clock import Clock
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack


async def answered(url: str, body: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


def address(place: Harbour, **on: Any) -> str:
    return place.workspace.world.response_url(place.app, place.workspace.id, place.room, place.kim, **on)


async def test_an_answer_is_for_who_asked_unless_it_is_for_all(server: LoopbackSlack, place: Harbour) -> None:
    async with aiohttp.ClientSession() as session:
        hook = AsyncWebhookClient(address(place), session=session)
        assert (await hook.send(text="Only you")).body == "ok"
        assert (await hook.send(text="All of you", response_type="in_channel")).status_code == 200
    channel = place.workspace.channels[place.room]
    assert [(one.to, one.text) for one in channel.ephemerals] == [(place.kim, "Only you")]
    assert [(one.user, one.text) for one in channel.messages.values()] == [(place.bot, "All of you")]
    assert [one.method for one in server.record.calls] == ["response_url", "response_url"]


async def test_five_answers_are_taken_within_half_an_hour(place: Harbour, clock: Clock) -> None:
    url = address(place)
    assert [(await answered(url, {"text": "x"}))[0] for _ in range(6)] == [200] * 5 + [404]
    assert "used_url" in (await answered(url, {"text": "x"}))[1]
    late = address(place)
    clock.forward(minutes=31)
    assert "expired_url" in (await answered(late, {"text": "x"}))[1]
    assert (await answered(late + "x", {"text": "x"}))[0] == 404


async def test_an_answer_replaces_what_was_pressed_or_takes_it_away(place: Harbour) -> None:
    workspace = place.workspace
    channel = workspace.channels[place.room]
    said = workspace.post(place.room, place.bot, "Press", app_id=place.app.id)
    url = address(place, ts=said.ts)
    await answered(url, {"text": "Pressed", "replace_original": True})
    assert channel.messages[said.ts].text == "Pressed"
    await answered(url, {"delete_original": True})
    assert not channel.messages
    shown = workspace.whisper(place.room, place.kim, place.app.id, "Press")
    url = address(place, ts=shown.ts, ephemeral=True)
    await answered(url, {"text": "Pressed", "replace_original": True})
    assert [one.text for one in channel.ephemerals] == ["Pressed"]
    await answered(url, {"delete_original": True})
    assert not channel.ephemerals


@pytest.mark.parametrize("body", [{"text": ""}, {"blocks": [{"type": "nonsense"}]}, {"text": "x", "blocks": "y"}, []])
async def test_what_slack_would_not_show_is_refused(place: Harbour, body: Any) -> None:
    assert (await answered(address(place), body))[0] == 400
    assert not place.workspace.channels[place.room].ephemerals
