"""The month within which a request is answered, and who hears of it in time."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.cards.page import page_text
from bot.domain.entry_kind import EntryKind
from bot.i18n import LANGUAGES
from bot.services.subjects.erasing import erase
from bot.services.subjects.exporting import export, handed_out
from bot.services.subjects.holding import hold
from bot.services.subjects.requests import REQUEST_DUE, a_month_after, list_requests, request_due_handler
from bot.services.timing import sweep
from bot.store import tables
from bot.store.engine import Store
from bot.store.requests import RequestState, count_requests
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.subjects.make import HARBOUR, begin, count, entries_of, member, row


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_month_ends_on_the_same_day_or_the_last_one_there_is() -> None:
    table = {
        "2026-03-03T12:00": "2026-04-03T12:00",
        "2026-01-31": "2026-02-28",
        "2028-01-30": "2028-02-29",
        "2026-12-31T23:59": "2027-01-31T23:59",
        "2026-10-31": "2026-11-30",
    }
    assert {start: a_month_after(_day(start)) for start in table} == {start: _day(end) for start, end in table.items()}


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it so
def test_a_month_is_28_to_31_days(at: datetime) -> None:
    assert timedelta(days=28) <= a_month_after(at) - at <= timedelta(days=31)


async def test_the_clock_runs_from_the_day_the_request_came_in(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    kept = await member(store, keys)
    await hold(store, keys, clock, HARBOUR, kept.ref, "AZ")
    received = START - timedelta(days=20)
    erased = await erase(store, keys, clock, HARBOUR, kept.ref, "requested", received)
    assert erased.request.due_at == a_month_after(received)


async def test_requests_are_listed_with_the_days_left_the_most_urgent_first(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    one, other = await member(store, keys), await member(store, keys)
    await export(store, keys, clock, HARBOUR, one.ref)
    await export(store, keys, clock, HARBOUR, other.ref, START - timedelta(days=40))
    listed = await list_requests(store, HARBOUR, clock.now(), pending=True)
    assert [(clocked.days, clocked.late) for clocked in listed] == [(-9, True), (31, False)]
    async with store.reading() as tx:
        assert await count_requests(tx, clock.now()) == (2, 1)


async def test_an_answered_request_is_never_late_and_no_longer_pending(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    exported = await export(store, keys, clock, HARBOUR, known.ref)
    await handed_out(store, clock, exported)
    clock.move(timedelta(days=90))
    assert await list_requests(store, HARBOUR, clock.now(), pending=True) == []
    (listed,) = await list_requests(store, HARBOUR, clock.now(), pending=False)
    assert (listed.late, listed.request.state) == (False, RequestState.DONE)
    assert await count(store, tables.timers, tables.timers.c.kind == REQUEST_DUE) == 0


async def test_staff_are_paged_a_week_before_and_when_it_is_due_and_never_again(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    handlers = {REQUEST_DUE: request_due_handler(keys)}
    await begin(store)
    known = await member(store, keys)
    asked = (await export(store, keys, clock, HARBOUR, known.ref)).request
    keys_seen = []
    for days in (23, 1, 6, 1, 30):
        clock.move(timedelta(days=days))
        await sweep(store, clock, handlers)
        async with store.reading() as tx:
            keys_seen.append(sorted(await tx.scalars(tables.actions.select().with_only_columns(tables.actions.c.key))))
    soon, late = f"page:subject_request_soon:{asked.id}", f"page:subject_request_late:{asked.id}"
    assert keys_seen == [[], [soon], [soon], [late, soon], [late, soon]]
    assert len(await entries_of(store, EntryKind.PLANNED)) == 2
    planned = await entries_of(store, EntryKind.PLANNED)
    page = await row(store, tables.actions, planned[0]["details"]["actions"][0]["id"])
    assert (page.connection, page.kind) == ("pager", "page")
    for surrogate in (entry["details"]["actions"][0]["id"] for entry in planned):
        details = json.loads((await row(store, tables.actions, surrogate)).details)
        for language in LANGUAGES:
            said = page_text(details, language)
            # in words of its own: nobody is to guess from a code what is due
            assert "locum subject pending" in said
            assert asked.id in said
            assert str(details["about"]) not in said


async def test_nobody_is_paged_for_what_was_answered_in_time(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)
    await erase(store, keys, clock, HARBOUR, known.ref)
    clock.move(timedelta(days=60))
    await sweep(store, clock, {REQUEST_DUE: request_due_handler(keys)})
    assert await count(store, tables.actions) == 0
