"""What somebody proposed while observing is compared once, with the first thing that was really done."""

from dataclasses import replace

from bot.domain.order import Order, read_order
from bot.domain.right import Right
from bot.services.staff.proposing import compare_orders
from bot.store.engine import Store
from tests.services.staff.staging import on_stage, working


async def test_a_proposal_is_compared_once_with_what_was_done(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("finch", "shift.start")
        await stage.give("finch", "mod.warn", member=stage.member("u1"), guideline="respect")
        (row,) = await stage.rows("proposals")
        assert (row["person"], row["compared"]) == ("finch", None)
        order: Order = read_order({"right": "timeout", "severity": 2, "account": row["account"], "lasts": 600})
        for expected in (1, 0):
            async with working(stage) as work:
                assert await compare_orders(work, replace(order, right=Right.TIMEOUT)) == expected
        (row,) = await stage.rows("proposals")
        assert row["compared"] == "milder"
        assert len(await stage.entries("proposal_compared")) == 1
