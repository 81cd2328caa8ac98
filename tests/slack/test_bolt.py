"""The real library over Socket Mode, when links end, wedge or can't be opened."""

import asyncio

from tests.slack.bolts import Bolt, connected
from tests.slack.clock import Clock
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.uses import until

#: seconds after which the library looks after its link
SOON = 0.1


async def comes_back(server: LoopbackSlack, place: Harbour, bolt: Bolt, before: int) -> None:
    """Wait until there is a new link, and see that events come over it."""
    await until(lambda: server.sockets.opened > before and server.sockets.of())
    server.hands.say(place.kim, place.room, "back")
    await until(lambda: "back" in bolt.said)


async def test_it_hears_and_takes_what_is_said(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.patience = 30.0
    async with connected(server, place) as bolt:
        for text in ("one", "two", "three"):
            server.hands.say(place.kim, place.room, text)
        await until(lambda: not server.delivery.pending)
    assert sorted(bolt.said) == ["one", "three", "two"]
    assert [fate.deliveries for fate in server.delivery.fate(type="message")] == [1, 1, 1]
    assert not server.record.off


async def test_it_comes_back_with_a_new_ticket_when_its_link_is_renewed(server: LoopbackSlack, place: Harbour) -> None:
    async with connected(server, place, ping=SOON) as bolt:
        server.sockets.disconnect()
        await comes_back(server, place, bolt, 1)
    assert server.sockets.tickets_given > 1


async def test_it_comes_back_when_its_link_was_cut(server: LoopbackSlack, place: Harbour) -> None:
    async with connected(server, place, ping=SOON) as bolt:
        server.sockets.drop()
        await comes_back(server, place, bolt, 1)


async def test_what_is_said_while_it_is_away_comes_again_when_it_is_back(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.patience, server.delivery.retries = 0.2, (0.0, *(0.3 for _ in range(100)))
    async with connected(server, place, ping=SOON) as bolt:
        server.sockets.drop()
        server.hands.say(place.kim, place.room, "missed")
        await until(lambda: "missed" in bolt.said)


async def test_forced_to_a_new_endpoint_it_leaves_a_wedged_link(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.patience = 0.05
    async with connected(server, place, ping=60.0) as bolt:
        server.sockets.wedge()
        server.hands.say(place.kim, place.room, "one")
        assert bolt.handler is not None
        await bolt.handler.client.connect_to_new_endpoint(force=True)
        await comes_back(server, place, bolt, 1)


async def test_with_old_tickets_it_gets_nowhere_until_it_asks_for_a_new_one(
    server: LoopbackSlack, place: Harbour, clock: Clock
) -> None:
    async with connected(server, place, ping=SOON) as bolt:
        assert bolt.handler is not None
        client = bolt.handler.client
        given = client.wss_uri
        clock.forward(minutes=1)
        server.sockets.drop()
        await comes_back(server, place, bolt, 1)
        assert client.wss_uri != given


async def test_a_slash_command_is_answered_through_the_link(server: LoopbackSlack, place: Harbour) -> None:
    async with connected(server, place) as bolt:

        async def answer(ack: object, command: dict[str, str]) -> None:
            await ack(f"you said {command['text']}")  # type: ignore[operator]

        bolt.app.command("/mod")(answer)
        use = await server.hands.give(place.kim, place.room, "/mod help").settled()
    assert [one.text for one in use.whispers] == ["you said help"]


async def test_nothing_is_lost_while_links_are_cut_and_renewed(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.patience, server.delivery.retries = 0.3, (0.0, *(0.1 for _ in range(300)))
    async with connected(server, place, ping=SOON) as bolt:
        for number in range(300):
            server.hands.say(place.kim, place.room, str(number))
            if number == 100:
                server.sockets.drop()
            if number == 200:
                await until(server.sockets.of)
                server.sockets.disconnect()
            if number % 10 == 0:
                await asyncio.sleep(0)
        await until(lambda: not server.delivery.pending)
    assert {fate.lost for fate in server.delivery.fates.values()} == {False}
    assert set(bolt.said) == {str(number) for number in range(300)}
