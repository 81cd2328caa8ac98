"""A member asks what is stored about them, then to be forgotten; the operator answers, and the proofs stay valid."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from adapters.keyfile import KeyFile, open_key_file
from bot.cli.main import main
from bot.services.ledger.checkpointing import sign_due
from bot.services.rotating import new_signing_key
from bot.store.cards import CardRow, want_cards
from bot.store.columns import new_id
from bot.store.engine import Store, open_store
from tests.fakes.clock import FakeClock
from tests.services.subjects.make import HARBOUR, LOBBY, ORIGIN, Known, begin, member, sanction

_T = TypeVar("_T")
#: so that what the commands do by the real clock lies after what was stored
_NOW = datetime.now(UTC) - timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A database with its key file, as an operator has them."""

    database: str
    key_file: Path
    keys: KeyFile

    def run(self, *words: str, language: str = "en") -> Result:
        """Type a command at this installation."""
        environment = {
            "LOCUM_DATABASE": self.database, "LOCUM_KEY_FILE": str(self.key_file), "LOCUM_LANG": language
        }  # fmt: skip
        return CliRunner(env=environment).invoke(main, list(words), prog_name="locum")

    def subject(self, command: str, known: Known, *words: str, language: str = "en") -> Result:
        account = f"discord/4100/{known.ref.user}"
        return self.run("subject", command, "--community", HARBOUR, "--account", account, *words, language=language)

    def work(self, work: Callable[[Store], Awaitable[_T]]) -> _T:
        """Do something in the database as the program would."""

        async def opened() -> _T:
            store = open_store(self.database, alone=False)
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(opened())

    def known(self) -> Known:
        return self.work(lambda store: member(store, self.keys, at=_NOW, text="nobody wants you here <@111>"))


async def hang_card(store: Store, known: Known) -> None:
    async with store.writing() as tx:
        card = CardRow(id=new_id(), subject=known.case, case=known.case, stream=LOBBY)
        await want_cards(tx, HARBOUR, [card], _NOW)


@pytest.fixture
def installation(database: str, tmp_path: Path) -> Installation:
    path = tmp_path / "locum.keys.json"
    made = Installation(
        database=database, key_file=path, keys=open_key_file(path, FakeClock(_NOW), new_signing_key, make=True)
    )
    made.work(lambda store: begin(store, _NOW))
    return made


def test_a_member_gets_their_copy_and_is_forgotten_and_the_ledger_still_verifies(
    installation: Installation, tmp_path: Path
) -> None:
    known = installation.known()
    installation.work(lambda store: hang_card(store, known))
    installation.work(lambda store: sign_due(store, installation.keys, FakeClock(_NOW), HARBOUR, at_once=True))
    out = tmp_path / "copy.json"
    handed = installation.subject("export", known, "--out", str(out), "--language", "de")
    assert handed.exit_code == 0
    said = json.loads(out.read_text())
    assert said["texts"][0]["text"] == "nobody wants you here @…"
    text = out.with_name("copy.json.txt")
    assert "Deine eigenen Texte" in text.read_text()
    assert {file.stat().st_mode & 0o777 for file in (out, text)} == {0o600}

    erased = installation.subject("erase", known)
    assert erased.exit_code == 0, erased.output
    assert "Erased: 2 texts" in erased.output
    assert "hold nothing of it any more" in erased.output
    again = installation.subject("erase", known)
    assert (again.exit_code, again.output) == (2, "Nothing is stored about this account in harbour.\n")
    assert installation.subject("export", known).exit_code == 2

    listed = installation.run("subject", "requests", "--community", HARBOUR)
    assert listed.output.count("answered on") == 2
    assert known.ref.user not in listed.output
    verified = installation.run("verify")
    assert verified.exit_code == 0, verified.output


def test_a_banned_member_keeps_an_id_and_the_operator_sees_it_pending(installation: Installation) -> None:
    known = installation.known()
    installation.work(lambda store: sanction(store, known, until=_NOW + timedelta(days=3)))
    erased = installation.subject("erase", known, "--received", f"{_NOW - timedelta(days=40):%Y-%m-%d}")
    assert "still needed: 1 sanctions" in erased.output
    pending = installation.run("subject", "pending", "--community", HARBOUR, language="de")
    assert pending.exit_code == 1
    assert "bis auf die Kennung" in pending.output
    assert "überfällig" in pending.output


def test_a_legal_hold_wins_until_it_is_released(installation: Installation) -> None:
    known = installation.known()
    assert installation.subject("hold", known, "--reference", "AZ 12/26").exit_code == 0
    assert "AZ 12/26" in installation.subject("erase", known).output
    assert "AZ 12/26" in installation.run("subject", "holds", "--community", HARBOUR).output
    twice = installation.subject("hold", known, "--reference", "AZ 12/26", language="de")
    assert (twice.exit_code, twice.output) == (2, "Auf diesem Konto liegt schon eine Anordnung mit diesem Zeichen.\n")
    assert installation.subject("release", known, "--reference", "AZ 12/26").exit_code == 0
    assert "No legal holds." in installation.run("subject", "holds", "--community", HARBOUR).output
    assert "Erased" in installation.subject("erase", known, "--sweep", "light").output


def test_the_list_of_the_erased_holds_surrogates_and_can_be_applied_again(
    installation: Installation, tmp_path: Path
) -> None:
    known = installation.known()
    installation.subject("erase", known)
    listed = installation.run("subject", "erased", "--community", HARBOUR).output
    assert listed == f"{known.account}\n"
    kept = tmp_path / "erased.txt"
    kept.write_text(listed)
    again = installation.run("subject", "reapply", "--community", HARBOUR, "--from", str(kept))
    assert again.output.startswith("0 members")
    kept.write_text("discord/4100/5")
    assert installation.run("subject", "reapply", "--community", HARBOUR, "--from", str(kept)).exit_code == 2


