"""Ledgers in a real database for tests: a community whose ledger has begun, and entries to fill it with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text

from bot.domain.actor import automation
from bot.domain.entry_kind import EntryKind
from bot.ledger.keys import Verifier
from bot.services.ledger.findings import Findings
from bot.services.ledger.logs import signers, verifiers
from bot.services.ledger.verifying import Report, verify
from bot.services.record import Draft, begin_ledger, record
from bot.store.engine import Store
from bot.store.tables import communities, ledger_entries, metadata
from tests.fakes.keys import FakeKeys

COMMUNITY = "harbour"
ORIGIN = "locum.example/harbour"
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)

__all__ = ["COMMUNITY", "NOON", "ORIGIN", "Findings", "begun", "bodies", "check", "drafts", "fill", "logs", "plain"]


async def begun(store: Store, community: str = COMMUNITY, origin: str = ORIGIN) -> None:
    """Make a community and begin its ledger."""
    async with store.writing() as tx:
        await tx.execute(insert(communities), [{"id": community, "added_at": NOON}])
        await begin_ledger(tx, community, origin, NOON)


def plain(number: int = 0, **details: Any) -> Draft:
    """Return an entry that no row of the domain has to answer for."""
    return Draft(kind=EntryKind.RULE_FAILED, actor=automation("respect/slurs"), details={"rule": str(number)} | details)


def drafts(count: int) -> list[Draft]:
    return [plain(number) for number in range(count)]


async def fill(store: Store, keys: FakeKeys, count: int, *, at: datetime = NOON, batch: int = 256) -> None:
    """Record so many entries, in transactions of `batch`."""
    made = drafts(count)
    for first in range(0, count, batch):
        async with store.writing() as tx:
            await record(tx, keys, COMMUNITY, at + timedelta(milliseconds=first), made[first : first + batch])


async def bodies(store: Store, community: str = COMMUNITY) -> Sequence[bytes]:
    async with store.reading() as tx:
        of = select(ledger_entries.c.body).where(ledger_entries.c.community == community)
        return (await tx.execute(of.order_by(ledger_entries.c.seq))).scalars().all()


def logs(keys: FakeKeys) -> list[Verifier]:
    return verifiers(signers(keys, ORIGIN))


async def check(store: Store, keys: FakeKeys, **more: Any) -> Report:
    return await verify(store, COMMUNITY, logs=more.pop("logs", logs(keys)), **more)


async def unprotect(store: Store) -> None:
    """Do what whoever owns the database can: switch off what protects the ledger."""
    async with store.writing() as tx:
        if store.is_sqlite:
            found = (await tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))).scalars().all()
            for name in found:
                await tx.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            for table in metadata.tables:
                await tx.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
