"""A ledger that nothing protects, and how it is altered, for the tests beside."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select

from bot.services.ledger.checkpointing import checkpoint
from bot.services.ledger.verifying import Report
from bot.store.engine import Store
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, begun, fill, logs, unprotect
from tests.services.test_checkpointing import PaperWitness

MINUTE = timedelta(seconds=60)
SIZE = 21


def places(report: Report) -> set[str]:
    return {problem.key.removeprefix("verify.") for problem in report.problems}


async def made(store: Store, keys: FakeKeys) -> PaperWitness:
    """Make a ledger of 21 entries with three cosigned checkpoints, and nothing to protect it."""
    clock = FakeClock(NOON + MINUTE)
    await begun(store)
    witness = PaperWitness(logs(keys))
    for size in (5, 9, 7):
        await fill(store, keys, size)
        await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
        clock.move(MINUTE)
    await unprotect(store)
    return witness


async def change(store: Store, *statements: Any) -> None:
    async with store.writing() as tx:
        for statement in statements:
            await tx.execute(statement)


async def rows(store: Store, table: Table) -> list[dict[str, Any]]:
    async with store.reading() as tx:
        return [dict(row._mapping) for row in await tx.execute(select(table))]
