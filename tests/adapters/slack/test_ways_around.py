"""Ways around Locum that are closed: taking it out of a channel, coming back unseen, changes that are told late."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from adapters.slack.hearing import changed
from adapters.slack.members import member_of
from adapters.slack.translate import message_of
from bot.domain.action import ActionKind, Answer
from bot.domain.message import MessageKind, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import Deed
from bot.domain.sanction import Standing
from bot.ports import Effect, Feed
from bot.store.errors import UnavailableError
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import Ear, feed_of, heard
from tests.adapters.slack.samples import PLACE, WORKSPACE, post, user
from tests.slack.uses import until


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


@pytest_asyncio.fixture
async def alone() -> AsyncIterator[SlackGround]:
    """Yield a workspace in which there is no admin's token."""
    async with slack_ground(admin=False) as found:
        yield found


# --- out of sight


async def test_whoever_takes_us_out_of_a_public_channel_has_us_back_and_what_was_missed_is_read(
    ground: SlackGround,
) -> None:
    async with heard(ground) as ear:
        before = ear.interrupted
        ground.server.hands.kick(ground.place.admin, ground.help.channel, ground.place.bot)
        await until(lambda: ground.place.bot in ground.place.workspace.channel(ground.help.channel).members)
        await until(lambda: ear.interrupted > before)
        kim = ground.join("kim")
        ground.say(kim, "heard again")
        await until(lambda: "heard again" in ear.texts())


async def hidden(ground: SlackGround) -> MessageRef:
    """Return a message in a private channel out of which its members took us."""
    workspace = ground.place.workspace
    kim = ground.join("kim")
    members = [kim.user, ground.place.bot]
    den = workspace.add_channel("den", members=members, creator=kim.user, is_private=True).id
    async with heard(ground) as ear:
        ts = ground.server.hands.say(kim.user, den, "bad words")
        await until(lambda: "bad words" in ear.texts())
        ground.server.hands.kick(kim.user, den, ground.place.bot)
        await until(lambda: ground.connected.channels.is_closed(den))
    return replace(ear.offered[-1].ref, message=ts)


@pytest.mark.parametrize("admin", [True, False])
async def test_a_message_that_was_hidden_from_us_is_not_taken_for_deleted(*, admin: bool) -> None:
    async with slack_ground(admin=admin) as ground:
        ref = await hidden(ground)
        effect = Effect(action="d1", kind=ActionKind.DELETE, message=ref)
        (asked,) = await ground.platform.enforce([effect])
        (shown,) = await ground.platform.read_back([effect])
        assert asked.answer is Answer.BY_HAND
        assert shown.answer is Answer.FORBIDDEN


# --- kept out


async def test_whoever_writes_where_nothing_can_be_deleted_is_held_to_what_holds_for_them_now_and_then(
    alone: SlackGround,
) -> None:
    kim = alone.join("kim")
    async with heard(alone) as ear:
        for word in ("one", "two", "three"):
            alone.say(kim, word)
        await until(lambda: "three" in ear.texts())
        assert ear.entered == [kim]


async def test_where_it_can_be_deleted_nobody_is_asked_about(ground: SlackGround) -> None:
    kim = ground.join("kim")
    async with heard(ground) as ear:
        ground.say(kim, "hello")
        await until(lambda: "hello" in ear.texts())
        assert ear.entered == []


async def test_once_the_admin_s_token_is_lost_whoever_writes_is_asked_about(ground: SlackGround) -> None:
    kim = ground.join("kim")
    async with heard(ground) as ear:
        ground.say(kim, "before")
        await until(lambda: "before" in ear.texts())
        ground.connected.door.lose_admin()
        ground.say(kim, "after")
        await until(lambda: "after" in ear.texts())
        assert ear.entered == [kim]


