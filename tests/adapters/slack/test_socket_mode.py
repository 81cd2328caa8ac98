"""Whatever becomes of a socket, it is opened anew, and nothing that was written meanwhile is missed or comes twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
import pytest_asyncio

from adapters.slack.beginning import look_once
from bot.domain.command import Invocation, Reply
from bot.domain.message import AccountRef
from bot.ports import ConnectionRevokedError
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import Ear, feed_of, heard
from tests.slack.faults import FaultKind
from tests.slack.socket import DISABLED, REFRESH, TOO_MANY, WARNING
from tests.slack.uses import until

#: as long as a story's time has to go on until what was written isn't on its way any more
LATER = timedelta(minutes=1)


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


@pytest_asyncio.fixture
async def ear(ground: SlackGround) -> AsyncIterator[Ear]:
    async with heard(ground) as found:
        yield found


async def goes_on(ground: SlackGround, ear: Ear, kim: AccountRef, *, lives: int) -> None:
    """Return once so many connections began, what was missed was said to be, and another message arrives."""
    await until(lambda: ear.resumed >= lives)
    assert ear.interrupted == ear.resumed - 1
    ground.say(kim, "heard again")
    await until(lambda: "heard again" in ear.texts())


@pytest.mark.parametrize("reason", [WARNING, REFRESH, TOO_MANY])
async def test_a_socket_that_slack_takes_back_is_replaced(ground: SlackGround, ear: Ear, reason: str) -> None:
    kim = ground.join("kim")
    ground.server.sockets.disconnect(reason)
    await goes_on(ground, ear, kim, lives=2)


async def test_a_socket_that_is_cut_is_replaced(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ground.server.sockets.drop()
    await goes_on(ground, ear, kim, lives=2)


async def test_a_socket_that_is_open_and_answers_no_ping_is_replaced(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ground.server.sockets.wedge()
    await goes_on(ground, ear, kim, lives=2)


async def test_an_address_that_is_too_old_is_given_up_and_another_is_asked_for(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    sockets = ground.server.sockets
    given = sockets.tickets_given
    sockets.ticket_lives = -timedelta(minutes=1)
    sockets.drop()
    await until(lambda: sockets.tickets_given > given)
    sockets.ticket_lives = timedelta(minutes=1)
    await goes_on(ground, ear, kim, lives=2)
    assert sockets.tickets_given == given + 2


async def test_a_socket_that_is_refused_once_is_opened_all_the_same(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ground.server.sockets.refused = 1
    ground.server.sockets.drop()
    await goes_on(ground, ear, kim, lives=2)


async def test_an_address_that_comes_late_or_not_at_all_is_asked_for_again(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    for kind in (FaultKind.REFUSED, FaultKind.CUT, FaultKind.ERROR):
        ground.server.faults.fail(kind, "apps.connections.open")
    ground.server.sockets.drop()
    await goes_on(ground, ear, kim, lives=2)


async def test_while_slack_wants_to_be_left_alone_no_address_is_asked_for(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    before = len(ground.server.record.asked("apps.connections.open"))
    ground.server.faults.fail(FaultKind.LIMITED, "apps.connections.open", after=3.0)
    ground.server.sockets.drop()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await goes_on(ground, ear, kim, lives=2)
    assert loop.time() - begun >= 3.0
    assert len(ground.server.record.asked("apps.connections.open")) == before + 2


async def test_sockets_that_break_at_once_are_opened_ever_more_seldom(ground: SlackGround, ear: Ear) -> None:
    begun = ground.server.sockets.opened

    async def breaking() -> None:
        while True:
            ground.server.sockets.drop()
            await asyncio.sleep(0.02)

    task = asyncio.create_task(breaking())
    await asyncio.sleep(9.0)
    task.cancel()
    assert ground.server.sockets.opened - begun <= 4


async def test_an_app_whose_token_is_taken_back_is_told_to_whoever_owns_the_connection(ground: SlackGround) -> None:
    for token in list(ground.server.world.tokens.values()):
        if token.kind == "app":
            token.revoked = True
    with pytest.raises(ConnectionRevokedError):
        await ground.connected.listen(feed_of(Ear(answer=_never)))


async def test_an_app_for_which_sockets_were_switched_off_comes_back_once_they_are_on(
    ground: SlackGround, ear: Ear
) -> None:
    kim = ground.join("kim")
    ground.server.sockets.disconnect(DISABLED, ground.place.app.id)
    await until(lambda: ear.interrupted == 1)
    ground.server.sockets.enable(ground.place.app.id)
    await goes_on(ground, ear, kim, lives=2)


async def test_a_socket_through_which_nothing_comes_though_it_answers_is_replaced(
    ground: SlackGround, ear: Ear
) -> None:  # fmt: skip
    kim = ground.join("kim")
    await until(lambda: kim in ear.entered)
    _time_goes_on(ground)
    ground.server.delivery.lose("message", times=None)
    ground.say(kim, "told to nobody")
    _time_goes_on(ground)
    ground.server.delivery.mend()
    await look_once(ground.connected)
    await goes_on(ground, ear, kim, lives=2)


async def test_a_socket_through_which_everything_comes_is_left_alone(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    await until(lambda: kim in ear.entered)
    _time_goes_on(ground)
    ref = ground.say(kim, "one")
    ground.say(kim, "in a thread", where=ground.thread)
    ground.edit(ref, "two")
    ground.erase(ground.say(kim, "three"))
    await until(lambda: ear.gone)
    _time_goes_on(ground)
    for _ in range(5):
        await look_once(ground.connected)
    await asyncio.sleep(0.5)
    assert (ear.resumed, ear.interrupted) == (1, 0)


async def test_the_same_message_is_no_sign_of_silence_twice(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    await until(lambda: kim in ear.entered)
    _time_goes_on(ground)
    ground.server.delivery.lose("message", times=None)
    ground.say(kim, "told to nobody")
    _time_goes_on(ground)
    await look_once(ground.connected)
    await until(lambda: ear.resumed == 2)
    for _ in range(5):
        await look_once(ground.connected)
    await asyncio.sleep(0.5)
    assert ear.resumed == 2


async def test_the_look_at_history_asks_for_little(ground: SlackGround, ear: Ear) -> None:
    workspace = ground.place.workspace
    channels: Sequence[str] = [
        workspace.add_channel(f"room-{number}", members=[ground.place.bot]).id for number in range(20)
    ]  # fmt: skip
    await until(lambda: set(channels) <= {one.channel for one in ear.streams})
    _time_goes_on(ground)
    before = len(ground.server.record.asked("conversations.history"))
    await look_once(ground.connected)
    assert len(ground.server.record.asked("conversations.history")) - before <= 4


def _time_goes_on(ground: SlackGround) -> None:
    ground.clock.move(LATER)


async def _never(_: Invocation) -> Reply:
    raise AssertionError
