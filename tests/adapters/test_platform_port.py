"""What every platform owes to the core: the same behaviours, tried on each that answers to the port."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.action import ActionKind, Answer, Result
from bot.domain.capability import Ability, Way
from bot.domain.card import Card
from bot.domain.message import AccountRef, Message, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Stream, stream_of
from bot.domain.sanction import FREE, Standing
from bot.ports import Effect
from tests.adapters.platform_grounds import GROUNDS, Ground

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
TIMEOUT, QUARANTINE, BAN = OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE, OutcomeKind.BAN
#: a state that is reached already may be said to have been reached now
REACHED = {Answer.DONE, Answer.ALREADY_SO}


@pytest_asyncio.fixture(params=GROUNDS)
async def ground(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ground]:
    async with GROUNDS[request.param](tmp_path) as ground:
        yield ground


async def history(ground: Ground, stream: Stream, back: timedelta = HOUR) -> list[Message]:
    """Return everything that a stream holds since a while ago."""
    now = ground.clock.now()
    return [one async for page in ground.platform.history(stream, now - back, now) for one in page]


async def ask(ground: Ground, effect: Effect) -> Answer:
    """Return the answer to one effect."""
    (result,) = await ground.platform.enforce([effect])
    return result.answer


async def carry_out(ground: Ground, effect: Effect) -> Answer:
    """Return the answer to one effect; what is left to hands is done by them, and shows as asked for until then."""
    (result,) = await ground.platform.enforce([effect])
    if ground.way(_ability(effect)) is not Way.MANUAL:
        return result.answer
    if result.answer is not Answer.BY_HAND:
        # nothing had to be done
        assert result.answer in {Answer.ALREADY_SO, Answer.GONE}
        return result.answer
    assert result.link.startswith(("https://", "http://"))
    assert await look(ground, effect) is Answer.RETRY_AFTER
    if effect.kind is ActionKind.DELETE:
        assert effect.message is not None
        ground.erase(effect.message)
    else:
        assert effect.account is not None
        assert effect.sanction is not None
        ground.natively(effect.account, effect.sanction, effect.standing)
    return Answer.DONE


def _ability(effect: Effect) -> Ability:
    return Ability((effect.sanction or effect.kind).value)


def seen(ground: Ground, sanction: OutcomeKind, standing: Standing) -> Standing | None:
    """Return what the platform shows of a standing: nothing of one that is put together from something else."""
    return None if ground.way(Ability(sanction.value)) is Way.EMULATED else standing


async def look(ground: Ground, effect: Effect) -> Answer:
    """Return what shows of one effect."""
    (result,) = await ground.platform.read_back([effect])
    return result.answer


def delete(ref: MessageRef, action: str = "a1", stream: Stream | None = None) -> Effect:
    return Effect(action=action, kind=ActionKind.DELETE, message=ref, stream=stream)


def restrict(
    account: AccountRef, sanction: OutcomeKind, standing: Standing, action: str = "a1", purge: int = 0
) -> Effect:
    return Effect(
        action=action, kind=ActionKind.RESTRICT, account=account, sanction=sanction, standing=standing, purge=purge
    )  # fmt: skip


def held(ground: Ground, sanction: OutcomeKind) -> Standing:
    """Return a standing as the platform can hold it."""
    longest = ground.platform.longest(sanction)
    ends = longest is None or longest > timedelta()
    return Standing(held=True, until=ground.clock.now() + HOUR if ends else None)


def card_of(
    ground: Ground, title: str, action: str = "a1", message: MessageRef | None = None, version: int = 1
) -> Effect:
    card = Card(title=title, version=version)
    return Effect(action=action, kind=ActionKind.CARD, stream=ground.leads, card=card, message=message)


# --- reading


async def test_history_yields_what_stands_from_the_oldest_on(ground: Ground) -> None:
    limpet = ground.join("limpet")
    said = []
    for text in ("one", "two", "three", "four"):
        said.append(ground.say(limpet, text))
        ground.clock.move(SECOND)
    ground.erase(said[1])
    ground.edit(said[2], "three and a half")
    found = await history(ground, ground.help)
    assert [one.text for one in found] == ["one", "three and a half", "four"]
    assert [one.ref for one in found] == [said[0], said[2], said[3]]
    assert found[1].edited_at is not None
    assert all(stream_of(one.channel) == ground.help for one in found)
    assert all(one.author.account == limpet for one in found)


async def test_both_ends_of_a_time_belong_to_it(ground: Ground) -> None:
    limpet = ground.join("limpet")
    began = ground.clock.now()
    for text in ("before", "first", "second", "after"):
        ground.say(limpet, text)
        ground.clock.move(SECOND)
    pages = ground.platform.history(ground.help, began + SECOND, began + 2 * SECOND)
    assert [one.text async for page in pages for one in page] == ["first", "second"]


async def test_many_messages_come_in_pages_each_once_and_in_order(ground: Ground) -> None:
    limpet = ground.join("limpet")
    for number in range(250):
        ground.say(limpet, str(number))
        if number % 7 == 0:
            ground.clock.move(SECOND)
    assert [one.text for one in await history(ground, ground.help)] == [str(number) for number in range(250)]


async def test_a_message_that_comes_while_history_is_read_disturbs_nothing(ground: Ground) -> None:
    limpet = ground.join("limpet")
    for number in range(150):
        ground.say(limpet, str(number))
    now, found = ground.clock.now(), []
    async for page in ground.platform.history(ground.help, now - HOUR, now):
        found += [one.text for one in page]
        ground.clock.move(SECOND)
        ground.say(limpet, "meanwhile")
    assert found == [str(number) for number in range(150)]


async def test_a_thread_is_a_stream_of_its_own_and_its_messages_are_named_by_its_channel(ground: Ground) -> None:
    limpet = ground.join("limpet")
    ref = ground.say(limpet, "in the thread", where=ground.thread)
    (found,) = await history(ground, ground.thread)
    assert (found.ref, found.text) == (ref, "in the thread")
    assert stream_of(found.channel) == ground.thread
    assert ref.channel == ground.thread.channel
    channel = Stream(
        platform=ground.thread.platform, workspace=ground.thread.workspace, channel=ground.thread.channel
    )  # fmt: skip
    # a channel's history may hold its threads: each message says where it stands
    assert {stream_of(one.channel) for one in await history(ground, channel) if one.ref == ref} <= {ground.thread}
    assert await carry_out(ground, delete(ref, stream=ground.thread)) is Answer.DONE
    assert await ground.platform.read([(ground.thread, ref)]) == [None]


async def test_what_stands_around_a_message_is_read_even_once_it_is_gone(ground: Ground) -> None:
    limpet = ground.join("limpet")
    said = []
    for number in range(9):
        said.append(ground.say(limpet, str(number)))
        ground.clock.move(SECOND)
    at = ground.clock.now() - 5 * SECOND
    found = await ground.platform.around(ground.help, said[4].message, at, 2)
    assert [one.text for one in found] == ["2", "3", "4", "5", "6"]
    ground.erase(said[4])
    found = await ground.platform.around(ground.help, said[4].message, at, 2)
    assert [one.text for one in found] == ["2", "3", "5", "6"]


async def test_of_a_message_without_files_there_is_nothing_to_fetch(ground: Ground) -> None:
    said = ground.say(ground.join("ann"), "a word")
    found = await ground.platform.fetch(ground.help, said, {"1": 10})
    assert not [one for one in found.values() if isinstance(one, bytes)]


async def test_messages_are_read_as_they_are_now(ground: Ground) -> None:
    limpet = ground.join("limpet")
    first, second = ground.say(limpet, "one"), ground.say(limpet, "two")
    ground.edit(second, "two and a half")
    ground.erase(first)
    asked = [(ground.help, one) for one in (first, second, ground.ref(ground.help, "999999"))]
    gone, changed, unknown = await ground.platform.read(asked)
    assert gone is None
    assert unknown is None
    assert changed is not None
    assert changed.text == "two and a half"


# --- deleting


async def test_a_message_is_deleted_once(ground: Ground) -> None:
    ref = ground.say(ground.join("limpet"), "one")
    assert await look(ground, delete(ref)) is Answer.RETRY_AFTER
    assert await carry_out(ground, delete(ref)) is Answer.DONE
    assert await ask(ground, delete(ref, "a2")) is Answer.GONE
    assert await look(ground, delete(ref)) in REACHED
    assert await history(ground, ground.help) == []


async def test_what_somebody_else_removed_is_gone(ground: Ground) -> None:
    ref = ground.say(ground.join("limpet"), "one")
    ground.erase(ref)
    assert await ask(ground, delete(ref)) is Answer.GONE
    assert await look(ground, delete(ref)) in {Answer.DONE, Answer.ALREADY_SO, Answer.GONE}


# --- standings


@pytest.mark.parametrize("sanction", [TIMEOUT, QUARANTINE, BAN])
async def test_a_member_is_brought_to_a_standing_and_being_there_is_enough(
    ground: Ground, sanction: OutcomeKind
) -> None:
    limpet = ground.join("limpet")
    wanted = held(ground, sanction)
    assert await ground.platform.standings([limpet], sanction) == [seen(ground, sanction, FREE)]
    if sanction not in ground.platform.emulated():
        assert await look(ground, restrict(limpet, sanction, wanted)) is Answer.RETRY_AFTER
    assert await carry_out(ground, restrict(limpet, sanction, wanted)) is Answer.DONE
    assert await ground.platform.standings([limpet], sanction) == [seen(ground, sanction, wanted)]
    assert await look(ground, restrict(limpet, sanction, wanted)) in REACHED
    assert await ask(ground, restrict(limpet, sanction, wanted, "a2")) in REACHED
    assert await carry_out(ground, restrict(limpet, sanction, FREE, "a3")) is Answer.DONE
    assert await ground.platform.standings([limpet], sanction) == [seen(ground, sanction, FREE)]
    if seen(ground, sanction, wanted) is not None:
        assert await look(ground, restrict(limpet, sanction, wanted)) is Answer.RETRY_AFTER


@pytest.mark.parametrize("sanction", [TIMEOUT, QUARANTINE, BAN])
async def test_what_somebody_else_did_by_hand_is_told_apart(ground: Ground, sanction: OutcomeKind) -> None:
    limpet = ground.join("limpet")
    wanted = held(ground, sanction)
    if seen(ground, sanction, wanted) is None:
        # nobody can do that by hand there, and so nothing is ever told of it
        assert await ground.platform.standings([limpet], sanction) == [None]
        return
    ground.natively(limpet, sanction, wanted)
    assert await ground.platform.standings([limpet], sanction) == [wanted]
    assert await look(ground, restrict(limpet, sanction, wanted)) is Answer.ALREADY_SO
    assert await ask(ground, restrict(limpet, sanction, wanted)) in REACHED


async def test_what_is_upheld_by_deleting_holds_without_anything_being_asked(ground: Ground) -> None:
    upheld = ground.platform.emulated()
    limpet = ground.join("limpet")
    said = ground.say(limpet, "before")
    for number, sanction in enumerate(sorted(upheld - {BAN})):
        effect = restrict(limpet, sanction, held(ground, sanction), f"a{number}")
        assert await ask(ground, effect) is Answer.DONE
        assert await look(ground, effect) is Answer.DONE
        assert await ground.platform.standings([limpet], sanction) == [None]
    assert [one.ref for one in await history(ground, ground.help)] == [said]
    if upheld:
        # whoever upholds deletes: that is never left to hands
        assert ground.way(Ability.DELETE) is Way.DIRECT


async def test_one_sanction_says_nothing_about_another(ground: Ground) -> None:
    limpet, whelk = ground.join("limpet"), ground.join("whelk")
    await ask(ground, restrict(limpet, QUARANTINE, Standing(held=True)))
    free, held_ = seen(ground, QUARANTINE, FREE), seen(ground, QUARANTINE, Standing(held=True))
    assert await ground.platform.standings([limpet, whelk], TIMEOUT) == [seen(ground, TIMEOUT, FREE)] * 2
    assert await ground.platform.standings([whelk, limpet], QUARANTINE) == [free, held_]
    assert await ground.platform.standings([limpet, whelk], BAN) == [FREE, FREE]


async def test_a_timeout_is_extended_shortened_and_ends_by_itself(ground: Ground) -> None:
    limpet = ground.join("limpet")
    for number, hours in enumerate((2, 5, 1)):
        wanted = Standing(held=True, until=ground.clock.now() + hours * HOUR)
        assert await ask(ground, restrict(limpet, TIMEOUT, wanted, f"a{number}")) in REACHED
        assert await ground.platform.standings([limpet], TIMEOUT) == [seen(ground, TIMEOUT, wanted)]
    ground.clock.move(HOUR)
    assert await ground.platform.standings([limpet], TIMEOUT) == [seen(ground, TIMEOUT, FREE)]


async def test_who_has_gone_can_be_banned_and_nothing_less(ground: Ground) -> None:
    limpet = ground.join("limpet")
    ground.leave(limpet)
    less = await ask(ground, restrict(limpet, TIMEOUT, held(ground, TIMEOUT)))
    assert less is Answer.GONE or (less in REACHED and ground.way(Ability.TIMEOUT) is Way.EMULATED)
    assert await carry_out(ground, restrict(limpet, BAN, held(ground, BAN), "a2")) in REACHED
    assert await ground.platform.standings([limpet], BAN) == [held(ground, BAN)]


async def test_a_ban_takes_along_what_was_written_lately(ground: Ground) -> None:
    limpet, whelk = ground.join("limpet"), ground.join("whelk")
    ground.say(limpet, "long ago")
    ground.clock.move(HOUR)
    ground.say(limpet, "lately")
    ground.say(limpet, "in the thread", where=ground.thread)
    ground.say(whelk, "somebody else's")
    ban = restrict(limpet, BAN, held(ground, BAN), purge=600)
    assert await carry_out(ground, ban) is Answer.DONE
    if ground.way(Ability.BAN) is Way.MANUAL:
        # whoever bans by hand takes nothing along: what is to go is deleted message by message
        return
    assert [one.text for one in await history(ground, ground.help)] == ["long ago", "somebody else's"]
    assert await history(ground, ground.thread) == []


async def test_a_kick_removes_somebody_once(ground: Ground) -> None:
    limpet = ground.join("limpet")
    kick = Effect(action="a1", kind=ActionKind.KICK, account=limpet)
    assert await look(ground, kick) is Answer.RETRY_AFTER
    assert await ask(ground, kick) is Answer.DONE
    assert await look(ground, kick) is Answer.DONE
    assert await ask(ground, replace(kick, action="a2")) is Answer.GONE


def test_what_a_platform_ends_by_itself_is_a_length_of_time_or_any(ground: Ground) -> None:
    for sanction in (TIMEOUT, QUARANTINE, BAN):
        longest = ground.platform.longest(sanction)
        assert longest is None or longest >= timedelta()


# --- notices and cards


async def test_a_notice_reaches_its_member_and_is_found_again(ground: Ground) -> None:
    limpet, whelk = ground.join("limpet"), ground.join("whelk")
    notice = Effect(action="a1", kind=ActionKind.NOTICE, account=limpet, text="Please be kind.")
    assert await look(ground, notice) is Answer.RETRY_AFTER
    (sent,) = await ground.platform.enforce([notice])
    assert sent.answer is Answer.DONE
    assert sent.posted
    assert ground.notices(limpet) == ["Please be kind."]
    assert ground.notices(whelk) == []
    assert await ground.platform.read_back([notice]) == [Result(answer=Answer.DONE, posted=sent.posted)]
    assert await look(ground, replace(notice, action="a2")) is Answer.RETRY_AFTER


async def test_a_card_hangs_in_its_channel_and_is_changed_in_its_place(ground: Ground) -> None:
    (hung,) = await ground.platform.enforce([card_of(ground, "A case")])
    assert hung.answer is Answer.DONE
    assert hung.posted
    (found,) = await ground.platform.read_back([card_of(ground, "A case")])
    assert found == Result(answer=Answer.DONE, posted=hung.posted)
    change = card_of(ground, "A case, claimed", "a2", ground.ref(ground.leads, hung.posted), version=2)
    assert await look(ground, change) is Answer.RETRY_AFTER
    assert await ask(ground, change) is Answer.DONE
    assert await look(ground, change) is Answer.DONE
    assert [card.title for card in ground.cards()] == ["A case, claimed"]


async def test_a_card_whose_message_is_gone_says_so_and_is_posted_anew(ground: Ground) -> None:
    (hung,) = await ground.platform.enforce([card_of(ground, "A case")])
    ground.erase(ground.ref(ground.leads, hung.posted))
    change = card_of(ground, "A case, claimed", "a3", ground.ref(ground.leads, hung.posted), version=2)
    assert await ask(ground, change) is Answer.GONE
    assert ground.cards() == []
    (anew,) = await ground.platform.enforce([replace(change, message=None)])
    assert anew.answer is Answer.DONE
    assert anew.posted not in {"", hung.posted}
    assert [card.title for card in ground.cards()] == ["A case, claimed"]


async def test_what_locum_posted_is_no_message_of_a_member(ground: Ground) -> None:
    (hung,) = await ground.platform.enforce([card_of(ground, "A case")])
    assert await history(ground, ground.leads) == []
    assert await ground.platform.read([(ground.leads, ground.ref(ground.leads, hung.posted))]) == [None]


# --- channels and doors


@pytest.mark.parametrize("kind", [ActionKind.SLOW_MODE, ActionKind.RAID_MODE])
async def test_channels_are_slowed_and_doors_closed_and_asking_again_does_no_harm(
    ground: Ground, kind: ActionKind
) -> None:
    stream = ground.help if kind is ActionKind.SLOW_MODE else None
    on = Effect(action="a1", kind=kind, stream=stream, amount=1)
    off = replace(on, action="a2", amount=0)
    if ground.way(Ability(kind.value)) is Way.MISSING:
        assert await ask(ground, on) is Answer.FORBIDDEN
        return
    assert await look(ground, on) is Answer.RETRY_AFTER
    assert await ask(ground, on) is Answer.DONE
    assert await look(ground, on) is Answer.DONE
    assert await ask(ground, replace(on, action="a3")) in REACHED
    assert await ask(ground, off) is Answer.DONE
    assert await look(ground, off) is Answer.DONE


async def test_every_effect_has_its_result_in_its_place(ground: Ground) -> None:
    limpet = ground.join("limpet")
    first, second = ground.say(limpet, "one"), ground.say(limpet, "two")
    ground.erase(first)
    effects = [
        delete(first, "a1"),
        Effect(action="a2", kind=ActionKind.NOTICE, account=limpet, text="Hello."),
        delete(second, "a3"),
        card_of(ground, "A case", "a4"),
    ]
    answers = [result.answer for result in await ground.platform.enforce(effects)]
    # of messages that are deleted together Discord doesn't say which were there
    assert answers[0] in {Answer.GONE, Answer.DONE}
    deleted = Answer.BY_HAND if ground.way(Ability.DELETE) is Way.MANUAL else Answer.DONE
    assert answers[1:] == [Answer.DONE, deleted, Answer.DONE]
    assert [bool(result.posted) for result in await ground.platform.read_back(effects)] == [False, True, False, True]
    assert await ground.platform.enforce([]) == []


async def test_a_role_that_somebody_holds_is_named_and_taken_and_is_gone(ground: Ground) -> None:
    account = ground.join("ada")
    role, name = ground.hold(account)
    taking = Effect(action="a1", kind=ActionKind.ROLE, account=account, role=role)
    assert await ground.platform.roles([account]) == [{role: name}]
    assert await look(ground, taking) is Answer.RETRY_AFTER
    assert await ask(ground, taking) is Answer.DONE
    assert await ground.platform.roles([account]) == [{}]
    assert await look(ground, taking) in REACHED
    assert await ask(ground, replace(taking, action="a2")) in REACHED


async def test_who_is_not_there_holds_no_role_and_can_lose_none(ground: Ground) -> None:
    account, gone = ground.join("ada"), ground.join("bob")
    role, name = ground.hold(account)
    ground.leave(gone)
    assert await ground.platform.roles([gone, account]) == [{}, {role: name}]
    taking = Effect(action="a1", kind=ActionKind.ROLE, account=gone, role=role)
    assert await ask(ground, taking) in {Answer.GONE, Answer.ALREADY_SO}
