"""A process that sweeps timers until it is killed, and notes each firing in the transaction that it belongs to."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from bot.app.clock import machine_clock
from bot.services.timing import sweep
from bot.store.engine import Tx, open_store
from bot.store.timers import Timer


async def _note(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
    rows = [{"timer": timer.subject, "late": (now - timer.due_at).total_seconds()} for timer in timers]
    await tx.execute(text("INSERT INTO fired (timer, late) VALUES (:timer, :late)"), rows)


async def _main(database: str) -> None:
    store, clock = open_store(database, alone=False), machine_clock()
    while True:
        await sweep(store, clock, {"expire": _note, "page": _note})
        await asyncio.sleep(0.05)


asyncio.run(_main(sys.argv[1]))
