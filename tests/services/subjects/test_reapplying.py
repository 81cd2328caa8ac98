"""A restored backup brings members back who were erased: the ledger, or a list kept apart, says whom to erase again."""

import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, update

from bot.services.subjects.erasing import erase, erased_accounts, reapply
from bot.services.subjects.holding import hold
from bot.store import tables
from bot.store.engine import Store, open_store
from bot.store.requests import RequestState
from bot.store.sweeping import Depth, sweep_files
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.subjects.make import HARBOUR, Known, begin, count, entries_of, member, row, sanction


async def _bring_back(store: Store, known: Known) -> None:
    """Put a member's id and key back, as an older copy of single tables would."""
    async with store.writing() as tx:
        back = update(tables.accounts).where(tables.accounts.c.id == known.account)
        await tx.execute(back.values(user=known.ref.user, erased_at=None))
        await tx.execute(
            insert(tables.subject_keys),
            {"account": known.account, "community": HARBOUR, "key_id": "w1", "wrapped": b"\1" * 60},
        )


async def test_who_came_back_is_erased_again_and_everybody_else_stays(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    gone, never, other = [await member(store, keys) for _ in range(3)]
    for known in (gone, never):
        await erase(store, keys, clock, HARBOUR, known.ref)
    await _bring_back(store, gone)
    assert await reapply(store, keys, clock, HARBOUR) == 1
    assert (await row(store, tables.accounts, gone.account)).user is None
    assert await count(store, tables.subject_keys, tables.subject_keys.c.account == gone.account) == 0
    assert (await row(store, tables.accounts, other.account)).user is not None
    assert (await entries_of(store, "erased"))[-1]["details"]["ground"] == "restored"


async def test_reapplying_where_nobody_came_back_changes_nothing(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    gone = await member(store, keys)
    await erase(store, keys, clock, HARBOUR, gone.ref)
    before = await count(store, tables.ledger_entries)
    assert await reapply(store, keys, clock, HARBOUR) == 0
    assert await count(store, tables.ledger_entries) == before


async def test_a_whole_file_restored_from_before_is_mended_by_the_list_that_was_kept(
    sqlite_database: str, tmp_path: Path
) -> None:
    keys, clock = FakeKeys(), FakeClock()
    store = open_store(sqlite_database)
    await begin(store)
    gone, banned = await member(store, keys), await member(store, keys)
    await sanction(store, banned, until=START + timedelta(days=9))
    await sweep_files(store, Depth.LIGHT)
    backup = shutil.copy(sqlite_database, tmp_path / "backup.sqlite")
    for known in (gone, banned):
        await erase(store, keys, clock, HARBOUR, known.ref)
    listed = await erased_accounts(store, HARBOUR)
    await store.close()
    restored = open_store(str(backup))
    # its own ledger is as old as the rest of it and knows of nothing
    assert await reapply(restored, keys, clock, HARBOUR) == 0
    assert (await row(restored, tables.accounts, gone.account)).user == gone.ref.user
    assert await reapply(restored, keys, clock, HARBOUR, listed) == 2
    assert (await row(restored, tables.accounts, gone.account)).user is None
    # what still needs an id is honoured as ever
    assert (await row(restored, tables.accounts, banned.account)).user == banned.ref.user
    assert await count(restored, tables.subject_keys) == 0
    await restored.close()


async def test_a_hold_in_the_restored_backup_is_honoured_and_shown(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    kept = await member(store, keys)
    await hold(store, keys, clock, HARBOUR, kept.ref, "AZ")
    await reapply(store, keys, clock, HARBOUR, [kept.account])
    assert (await row(store, tables.accounts, kept.account)).user is not None
    async with store.reading() as tx:
        states = list(
            await tx.scalars(tables.subject_requests.select().with_only_columns(tables.subject_requests.c.state))
        )
    assert states == [RequestState.HELD]


async def test_a_surrogate_that_nobody_has_is_passed_over(store: Store) -> None:
    await begin(store)
    assert await reapply(store, FakeKeys(), FakeClock(), HARBOUR, ["f" * 32]) == 0
