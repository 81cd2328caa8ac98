"""Recording from processes of their own: beside each other, and killed in the middle."""

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.ledger import entries
from bot.services.ledger.verifying import Report, verify
from bot.store.engine import open_store
from bot.store.tables import sealed_values, subject_keys
from tests.ledger import make
from tests.services.ledgers import COMMUNITY, ORIGIN, begun, bodies

ROOT = Path(__file__).parents[2]


def start(database: str, name: str, rounds: int) -> subprocess.Popen[str]:
    """Start a process that records; no rounds: until it is killed."""
    command = [sys.executable, "-m", "tests.services.recorder", database, name, str(rounds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


async def judged(database: str) -> tuple[Report, list[bytes], Any]:
    """Return what the check says of the ledger, its entries, and how many values and keys there are."""
    store = open_store(database)
    report = await verify(store, COMMUNITY, logs=[make.signer(ORIGIN).verifier])
    found = list(await bodies(store))
    async with store.reading() as tx:
        counted = [
            (await tx.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (sealed_values, subject_keys)
        ]
    await store.close()
    return report, found, counted


async def begin(database: str) -> None:
    store = open_store(database)
    await begun(store)
    await store.close()


async def test_two_processes_that_record_at_once_leave_no_gap_and_no_disorder(postgresql_database: str) -> None:
    await begin(postgresql_database)
    started = [start(postgresql_database, name, 60) for name in ("a", "b")]
    assert [one.communicate()[1] or one.returncode for one in started] == [0, 0]
    report, found, counted = await judged(postgresql_database)
    assert not report.problems
    read = [entries.read(body) for body in found]
    assert [entry.seq for entry in read] == list(range(360))
    assert counted == [120, 5]
    # what one process recorded together stands together, in its order
    for name in ("a", "b"):
        mine = [int(str(entry.details["rule"])) for entry in read if entry.details.get("by") == name]
        assert mine == [number for number in range(60) for _ in range(2)]


async def test_a_kill_leaves_everything_or_nothing_of_a_transaction(database: str) -> None:
    await begin(database)
    chance = random.Random(7)
    for turn in range(6):
        process = start(database, f"p{turn}", 0)
        assert process.stdout is not None
        said = 0
        for _ in range(chance.randint(1, 40)):
            said = int(process.stdout.readline())
        process.kill()
        said = max([said, *(int(line) for line in process.stdout.read().split("\n") if line.strip())])
        process.wait()
        process.stdout.close()
        report, found, counted = await judged(database)
        assert not report.problems
        # what was acknowledged is there; of what wasn't, at most the one transaction under way
        assert len(found) >= said
        assert len(found) % 3 == 0
        assert counted[0] == sum(bool(entries.commitments(entries.read(body))) for body in found)
