"""App Home shows each reader what is theirs to see, in their language, and asks for nothing that isn't."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.card import Button, Card, Field, Quote
from bot.domain.command import Invocation, Reply
from bot.ports import PlatformUnavailableError
from tests.adapters.slack.blocks_of import actions, shown
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import Ear, heard
from tests.slack.uses import until
from tests.slack.views import View

_WRITE = Card(title="acme", text="Do this.", buttons=(Button(action="everyone.report", label="Report something"),))


async def staff(invocation: Invocation) -> Reply:
    """Answer as the core does to somebody who moderates."""
    texts = {"case.list": "Case 12", "shift.show": "You are on shift", "everyone.team": "Nightwatch"}
    match invocation.command:
        case "everyone.home":
            return Reply()
        case "mod.may":
            return Reply(card=Card(title="In #help", fields=(Field(label="Alone", value="warn"),)))
        case "everyone.write":
            return Reply(card=_WRITE, done=False)
    return Reply(text=texts[invocation.command])


async def member(invocation: Invocation) -> Reply:
    """Answer as the core does to a member."""
    return Reply(done=False) if invocation.command == "everyone.home" else await staff(invocation)


@pytest_asyncio.fixture(params=[True, False], ids=["both tokens", "bot alone"])
async def ground(request: pytest.FixtureRequest) -> AsyncIterator[SlackGround]:
    async with slack_ground(admin=request.param) as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: SlackGround) -> AsyncIterator[Ear]:
    async with heard(ground, staff) as listening:
        yield listening


async def opened(ground: SlackGround, user: str) -> View:
    """Return the home that somebody is shown once they have opened it."""
    hands, app = ground.server.hands, ground.place.app
    before = hands.home(user, app)
    then = "" if before is None else before.hash
    hands.open_home(user, app)
    await until(lambda: (found := hands.home(user, app)) is not None and found.hash != then)
    view = hands.home(user, app)
    assert view is not None
    return view


async def test_staff_see_what_waits_their_shift_what_they_may_and_what_can_be_done(
    ground: SlackGround, ear: Ear
) -> None:
    said = shown((await opened(ground, ground.place.admin)).blocks)
    heads = [
        "Locum here", "Cases that wait", "Case 12", "Your shift", "You are on shift", "What you may do", "warn",
        "What Locum can do in this workspace", "Who stands behind the scenes", "Nightwatch", "Do this.",
    ]  # fmt: skip
    places = [said.index(head) for head in heads]
    assert places == sorted(places)
    can = said[said.index("What Locum can do") : said.index("Who stands")]
    assert can.count("•") == len(ear.able)
    assert {one.account.user for one in ear.given} == {ground.place.admin}


async def test_members_see_nothing_of_staff_s_and_are_not_taken_for_asking(ground: SlackGround, ear: Ear) -> None:
    ear.answer = member
    kim = ground.join("kim").user
    view = await opened(ground, kim)
    said = shown(view.blocks)
    assert "Case 12" not in said
    assert "What you may do" not in said
    assert "What Locum can do" not in said
    assert "Nightwatch" in said
    assert actions(view.blocks) == ["everyone.report"]
    assert {one.command for one in ear.given} == {"everyone.home", "everyone.team", "everyone.write"}


async def test_a_home_is_in_its_reader_s_language_and_drawn_anew_each_time(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim").user
    await opened(ground, kim)
    ground.place.workspace.change_user(kim, locale="de-DE")
    await until(lambda: (ground.connected.people.remembered(kim) or {}).get("locale") == "de-DE")
    said = shown((await opened(ground, kim)).blocks)
    assert "Fälle, die warten" in said
    assert "Deine Schicht" in said
    assert ear.given[-1].language == "de"


async def test_what_is_pressed_there_is_answered_in_a_modal(ground: SlackGround, ear: Ear) -> None:
    view = await opened(ground, ground.place.admin)

    async def received(_invocation: Invocation) -> Reply:
        return Reply(text="Received.")

    ear.answer = received
    use = await ground.server.hands.press_in(view, "Report something").answered()
    await use.until(lambda one: one.opened)
    assert use.opened is not None
    assert shown(use.opened.blocks) == "Received."
    assert ear.given[-1].channel is None


async def test_however_much_there_is_to_be_shown_slack_takes_it(ground: SlackGround, ear: Ear) -> None:
    async def much(invocation: Invocation) -> Reply:
        if invocation.command == "everyone.write":
            return Reply(card=_WRITE)
        quotes = tuple(Quote(author="m", text="w" * 900) for _ in range(40))
        return Reply(text="line\n" * 5_000, card=Card(title="t" * 500, quotes=quotes, text="x" * 9_000))

    ear.answer = much
    view = await opened(ground, ground.place.admin)
    assert actions(view.blocks) == ["everyone.report"], "what is there for everybody always has its room"


async def test_what_cannot_be_said_now_leaves_the_rest_as_it_is(ground: SlackGround, ear: Ear) -> None:
    async def partly(invocation: Invocation) -> Reply:
        if invocation.command == "case.list":
            raise PlatformUnavailableError
        return await staff(invocation)

    ear.answer = partly
    said = shown((await opened(ground, ground.place.admin)).blocks)
    assert "can't be done at the moment" in said
    assert "You are on shift" in said
    assert len(ground.told) == 1


async def test_the_other_tab_asks_for_nothing(ground: SlackGround, ear: Ear) -> None:
    ground.server.hands.open_home(ground.place.admin, ground.place.app, tab="messages")
    await opened(ground, ground.join("kim").user)
    assert ground.place.admin not in {one.account.user for one in ear.given}
