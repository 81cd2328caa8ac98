"""Whoever asks on Slack is answered within its three seconds, whatever becomes of what they asked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from adapters.slack.cards import button
from bot.domain.card import Button, Card, Choice, Quote
from bot.domain.command import Form, FormField, Invocation, Reply, Suggestion
from bot.domain.message import Member, Message
from bot.i18n import say
from bot.ports import PlatformUnavailableError
from tests.adapters.slack.blocks_of import shown
from tests.adapters.slack.ground import SlackGround, slack_ground, words_of
from tests.adapters.slack.listening import Ear, heard
from tests.slack.elements import identified
from tests.slack.faults import FaultKind
from tests.slack.uses import Use, until

_FORM = Form(action="case.note:1:2", title="Note", fields=(FormField(name="text", label="What"),))
_BUTTONS = Card(
    title="A case", buttons=(Button(action="case.claim:7:3", label="Claim"),),
    choices=(Choice(action="case.note:7:3", label="Who", options=(("a", "Anna"), ("b", "Ben"))),),
)  # fmt: skip


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: SlackGround) -> AsyncIterator[Ear]:
    async with heard(ground) as listening:
        yield listening


def give(ground: SlackGround, words: str, *, user: str = "") -> Use:
    """Let the keeper, or somebody else, give a command."""
    return ground.server.hands.give(user or ground.place.admin, ground.place.room, words)


def whispered(use: Use) -> str:
    """Return what whoever asked reads of it, and nobody else."""
    return "\n".join(shown(one.blocks) for one in use.whispers)


def answer_with(ear: Ear, reply: Reply, *, after: float = 0.0) -> None:
    """Have everything answered the same way from now on, perhaps only after a while."""

    async def answer(_invocation: Invocation) -> Reply:
        await asyncio.sleep(after)
        return reply

    ear.answer = answer


async def test_whoever_asks_is_answered_alone(ground: SlackGround, ear: Ear) -> None:
    use = await give(ground, "/mod may").settled()
    assert whispered(use) == "Done."
    assert not use.posted
    (given,) = ear.given
    assert (given.command, given.account.user, given.id) == ("mod.may", ground.place.admin, use.trigger_id)
    assert given.channel is not None
    assert given.channel.id == ground.place.room


async def test_what_all_may_see_all_see(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(text="Look, all of you.", public=True))
    use = await give(ground, "/mod may").settled()
    assert [shown(one.blocks) for one in use.posted] == ["Look, all of you."]
    assert not use.whispers


@pytest.mark.parametrize("seconds", [2.0, 4.0])
async def test_an_answer_that_takes_time_comes_later(ground: SlackGround, ear: Ear, seconds: float) -> None:
    answer_with(ear, Reply(text="Done at last."), after=seconds)
    use = await give(ground, "/mod may").answered()
    assert (use.failure, whispered(use)) == ("", "")
    await use.until(lambda one: one.whispers)
    assert whispered(use) == "Done at last."


async def test_a_late_answer_is_said_in_the_channel_where_its_address_is_over(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(text="Done at last."), after=2.0)
    ground.server.faults.fail(FaultKind.REFUSED, "response_url", status=404)
    use = await give(ground, "/mod may").answered()
    await use.until(lambda one: one.whispers)
    assert whispered(use) == "Done at last."
    assert [one for one in ground.server.record.calls if one.method == "chat.postEphemeral"]


async def test_a_late_answer_is_said_in_a_direct_message_where_we_are_not(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(text="Done at last."), after=2.0)
    ground.server.faults.fail(FaultKind.REFUSED, "response_url", status=404)
    workspace, kim = ground.place.workspace, ground.join("kim").user
    private = workspace.add_channel("private", members=[kim], is_private=True, told=False).id
    await ground.server.hands.give(kim, private, "/team").answered()
    await until(lambda: ground.server.hands.direct_messages(kim, ground.place.app))
    (said,) = ground.server.hands.direct_messages(kim, ground.place.app)
    assert words_of(said) == "Done at last."


async def test_a_form_that_comes_too_late_is_asked_for_once_more(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(form=_FORM), after=2.0)
    use = await give(ground, "/mod may").settled()
    assert "Try once more" in whispered(use)
    assert use.opened is None


async def test_a_form_is_opened_and_what_was_filled_in_comes_back(ground: SlackGround, ear: Ear) -> None:
    async def form_first(invocation: Invocation) -> Reply:
        return Reply(text="Noted.") if "text" in invocation.options else Reply(form=_FORM, done=False)

    ear.answer = form_first
    view = (await give(ground, "/case note").settled()).opened
    assert view is not None
    assert not ear.given, "what must be said is asked for first"
    answer_with(ear, Reply(form=_FORM))
    view = (await give(ground, "/mod may").settled()).opened
    assert view is not None
    ear.answer = form_first
    sent = await ground.server.hands.submit(view, What="because *he* said <!channel>").answered()
    assert not sent.failure
    assert shown(view.blocks) == "Noted."
    given = ear.given[-1]
    assert (given.command, given.options) == (
        "case.note", {"subject": "1", "version": "2", "text": "because *he* said <!channel>"},
    )  # fmt: skip
    assert given.channel is not None
    assert given.channel.id == ground.place.room


async def test_a_form_whose_answer_takes_time_is_closed_and_answered_in_the_channel(
    ground: SlackGround, ear: Ear
) -> None:
    answer_with(ear, Reply(form=_FORM))
    view = (await give(ground, "/mod may").settled()).opened
    assert view is not None
    answer_with(ear, Reply(text="Noted at last."), after=2.0)
    sent = await ground.server.hands.submit(view, What="because").answered()
    assert (sent.failure, view.closed) == ("", True)
    hands = ground.server.hands
    await until(
        lambda: "Noted at last." in [words_of(one) for one in hands.sees(ground.place.admin, ground.place.room)]
    )


async def test_a_modal_that_slack_opens_slowly_keeps_nobody_waiting(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(form=_FORM))
    ground.server.faults.fail(FaultKind.SLOW, "views.open", after=4.0)
    use = await give(ground, "/mod may").answered()
    assert not use.failure
    await use.until(lambda one: one.opened)


async def test_a_modal_that_does_not_open_is_said(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(form=_FORM))
    ground.server.faults.fail(FaultKind.ERROR, "views.open", error="expired_trigger_id")
    use = await give(ground, "/mod may").settled()
    assert "Try once more" in whispered(use)
    assert ground.told


async def test_a_press_is_answered_to_whoever_pressed_and_the_card_stays(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(card=_BUTTONS, public=True))
    (posted,) = (await give(ground, "/mod may").settled()).posted
    answer_with(ear, Reply(text="Yours."))
    use = await ground.server.hands.press(ground.place.admin, ground.place.room, posted.ts, "Claim").settled()
    assert whispered(use) == "Yours."
    assert shown(ground.place.workspace.message(ground.place.room, posted.ts).blocks).startswith("A case")
    given = ear.given[-1]
    assert (given.command, given.options) == ("case.claim", {"subject": "7", "version": "3"})


async def test_a_choice_says_what_was_chosen(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(card=_BUTTONS, public=True))
    (posted,) = (await give(ground, "/mod may").settled()).posted
    hands = ground.server.hands
    await hands.choose(ground.place.admin, ground.place.room, posted.ts, "Who", "Ben").answered()
    await until(lambda: len(ear.given) == 2)
    assert ear.given[-1].options == {"subject": "7", "version": "3", "value": "b"}


async def test_a_press_on_what_only_one_sees_is_answered(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(card=_BUTTONS))
    (whisper,) = (await give(ground, "/mod may").settled()).whispers
    answer_with(ear, Reply(text="Yours."))
    use = ground.server.hands.press(ground.place.admin, ground.place.room, whisper.ts, "Claim")
    await until(lambda: "Yours." in whispered(use))


async def test_a_press_in_a_thread_is_answered_in_the_thread(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(text="Yours."))
    bot = ground.place.app.bots[ground.place.workspace.id]
    blocks = identified([{"type": "actions", "elements": [button(_BUTTONS.buttons[0])]}])
    root = ground.server.hands.say(ground.place.admin, ground.place.room, "root")
    reply = ground.place.workspace.post(
        ground.place.room, bot.user_id, "a card", thread_ts=root, blocks=blocks, bot_id=bot.id,
        app_id=ground.place.app.id,
    )  # fmt: skip
    use = await ground.server.hands.press(ground.place.admin, ground.place.room, reply.ts, "Claim").settled()
    (whisper,) = use.whispers
    assert whisper.thread_ts == root
    channel = ear.given[-1].channel
    assert channel is not None
    assert channel.thread == root


async def test_what_is_covered_is_shown_to_whoever_presses_and_nobody_is_asked(ground: SlackGround, ear: Ear) -> None:
    hidden = Quote(author="m-1", text="what nobody wants to <!channel> see", hidden=True)
    answer_with(ear, Reply(card=Card(title="A case", quotes=(hidden,)), public=True))
    (posted,) = (await give(ground, "/mod may").settled()).posted
    use = ground.server.hands.press(ground.place.admin, ground.place.room, posted.ts, "Show what is covered")
    await use.settled()
    assert "what nobody wants to <!channel> see" in whispered(use)
    assert len(ear.given) == 1
    assert "nobody wants" not in shown(ground.place.workspace.message(ground.place.room, posted.ts).blocks)


async def test_presses_in_a_modal_are_answered_upon_it_and_below_where_three_lie(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(card=_BUTTONS))
    hands, admin = ground.server.hands, ground.place.admin
    use = await hands.use(admin, "Look a member up").settled()
    assert use.opened is not None
    # answered by an update, which still is one modal
    await hands.submit(use.opened, member=admin).answered()
    view = hands.modal(admin)
    assert view is not None
    for _ in range(2):
        pressed = await hands.press_in(view, "Claim").answered()
        await pressed.until(lambda one: one.opened)
        view = hands.modal(admin)
        assert view is not None
    pressed = await hands.press_in(view, "Claim").answered()
    await until(lambda: hands.direct_messages(admin, ground.place.app))


async def test_a_command_that_says_too_little_is_asked_for_in_a_modal(ground: SlackGround, ear: Ear) -> None:
    use = await give(ground, "/mod warn stop it").settled()
    view = use.opened
    assert view is not None
    assert not ear.given
    kim = ground.join("kim").user
    await ground.server.hands.submit(view, Member=kim).answered()
    (given,) = ear.given
    member = given.options["member"]
    assert isinstance(member, Member)
    assert member.account is not None
    assert (given.command, member.account.user, given.options["why"]) == ("mod.warn", kim, "stop it")
    assert shown(view.blocks) == "Done."


async def test_a_name_that_names_nobody_is_said(ground: SlackGround, ear: Ear) -> None:
    use = await give(ground, "/mod warn member:kimberley").settled()
    assert say("commands.unknown_member", "en") in whispered(use)
    assert not ear.given


async def test_a_modal_completes_what_only_the_community_knows(ground: SlackGround, ear: Ear) -> None:
    ear.suggestions = [
        Suggestion(value="respect", label="Be respectful"), Suggestion(value="v" * 151, label="too long"),
        Suggestion(value="long", label="l" * 200),
    ]  # fmt: skip
    view = (await give(ground, "/mod warn").settled()).opened
    assert view is not None
    hands = ground.server.hands
    found = await hands.look_up(view, "Guideline", "res").answered()
    assert [one["value"] for one in found.options] == ["respect", "long"]
    ear.suggestions = []
    found = await hands.look_up(view, "Guideline", "something of mine").answered()
    assert [one["value"] for one in found.options] == ["something of mine"]
    found = await hands.look_up(view, "Guideline", "").answered()
    assert list(found.options) == []


async def test_a_command_alone_says_what_stands_under_it_in_the_reader_s_language(
    ground: SlackGround, ear: Ear
) -> None:
    use = await give(ground, "/mod").settled()
    assert "/mod timeout @member" in whispered(use)
    assert "/mod takes one of these words" in whispered(use)
    kim = ground.join("kim").user
    ground.place.workspace.change_user(kim, locale="de-DE")
    await until(lambda: (ground.connected.people.remembered(kim) or {}).get("locale") == "de-DE")
    use = await give(ground, "/mod tanzen", user=kim).settled()
    assert "„tanzen“ wird hier nicht verstanden" in whispered(use)
    assert "/mod auszeit @mitglied" in whispered(use)
    assert not ear.given


async def test_whoever_s_language_slack_does_not_know_is_answered_in_the_community_s(
    ground: SlackGround, ear: Ear
) -> None:
    kim = ground.join("kim").user
    ground.place.workspace.change_user(kim, locale="fr-FR")
    await until(lambda: (ground.connected.people.remembered(kim) or {}).get("locale") == "fr-FR")
    await give(ground, "/mod may", user=kim).settled()
    assert ear.given[-1].language == "en"


async def test_a_word_that_fits_nowhere_is_said_with_how_it_is_written(ground: SlackGround, ear: Ear) -> None:
    use = await give(ground, "/case claim everything & <all>").settled()
    assert "‘everything’ isn't understood" in whispered(use)
    assert "/case claim [case]" in whispered(use)
    assert not ear.given


async def test_whatever_breaks_whoever_asked_is_answered(ground: SlackGround, ear: Ear) -> None:
    async def broken(_invocation: Invocation) -> Reply:
        raise PlatformUnavailableError

    ear.answer = broken
    use = await give(ground, "/mod may").settled()
    assert "can't be done at the moment" in whispered(use)
    assert [type(one) for one in ground.told] == [PlatformUnavailableError]


async def test_a_shortcut_on_a_message_hands_it_over(ground: SlackGround, ear: Ear) -> None:
    kim, hands = ground.join("kim"), ground.server.hands
    said = ground.say(kim, "something bad", where=ground.thread)
    use = await hands.use_on_message(
        ground.place.admin, said.channel, said.message, "message.everyone.report"
    ).settled()
    assert whispered(use) == "Done."
    message = ear.given[-1].options["message"]
    assert isinstance(message, Message)
    assert (message.text, message.author.account, message.ref) == ("something bad", kim, said)
    channel = ear.given[-1].channel
    assert channel is not None
    assert (channel.id, channel.thread) == (said.channel, ground.thread.thread)


async def test_a_shortcut_on_a_message_hands_its_author_over(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    said = ground.say(kim, "something bad")
    await ground.server.hands.use_on_message(
        ground.place.admin, said.channel, said.message, "message.mod.warn"
    ).answered()
    await until(lambda: ear.given)
    member = ear.given[-1].options["member"]
    assert isinstance(member, Member)
    assert member.account == kim


async def test_a_direct_message_can_be_reported_by_whoever_got_it(ground: SlackGround, ear: Ear) -> None:
    workspace, hands = ground.place.workspace, ground.server.hands
    kim, robin = ground.join("kim").user, ground.join("robin").user
    direct = workspace.open_direct(kim, robin).id
    ts = hands.say(kim, direct, "you will regret this")
    await hands.use_on_message(robin, direct, ts, "message.everyone.report").answered()
    await until(lambda: ear.given)
    message = ear.given[-1].options["message"]
    assert isinstance(message, Message)
    assert (message.text, message.author.account.user if message.author.account else "") == (
        "you will regret this", kim,
    )  # fmt: skip


async def test_what_a_program_or_locum_itself_wrote_is_answered_and_nobody_s(ground: SlackGround, ear: Ear) -> None:
    answer_with(ear, Reply(text="A card", public=True))
    (posted,) = (await give(ground, "/mod may").settled()).posted
    before = len(ear.given)
    for name in ("message.everyone.report", "message.mod.warn"):
        use = await ground.server.hands.use_on_message(
            ground.place.admin, ground.place.room, posted.ts, name
        ).answered()
        await use.until(lambda one: one.whispers or one.opened or len(ear.given) > before)
        assert not use.failure


async def test_what_is_pressed_twice_has_the_same_id_only_when_it_is_the_same_press(
    ground: SlackGround, ear: Ear
) -> None:
    answer_with(ear, Reply(card=_BUTTONS, public=True))
    (posted,) = (await give(ground, "/mod may").settled()).posted
    for _ in range(2):
        await ground.server.hands.press(ground.place.admin, ground.place.room, posted.ts, "Claim").answered()
    await until(lambda: len(ear.given) == 3)
    assert len({one.id for one in ear.given}) == 3


async def test_an_answer_after_half_an_hour_still_reaches_whoever_asked(ground: SlackGround, ear: Ear) -> None:
    go = asyncio.Event()

    async def for_ages(_invocation: Invocation) -> Reply:
        await go.wait()
        return Reply(text="Done at last.")

    ear.answer = for_ages
    use = await give(ground, "/mod may").answered()
    ground.clock.move(timedelta(minutes=31))
    go.set()
    await use.until(lambda one: one.whispers)
    assert whispered(use) == "Done at last."
