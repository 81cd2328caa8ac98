"""What has reached the end of its time goes by itself, and what is still needed stays."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain.entry_kind import EntryKind
from bot.services.retention import RETAIN, Limits, retain_handler, retain_timer
from bot.services.subjects.holding import hold
from bot.services.timing import sweep
from bot.store import tables
from bot.store.accounts import generation
from bot.store.engine import Store
from bot.store.timers import set_timers
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.subjects.make import (
    HARBOUR,
    Known,
    action,
    begin,
    count,
    entries_of,
    member,
    put_seen,
    row,
    sanction,
)

DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))


async def run(store: Store, keys: FakeKeys, clock: FakeClock, limits: Limits | None = None, batch: int = 1_000) -> None:
    """Let the night's run happen, as many sweeps as it takes."""
    async with store.writing() as tx:
        await set_timers(tx, [retain_timer(HARBOUR, clock.now() - DAY)])
    handlers = {RETAIN: retain_handler(keys, limits or Limits(idle_on=EVERY_DAY), batch)}
    for _ in range(50):
        swept = await sweep(store, clock, handlers)
        assert not swept.failed
        if not swept.fired:
            return
        clock.move(timedelta(seconds=2))
    raise AssertionError("a run must end")


async def mark(store: Store, at: Any) -> None:
    async with store.writing() as tx:
        await tx.execute(update(tables.channels).values(mark=at, newest=at))


async def values_of(store: Store, known: Known) -> int:
    return await count(store, tables.sealed_values, tables.sealed_values.c.account == known.account)


@pytest.mark.parametrize(("days", "left"), [(182, 2), (183, 1), (729, 1), (730, 0)])
async def test_each_class_of_values_goes_at_its_own_time(store: Store, days: int, left: int) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    clock.move(days * DAY)
    await run(store, keys, clock)
    assert await values_of(store, known) == left