async def test_an_admin_s_token_that_may_not_delete_leaves_it_to_being_kept_out(ground: SlackGround) -> None:
    door, kim = ground.connected.door, ground.join("kim")
    door.own = replace(door.own, admin_scopes=door.own.admin_scopes - {"chat:write"})
    assert not ground.platform.emulated()
    effect = Effect(
        action="r1", kind=ActionKind.RESTRICT, account=kim, sanction=OutcomeKind.TIMEOUT,
        standing=Standing(held=True),
    )  # fmt: skip
    await ground.platform.enforce([effect])
    assert kim.user not in ground.place.workspace.channel(ground.help.channel).members


# --- by another's mouth


def test_what_somebody_has_slack_say_later_is_judged_as_theirs_once_they_ask_for_it() -> None:
    """`/remind` in a channel has Slack's own program say it, and who asked stands in what tells of it."""
    asked = post("set up a reminder \u201cbad words\u201d in this channel in a minute", subtype="reminder_add")
    found = message_of(asked, PLACE, member_of(WORKSPACE, user()))
    assert found is not None
    assert "bad words" in found.text
    assert found.author.key == "U1"


# --- changes of people


async def _nothing(_: Any) -> Any:
    raise AssertionError


def event(**changes: Any) -> dict[str, Any]:
    return {"type": "user_change", "user": user(**changes)}


async def told(ground: SlackGround, *changes: dict[str, Any], feed: Feed | None = None) -> Ear:
    """Return what becomes of changes of one user, told one after the other."""
    ear = Ear(answer=_nothing)
    for one in changes:
        await changed(ground.connected, feed or feed_of(ear), one)
    return ear


async def test_a_change_that_an_answer_showed_first_is_a_deed_all_the_same(ground: SlackGround) -> None:
    people = ground.connected.people
    people.learn(user(updated=100))
    people.learn(user(updated=200, deleted=True))
    ear = await told(ground, event(updated=200, deleted=True))
    assert [one.standing.held for one in ear.deeds] == [True]


async def test_a_name_that_an_answer_showed_first_is_judged_all_the_same(ground: SlackGround) -> None:
    people = ground.connected.people
    people.learn(user(updated=100))
    people.learn(user(updated=200, real_name="Worse"))
    ear = await told(ground, event(updated=200, real_name="Worse"))
    assert [one.kind for one in ear.offered] == [MessageKind.RENAME]


async def test_what_was_told_before_is_nothing_new_once_an_answer_shows_it_too(ground: SlackGround) -> None:
    people = ground.connected.people
    people.learn(user(updated=100))
    ear = await told(ground, event(updated=200, deleted=True))
    people.learn(user(updated=200, deleted=True))
    again = await told(ground, event(updated=200, deleted=True))
    assert (len(ear.deeds), again.deeds) == (1, [])


async def test_a_deed_that_could_not_be_stored_is_told_again(ground: SlackGround) -> None:
    ground.connected.people.learn(user(updated=100))
    tried: list[Deed] = []

    async def full(deed: Deed) -> None:
        tried.append(deed)
        raise UnavailableError

    feed = replace(feed_of(Ear(answer=_nothing)), noticed=full)
    with pytest.raises(UnavailableError):
        await told(ground, event(updated=200, deleted=True), feed=feed)
    ear = await told(ground, event(updated=200, deleted=True))
    assert ear.deeds == tried


async def test_what_is_told_late_changes_nothing_that_was_told_since(ground: SlackGround) -> None:
    ground.connected.people.learn(user(updated=100))
    ear = await told(
        ground, event(updated=300, deleted=False), event(updated=200, deleted=True), event(updated=400, deleted=False)
    )  # fmt: skip
    assert ear.deeds == []
    assert ground.connected.people.remembered("U1") == user(updated=400)


async def test_an_admin_s_rank_is_that_of_what_was_told_last(ground: SlackGround) -> None:
    admin = ground.place.admin
    ground.connected.people.learn(user(id=admin, is_admin=True, updated=100))
    await told(
        ground, event(id=admin, is_admin=False, updated=300), event(id=admin, is_admin=True, updated=200)
    )  # fmt: skip
    assert ground.connected.door.admin is None
