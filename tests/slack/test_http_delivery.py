"""Delivery by HTTP, to an app of the real library and to addresses that misbehave."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from tests.slack.bolts import at_address, listening
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.uses import until


def answering(
    *statuses: int, heard: list[web.Request] | None = None, headers: dict[str, str] | None = None
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return what answers with these statuses, the last one for ever."""
    left = list(statuses)

    async def answered(request: web.Request) -> web.Response:
        if heard is not None:
            heard.append(request)
        return web.Response(status=left.pop(0) if len(left) > 1 else left[0], headers=headers)

    return answered


async def test_the_library_takes_what_slack_signs(server: LoopbackSlack, place: Harbour) -> None:
    async with listening(server, place) as bolt:
        server.hands.say(place.kim, place.room, "one")
        await until(lambda: bolt.said)
        [fate] = server.delivery.fate(text="one")
        await until(lambda: fate.acks)
    assert bolt.said == ["one"]


@pytest.mark.parametrize("wrong", ["forged", "old"])
async def test_the_library_refuses_what_somebody_else_signed_and_what_is_old(
    server: LoopbackSlack, place: Harbour, wrong: str
) -> None:
    server.delivery.retries = (0.0,)
    server.http.forged, server.http.skew = wrong == "forged", -301.0 if wrong == "old" else 0.0
    async with listening(server, place) as bolt:
        server.hands.say(place.kim, place.room, "one")
        [fate] = server.delivery.fate(text="one")
        await until(lambda: fate.lost)
    assert not bolt.said
    assert [one.status for one in server.http.requests] == [401, 401]


async def test_the_library_answers_to_the_challenge(server: LoopbackSlack, place: Harbour) -> None:
    async with listening(server, place):
        assert await server.http.verify(place.app.request_url, place.app.signing_secret)


async def test_an_address_that_does_not_know_the_challenge_cannot_be_saved(
    server: LoopbackSlack, place: Harbour
) -> None:
    async with at_address(place.app, answering(200)) as url:
        assert not await server.http.verify(url, place.app.signing_secret)


async def test_an_error_has_the_event_come_again_with_its_number_and_reason(
    server: LoopbackSlack, place: Harbour
) -> None:
    server.delivery.retries = (0.0, 0.01, 0.01)
    heard: list[web.Request] = []
    async with at_address(place.app, answering(500, 302, 200, heard=heard)):
        server.hands.say(place.kim, place.room, "one")
        [fate] = server.delivery.fate(text="one")
        await until(lambda: fate.acks)
    tries = [(one.headers.get("X-Slack-Retry-Num"), one.headers.get("X-Slack-Retry-Reason")) for one in heard]
    assert tries == [(None, None), ("1", "http_error"), ("2", "http_error")]


async def test_an_answer_that_takes_too_long_counts_as_none(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.patience, server.delivery.retries = 0.3, (0.0,)
    reasons: list[str | None] = []

    async def slow(request: web.Request) -> web.Response:
        reasons.append(request.headers.get("X-Slack-Retry-Reason"))
        await asyncio.sleep(30)
        return web.Response()

    async with at_address(place.app, slow):
        server.hands.say(place.kim, place.room, "one")
        [fate] = server.delivery.fate(text="one")
        await until(lambda: fate.lost)
    assert reasons == [None, "http_timeout"]


async def test_an_app_can_ask_not_to_be_told_again(server: LoopbackSlack, place: Harbour) -> None:
    async with at_address(place.app, answering(500, headers={"X-Slack-No-Retry": "1"})):
        server.hands.say(place.kim, place.room, "one")
        [fate] = server.delivery.fate(text="one")
        await until(lambda: fate.lost)
    assert fate.deliveries == 1


async def test_an_address_where_nobody_listens_is_tried_again(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.retries = (0.0,)
    async with at_address(place.app, answering(200)):
        pass
    server.hands.say(place.kim, place.room, "one")
    [fate] = server.delivery.fate(text="one")
    await until(lambda: fate.lost)
    assert [one.status for one in server.http.requests] == [0, 0]
    assert server.http.requests[1].headers["X-Slack-Retry-Reason"] == "connection_failed"


async def test_an_app_that_takes_hardly_anything_is_told_nothing_more(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.many, server.delivery.retries = 3, ()
    heard: list[web.Request] = []
    async with at_address(place.app, answering(500, heard=heard)):
        for text in ("one", "two", "three"):
            server.hands.say(place.kim, place.room, text)
        await until(lambda: not server.delivery.pending)
        server.hands.say(place.kim, place.room, "four")
        assert server.delivery.fate(text="four")[0].lost
        server.delivery.switch_on(place.app)
        server.hands.say(place.kim, place.room, "five")
        await until(lambda: not server.delivery.pending)
    assert len(heard) == 4
