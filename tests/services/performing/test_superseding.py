"""What later events made pointless is never asked for, and the record says so."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import Action, ActionKind
from bot.domain.case import Case
from bot.domain.outcome import OutcomeKind
from bot.domain.severity import Severity
from bot.store.actions import plan
from bot.store.cards import CardRow, card_rows, want_cards
from bot.store.cases import add_cases
from bot.store.columns import new_id
from bot.store.engine import Store
from tests.fakes.platform import FaultKind
from tests.services.performing.house import COMMUNITY, STREAM, House, open_house


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


async def test_a_raids_deletions_shrink_to_what_the_bans_left(house: House) -> None:
    raiders = await house.members(30)
    planned = []
    for number, raider in enumerate(raiders):
        found = await house.messages(raider, f"u{number}", 20)
        planned += [house.deletion(message, raider) for message in found]
    old = await house.messages(raiders[0], "u0", 1, house.clock.now() - timedelta(days=2))
    planned += [house.deletion(message, raiders[0]) for message in old]
    await house.plan(*planned)
    house.clock.move(timedelta(minutes=1))
    await house.impose_all(raiders[:-1], OutcomeKind.BAN, None, purge=3600)
    await house.drain(house.performer())
    assert not house.world.messages[STREAM]
    asked = Counter(effect.kind for effect in house.platform.asked)
    assert asked == {ActionKind.RESTRICT: 29, ActionKind.DELETE: 21}  # the one not banned, and what is older
    ends = Counter((await house.ends()).values())
    assert ends == {"confirmed": 50, "superseded": 29 * 20}


async def test_a_ban_that_was_there_already_purged_nothing(house: House) -> None:
    (ada,) = await house.members(1)
    await house.messages(ada, "u0", 3)
    house.platform.can_tell_standings = False
    await house.impose(ada, OutcomeKind.BAN, None)
    await house.drain(house.performer())
    more = await house.messages(ada, "u0", 2)
    await house.plan(*(house.deletion(message, ada) for message in more))
    await house.impose(ada, OutcomeKind.BAN, None, purge=3600)
    await house.drain(house.performer())
    assert Counter((await house.ends()).values()) == {"confirmed": 4}


async def test_sanctions_that_one_asking_covered_are_not_asked_for_again(house: House) -> None:
    (ada,) = await house.members(1)
    for days in range(1, 6):
        await house.impose(ada, OutcomeKind.TIMEOUT, timedelta(days=days))
    house.clock.move(timedelta(seconds=1))
    await house.drain(house.performer())
    assert len(house.platform.asked) == 1
    assert Counter((await house.ends()).values()) == {"confirmed": 1, "superseded": 4}


async def test_a_place_is_set_once_to_what_many_asked_for_and_again_after_each_change(house: House) -> None:
    def doors(on: int) -> Action:
        return house.action(ActionKind.RAID_MODE, "connection:discord/1", on=on)

    await house.plan(*(doors(1) for _ in range(4)), doors(0), *(doors(1) for _ in range(3)))
    await house.drain(house.performer())
    assert [effect.amount for effect in house.platform.asked] == [1, 0, 1]
    assert Counter((await house.ends()).values()) == {"confirmed": 3, "superseded": 5}


async def card_of(house: House) -> str:
    (ada,) = await house.members(1)
    case = Case(id=new_id(), account=ada, queue="hate", severity=Severity.HIGH)
    card = CardRow(id=new_id(), subject=case.id, case=case.id, stream=STREAM)
    async with house.store.writing() as tx:
        await add_cases(tx, COMMUNITY, [case], house.clock.now())
        await want_cards(tx, COMMUNITY, [card], house.clock.now())
    await want(house, card.id, 1)
    return card.id


async def want(house: House, card: str, version: int | None = None) -> None:
    async with house.store.writing() as tx:
        held = (await card_rows(tx, [card]))[card]
        wanted = version or held.wanted + 1
        await want_cards(tx, COMMUNITY, [replace(held, wanted=wanted)], house.clock.now())
        action = house.action(ActionKind.CARD, f"card:{card}", card=card)
        await plan(tx, [replace(action, key=f"card:{card}:{wanted}")], house.clock.now())


async def row(house: House, card: str) -> CardRow:
    async with house.store.reading() as tx:
        return (await card_rows(tx, [card]))[card]


async def test_a_card_is_posted_once_and_edited_in_place_afterwards(house: House) -> None:
    card = await card_of(house)
    performer = house.performer()
    await house.drain(performer)
    (posted,) = house.world.cards.values()
    assert posted.stream == STREAM
    assert posted.card is not None
    assert posted.card.title.startswith("Case ")
    await want(house, card)
    await house.drain(performer)
    (edited,) = house.world.cards.values()
    assert edited.id == posted.id
    assert edited.card is not None
    assert edited.card.version == 2
    assert (await row(house, card)).shown == 2


async def test_of_many_versions_only_the_newest_is_shown(house: House) -> None:
    card = await card_of(house)
    for _ in range(5):
        await want(house, card)
    await house.drain(house.performer())
    assert len(house.platform.asked) == 1
    (posted,) = house.world.cards.values()
    assert posted.card is not None
    assert posted.card.version == 6
    assert Counter((await house.ends()).values()) == {"confirmed": 1, "superseded": 5}


async def test_a_card_whose_message_was_deleted_is_posted_anew(house: House) -> None:
    card = await card_of(house)
    performer = house.performer()
    await house.drain(performer)
    house.world.cards.clear()
    await want(house, card)
    await house.drain(performer)
    (posted,) = house.world.cards.values()
    assert posted.card is not None
    assert posted.card.version == 2
    assert (await row(house, card)).shown == 2


@pytest.mark.parametrize("fault", [FaultKind.ACTED, FaultKind.REFUSED, FaultKind.ACTED_SILENT])
async def test_a_post_of_which_nobody_knows_is_looked_for_before_it_is_posted_again(
    house: House, fault: FaultKind
) -> None:
    card = await card_of(house)
    house.platform.fail(fault)
    performer = house.performer()
    await performer.perform_due()
    await want(house, card)
    await house.drain(performer)
    (posted,) = house.world.cards.values()
    assert posted.card is not None
    assert posted.card.version == 2
    await want(house, card)
    await house.drain(performer)
    assert len(house.world.cards) == 1


async def test_a_first_post_of_which_nobody_can_tell_is_given_up_and_an_edit_is_repeated(house: House) -> None:
    house.platform.can_read_back = False
    card = await card_of(house)
    performer = house.performer()
    await house.drain(performer)
    await want(house, card)
    house.platform.fail(FaultKind.ACTED)
    await house.drain(performer)
    assert Counter((await house.ends()).values()) == {"confirmed": 2}
    await card_of(house)
    house.platform.fail(FaultKind.ACTED)
    await house.drain(performer)
    assert Counter((await house.ends()).values()) == {"confirmed": 2, "dead": 1}
