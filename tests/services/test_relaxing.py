"""Slow modes and closed doors end when their time is over, by the scheduler's own act."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.domain.actor import OPERATOR
from bot.services.intake.following import RAID_MODE_ENDS, SLOW_MODE_ENDS
from bot.services.record import begin_ledger
from bot.services.relaxing import relaxing
from bot.services.timing import sweep
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.tables import actions, decisions, ledger_entries
from bot.store.timers import Timer, set_timers
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "subject", "key", "target", "expected"),
    [
        (SLOW_MODE_ENDS, "7", "slow:7:d1:end", "channel:7", {"channel": 7, "every": 0}),
        (RAID_MODE_ENDS, "discord/W1", "raid:discord/W1:d1:end", "connection:discord/W1", {"on": 0}),
    ],
)
async def test_what_was_set_for_a_while_is_ended_once_and_recorded(
    store: Store, *, kind: str, subject: str, key: str, target: str, expected: dict[str, int]
) -> None:
    clock, keys = FakeClock(), FakeKeys()
    details = {"connection": "discord/W1", "decision": "d1", "severity": 2}
    async with store.writing() as tx:
        await add_community(tx, "acme", START)
        await begin_ledger(tx, "acme", "locum/acme", START)
        await tx.execute(
            insert(decisions).values(
                id="d1", community="acme", actor=json.dumps(OPERATOR.record()), rules="[]", outcomes="[]", mode="live",
                policy="p", severity=2, at=START,
            )
        )  # fmt: skip
        await set_timers(
            tx, [Timer(kind=kind, community="acme", subject=subject, due_at=START + HOUR, details=details)]
        )
    clock.move(HOUR)
    for _ in range(2):
        assert not (await sweep(store, clock, {kind: relaxing(keys, kind)})).failed
    async with store.reading() as tx:
        (action,) = (await tx.execute(select(actions))).all()
        (body,) = (await tx.execute(select(ledger_entries.c.body))).scalars()
    assert (action.key, action.target, action.connection, action.state) == (key, target, "discord/W1", "planned")
    assert json.loads(action.details).items() >= expected.items()
    entry = json.loads(body)
    assert entry["kind"] == "planned"
    assert entry["details"]["actions"] == [{"id": action.id, "kind": action.kind, "target": target}]
