"""After a raid a lead bans everybody who came with it, at once."""

from datetime import timedelta

import pytest

from bot.domain.by_hand import MOST_CARDS
from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.acceptance.stages import on_stage
from tests.stage.discord import DiscordStage
from tests.stage.slack import SlackStage
from tests.stage.stage import Stage

RAIDERS = 40


async def _all_banned(stage: Stage) -> None:
    """Let a lead ban everybody who came, and let it be done."""
    raiders = [stage.joined(f"raider{number}") for number in range(RAIDERS)]
    named = " ".join(one.key for one in raiders)
    shown = await stage.give("lee", "lead.massban", where="leads", members=named)
    assert shown.card is not None, shown.text
    opened = await stage.press("lee", shown.card.buttons[0].action)
    assert opened.form is not None, opened.text
    done = await stage.press("lee", opened.form.action, why="They came together.")
    assert done.done, done.text
    # each is told before, and notices are paced
    await stage.pass_time(timedelta(minutes=2), step=timedelta(seconds=5))
    for number in range(RAIDERS):
        assert await stage.is_held(f"raider{number}", OutcomeKind.BAN)


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize(("door", "database"), [("discord", "sqlite")], indirect=True)
async def test_many_bans_are_few_calls(store: Store) -> None:
    async with on_stage(store) as stage:
        assert isinstance(stage, DiscordStage)
        await _all_banned(stage)
        asked = [one for one in stage.server.record.requests if one.route.endswith("/bulk-ban")]
        alone = [one for one in stage.server.record.requests if one.method == "PUT" and "/bans/" in one.route]
        assert len(asked) + len(alone) <= 8, (len(asked), len(alone))
        assert sum(len(one.body["user_ids"]) for one in asked) + len(alone) == 40


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize(("door", "database"), [("slack", "sqlite"), ("slack_bot", "sqlite")], indirect=True)
async def test_where_bans_are_left_to_hands_many_of_them_are_few_cards(store: Store) -> None:
    async with on_stage(store) as stage:
        assert isinstance(stage, SlackStage)
        await _all_banned(stage)
        asked = [card for card in stage.cards() if card.title.startswith("By hand")]
        assert 0 < len(asked) <= MOST_CARDS + 1
        assert not any(card.buttons for card in asked)