async def test_a_legal_hold_keeps_values_refs_and_judged_messages(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    kept, gone = await member(store, keys), await member(store, keys)
    await hold(store, keys, clock, HARBOUR, kept.ref, "AZ")
    clock.move(2_000 * DAY)
    await mark(store, clock.now())
    await run(store, keys, clock)
    assert (await values_of(store, kept), await values_of(store, gone)) == (2, 0)
    assert await count(store, tables.seen, tables.seen.c.account == kept.account) == 2
    assert (await row(store, tables.messages, kept.message)).message is not None
    assert (await row(store, tables.accounts, kept.account)).user is not None


@pytest.mark.parametrize(("days", "left"), [(13, 2), (15, 0)])
async def test_judged_messages_are_forgotten_after_two_weeks(store: Store, days: int, left: int) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    clock.move(days * DAY)
    await mark(store, clock.now())
    await run(store, keys, clock)
    assert await count(store, tables.seen, tables.seen.c.account == known.account) == left


async def test_what_windows_look_back_on_is_kept_as_long(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    await member(store, keys)
    clock.move(20 * DAY)
    await mark(store, clock.now())
    await run(store, keys, clock, Limits(windows=30 * DAY, idle_on=EVERY_DAY))
    assert await count(store, tables.seen) == 2


async def test_the_last_message_before_a_channels_mark_is_kept_however_old(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    async with store.writing() as tx:
        await put_seen(tx, known.account, "42", START)
    clock.move(300 * DAY)
    await run(store, keys, clock)
    # reading back starts at the mark: it would be judged anew
    assert await count(store, tables.seen) == 1
    assert await count(store, tables.seen, tables.seen.c.message == "42") == 1


@pytest.mark.parametrize(("state", "left"), [("open", 2), ("closed", 0), ("lost", 0)])
async def test_what_an_open_gap_may_read_back_is_kept(store: Store, state: str, left: int) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    await member(store, keys)
    async with store.writing() as tx:
        await tx.execute(
            insert(tables.gaps),
            {
                "id": "a" * 32, "channel": 1, "after": START - DAY, "until": START, "read_until": START - DAY,
                "cause": "restart", "state": state, "reason": "", "opened_at": START, "due_at": START, "attempts": 0,
            },
        )  # fmt: skip
    clock.move(30 * DAY)
    await mark(store, clock.now())
    await run(store, keys, clock)
    assert await count(store, tables.seen) == left


async def test_refs_of_messages_go_with_their_evidence_unless_something_is_to_be_done(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    gone, waits, asked = [await member(store, keys) for _ in range(3)]
    await action(store, waits, f"message:{waits.message}", "delete", "unknown")
    await action(store, asked, f"message:{asked.message}", "delete", "held")
    clock.move(184 * DAY)
    await run(store, keys, clock)
    refs = [(await row(store, tables.messages, known.message)).message for known in (gone, waits, asked)]
    assert refs == [None, waits.message_ref, asked.message_ref]


async def test_a_card_of_an_open_case_keeps_the_ref_of_what_shows_it(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    async with store.writing() as tx:
        await tx.execute(update(tables.cases).values(state="open"))
        await tx.execute(
            insert(tables.messages),
            {"id": "c" * 32, "community": HARBOUR, "channel": 1, "message": "777", "account": None, "at": START},
        )
        await tx.execute(
            insert(tables.cards),
            {
                "id": "d" * 32, "community": HARBOUR, "case": known.case, "channel": 1, "message": "c" * 32,
                "wanted": 1, "shown": 1,
            },
        )  # fmt: skip
    clock.move(184 * DAY)
    await run(store, keys, clock)
    assert (await row(store, tables.messages, "c" * 32)).message == "777"
    async with store.writing() as tx:
        await tx.execute(update(tables.cases).values(state="resolved"))
    clock.move(DAY)
    await run(store, keys, clock)
    assert (await row(store, tables.messages, "c" * 32)).message is None


async def test_somebody_of_whom_nothing_is_left_is_forgotten_and_processes_drop_what_they_remember(
    store: Store,
) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    gone = await member(store, keys)
    async with store.writing() as tx:
        before = await generation(tx, HARBOUR)
    clock.move(731 * DAY)
    await mark(store, clock.now())
    await run(store, keys, clock)
    # what was left of them goes in the first night, they themselves in the next
    clock.move(DAY)
    await run(store, keys, clock)
    assert (await row(store, tables.accounts, gone.account)).user is None
    assert await count(store, tables.subject_keys) == 0
    async with store.writing() as tx:
        assert await generation(tx, HARBOUR) != before


@pytest.mark.parametrize("kept_by", ["recent decision", "message", "ban", "standing", "action", "request", "case"])
async def test_whoever_something_still_refers_to_keeps_their_id(store: Store, kept_by: str) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    clock.move(731 * DAY)
    await mark(store, clock.now())
    await _refer(store, known, kept_by, clock)
    for _ in range(2):
        await run(store, keys, clock)
        clock.move(DAY)
    assert (await row(store, tables.accounts, known.account)).user is not None


async def _refer(store: Store, known: Known, how: str, clock: FakeClock) -> None:
    if how == "ban":
        await sanction(store, known)
        return
    if how == "action":
        await action(store, known, f"account:{known.account}")
        return
    async with store.writing() as tx:
        if how == "recent decision":
            await tx.execute(update(tables.decisions).values(at=clock.now()))
        elif how == "message":
            await put_seen(tx, known.account, "1", clock.now())
        elif how == "standing":
            held = {"account": known.account, "kind": "ban", "held": True, "until": None, "at": START}
            await tx.execute(insert(tables.standings), held)
        elif how == "case":
            await tx.execute(update(tables.cases).values(state="claimed"))
        else:
            await tx.execute(
                insert(tables.subject_requests),
                {
                    "id": "e" * 32, "community": HARBOUR, "account": known.account, "kind": "export", "state": "open",
                    "ground": "", "received_at": START, "due_at": START,
                },
            )  # fmt: skip


@pytest.mark.parametrize(("days", "there"), [(732, True), (733, False), (734, True)])
async def test_members_of_whom_nothing_is_left_are_looked_for_once_a_week(store: Store, days: int, there: bool) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    clock.move(731 * DAY)
    await mark(store, clock.now())
    await run(store, keys, clock, Limits())
    clock.jump((days - 731) * DAY)
    await run(store, keys, clock, Limits())
    assert ((await row(store, tables.accounts, known.account)).user is not None) is there


async def test_a_run_works_in_batches_and_writes_one_counted_entry(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    for _ in range(5):
        await member(store, keys)
    clock.move(184 * DAY)
    await mark(store, clock.now())
    await run(store, keys, clock, batch=2)
    (entry,) = await entries_of(store, EntryKind.RETENTION_ENDED)
    assert entry["details"] == {"values": {"evidence": 5}, "seen": 10, "messages": 5}
    assert entry["actor"] == {"kind": "scheduler", "who": "retain"}


async def test_a_run_that_was_killed_goes_on_and_counts_what_it_had_done(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    for _ in range(3):
        await member(store, keys)
    clock.move(184 * DAY)
    await mark(store, clock.now())
    async with store.writing() as tx:
        await set_timers(tx, [retain_timer(HARBOUR, clock.now() - DAY)])
    await sweep(store, clock, {RETAIN: retain_handler(keys, Limits(), 2)})
    # another process, hours later
    clock.move(timedelta(hours=5))
    await sweep(store, clock, {RETAIN: retain_handler(keys, Limits())})
    (entry,) = await entries_of(store, EntryKind.RETENTION_ENDED)
    assert entry["details"] == {"values": {"evidence": 3}, "seen": 6, "messages": 3}


async def test_a_night_with_nothing_to_do_writes_nothing_and_comes_again(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    await member(store, keys)
    before = await count(store, tables.ledger_entries)
    await run(store, keys, clock)
    assert await count(store, tables.ledger_entries) == before
    async with store.reading() as tx:
        timer = (await tx.execute(tables.timers.select().where(tables.timers.c.kind == RETAIN))).one()
    assert (timer.cron, json.loads(timer.details)) == ("17 2 * * *", {})
    assert clock.now() < timer.due_at <= clock.now() + DAY
