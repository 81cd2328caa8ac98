"""What can go wrong with events, as an app of the real library hears them."""

from tests.slack.bolts import Bolt, connected, made, wired
from tests.slack.clock import Clock
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.uses import until


async def test_an_event_can_come_twice_under_one_id(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.delivery.patience = 30.0
    server.delivery.double("message")
    server.hands.say(place.kim, place.room, "one")
    await until(lambda: len(bolt.said) == 2)
    assert len({body["event_id"] for body in bolt.bodies}) == 1
    [fate] = server.delivery.fate(text="one")
    await until(lambda: fate.acks == 2)
    assert fate.deliveries == 2


async def test_an_event_can_be_lost(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.delivery.lose("message")
    server.hands.say(place.kim, place.room, "one")
    server.hands.say(place.kim, place.room, "two")
    await until(lambda: bolt.said)
    assert bolt.said == ["two"]
    assert [fate.lost for fate in server.delivery.fate(text="one")] == [True]


async def test_events_can_come_in_the_wrong_order(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.delivery.hold()
    for text in ("one", "two", "three"):
        server.hands.say(place.kim, place.room, text)
    assert server.delivery.release(backwards=True) == 3
    await until(lambda: len(bolt.said) == 3)
    assert bolt.said == ["three", "two", "one"]


async def test_events_can_come_late_while_others_go_past_them(
    server: LoopbackSlack, bolt: Bolt, place: Harbour
) -> None:
    server.delivery.hold(which=lambda event: event.get("text") == "one")
    server.hands.say(place.kim, place.room, "one")
    server.hands.say(place.kim, place.room, "two")
    await until(lambda: bolt.said)
    assert [fate.event["text"] for fate in server.delivery.pending if not fate.deliveries] == ["one"]
    server.delivery.release()
    await until(lambda: len(bolt.said) == 2)
    assert bolt.said == ["two", "one"]


async def test_an_event_can_come_without_an_id(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.delivery.without_id()
    server.hands.say(place.kim, place.room, "one")
    await until(lambda: bolt.said)
    assert "event_id" not in bolt.bodies[0]


async def test_an_event_can_come_under_the_id_of_another(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.delivery.same_id(which=lambda event: event.get("text") == "two")
    server.hands.say(place.kim, place.room, "one")
    server.hands.say(place.kim, place.room, "two")
    await until(lambda: len(bolt.said) == 2)
    assert len({body["event_id"] for body in bolt.bodies}) == 1


async def test_nothing_goes_wrong_any_more_once_it_is_mended(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.delivery.double(times=None)
    server.delivery.hold()
    server.hands.say(place.kim, place.room, "one")
    server.delivery.mend()
    server.hands.say(place.kim, place.room, "two")
    await until(lambda: "two" in bolt.said)
    assert bolt.said == ["one", "two"]


async def test_too_many_events_in_an_hour_are_dropped_and_that_is_said_once_a_minute(
    server: LoopbackSlack, place: Harbour
) -> None:
    server.delivery.an_hour = 2
    async with wired(server, place.app) as wire:
        await wire.next()
        for text in ("one", "two", "three", "four"):
            server.hands.say(place.kim, place.room, text)
        told = [(await wire.next())["payload"] for _ in range(3)]
    assert [one["type"] for one in told] == ["event_callback", "event_callback", "app_rate_limited"]
    assert told[2]["minute_rate_limited"] % 60 == 0
    assert [fate.lost for fate in server.delivery.fate(type="message")] == [False, False, True, True]


async def test_after_an_hour_events_go_out_again(
    server: LoopbackSlack, bolt: Bolt, place: Harbour, clock: Clock
) -> None:
    server.delivery.an_hour = 1
    server.hands.say(place.kim, place.room, "one")
    server.hands.say(place.kim, place.room, "two")
    clock.forward(hours=1)
    server.hands.say(place.kim, place.room, "three")
    await until(lambda: "three" in bolt.said)
    assert bolt.said == ["one", "three"]


async def test_what_the_library_has_no_listener_for_is_never_taken(server: LoopbackSlack, place: Harbour) -> None:
    server.delivery.patience, server.delivery.retries = 0.05, (0.0,)
    bolt = made(server, place)
    bolt.app._async_listeners.clear()
    async with connected(server, place, bolt):
        server.hands.say(place.kim, place.room, "one")
        [fate] = server.delivery.fate(text="one")
        await until(lambda: fate.lost and len(bolt.attempts) == 2)
    assert (fate.deliveries, fate.acks) == (2, 0)
    assert bolt.attempts == [None, "1"]


async def test_events_tell_in_whose_name_they_come(server: LoopbackSlack, bolt: Bolt, place: Harbour) -> None:
    server.hands.say(place.kim, place.room, "one")
    await until(lambda: bolt.said)
    body = bolt.bodies[0]
    assert body["authorizations"][0]["user_id"] == place.bot
    assert (body["team_id"], body["api_app_id"]) == (place.workspace.id, place.app.id)
