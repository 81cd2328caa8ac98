"""Socket Mode without a library: tickets, links, envelopes, and the ways in which links end."""

import aiohttp
import pytest

from tests.slack.bolts import Wire, wired
from tests.slack.clock import Clock
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.uses import until


async def told(wire: Wire, kind: str = "events_api") -> dict[str, object]:
    """Return the next envelope of a kind."""
    while True:
        found = await wire.next()
        assert found is not None, "the link ended"
        if found["type"] == kind:
            return dict(found)


async def taken(server: LoopbackSlack, wire: Wire) -> bool:
    """Take the next event, and return whether that was in time."""
    count = len(server.sockets.acks)
    await wire.ack(await told(wire))
    await until(lambda: len(server.sockets.acks) > count)
    return server.sockets.acks[-1].expected


async def test_a_link_begins_with_how_many_there_are(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as first, wired(server, place.app) as second:
        hello = [await first.next(), await second.next()]
    assert [(one["type"], one["num_connections"]) for one in hello] == [("hello", 1), ("hello", 2)]
    assert hello[0]["connection_info"] == {"app_id": place.app.id}


async def test_a_ticket_lets_in_once(server: LoopbackSlack, place: Harbour) -> None:
    url = server.sockets.ticket(place.app.id)
    async with wired(server, place.app, url) as wire:
        assert await wire.next() is not None
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with wired(server, place.app, url):
            pass


async def test_an_old_ticket_lets_nobody_in(server: LoopbackSlack, place: Harbour, clock: Clock) -> None:
    url = server.sockets.ticket(place.app.id)
    clock.forward(seconds=31)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with wired(server, place.app, url):
            pass


async def test_tickets_can_be_made_old_and_links_refused(server: LoopbackSlack, place: Harbour) -> None:
    url = server.sockets.ticket(place.app.id)
    server.sockets.expire_tickets()
    with pytest.raises(aiohttp.WSServerHandshakeError, match="408"):
        async with wired(server, place.app, url):
            pass
    server.sockets.refused = 1
    with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
        async with wired(server, place.app):
            pass
    async with wired(server, place.app) as wire:
        assert (await wire.next())["type"] == "hello"


async def test_the_eleventh_link_is_sent_off(server: LoopbackSlack, place: Harbour) -> None:
    async with aiohttp.ClientSession() as session:
        links = [await session.ws_connect(server.sockets.ticket(place.app.id)) for _ in range(11)]
        await until(lambda: server.sockets.opened == 11)
        last = Wire(socket=links[-1])
        assert (await last.next())["reason"] == "too_many_websockets"
        assert await last.next() is None
        assert len(server.sockets.of(place.app.id)) == 10


async def test_each_envelope_goes_over_one_link_in_turn(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as first, wired(server, place.app) as second:
        await until(lambda: len(server.sockets.of()) == 2)
        for text in ("one", "two"):
            server.hands.say(place.kim, place.room, text)
        heard = [(await told(one))["payload"] for one in (first, second)]
        assert sorted(one["event"]["text"] for one in heard) == ["one", "two"]  # type: ignore[index]


async def test_what_is_not_taken_comes_again_and_says_why_until_it_is_lost(
    server: LoopbackSlack, place: Harbour
) -> None:
    server.delivery.patience, server.delivery.retries = 0.02, (0.0, 0.01, 0.01)
    async with wired(server, place.app) as wire:
        await wire.next()
        server.hands.say(place.kim, place.room, "one")
        tries = [await told(wire) for _ in range(4)]
        [fate] = server.delivery.fate(text="one")
        await until(lambda: fate.lost)
    assert [(one.get("retry_attempt"), one.get("retry_reason")) for one in tries] == [
        (None, None), (1, "timeout"), (2, "timeout"), (3, "timeout"),
    ]  # fmt: skip
    assert len({one["payload"]["event_id"] for one in tries}) == 1  # type: ignore[index]
    assert (fate.deliveries, fate.acks) == (4, 0)


async def test_what_is_taken_comes_once(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.patience = 30.0
    async with wired(server, place.app) as wire:
        await wire.next()
        server.hands.say(place.kim, place.room, "one")
        await wire.ack(await told(wire))
        [fate] = server.delivery.fate(text="one")
        await until(lambda: not fate.pending)
    assert (fate.deliveries, fate.acks, fate.lost) == (1, 1, False)


async def test_an_answer_over_another_link_is_not_waited_for(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as first:
        await first.next()
        server.hands.say(place.kim, place.room, "one")
        envelope = await told(first)
        async with wired(server, place.app) as second:
            await second.ack(envelope)
            await until(lambda: server.sockets.acks)
    assert [one.expected for one in server.sockets.acks] == [False]
    assert [one.acks for one in server.delivery.fate(text="one")] == [0]


async def test_an_answer_after_its_time_is_not_waited_for(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.patience = 0.02
    async with wired(server, place.app) as wire:
        await wire.next()
        server.hands.say(place.kim, place.room, "one")
        late, again = await told(wire), await told(wire)
        await wire.ack(late)
        await wire.ack(again)
        await until(lambda: len(server.sockets.acks) == 2)
    assert not server.sockets.acks[0].expected


async def test_what_is_no_answer_is_put_on_record(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as wire:
        for rubbish in ("", "[]", "{", '{"envelope_id": 7}', '{"type": "ping"}'):
            await wire.socket.send_str(rubbish)
        await until(lambda: len(server.sockets.off) == 5)


async def test_nobody_is_told_while_there_is_no_link_and_the_next_try_reaches_a_new_one(
    server: LoopbackSlack, place: Harbour
) -> None:
    server.delivery.patience, server.delivery.retries = 0.5, (0.0, *(0.1 for _ in range(100)))
    server.hands.say(place.kim, place.room, "one")
    async with wired(server, place.app) as wire:
        [fate] = server.delivery.fate(text="one")
        assert not fate.deliveries
        while not await taken(server, wire):
            pass
        await until(lambda: fate.acks)


async def test_a_link_that_is_renewed_is_told_so_and_ends(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as wire:
        await wire.next()
        assert server.sockets.disconnect() == 1
        assert (await wire.next())["reason"] == "refresh_requested"
        assert await wire.next() is None


async def test_a_warning_ends_nothing(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as wire:
        await wire.next()
        server.sockets.disconnect("warning")
        assert (await wire.next())["reason"] == "warning"
        server.hands.say(place.kim, place.room, "one")
        assert (await told(wire))["type"] == "events_api"


async def test_an_app_whose_sockets_are_switched_off_is_shut_out(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as wire:
        await wire.next()
        server.sockets.disconnect("link_disabled", place.app.id)
        assert (await wire.next())["reason"] == "link_disabled"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with wired(server, place.app):
            pass
    server.sockets.enable(place.app.id)
    async with wired(server, place.app) as wire:
        assert (await wire.next())["type"] == "hello"


async def test_a_wedged_link_stays_open_and_says_nothing(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as wire:
        await wire.next()
        assert server.sockets.wedge() == 1
        server.hands.say(place.kim, place.room, "one")
        await wire.socket.ping()
        with pytest.raises(TimeoutError):
            await wire.socket.receive(timeout=0.1)
        assert not wire.socket.closed
        assert len(server.sockets.of()) == 1


async def test_a_link_over_which_nothing_is_said_is_pinged(server: LoopbackSlack, place: Harbour) -> None:
    server.sockets.pings = 0.01
    url = server.sockets.ticket(place.app.id)
    async with aiohttp.ClientSession() as session, session.ws_connect(url, autoping=False) as socket:
        found = [(await socket.receive(timeout=60)).type for _ in range(3)]
    assert found == [aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PING]


async def test_a_link_can_be_cut(server: LoopbackSlack, place: Harbour) -> None:
    async with wired(server, place.app) as wire:
        await wire.next()
        assert server.sockets.drop() == 1
        assert await wire.next() is None
    assert not server.sockets.of()


async def test_nothing_of_another_app_comes_over_a_link(server: LoopbackSlack, place: Harbour) -> None:
    other = server.world.add_app("Ebb", bot_events={"message.channels"})
    server.world.install(other, place.workspace.id, scopes={"channels:history"})
    async with wired(server, other) as wire:
        await wire.next()
        server.hands.say(place.kim, place.room, "not for ebb")
        with pytest.raises(TimeoutError):
            await wire.socket.receive(timeout=0.05)
