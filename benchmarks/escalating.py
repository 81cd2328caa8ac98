"""The case about escalations: how late their steps are with very many open, and when they go on after a restart."""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import func, insert, select

from benchmarks.databases import WallClock, new_store
from benchmarks.measure import at_share
from bot.app.work import handlers_of
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.escalating.beginning import Beginning, begin_escalations
from bot.services.escalating.kinds import ESCALATION_STEP
from bot.services.timing import sweep
from bot.services.work import begin_work
from bot.store.columns import new_id, new_number
from bot.store.engine import Store
from bot.store.tables import cases, escalations, tellings
from bot.store.timers import Timer, set_timers

_COMMUNITY = "made"
_SWEEP = 0.25
#: seconds over which one step of each falls due, and before the first one does
_OVER, _FIRST = 120.0, 3.0
_FILES = {
    "community.yaml": """\
community: made
zone: Europe/Berlin
languages: [en]
mode: live
channels: {leads: {discord: "9"}}
queues: {hate: {}}
""",
    "escalation.yaml": """\
contacts: {ada: {webhook: env:ADA, email: env:ADA_MAIL}, bo: {email: env:BO_MAIL}}
paths:
  standard:
    steps:
      - {page: {person: bo}, via: [email], wait: 30m}
      - {page: {channel: leads}, wait: 30m}
    repeat: 3
    fallback: {person: ada}
routing: [{path: standard}]
""",
}


@lru_cache
def _policies() -> PolicySet:
    folder = Path(mkdtemp(), _COMMUNITY)
    folder.mkdir()
    for name, text in _FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    loaded = load_policies(folder.parent, _COMMUNITY)
    assert loaded.policies is not None, loaded.problems
    return loaded.policies


def escalating(kind: str, count: int) -> dict[str, float]:
    """Return how late steps are in ms with so many escalations open, and the seconds to resume after a standstill."""
    return asyncio.run(_escalating(kind, count))


async def _escalating(kind: str, count: int) -> dict[str, float]:
    async with new_store(kind, _COMMUNITY) as (store, keys):
        names = await _open(store, keys, count)
        late = await _walk(store, keys, names)
        resumed = await _resume(store, keys, names)
        await _check(store, count)
        return {
            "p50 ms": at_share(late, 0.5), "p99 ms": at_share(late, 0.99), "worst ms": max(late), "resumed s": resumed,
        }  # fmt: skip


async def _open(store: Store, keys: Keys, count: int) -> list[str]:
    """Begin so many escalations, and return their surrogates."""
    names: list[str] = []
    for begin in range(0, count, 500):
        now = datetime.now(UTC)
        rows = [
            {
                "id": new_id(), "community": _COMMUNITY, "number": new_number(), "account": "", "queue": "hate",
                "state": "open", "connection": "discord/1", "severity": 3, "care": False, "mode": "live",
                "version": 1, "opened_at": now,
            }
            for _ in range(min(500, count - begin))
        ]  # fmt: skip
        async with store.writing() as tx:
            await tx.execute(insert(cases), rows)
            work = await begin_work(tx, keys, _policies(), now)
            names += await begin_escalations(work, [Beginning(case=str(row["id"]), cause="rule") for row in rows])
            await work.finish()
    return names


async def _due(store: Store, names: list[str], at: list[datetime]) -> None:
    """Have the next step of each fall due at a time."""
    statement = escalations.update()
    for begin in range(0, len(names), 1000):
        part = list(zip(names[begin : begin + 1000], at[begin : begin + 1000], strict=True))
        async with store.writing() as tx:
            await set_timers(
                tx,
                [Timer(kind=ESCALATION_STEP, community=_COMMUNITY, subject=name, due_at=when) for name, when in part],
            )
            for name, when in part:
                await tx.execute(statement.where(escalations.c.id == name).values(due_at=when))


async def _walk(store: Store, keys: Keys, names: list[str]) -> list[float]:
    """Let one step of each fall due over a time, and return how late each was told, in ms, once it was committed."""
    chance = random.Random(7)
    # writing this many rows takes its time: nothing falls due before that is over
    begin = datetime.now(UTC) + timedelta(seconds=_FIRST + len(names) / 200)
    over = _OVER * len(names) / 10_000
    due = {name: begin + timedelta(seconds=chance.uniform(0, over)) for name in names}
    await _due(store, list(due), list(due.values()))
    handlers = handlers_of(keys, lambda _: _policies())
    late: list[float] = []
    while len(late) < len(names):
        swept = await sweep(store, WallClock(), handlers)
        assert not swept.failed, swept.failed
        taken = len([one for one in swept.fired if one.kind == ESCALATION_STEP])
        ended = datetime.now(UTC)
        # the oldest go first, so those that were told are the next in order
        order = sorted(due.values())[len(late) : len(late) + taken]
        late += [(ended - one).total_seconds() * 1_000 for one in order]
        await asyncio.sleep(_SWEEP)
    return late


async def _resume(store: Store, keys: Keys, names: list[str]) -> float:
    """Let all be overdue, as after a standstill, and return the seconds until each has gone on."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    await _due(store, names, [past] * len(names))
    handlers = handlers_of(keys, lambda _: _policies())
    began, gone = time.monotonic(), 0
    while gone < len(names):
        swept = await sweep(store, WallClock(), handlers)
        assert not swept.failed, swept.failed
        gone += len(swept.fired)
    return time.monotonic() - began


async def _check(store: Store, count: int) -> None:
    """Raise AssertionError unless each was told in its first two steps, once each."""
    async with store.reading() as tx:
        told = (await tx.execute(select(tellings.c.step, func.count()).group_by(tellings.c.step))).all()
    assert {step: lines for step, lines in told} == {0: count, 1: count}, told  # noqa: C416 - rows aren't pairs