def test_keys_are_shown_and_changed_and_none_is_ever_printed(installation: Installation) -> None:
    known = installation.known()
    installation.keys.signing(ORIGIN)
    shown = installation.run("keys", "show")
    assert "1 subject" in shown.output
    assert installation.run("keys", "rotate", "wrapping").exit_code == 0
    line = installation.run("keys", "rotate", "signing", "--community", HARBOUR)
    assert line.output.startswith(f"{ORIGIN}+")
    early = installation.run("keys", "drop-old", language="de")
    assert (early.exit_code, "zehn Minuten" in early.output) == (2, True)
    assert installation.run("keys", "rewrap").output.startswith("0 subjects")
    assert json.loads(installation.subject("export", known, "--json").output)["texts"]
    assert installation.run("verify").exit_code == 0
    printed = shown.output + line.output + installation.run("keys", "show").output
    for key in (*installation.keys.contents.wrapping, installation.keys.contents.digests):
        assert key.value.hex() not in printed
    assert "PRIVATE" not in printed


def test_an_older_key_leaves_the_file_once_nothing_stands_under_it(installation: Installation) -> None:
    installation.known()
    old = installation.keys.wrapping()[0]
    # a key from half an hour ago, by the clock of whoever made it
    installation.keys.rotate_wrapping()
    refused = installation.run("keys", "drop-old")
    assert (refused.exit_code, "rewrap" in refused.output) == (2, True)
    installation.run("keys", "rewrap")
    assert old.id in installation.run("keys", "drop-old").output
    assert old.id not in installation.key_file.read_text()


def test_what_is_missing_or_misspelt_is_said_and_nothing_is_made(installation: Installation, tmp_path: Path) -> None:
    known = installation.known()
    for account in ("discord/5", "nowhere/1/2", "discord//5", "discord/1/", "5"):
        wrong = installation.run("subject", "erase", "--community", HARBOUR, "--account", account)
        assert wrong.exit_code == 2
    assert installation.subject("export", known, "--received", "2099-01-01").exit_code == 2
    missing = tmp_path / "none.json"
    lost = installation.subject("export", known, "--keys", str(missing))
    assert (lost.exit_code, "backup" in lost.output) == (2, True)
    assert not missing.exists()
    nowhere = installation.subject("export", known, "--database", str(tmp_path / "none.sqlite"))
    assert (nowhere.exit_code, "locum migrate" in nowhere.output) == (2, True)
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize("command", ["pending", "requests", "holds", "erased", "reapply"])
@pytest.mark.parametrize(("language", "said"), [("en", "misspelt"), ("de", "falsch geschrieben")])
def test_a_community_that_nobody_knows_is_no_community_without_requests(
    installation: Installation, command: str, language: str, said: str
) -> None:
    wrong = installation.run("subject", command, "--community", "harbor", language=language)
    assert (wrong.exit_code, said in wrong.output) == (2, True)


@pytest.mark.parametrize(("language", "said"), [("en", "no keys yet"), ("de", "noch keine Schlüssel")])
def test_where_nothing_ran_yet_nobody_is_sent_to_look_for_a_backup(
    database: str, tmp_path: Path, language: str, said: str
) -> None:
    environment = {"LOCUM_DATABASE": database, "LOCUM_KEY_FILE": str(tmp_path / "none.json"), "LOCUM_LANG": language}
    for command in (["verify"], ["keys", "show"], ["prove", "0"]):
        shown = CliRunner(env=environment).invoke(main, command, prog_name="locum")
        assert (shown.exit_code, said in shown.output) == (2, True)
    assert list(tmp_path.glob("none.json*")) == []


@pytest.mark.parametrize(("language", "said"), [("en", "too large"), ("de", "zu groß")])
def test_a_wrong_setting_is_said_and_never_taken_for_a_verdict(
    installation: Installation, language: str, said: str
) -> None:
    environment = {"LOCUM_QUEUE": "1", "LOCUM_DATABASE": installation.database, "LOCUM_LANG": language}
    for command in (["verify"], ["keys", "show"], ["prove", "0"], ["subject", "pending", "--community", HARBOUR]):
        shown = CliRunner(env=environment).invoke(main, command, prog_name="locum")
        assert (shown.exit_code, "LOCUM_QUEUE" in shown.output, said in shown.output) == (2, True, True)


def test_a_copy_that_can_not_be_written_leaves_the_request_open(installation: Installation, tmp_path: Path) -> None:
    known = installation.known()
    failed = installation.subject("export", known, "--out", str(tmp_path / "no" / "such" / "folder.json"))
    assert failed.exit_code == 2
    assert "open" in installation.run("subject", "pending", "--community", HARBOUR).output


def test_fresh_keys_for_a_secret_store_serve_from_the_environment(database: str, tmp_path: Path) -> None:
    made = CliRunner().invoke(main, ["keys", "new", "--origin", ORIGIN], prog_name="locum")
    assert made.exit_code == 0
    environment = {"LOCUM_DATABASE": database, "LOCUM_KEYS": made.output}
    shown = CliRunner(env=environment).invoke(main, ["keys", "show"], prog_name="locum")
    assert (shown.exit_code, ORIGIN in shown.output) == (0, True)
    fixed = CliRunner(env=environment).invoke(main, ["keys", "rotate", "wrapping"], prog_name="locum")
    assert (fixed.exit_code, "given as a text" in fixed.output) == (2, True)
