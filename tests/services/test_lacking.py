"""Leads are told once what a platform doesn't let Locum see."""

from collections.abc import Sequence

from bot.domain.capability import Ability, Capability, Way
from bot.services.lacking import tell_once
from bot.store.engine import Store
from tests.services.staff.staging import on_stage, working
from tests.stage.stage import CONNECTION, Stage


def without(*missing: Ability) -> list[Capability]:
    return [
        Capability(ability=one, way=Way.MISSING if one in missing else Way.DIRECT, cause="x" if one in missing else "")
        for one in Ability
    ]


async def told(stage: Stage, known: Sequence[Capability]) -> bool:
    async with working(stage) as work:
        new = await tell_once(work, CONNECTION, known)
    await stage.perform()
    return new


async def test_leads_are_told_in_their_channel_that_texts_can_t_be_read(store: Store) -> None:
    async with on_stage(store) as stage:
        assert await told(stage, without(Ability.MESSAGES))
        (card,) = stage.cards()
        assert card.title == "Locum sees less than it could"
        assert "may not read what members write" in card.text
        assert "who comes" not in card.text
        assert CONNECTION.name in [field.value for field in card.fields]


async def test_a_start_that_finds_the_same_says_nothing_more(store: Store) -> None:
    async with on_stage(store) as stage:
        assert await told(stage, without(Ability.MESSAGES, Ability.JOINS))
        assert not await told(stage, without(Ability.MESSAGES, Ability.JOINS))
        assert len(stage.cards()) == 1


async def test_what_is_lost_besides_is_said_as_well(store: Store) -> None:
    async with on_stage(store) as stage:
        assert await told(stage, without(Ability.MESSAGES))
        assert await told(stage, without(Ability.MESSAGES, Ability.JOINS))
        assert "who comes" in stage.cards()[-1].text


async def test_where_everything_is_seen_there_is_no_news(store: Store) -> None:
    async with on_stage(store) as stage:
        assert not await told(stage, without())
        # what can't be done shows when it is to be done, with its reason
        assert not await told(stage, without(Ability.BAN))
        assert stage.cards() == []
