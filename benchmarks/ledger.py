"""The cases about the ledger: how fast it grows, and how long it takes to check all of it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

from sqlalchemy import insert

from benchmarks.process import peak_memory
from bot.domain.actor import automation
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.ledger.keys import Algorithm, Signer, new_signer, read_signer
from bot.ports import Secret
from bot.services.ledger.checkpointing import sign_due
from bot.services.ledger.verifying import verify
from bot.services.record import Draft, Private, begin_ledger, record
from bot.store.columns import new_id
from bot.store.engine import Store, open_store
from bot.store.migrate import migrate
from bot.store.tables import actions, communities, decisions

_COMMUNITY, _ORIGIN = "made", "locum.example/made"
_START = datetime(2026, 3, 3, tzinfo=UTC)
_WHO = automation("respect/slurs")
#: decisions a transaction; each is two entries, and two rows
_BATCH = 500
_POLICY = "c0ffee" * 10


class _Keys:
    """Keys of one run."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def wrapping(self) -> tuple[Secret, ...]:
        """Return one key."""
        return (Secret(id="w1", value=bytes(range(32))),)

    def signing(self, origin: str) -> tuple[Secret, ...]:
        """Return one key."""
        return (Secret(id=self._signer.verifier.id.hex(), value=self._signer.secret_text().encode()),)

    def digests(self) -> Secret:
        """Return one key."""
        return Secret(id="d1", value=bytes(32))


class _Clock:
    """A time that stands still."""

    def now(self) -> datetime:
        """Return it."""
        return _START + timedelta(days=1)


def append_entries(target: str, entries: int, *, sealed: bool) -> dict[str, float]:
    """Return how many entries a second are recorded in batches of 256."""
    return asyncio.run(_append(target, entries, sealed=sealed))


def write_ledger(target: str, entries: int) -> dict[str, float]:
    """Write a ledger with the rows that belong to it, a checkpoint a thousand entries, and its key beside it."""
    Path(f"{target}.key").write_text(asyncio.run(_fill(target, entries)), encoding="utf-8")
    return {}


def verify_ledger(target: str, entries: int, *, whole: bool) -> dict[str, float]:
    """Return how long the check of a ledger takes."""
    key = Path(f"{target}.key").read_text(encoding="utf-8")
    return asyncio.run(_check(target, key, entries, whole=whole))


async def _append(target: str, entries: int, *, sealed: bool) -> dict[str, float]:
    store, keys = await _begun(target), _Keys(new_signer(_ORIGIN, Algorithm.ED25519))
    owners = [new_id() for _ in range(1_000)]
    batches = [
        [_decision(new_id(), owners[number % 1_000], new_id(), sealed=sealed) for number in range(first, first + 256)]
        for first in range(0, entries, 256)
    ]
    begun = process_time()
    for drafts in batches:
        async with store.writing() as tx:
            await record(tx, keys, _COMMUNITY, _START, drafts)
    taken = process_time() - begun
    await store.close()
    return {"entries/s": len(batches) * 256 / taken}


async def _fill(target: str, entries: int) -> str:
    signer = new_signer(_ORIGIN, Algorithm.ED25519)
    store, keys = await _begun(target), _Keys(signer)
    made = _made(entries // 2)
    while batch := list(islice(made, _BATCH)):
        async with store.writing() as tx:
            await tx.execute(insert(decisions).inline(), [decision for decision, _, _ in batch])
            await tx.execute(insert(actions).inline(), [action for _, action, _ in batch])
            await record(tx, keys, _COMMUNITY, _START, [draft for _, _, drafts in batch for draft in drafts])
        await sign_due(store, keys, _Clock(), _COMMUNITY)
    await store.close()
    return signer.secret_text()


async def _check(target: str, key: str, entries: int, *, whole: bool) -> dict[str, float]:
    store = open_store(target, alone=False)
    begun = process_time()
    report = await verify(store, _COMMUNITY, logs=[read_signer(key).verifier], whole=whole)
    taken = process_time() - begun
    await store.close()
    assert not report.problems, report.problems[0].say()
    assert report.looked["entries"] == entries
    return {"seconds": taken, "peak MB": peak_memory()}


async def _begun(target: str) -> Store:
    store = open_store(target)
    await migrate(store)
    async with store.writing() as tx:
        await tx.execute(insert(communities), [{"id": _COMMUNITY, "added_at": _START}])
        await begin_ledger(tx, _COMMUNITY, _ORIGIN, _START)
    return store


def _made(count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[Draft]]]:
    """Yield decisions, each with an action that was confirmed, and their entries."""
    for _ in range(count):
        decision, account, action = new_id(), new_id(), new_id()
        yield (
            {
                "id": decision, "community": _COMMUNITY, "account": account, "actor": "{}", "rules": "[]",
                "outcomes": "[]", "mode": "live", "policy": _POLICY, "severity": 3, "at": _START,
            },
            {
                "id": action, "community": _COMMUNITY, "connection": "local/made", "key": f"delete:{action}",
                "kind": "delete", "target": f"message:{account}", "severity": 3, "decision": decision,
                "state": "confirmed", "due_at": _START, "planned_at": _START,
            },
            [
                _decision(decision, account, action),
                Draft(
                    kind=EntryKind.ACTION,
                    actor=_WHO,
                    policy=_POLICY,
                    action=action,
                    details={"outcome": "confirmed", "reason": "", "attempts": 1},
                ),
            ],
        )  # fmt: skip


def _decision(decision: str, account: str, action: str, *, sealed: bool = False) -> Draft:
    value = Private(
        field="details.evidence", account=account, value="words that were said", retention=Retention.EVIDENCE
    )
    return Draft(
        kind=EntryKind.DECISION,
        actor=_WHO,
        policy=_POLICY,
        details={
            "decision": decision,
            "account": account,
            "mode": "live",
            "severity": 3,
            "rules": ["respect/slurs"],
            "outcomes": [{"kind": "delete"}],
            "actions": [{"id": action, "kind": "delete", "target": f"message:{account}"}],
        },
        private=(value,) if sealed else (),
    )
