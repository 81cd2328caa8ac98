"""`locum report activity`: what was done, as an operator asks for it."""

import asyncio
import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.keyfile import KeyFile, open_key_file
from bot.cli.main import main
from bot.services.rotating import new_signing_key
from bot.store.engine import open_store
from tests.fakes.clock import START, FakeClock
from tests.services.subjects.make import HARBOUR, MODERATOR, begin, member

_DAYS = ("--since", f"{START:%Y-%m-%d}", "--until", f"{START:%Y-%m-%d}")


async def _filled(database: str, keys: KeyFile) -> None:
    store = open_store(database, alone=False)
    await begin(store)
    for _ in range(3):
        await member(store, keys, actor=MODERATOR)
    await member(store, keys)
    await store.close()


@pytest.fixture
def installation(database: str, tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "locum.keys.json"
    keys = open_key_file(path, FakeClock(START), new_signing_key, make=True)
    asyncio.run(_filled(database, keys))
    return {
        "LOCUM_DATABASE": database, "LOCUM_KEY_FILE": str(path), "LOCUM_POLICIES": str(tmp_path / "none"),
        "LOCUM_LANG": "en",
    }  # fmt: skip


def run(installation: dict[str, str], *words: str, days: tuple[str, ...] = _DAYS, **environment: str) -> Result:
    return CliRunner(env=installation | environment).invoke(
        main, ["report", "activity", "--community", HARBOUR, *days, *words], prog_name="locum"
    )


def test_every_form_says_the_same(installation: dict[str, str]) -> None:
    lines = list(csv.DictReader(io.StringIO(run(installation, "--format", "csv").output, newline="")))
    said = json.loads(run(installation, "--format", "json").output)["rows"]
    assert lines == [{name: str(value) for name, value in row.items()} for row in said]
    closed = [row for row in said if row["deed"] == "verdict"]
    assert [(row["organisation"], row["person"], row["verdict"], row["count"]) for row in closed] == [
        ("nightwatch", "nw-17", "violation", 3)
    ]
    table = run(installation).output
    assert "nightwatch" in table
    assert "closed cases" in table


def test_the_table_speaks_german(installation: dict[str, str]) -> None:
    assert "Fälle abgeschlossen" in run(installation, LOCUM_LANG="de").output


def test_one_organisation_is_shown_alone(installation: dict[str, str]) -> None:
    said = json.loads(run(installation, "--format", "json", "--organisation", "nightwatch").output)["rows"]
    assert {row["organisation"] for row in said} == {"nightwatch"}
    assert run(installation, "--organisation", "faro").output == "Nothing was done in that time.\n"


def test_days_that_make_no_sense_are_said(installation: dict[str, str]) -> None:
    wrong = run(installation, days=("--since", "yesterday"))
    assert (wrong.exit_code, "YYYY-MM-DD" in wrong.output) == (2, True)
    before = f"{START - timedelta(days=1):%Y-%m-%d}"
    turned = run(installation, days=("--since", f"{START:%Y-%m-%d}", "--until", before))
    assert (turned.exit_code, "comes after the last" in turned.output) == (2, True)
