"""What Slack says is acknowledged once it is stored, and whatever it says twice, late or badly changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from adapters.slack.bolt import NotTakenError
from bot.domain.command import Invocation, Reply
from bot.ports import ConnectionRevokedError
from bot.store.errors import UnavailableError
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import Ear, feed_of, heard
from tests.slack.faults import FaultKind
from tests.slack.uses import until


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        found.server.delivery.retries = (0.0, 0.2, 0.5)
        yield found


@pytest_asyncio.fixture
async def ear(ground: SlackGround) -> AsyncIterator[Ear]:
    async with heard(ground) as found:
        yield found


async def test_an_event_is_acknowledged_once_it_is_stored(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    await until(lambda: not ground.server.delivery.pending)
    stored = asyncio.Event()
    ear.store = lambda: _wait(stored)
    ground.say(kim, "held")
    await until(lambda: "held" in ear.texts())
    await asyncio.sleep(0.3)
    (fate,) = ground.server.delivery.fate(text="held")
    assert not fate.acks
    stored.set()
    await until(lambda: fate.acks == 1)
    assert fate.deliveries == 1


async def test_an_event_that_takes_long_is_acknowledged_before_slack_says_it_again(
    ground: SlackGround, ear: Ear
) -> None:
    kim = ground.join("kim")
    await until(lambda: not ground.server.delivery.pending)
    never = asyncio.Event()
    ear.store = lambda: _wait(never)
    ground.say(kim, "held")
    (fate,) = ground.server.delivery.fate(text="held")
    await until(lambda: fate.acks == 1)
    assert fate.deliveries == 1


async def test_what_could_not_be_stored_is_said_again(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ref = ground.say(kim, "soon gone")
    await until(lambda: not ground.server.delivery.pending)
    failures = 2

    async def store() -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise UnavailableError

    ear.store = store
    ground.erase(ref)
    await until(lambda: ear.gone)
    (fate,) = ground.server.delivery.fate(subtype="message_deleted")
    await until(lambda: fate.acks)
    assert fate.deliveries > 1


async def test_events_of_which_nothing_is_known_are_acknowledged(ground: SlackGround, ear: Ear) -> None:
    ground.place.app.bot_events.add("emoji_changed")
    ground.place.workspace.publish({"type": "emoji_changed", "subtype": "add", "name": "hm"})
    await until(lambda: ground.server.delivery.fate(type="emoji_changed"))
    (fate,) = ground.server.delivery.fate(type="emoji_changed")
    await until(lambda: fate.acks == 1)
    assert not ground.told


@pytest.mark.parametrize("trouble", ["double", "without_id", "same_id"])
async def test_whatever_id_an_event_has_and_however_often_it_comes_its_message_is_offered_as_it_is(
    ground: SlackGround, ear: Ear, trouble: str
) -> None:
    kim = ground.join("kim")
    getattr(ground.server.delivery, trouble)("message", times=None)
    refs = [ground.say(kim, f"word {number}") for number in range(5)]
    await until(lambda: {one.ref for one in ear.offered} >= set(refs) and not ground.server.delivery.pending)
    # offered twice, it is the same message: whoever judges it knows it by its place and its words
    assert len({(one.ref, one.text, one.edited_at) for one in ear.offered if one.ref in refs}) == len(refs)


async def test_a_channel_s_order_holds_though_an_author_has_to_be_asked_for(ground: SlackGround, ear: Ear) -> None:
    kim, robin = ground.join("kim"), ground.join("robin")
    await until(lambda: {kim, robin} <= set(ear.entered))
    ground.connected.people._known.pop(kim.user, None)
    ground.server.faults.fail(FaultKind.LATE, "users.info", after=1.0)
    ground.say(kim, "first")
    ground.say(robin, "second")
    ground.say(robin, "elsewhere", where=ground.thread)
    await until(lambda: {"first", "second"} <= set(ear.texts()))
    said = [one for one in ear.texts() if one in {"first", "second", "elsewhere"}]
    assert said == ["elsewhere", "first", "second"]


async def test_a_message_whose_author_slack_does_not_describe_is_judged_all_the_same(
    ground: SlackGround, ear: Ear
) -> None:
    kim = ground.join("kim")
    await until(lambda: kim in ear.entered)
    ground.connected.people._known.pop(kim.user, None)
    ground.server.faults.fail(FaultKind.REFUSED, "users.info", times=2)
    ref = ground.say(kim, "here")
    await until(lambda: ref in [one.ref for one in ear.offered])


async def test_events_of_another_workspace_are_none_of_ours(ground: SlackGround, ear: Ear) -> None:
    strange = {"type": "message", "channel": ground.help.channel, "user": "U0STRANGER", "text": "strange", "ts": "1.0"}
    await ground.connected.take({"type": "event_callback", "team_id": "T0ELSEWHERE", "event": strange})
    assert "strange" not in ear.texts()
    shared = {"type": "event_callback", "team_id": "T0ELSEWHERE", "event": strange,
              "authorizations": [{"team_id": ground.help.workspace}]}  # fmt: skip
    await ground.connected.take(shared)
    assert "strange" in ear.texts()


async def test_what_slack_leaves_out_because_it_is_too_much_is_said_to_be_missed(
    ground: SlackGround, ear: Ear
) -> None:  # fmt: skip
    kim = ground.join("kim")
    await until(lambda: not ground.server.delivery.pending)
    ground.server.delivery.an_hour = 0
    ground.say(kim, "left out")
    await until(lambda: ear.interrupted == 1)
    assert ear.resumed == 2


@pytest.mark.parametrize("how", ["revoked", "uninstalled"])
async def test_a_bot_whose_token_is_taken_back_is_told_to_whoever_owns_the_connection(
    ground: SlackGround, how: str
) -> None:
    ear = Ear(answer=_never)
    listening = asyncio.create_task(ground.connected.listen(feed_of(ear)))
    await until(lambda: ear.resumed)
    if how == "revoked":
        ground.server.world.revoke(ground.place.access.bot)
    else:
        ground.server.world.uninstall(ground.place.app, ground.help.workspace)
    with pytest.raises(ConnectionRevokedError):
        await listening


async def test_an_admin_s_token_that_is_taken_back_changes_what_can_be_done(ground: SlackGround, ear: Ear) -> None:
    await until(lambda: ear.able)
    before = ear.able
    ground.server.world.revoke(ground.place.access.admin)
    await until(lambda: ear.able != before)


async def test_nothing_is_acknowledged_while_nobody_listens(ground: SlackGround) -> None:
    with pytest.raises(NotTakenError):
        await ground.connected.take({"type": "event_callback", "event": {"type": "message"}})


async def test_a_channel_in_which_we_are_put_is_heard_from_then_on(ground: SlackGround, ear: Ear) -> None:
    workspace = ground.place.workspace
    closed = workspace.add_channel("closed", members=[ground.place.admin], is_private=True).id
    ground.server.hands.invite(ground.place.admin, closed, ground.place.bot)
    await until(lambda: closed in {one.channel for one in ear.streams})
    ground.server.hands.say(ground.place.admin, closed, "in private")
    await until(lambda: "in private" in ear.texts())
    assert replace(ground.help, channel=closed) in ear.streams


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def _never(_: Invocation) -> Reply:
    raise AssertionError
