"""A whole ledger verified beside a running program: as `locum verify` does it, and without keeping anybody waiting."""

import asyncio
from functools import partial

from sqlalchemy import text

from bot.services.tracing.checking import Checking
from bot.store.engine import Store, open_store
from tests.stage.stage import Stage, set_stage


def beside(database: str) -> Checking:
    return Checking(partial(open_store, database, alone=False))


async def filled(store: Store) -> Stage:
    stage = await set_stage(store)
    for number in range(3):
        await stage.say("you blockhead", user=f"u{number}")
    return stage


async def test_a_sound_ledger_is_told_with_its_size_and_root(store: Store, database: str) -> None:
    stage = await filled(store)
    size = len(await stage.rows("ledger_entries"))
    found = await beside(database).verify("acme", [], [], "en")
    assert (found.sound, found.size, found.findings) == (True, size, ())
    assert len(found.root) == 16
    assert found.seconds > 0
    await stage.close()


async def test_a_row_that_somebody_removed_is_told_in_the_readers_language(store: Store, database: str) -> None:
    stage = await filled(store)
    async with store.writing() as tx:
        await tx.execute(text("DELETE FROM strikes"))
    english, german = [await beside(database).verify("acme", [], [], language) for language in ("en", "de")]
    assert not english.sound
    assert not german.sound
    assert any("strike" in one for one in english.findings)
    assert english.findings != german.findings
    await stage.close()


async def test_a_community_without_a_ledger_has_none_to_verify(database: str) -> None:
    found = await beside(database).verify("nowhere", [], [], "en")
    assert (found.sound, found.size) == (False, 0)


async def test_the_program_goes_on_while_a_ledger_is_verified(store: Store, database: str) -> None:
    stage = await filled(store)
    checking = asyncio.create_task(beside(database).verify("acme", [], [], "en"))
    turns = 0
    while not checking.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 1
    assert checking.result().sound
    await stage.close()
