"""Rows that say what is to happen when."""

from datetime import datetime, timedelta

import pytest

from bot.store.engine import Store, open_store
from bot.store.errors import BadRecurrenceError
from bot.store.timers import (
    Timer,
    claim,
    drop_timer,
    due_kinds,
    keep_timers,
    put_off,
    recurring,
    set_timers,
    timers_seen,
    wake_dead,
)
from tests.fakes.clock import START

SECOND = timedelta(seconds=1)


def timer(subject: str = "s", *, kind: str = "expire", community: str = "acme", due_at: datetime = START) -> Timer:
    return Timer(kind=kind, community=community, subject=subject, due_at=due_at, details={"account": "a", "steps": [1]})


async def claimed(store: Store, now: datetime, *, kind: str = "expire", community: str = "acme") -> list[Timer]:
    async with store.writing() as tx:
        return await claim(tx, kind, community, now, limit=100)


async def put(store: Store, *wanted: Timer) -> None:
    async with store.writing() as tx:
        await set_timers(tx, wanted)


async def test_a_timer_is_claimed_when_it_is_due_as_it_was_set(store: Store) -> None:
    wanted = timer()
    await put(store, wanted)
    assert await claimed(store, START - SECOND) == []
    assert await claimed(store, START) == [wanted]
    assert await claimed(store, START) == []


async def test_a_claim_that_does_not_commit_leaves_the_timer(store: Store) -> None:
    await put(store, timer())

    async def claim_and_fail() -> None:
        async with store.writing() as tx:
            assert await claim(tx, "expire", "acme", START, limit=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await claim_and_fail()
    assert len(await claimed(store, START)) == 1


async def test_a_second_timer_on_the_same_subject_replaces_the_first(store: Store) -> None:
    await put(store, timer(), timer("other"))
    await put(store, timer(due_at=START + SECOND), timer(due_at=START + 2 * SECOND))
    assert [found.subject for found in await claimed(store, START + SECOND)] == ["other"]
    assert [found.due_at for found in await claimed(store, START + 2 * SECOND)] == [START + 2 * SECOND]


async def test_timers_of_the_whole_installation_are_one_a_kind_too(store: Store) -> None:
    for _ in range(2):
        await put(store, timer(subject="", community=""))
    assert len(await claimed(store, START, community="")) == 1


async def test_a_dropped_timer_is_gone_and_dropping_it_again_does_nothing(store: Store) -> None:
    await put(store, timer("kept"), timer("dropped"))
    for _ in range(2):
        async with store.writing() as tx:
            await drop_timer(tx, "expire", "acme", "dropped")
    assert [found.subject for found in await claimed(store, START)] == ["kept"]


async def test_the_oldest_are_claimed_first_and_no_more_than_asked_for(store: Store) -> None:
    await put(store, *(timer(str(number), due_at=START - number * SECOND) for number in range(5)))
    async with store.writing() as tx:
        assert [found.subject for found in await claim(tx, "expire", "acme", START, limit=2)] == ["4", "3"]
        assert [found.subject for found in await claim(tx, "expire", "acme", START, limit=9)] == ["2", "1", "0"]


async def test_a_recurring_timer_that_was_missed_for_days_fires_once_and_goes_on_from_now(store: Store) -> None:
    await put(store, recurring("digest", cron="0 9 * * *", zone="Europe/Berlin", after=START))
    due = START.replace(day=4, hour=8)
    assert await claimed(store, due - SECOND, kind="digest", community="") == []
    late = due + timedelta(days=3, hours=1)
    assert [found.due_at for found in await claimed(store, late, kind="digest", community="")] == [due]
    assert await claimed(store, late, kind="digest", community="") == []
    following = await claimed(store, due + timedelta(days=4), kind="digest", community="")
    assert [found.due_at for found in following] == [due + timedelta(days=4)]


async def test_a_recurring_timer_kept_at_a_start_still_fires_for_what_was_missed(store: Store) -> None:
    def daily(after: datetime, cron: str = "0 9 * * *") -> Timer:
        return recurring("digest", cron=cron, zone="UTC", after=after)

    restart = START + timedelta(days=2)
    for after in (START, restart):
        async with store.writing() as tx:
            await keep_timers(tx, [daily(after)])
    assert len(await claimed(store, restart, kind="digest", community="")) == 1
    async with store.writing() as tx:
        await keep_timers(tx, [daily(restart, "0 23 * * *")])
    found = await claimed(store, restart + timedelta(days=1), kind="digest", community="")
    assert [timer.due_at.hour for timer in found] == [23]


@pytest.mark.parametrize(("cron", "zone"), [("nonsense", "UTC"), ("0 9 * * *", "Nowhere"), ("0 9 * * *", None)])
async def test_a_recurrence_that_cannot_be_read_is_refused_when_it_is_set(
    store: Store, cron: str, zone: str | None
) -> None:
    wrong = Timer(kind="digest", community="acme", subject="", due_at=START, cron=cron, zone=zone)
    with pytest.raises(BadRecurrenceError):
        await put(store, timer(), wrong)
    async with store.reading() as tx:
        assert await due_kinds(tx, START + timedelta(days=365)) == []


async def test_kinds_that_are_due_come_with_the_longest_waiting_first(store: Store) -> None:
    await put(
        store,
        timer(),
        timer(kind="page", due_at=START - SECOND),
        timer("other", kind="page", due_at=START + SECOND),
        timer(community="other", due_at=START + SECOND),
    )
    async with store.reading() as tx:
        assert await due_kinds(tx, START) == [("page", "acme"), ("expire", "acme")]


async def test_what_failed_waits_and_what_was_given_up_is_seen_and_can_be_woken(store: Store) -> None:
    failing, dying = timer("failing"), timer("dying")
    await put(store, failing, dying)
    later = START + timedelta(minutes=1)
    async with store.writing() as tx:
        await put_off(tx, failing.id, attempts=0, wake_at=later, reason="ValueError", dead_at=None)
        await put_off(tx, dying.id, attempts=0, wake_at=later, reason="ValueError", dead_at=START)
    assert await claimed(store, START) == []
    async with store.reading() as tx:
        seen = await timers_seen(tx, later)
    assert (seen.late, seen.oldest, seen.failing, seen.dead) == (1, START, 1, 1)
    assert [(found.subject, found.attempts) for found in await claimed(store, later)] == [("failing", 1)]
    async with store.writing() as tx:
        assert await wake_dead(tx, later) == 1
    assert [(found.subject, found.attempts) for found in await claimed(store, later)] == [("dying", 0)]


async def test_putting_off_does_nothing_to_a_timer_that_was_set_anew_meanwhile(store: Store) -> None:
    old = timer()
    await put(store, old)
    await put(store, timer())
    async with store.writing() as tx:
        await put_off(tx, old.id, attempts=0, wake_at=START + SECOND, reason="ValueError", dead_at=START)
    assert len(await claimed(store, START)) == 1


async def test_what_one_process_is_firing_another_one_leaves_alone(postgresql_database: str) -> None:
    first, second = open_store(postgresql_database), open_store(postgresql_database)
    await put(first, timer("one"), timer("two", due_at=START + SECOND))
    async with first.writing() as tx:
        assert [found.subject for found in await claim(tx, "expire", "acme", START, limit=9)] == ["one"]
        assert [found.subject for found in await claimed(second, START + SECOND)] == ["two"]
    assert await claimed(second, START + SECOND) == []
    await first.close()
    await second.close()
