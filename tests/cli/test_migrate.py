"""`locum migrate` says what it did, and what stands in its way, in both languages."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.cli.main import main
from bot.cli.store_errors import told
from bot.i18n import LANGUAGES, catalogue
from bot.store import errors
from bot.store.engine import open_store
from bot.store.errors import StoreError, UnavailableError

_OWN = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, StoreError)]


def _run(*arguments: str, language: str = "en", database: str = "") -> tuple[int, str]:
    environment = {"LOCUM_LANG": language, "LOCUM_DATABASE": database}
    result = CliRunner(env=environment).invoke(main, ["migrate", *arguments], prog_name="locum")
    return result.exit_code, result.output


def test_a_database_is_made_and_then_left_as_it_is(tmp_path: Path) -> None:
    database = str(tmp_path / "data" / "locum.sqlite")
    assert _run("--database", database) == (0, "The database is made, at version 0010.\n")
    assert _run("--database", database) == (0, "The database is at version 0010 already.\n")
    assert _run("--database", database, language="de") == (0, "Die Datenbank ist schon in Version 0010.\n")


def test_a_new_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = tmp_path / "data" / "locum.sqlite"
    assert _run(database=str(made))[0] == 0
    assert made.stat().st_mode & 0o077 == 0


def test_the_environment_names_the_database(tmp_path: Path) -> None:
    database = tmp_path / "locum.sqlite"
    assert _run(database=str(database))[0] == 0
    assert database.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_in_use_is_left_alone(sqlite_database: str, language: str) -> None:
    guard = open_store(sqlite_database).guard
    assert guard is not None
    status, output = _run("--database", sqlite_database, language=language)
    guard.release()
    assert (status, output.strip()) == (2, catalogue(language)["store.in_use"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("database", "error"),
    [("mysql://me:secret@127.0.0.1/x", "unknown_database"), ("postgresql://me:secret@127.0.0.1:1/x", "unavailable")],
)
def test_a_database_that_can_not_be_used_is_named_without_its_password(
    database: str, error: str, language: str
) -> None:
    status, output = _run("--database", database, language=language)
    assert status == 2
    assert output.startswith(catalogue(language)[f"store.{error}"])
    assert "secret" not in output


async def _administer(database: str, statement: str) -> None:
    store = open_store(database)
    async with store.writing() as tx:
        await tx.execute(text(statement))
    await store.close()


def test_a_role_is_told_that_it_may_run_the_program(postgresql_database: str) -> None:
    role = f"locum_{uuid4().hex}"
    asyncio.run(_administer(postgresql_database, f"CREATE ROLE {role} LOGIN"))
    status, output = _run("--database", postgresql_database, "--role", role)
    asyncio.run(_administer(postgresql_database, f"DROP OWNED BY {role}"))
    asyncio.run(_administer(postgresql_database, f"DROP ROLE {role}"))
    assert (status, output.splitlines()[-1]) == (0, f"The role {role} may run Locum.")


def test_a_role_is_refused_where_there_are_none(tmp_path: Path) -> None:
    status, output = _run("--database", str(tmp_path / "locum.sqlite"), "--role", "locum", language="de")
    assert status == 2
    assert output.startswith("Diese Rolle gibt es nicht")


@pytest.mark.parametrize("kind", _OWN, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_the_store_is_told_in_both_languages(kind: type[StoreError], language: str) -> None:
    assert told(kind(), language) in catalogue(language).values()


def test_what_only_the_error_knows_stands_behind() -> None:
    assert told(UnavailableError("database is locked"), "de").endswith(" [database is locked]")
