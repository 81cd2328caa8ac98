"""What members do by writing to Locum itself: they are told what can be done, report, and appeal from a notice."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.commands.dispatch import give
from bot.domain.command import Invocation, OptionValue, Reply
from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.stage.stage import CONNECTION, Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store)
    yield made
    await made.close()


async def directly(stage: Stage, who: str, command: str, *, language: str = "", **options: OptionValue) -> Reply:
    """Let somebody say something in a direct message, where no channel is and perhaps no language."""
    invocation = Invocation(
        community="acme", id=f"direct-{len(stage.replies)}", account=stage.ref(who), command=command,
        options=options, connection=CONNECTION, language=language,
    )  # fmt: skip
    reply = await give(stage.desk, invocation)
    stage.replies.append(reply)
    await stage.perform()
    return reply


async def test_whoever_writes_is_told_what_can_be_done_in_the_community_s_language(stage: Stage) -> None:
    reply = await directly(stage, "u1", "everyone.write")
    assert reply.card is not None
    assert [one.action for one in reply.card.buttons] == ["everyone.report", "everyone.appeal"]
    assert reply.card.buttons[0].label == "Report something"
    # nothing was done to them that they could appeal against
    assert not reply.done


async def test_whoever_used_a_language_before_is_told_in_it(stage: Stage) -> None:
    await stage.give("u1", "everyone.team", language="de")
    reply = await directly(stage, "u1", "everyone.write")
    assert reply.card is not None
    assert reply.card.buttons[0].label == "Etwas melden"
    # and it stays the one that they chose
    assert [one["language"] for one in await stage.rows("accounts", user=stage.ref("u1").user)] == ["de"]


async def test_whoever_was_punished_can_appeal(stage: Stage) -> None:
    await stage.give("robin", "shift.start")
    await stage.give("robin", "mod.warn", member=stage.joined("u1"), guideline="respect")
    assert (await directly(stage, "u1", "everyone.write")).done


async def test_a_report_without_words_asks_for_them(stage: Stage) -> None:
    asked = await directly(stage, "u1", "everyone.report")
    assert asked.form is not None
    assert [one.name for one in asked.form.fields] == ["statement", "message", "member"]
    sent = await directly(stage, "u1", "everyone.report", statement="They insult me.", member=stage.joined("u2"))
    assert sent.done, sent.text
    assert len(await stage.rows("reports")) == 1
    nobody = await directly(stage, "u1", "everyone.report", statement="Somebody insults me.")
    assert not nobody.done


async def test_a_report_in_a_channel_names_what_it_is_about(stage: Stage) -> None:
    assert not (await stage.give("u1", "everyone.report")).done


async def test_a_banned_member_appeals_with_the_button_of_their_notice(stage: Stage) -> None:
    reply = await stage.give("lee", "mod.ban", member=stage.joined("u1"), guideline="respect", where="help")
    assert reply.done, reply.text
    assert stage.world.standing(stage.ref("u1"), OutcomeKind.BAN).held
    (notice,) = stage.world.notices.values()
    (button,) = notice.buttons
    command, _, code = button.action.partition(":")
    assert button.label == "Appeal"
    assert f"this code: {code}." in notice.text
    opened = await directly(stage, "u1", command, subject=code)
    assert opened.form is not None
    assert opened.form.action == button.action
    assert [one.name for one in opened.form.fields] == ["statement"]
    sent = await directly(stage, "u1", command, subject=code, statement="It wasn't me.")
    assert sent.done, sent.text
    assert len(await stage.rows("appeals")) == 1
    # nobody else's code helps
    assert not (await directly(stage, "u2", command, subject=code, statement="Me neither.")).done


async def test_a_notice_in_german_has_a_button_in_german(stage: Stage) -> None:
    await stage.give("u1", "everyone.team", language="de")
    await stage.give("lee", "mod.timeout", member=stage.joined("u1"), guideline="respect", for_="10m", where="help")
    assert [[one.label for one in notice.buttons] for notice in stage.world.notices.values()] == [["Widersprechen"]]


async def test_a_notice_without_anything_to_appeal_against_has_no_button(stage: Stage) -> None:
    await stage.give("lee", "mod.remind", member=stage.joined("u1"), guideline="respect", where="help")
    assert [notice.buttons for notice in stage.world.notices.values()] == [()]
