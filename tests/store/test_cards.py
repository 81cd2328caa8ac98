"""Cards as rows, with what they show of cases."""

import pytest

from bot.domain.case import Case
from bot.domain.severity import Severity
from bot.store.cards import (
    CardRow,
    add_cards,
    card_rows,
    cards_of_cases,
    case_views,
    hang_cards,
    note_shown,
    want_cards,
)
from bot.store.cases import add_cases
from bot.store.columns import new_id
from bot.store.engine import Store
from tests.services.performing.house import COMMUNITY, House, open_house


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


async def test_a_card_knows_what_is_wanted_and_what_is_shown(house: House) -> None:
    (ada,) = await house.members(1)
    case = Case(id=new_id(), account=ada, queue="hate", severity=Severity.HIGH)
    card = CardRow(id=new_id(), case=case.id, channel=None)
    async with house.store.writing() as tx:
        await add_cases(tx, COMMUNITY, [case], house.clock.now())
        await add_cards(tx, COMMUNITY, [card])
        assert await cards_of_cases(tx, [case.id]) == [card.id]
        assert await want_cards(tx, [card.id, "nobody"]) == {card.id: 2}
        await hang_cards(tx, {card.id: house.channel})
        await note_shown(tx, {card.id: (2, None)})
        (found,) = (await card_rows(tx, [card.id])).values()
        (view,) = (await case_views(tx, [case.id])).values()
    assert (found.wanted, found.shown, found.channel) == (2, 2, house.channel)
    assert (view.queue, view.state, view.severity, view.rules) == ("hate", "open", Severity.HIGH, ())
