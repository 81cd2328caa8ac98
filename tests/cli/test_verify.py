"""`locum verify` and `locum prove` as whole programs: exit status and words, in both languages."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from adapters.keyfile import KeyFile, open_key_file
from bot.cli.main import main
from bot.domain.actor import automation
from bot.domain.retention import Retention
from bot.ledger import offline
from bot.services import rotating
from bot.services.ledger.checkpointing import sign_due
from bot.services.ledger.logs import signers
from bot.services.record import Draft, Private, record
from bot.store.engine import Store, open_store
from bot.store.ledger import signing
from bot.store.tables import ledger_entries
from tests.fakes.clock import FakeClock
from tests.services.ledgers import COMMUNITY, NOON, ORIGIN, begun, drafts, unprotect


class Desk:
    """A folder with a database, its key file, and a way to run the program in it."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database
        self.keys: KeyFile = open_key_file(folder / "keys.json", FakeClock(NOON), rotating.new_signing_key, make=True)

    def run(self, *arguments: str, language: str = "en", keys: bool = True) -> tuple[int, str]:
        """Return exit status and everything said."""
        where = ["--database", self.database, *(["--keys", str(self.folder / "keys.json")] if keys else [])]
        # the program that the command line starts, without starting Python anew each time
        done = CliRunner().invoke(main, ["--language", language, *arguments, *where], env={"LOCUM_DATABASE": None})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    def file(self, name: str) -> str:
        """Return the path of a file of this desk."""
        return str(self.folder / name)

    @property
    def log(self) -> str:
        """Return the ledger's public key line."""
        return str(signers(self.keys, ORIGIN)[0].verifier)


async def fill(desk: Desk, *, whole: bool = True) -> None:
    """Make a signed ledger of nine entries, the last with a personal value."""
    store = open_store(desk.database)
    await begun(store)
    value = Private(field="details.evidence", account="a1", value="Schönes Wort", retention=Retention.EVIDENCE)
    async with store.writing() as tx:
        private = Draft(kind="rule_failed", actor=automation("x"), private=(value,))
        await record(tx, desk.keys, COMMUNITY, NOON, [*drafts(8), private])
    await sign_due(store, desk.keys, FakeClock(NOON + timedelta(minutes=1)), COMMUNITY)
    await store.close()


async def alter(desk: Desk, work: Callable[[Store], Coroutine[Any, Any, Any]]) -> Any:
    store = open_store(desk.database)
    found = await work(store)
    await store.close()
    return found


async def tamper(store: Store) -> None:
    await unprotect(store)
    async with store.writing() as tx:
        await tx.execute(update(ledger_entries).where(ledger_entries.c.seq == 3).values(body=b"{}"))


async def newest(store: Store) -> bytes:
    async with store.reading() as tx:
        found = await signing.newest_checkpoint(tx, COMMUNITY)
    assert found is not None
    return found.note


@pytest.fixture
def desk(tmp_path: Path, database: str) -> Desk:
    return Desk(tmp_path, database)


async def test_a_ledger_that_holds_ends_with_zero_and_says_what_was_looked_at(desk: Desk) -> None:
    await fill(desk)
    status, said = await asyncio.to_thread(desk.run, "verify")
    assert (status, "holds: 9 entries, 16 nodes, 1 checkpoint" in said) == (0, True), said
    status, said = await asyncio.to_thread(lambda: desk.run("verify", language="de"))
    assert (status, "stimmt: 9 Einträge" in said) == (0, True), said


async def test_a_third_party_needs_the_public_key_alone(desk: Desk) -> None:
    await fill(desk)
    log = desk.log
    status, said = await asyncio.to_thread(lambda: desk.run("verify", "--log", log, keys=False))
    assert status == 0, said


async def test_what_does_not_hold_ends_with_one_and_is_named(desk: Desk) -> None:
    await fill(desk)
    await alter(desk, tamper)
    status, said = await asyncio.to_thread(desk.run, "verify")
    assert (status, "WRONG in harbour: entry 3 was altered" in said, "DOES NOT HOLD" in said) == (1, True, True), said


