"""On Slack: a direct message is nobody's but those who write to each other, until one of them reports it."""

from datetime import timedelta

import pytest

from bot.i18n import say
from bot.store.engine import Store
from tests.adapters.slack.blocks_of import shown
from tests.stage.slack import set_slack


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_whoever_is_threatened_in_private_reports_it_with_what_was_said(store: Store) -> None:
    stage = await set_slack(store)
    try:
        side, workspace = stage.side, stage.side.place.workspace
        kim, robin = stage.ref("u1").user, stage.ref("u2").user
        await side.heard()
        direct = workspace.open_direct(kim, robin).id
        said = side.hands.say(kim, direct, "you will <!channel> regret this")
        await side.heard()
        assert not await stage.rows("cases"), "nobody reads along"
        asked = await side.hands.use_on_message(robin, direct, said, "message.everyone.report").settled()
        await stage.settle()
        await stage.pass_time(timedelta(minutes=2))
        (case,) = await stage.rows("cases")
        (report,) = await stage.rows("reports")
        receipt = say("report.receipt", "en", number=case["number"])
        assert [shown(one.blocks) for one in asked.whispers] == [receipt]
        assert report["case"] == case["id"]
        (card,) = [one for one in stage.cards() if one.quotes]
        assert any("regret this" in one.text for one in card.quotes)
        assert not side.told
        assert not side.server.record.pings + side.server.record.off
    finally:
        await stage.close()
