"""Keys change while everything that was stored under the older ones stays readable and verifiable."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.errors import LocumError
from bot.ledger import checkpoint
from bot.ledger.keys import read_signer, read_verifier
from bot.ports import Secret
from bot.services import rotating
from bot.services.ledger.checkpointing import sign_due
from bot.services.record import Draft, Private, record
from bot.services.rotating import (
    KeysDontFitError,
    StillWrappedError,
    TooSoonError,
    check_keys,
    check_signing,
    drop_old,
    new_signing_key,
    rewrap_all,
    rotate_signing,
    rotate_wrapping,
    wrapped_under,
)
from bot.services.subjects.exporting import export
from bot.store import tables
from bot.store.engine import Store
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.subjects.make import HARBOUR, MODERATOR, ORIGIN, begin, entries_of, member


async def test_every_subjects_key_moves_and_every_value_still_opens(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    members = [await member(store, keys) for _ in range(3)]
    done = await rotate_wrapping(store, keys, clock)
    assert done.subjects == 3
    assert await wrapped_under(store) == {keys.wrapping()[0].id: 3}
    for known in members:
        assert (await export(store, keys, clock, HARBOUR, known.ref)).bundle.said["texts"][0]["text"] == known.text


async def test_a_rotation_is_recorded_with_how_many_moved(store: Store) -> None:
    keys = FakeKeys()
    await begin(store)
    await member(store, keys)
    done = await rotate_wrapping(store, keys, FakeClock())
    (entry,) = await entries_of(store, EntryKind.KEYS_REWRAPPED)
    assert entry["details"] == {"key": done.key, "subjects": 1}


async def test_a_rotation_cut_short_goes_on_where_it_was(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    members = [await member(store, keys) for _ in range(5)]
    newest = keys.rotate_wrapping()

    class KilledError(Exception):
        pass

    class Killed:
        """A clock that is read once a batch: the second batch never comes to its end."""

        readings = 0

        def now(self) -> datetime:
            self.readings += 1
            if self.readings == 2:
                raise KilledError
            return START

    with pytest.raises(KilledError):
        await rewrap_all(store, keys, Killed(), 2)
    assert (await wrapped_under(store))[newest.id] == 2
    assert (await rewrap_all(store, keys, clock)).subjects == 3
    assert await wrapped_under(store) == {newest.id: 5}
    for known in members:
        assert (await export(store, keys, clock, HARBOUR, known.ref)).bundle.said["texts"]


async def test_an_older_key_is_dropped_only_when_nothing_stands_under_it(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    await member(store, keys)
    old, _ = keys.wrapping()[0], keys.rotate_wrapping()
    clock.move(timedelta(hours=1))
    with pytest.raises(StillWrappedError):
        await drop_old(store, keys, clock, old.id, START)
    await rewrap_all(store, keys, clock)
    await drop_old(store, keys, clock, old.id, START)
    assert old.id not in [secret.id for secret in keys.wrapping()]
    await check_keys(store, keys)


async def test_an_older_key_is_not_dropped_while_somebody_may_still_be_using_it(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    old, _ = keys.wrapping()[0], keys.rotate_wrapping()
    with pytest.raises(TooSoonError):
        await drop_old(store, keys, clock, old.id, START - timedelta(minutes=9))


async def test_values_stored_during_a_rotation_open_afterwards(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    known = await member(store, keys)

    async def more(number: int) -> None:
        async with store.writing() as tx:
            text = Private(
                field="details.evidence", account=known.account, value=f"more {number}", retention=Retention.EVIDENCE
            )
            await record(tx, keys, HARBOUR, START, [Draft(kind="decision", actor=MODERATOR, private=(text,))])

    await asyncio.gather(rotate_wrapping(store, keys, clock), *(more(number) for number in range(5)))
    said = (await export(store, keys, clock, HARBOUR, known.ref)).bundle.said
    assert {text["text"] for text in said["texts"]} == {known.text, *(f"more {number}" for number in range(5))}


async def test_a_program_with_somebody_elses_keys_refuses_to_start(store: Store) -> None:
    await begin(store)
    await check_keys(store, FakeKeys())
    await member(store, FakeKeys())
    others = FakeKeys()
    others.rotate_wrapping()
    others.drop_wrapping("w1")
    with pytest.raises(KeysDontFitError):
        await check_keys(store, others)


async def test_no_fresh_keys_are_made_for_a_database_that_needs_older_ones(store: Store) -> None:
    assert not await rotating.needs_older_keys(store)
    await begin(store)
    await member(store, FakeKeys())
    assert await rotating.needs_older_keys(store)


async def test_checkpoints_verify_under_the_old_and_the_new_signing_key(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    await member(store, keys)
    old = read_signer(keys.signing(ORIGIN)[0].value.decode()).verifier
    await sign_due(store, keys, clock, HARBOUR, at_once=True)
    await member(store, keys)
    made = await rotate_signing(store, keys, clock, HARBOUR)
    new = read_verifier(made.verifier)
    assert new != old
    async with store.reading() as tx:
        notes = list(
            await tx.scalars(select(tables.ledger_checkpoints.c.note).order_by(tables.ledger_checkpoints.c.size))
        )
    assert len(notes) == 2
    assert checkpoint.verify(notes[0], [old]).log == old
    assert checkpoint.verify(notes[1], [new]).log == new
    # whoever knows only the old key is led over by it
    assert checkpoint.verify(notes[1], [old]).log == old
    (entry,) = await entries_of(store, EntryKind.KEY_CHANGED)
    assert (entry["details"]["before"], entry["details"]["now"]) == (str(old), str(new))


async def test_a_community_without_a_ledger_has_no_signing_key_to_change(store: Store) -> None:
    with pytest.raises(LocumError):
        await rotate_signing(store, FakeKeys(), FakeClock(), "nowhere")


def test_a_new_signing_key_is_a_whole_line_that_names_its_ledger() -> None:
    made = new_signing_key(ORIGIN)
    assert isinstance(made, Secret)
    assert read_signer(made.value.decode()).name == ORIGIN
    assert made.value.decode() not in repr(made)


async def test_keys_of_which_none_signed_the_newest_checkpoint_are_strangers(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    await check_signing(store, {})
    await member(store, keys)
    await sign_due(store, keys, clock, HARBOUR, at_once=True)
    await check_signing(store, {ORIGIN: keys.signing(ORIGIN)})
    for strangers in ({}, {ORIGIN: FakeKeys().signing(ORIGIN)}, {"elsewhere": keys.signing(ORIGIN)}):
        with pytest.raises(KeysDontFitError):
            await check_signing(store, strangers)


async def test_a_key_that_was_changed_but_has_not_signed_yet_is_no_stranger(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock()
    await begin(store)
    await member(store, keys)
    await sign_due(store, keys, clock, HARBOUR, at_once=True)
    await rotate_signing(store, keys, clock, HARBOUR)
    await check_signing(store, {ORIGIN: keys.signing(ORIGIN)})
