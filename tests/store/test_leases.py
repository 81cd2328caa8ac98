"""What is owned has one owner, and whoever lost it can't commit."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.store.engine import Store, Tx, open_store
from bot.store.errors import OwnershipLostError
from bot.store.leases import Lease, free_all, give_up, hold, renew, take
from bot.store.tables import connections

AT = datetime(2026, 3, 1, tzinfo=UTC)


async def _take(store: Store, owner: str, seconds: float = 30) -> Lease | None:
    async with store.writing() as tx:
        return await take(tx, "intake:acme", owner, seconds)


async def _taken(store: Store, owner: str, seconds: float = 30) -> Lease:
    lease = await _take(store, owner, seconds)
    assert lease is not None
    return lease


async def _note(tx: Tx, name: str) -> None:
    await tx.execute(insert(connections).values(name=name, state="good", since=AT))


async def _noted(store: Store) -> list[str]:
    async with store.reading() as tx:
        return list((await tx.execute(select(connections.c.name).order_by("name"))).scalars())


async def test_what_nobody_owns_is_taken_for_the_time_asked(store: Store) -> None:
    lease = await _taken(store, "one", 30)
    assert (lease.name, lease.owner, lease.epoch) == ("intake:acme", "one", 1)
    assert timedelta(0) < lease.until - datetime.now(UTC) < timedelta(minutes=10)


async def test_what_another_one_owns_is_not_taken(store: Store) -> None:
    await _taken(store, "one")
    assert await _take(store, "two") is None


async def test_an_expired_lease_is_taken_with_the_next_epoch(store: Store) -> None:
    await _taken(store, "one", 0)
    assert (await _taken(store, "two")).epoch == 2


async def test_its_owner_takes_a_lease_again_within_the_same_epoch(store: Store) -> None:
    first = await _taken(store, "one", 30)
    again = await _taken(store, "one", 60)
    assert again.epoch == first.epoch
    assert again.until > first.until


async def test_renewing_gives_more_time_within_the_same_epoch(store: Store) -> None:
    lease = await _taken(store, "one", 0)
    async with store.writing() as tx:
        renewed = await renew(tx, lease, 60)
    assert renewed is not None
    assert renewed.epoch == lease.epoch
    assert renewed.until > lease.until
    assert await _take(store, "two") is None


async def test_a_lease_that_another_one_took_is_not_renewed(store: Store) -> None:
    lease = await _taken(store, "one", 0)
    await _taken(store, "two", 0)
    async with store.writing() as tx:
        assert await renew(tx, lease, 60) is None


async def test_a_lease_that_came_back_after_another_owner_is_not_the_old_one(store: Store) -> None:
    old = await _taken(store, "one", 0)
    await _taken(store, "two", 0)
    new = await _taken(store, "one")
    assert new.epoch == 3
    with pytest.raises(OwnershipLostError):
        async with store.writing() as tx:
            await hold(tx, old)
    async with store.writing() as tx:
        await hold(tx, new)


async def test_what_was_given_up_is_free_at_once_and_its_epochs_go_on(store: Store) -> None:
    lease = await _taken(store, "one", 3_600)
    async with store.writing() as tx:
        await give_up(tx, lease)
    with pytest.raises(OwnershipLostError):
        async with store.writing() as tx:
            await hold(tx, lease)
    assert (await _taken(store, "one")).epoch == 2


async def test_giving_up_what_another_one_took_changes_nothing(store: Store) -> None:
    lease = await _taken(store, "one", 0)
    other = await _taken(store, "two")
    async with store.writing() as tx:
        await give_up(tx, lease)
    async with store.writing() as tx:
        await hold(tx, other)


async def test_an_expired_lease_that_nobody_took_still_lets_its_owner_commit(store: Store) -> None:
    lease = await _taken(store, "one", 0)
    async with store.writing() as tx:
        await hold(tx, lease)
        await _note(tx, "kept")
    assert await _noted(store) == ["kept"]


async def _commit(store: Store, lease: Lease, noted: str) -> None:
    async with store.writing() as tx:
        await _note(tx, noted)
        await hold(tx, lease)


async def test_a_holder_whose_lease_expired_and_was_taken_stores_nothing(store: Store) -> None:
    lease = await _taken(store, "one", 0)
    await _taken(store, "two")
    with pytest.raises(OwnershipLostError):
        await _commit(store, lease, "lost")
    assert await _noted(store) == []


@pytest.mark.parametrize("before", ["nobody", "an expired owner"])
async def test_of_many_that_take_at_once_one_gets_it(database: str, before: str) -> None:
    stores = [open_store(database, alone=False) for _ in range(6)]
    if before != "nobody":
        await _taken(stores[0], "old", 0)
    taken = await asyncio.gather(*(_take(store, f"process {number}") for number, store in enumerate(stores)))
    got = [lease for lease in taken if lease is not None]
    for store in stores:
        await store.close()
    assert [lease.epoch for lease in got] == [1 if before == "nobody" else 2]


async def test_a_lease_held_in_an_open_transaction_is_taken_only_after_its_commit(postgresql_database: str) -> None:
    ours, theirs = open_store(postgresql_database), open_store(postgresql_database)
    lease = await _taken(ours, "one", 0)
    async with ours.writing() as tx:
        await hold(tx, lease)
        taking = asyncio.create_task(_take(theirs, "two"))
        await _until_someone_waits(ours)
        await _note(tx, "stored")
        assert not taking.done()
    assert (taken := await taking) is not None
    assert taken.epoch == 2
    assert await _noted(theirs) == ["stored"]
    for store in (ours, theirs):
        await store.close()


async def test_a_lease_being_taken_in_an_open_transaction_is_lost_to_whoever_holds_it(postgresql_database: str) -> None:
    ours, theirs = open_store(postgresql_database), open_store(postgresql_database)
    lease = await _taken(ours, "one", 0)
    async with theirs.writing() as tx:
        await take(tx, lease.name, "two", 30)
        committing = asyncio.create_task(_commit(ours, lease, "lost"))
        await _until_someone_waits(theirs)
    with pytest.raises(OwnershipLostError):
        await committing
    assert await _noted(theirs) == []
    for store in (ours, theirs):
        await store.close()


async def _until_someone_waits(store: Store) -> None:
    """Return when a transaction waits for another one's row lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(120):
        while True:
            async with store.reading() as tx:
                if (await tx.exec_driver_sql(waiting)).scalar_one():
                    return


async def test_whoever_surely_runs_alone_waits_for_no_run_before(store: Store) -> None:
    before = await _taken(store, "killed")
    assert await _take(store, "next") is None
    async with store.writing() as tx:
        await free_all(tx)
    after = await _taken(store, "next")
    assert after.epoch == before.epoch + 1
    with pytest.raises(OwnershipLostError):
        async with store.writing() as tx:
            await hold(tx, before)