async def test_what_cannot_be_judged_ends_with_two(desk: Desk) -> None:
    await fill(desk)
    (desk.folder / "rubbish").write_text("no checkpoint", encoding="utf-8")
    for arguments in (
        ("verify", "--community", "nowhere"),
        ("verify", "--log", "no-key"),
        ("verify", "--against", desk.file("rubbish")),
        ("verify", "--witness-state", desk.file("rubbish")),
        ("prove", "99"),
        ("prove", "1", "--community", "nowhere"),
        ("prove", "1", "--opening", "details.rule"),
    ):
        status, said = await asyncio.to_thread(desk.run, *arguments)
        assert status == 2, (arguments, said)
    missing = Desk(desk.folder, str(desk.folder / "missing.sqlite"))
    status, said = await asyncio.to_thread(lambda: missing.run("verify", "--log", desk.log, keys=False))
    assert (status, (desk.folder / "missing.sqlite").exists()) == (2, False), said


async def test_a_checkpoint_that_somebody_kept_tells_of_a_restored_backup(desk: Desk) -> None:
    await fill(desk)
    (desk.folder / "kept").write_bytes(await alter(desk, newest))
    status, said = await asyncio.to_thread(desk.run, "verify", "--against", desk.file("kept"))
    assert status == 0, said
    kept = (desk.folder / "kept").read_text(encoding="utf-8").replace("\n9\n", "\n90\n")
    (desk.folder / "altered").write_text(kept, encoding="utf-8")
    status, said = await asyncio.to_thread(
        lambda: desk.run("verify", "--against", desk.file("altered"), "--log", desk.log)
    )
    assert (status, "false signature" in said) == (2, True), said

    async def shorten(store: Store) -> None:
        await unprotect(store)
        async with store.writing() as tx:
            await tx.execute(delete(ledger_entries).where(ledger_entries.c.seq >= 4))

    await alter(desk, shorten)
    status, said = await asyncio.to_thread(desk.run, "verify", "--against", desk.file("kept"))
    assert (status, "entries 4 to 8 are missing" in said) == (1, True), said


async def test_a_proof_that_somebody_was_given_tells_of_a_restored_backup_as_well(desk: Desk) -> None:
    await fill(desk)
    kept = desk.file("kept.tlog-proof")
    assert (await asyncio.to_thread(desk.run, "prove", "0", "--out", kept))[0] == 0
    status, said = await asyncio.to_thread(desk.run, "verify", "--against", kept)
    assert status == 0, said
    false = (desk.folder / "kept.tlog-proof").read_text(encoding="utf-8").replace("\n9\n", "\n90\n")
    (desk.folder / "false.tlog-proof").write_text(false, encoding="utf-8")
    arguments = ("verify", "--against", desk.file("false.tlog-proof"), "--log", desk.log)
    assert (await asyncio.to_thread(desk.run, *arguments))[0] == 2
    (desk.folder / "cut.tlog-proof").write_text(false[:30], encoding="utf-8")
    assert (await asyncio.to_thread(desk.run, "verify", "--against", desk.file("cut.tlog-proof")))[0] == 2

    async def shorten(store: Store) -> None:
        await unprotect(store)
        async with store.writing() as tx:
            await tx.execute(delete(ledger_entries).where(ledger_entries.c.seq >= 4))

    await alter(desk, shorten)
    status, said = await asyncio.to_thread(desk.run, "verify", "--against", kept)
    assert (status, "entries 4 to 8 are missing" in said) == (1, True), said


async def test_a_proof_and_its_opening_are_accepted_by_the_offline_verifier(desk: Desk) -> None:
    await fill(desk)
    arguments = ("prove", "8", "--opening", "details.evidence", "--out", desk.file("entry-8.tlog-proof"))
    status, said = await asyncio.to_thread(desk.run, *arguments)
    assert (status, "entry-8.tlog-proof" in said) == (0, True), said
    opening = desk.folder / "entry-8.details.evidence.opening.json"
    assert opening.stat().st_mode & 0o077 == 0
    command = ["entry-8.tlog-proof", "entry-8.json", "--log", desk.log, "--opening", opening.name]
    done = await asyncio.to_thread(
        lambda: subprocess.run(
            [sys.executable, "-I", "-S", offline.__file__, *command],
            cwd=desk.folder, capture_output=True, text=True, check=False,
        )
    )  # fmt: skip
    assert (done.returncode, "Schönes Wort" in done.stdout) == (0, True), done.stdout
