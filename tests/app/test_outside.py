"""What the settings name outside: a witness that cosigns, a receiver that is paged, and keys that must fit."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from adapters.keyfile import KeysFixedError, fresh_contents, open_key_file, write_contents
from bot.app.app import App
from bot.domain.message import AccountRef, PlatformName
from bot.ledger.keys import read_signer
from bot.services.rotating import KeysDontFitError, new_signing_key
from bot.services.subjects.exporting import export
from bot.settings import WitnessAt
from bot.store.accounts import add_accounts
from bot.store.engine import Store, open_store
from bot.store.tables import ledger_cosignatures, timers
from tests.app.house import Lines, policies, running, settings_of, until
from tests.fakes.clock import FakeClock
from tests.fakes.webhook import Webhooks
from tests.fakes.witness import LoopbackWitness

ORIGIN = "locum/acme"
AUTHOR = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="814220091188")


async def cosigned(store: Store) -> int:
    async with store.reading() as tx:
        found: int = (await tx.execute(select(func.count()).select_from(ledger_cosignatures))).scalar_one()
        return found


async def test_a_witness_of_the_settings_cosigns_what_the_program_signs(tmp_path: Path, database: str) -> None:
    keys = open_key_file(tmp_path / "keys.json", FakeClock(), new_signing_key, make=True)
    log = read_signer(keys.signing(ORIGIN)[0].value.decode()).verifier
    with LoopbackWitness(tmp_path, [log]) as witness:
        settled = (WitnessAt(key=str(witness.verifier), url=witness.url),)
        async with running(tmp_path, database):
            pass
        # signed at the first stop, cosigned in the second run
        async with running(tmp_path, database, witnesses=settled) as app:
            store = app.frame.store
            async with asyncio.timeout(120):
                while not await cosigned(store):  # noqa: ASYNC110 - the witness's answer has no event here
                    await asyncio.sleep(0.05)
        assert witness.memory.known()[ORIGIN].state.size > 0
        assert witness.refusals == []


async def test_a_request_that_is_late_reaches_the_receiver_of_the_settings_in_words(
    tmp_path: Path, database: str
) -> None:
    lines = Lines()
    with Webhooks() as receiver:
        settled: dict[str, Any] = {"pager_webhook": receiver.url, "pager_secret": SecretStr("s3cret")}
        async with running(tmp_path, database, lines=lines, **settled) as app:
            frame = app.frame
            async with frame.store.writing() as tx:
                await add_accounts(tx, "acme", [AUTHOR], frame.clock.now())
            long_ago = datetime.now(UTC) - timedelta(days=40)
            asked = await export(frame.store, frame.keys, frame.clock, "acme", AUTHOR, long_ago)
            await until(lambda: receiver.got)
        page = json.loads(receiver.got[0].body)
        assert asked.request.id in page["text"]
        assert "month is over" in page["text"]
        assert "locum-signature" in receiver.got[0].headers
    assert AUTHOR.user not in page["text"]
    assert "s3cret" not in lines.text
    store = open_store(database, alone=False)
    async with store.reading() as tx:
        assert "request_due" not in set(await tx.scalars(select(timers.c.kind)))
    await store.close()


async def test_keys_of_another_installation_do_not_start_it_and_stay_as_they_are(tmp_path: Path, database: str) -> None:
    async with running(tmp_path, database):
        pass
    file = tmp_path / "keys.json"
    file.unlink()
    open_key_file(file, FakeClock(), new_signing_key, make=True)
    strange = file.read_bytes()
    with pytest.raises(KeysDontFitError):
        await App(settings_of(tmp_path, database), Lines().tell).start()
    assert file.read_bytes() == strange


async def test_given_keys_that_can_not_sign_a_ledger_do_not_start_it(tmp_path: Path, sqlite_database: str) -> None:
    policies(tmp_path)
    made = fresh_contents(new_signing_key, [ORIGIN], datetime.now(UTC))
    for contents, starts in ((replace(made, signing={}), False), (made, True)):
        settings = settings_of(tmp_path, sqlite_database, keys=SecretStr(write_contents(contents)))
        app = App(settings, Lines().tell)
        if starts:
            await app.start()
            assert await app.stop()
        else:
            with pytest.raises(KeysFixedError):
                await app.start()
