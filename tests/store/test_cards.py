"""Cards as rows, with what they show of cases."""

from dataclasses import replace

import pytest

from bot.domain.card import CardKind
from bot.domain.case import Case
from bot.domain.severity import Severity
from bot.store.cards import CardRow, card_rows, cards_about, cards_of_cases, cards_of_subjects, note_shown, want_cards
from bot.store.case_views import case_views
from bot.store.cases import add_cases
from bot.store.columns import new_id
from bot.store.engine import Store
from tests.services.performing.house import COMMUNITY, STREAM, House, open_house


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


async def case_of(house: House) -> Case:
    (ada,) = await house.members(1)
    case = Case(id=new_id(), account=ada, queue="hate", severity=Severity.HIGH)
    async with house.store.writing() as tx:
        await add_cases(tx, COMMUNITY, [case], house.clock.now())
    return case


async def test_a_card_knows_what_is_wanted_and_what_is_shown(house: House) -> None:
    case = await case_of(house)
    card = CardRow(id=new_id(), subject=case.id, case=case.id, stream=STREAM)
    async with house.store.writing() as tx:
        await want_cards(tx, COMMUNITY, [card], house.clock.now())
        assert await cards_of_cases(tx, [case.id]) == [card]
        await want_cards(tx, COMMUNITY, [replace(card, wanted=2)], house.clock.now())
        await note_shown(tx, {card.id: (2, None)})
        (found,) = (await card_rows(tx, [card.id, "nobody"])).values()
        (view,) = (await case_views(tx, [case.id])).values()
    assert found == replace(card, wanted=2, shown=2)
    assert (view.queue, view.state, view.severity, view.rules) == ("hate", "open", Severity.HIGH, ())


async def test_wanting_a_card_anew_keeps_what_is_shown_of_it(house: House) -> None:
    case = await case_of(house)
    card = CardRow(id=new_id(), subject=case.id, case=case.id, stream=STREAM)
    async with house.store.writing() as tx:
        await want_cards(tx, COMMUNITY, [card], house.clock.now())
        await note_shown(tx, {card.id: (1, None)})
        await want_cards(tx, COMMUNITY, [replace(card, wanted=2)], house.clock.now())
        (found,) = (await card_rows(tx, [card.id])).values()
    assert (found.wanted, found.shown) == (2, 1)


async def test_cards_are_found_by_what_they_show(house: House) -> None:
    case = await case_of(house)
    assert case.account is not None
    shown = CardRow(id=new_id(), subject=case.id, case=case.id, stream=STREAM)
    asked = CardRow(id=new_id(), kind=CardKind.APPROVAL, subject=new_id(), case=case.id, stream=STREAM)
    async with house.store.writing() as tx:
        await want_cards(tx, COMMUNITY, [shown, asked], house.clock.now())
        assert await cards_of_cases(tx, [case.id]) == [shown]
        assert await cards_of_subjects(tx, [asked.subject]) == [asked]
        assert await cards_about(tx, case.account) == [shown]
