"""What all tests share: how hypothesis searches, and a migrated database of each kind."""

import os
import shutil
import socket
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import settings
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.engine import Store, open_store
from bot.store.migrate import migrate

# how fast something is belongs to the benchmarks; a busy machine must not fail a law
# in CI the same examples are tried each time: new ones are looked for where somebody can look into them
settings.register_profile("locum", deadline=None, max_examples=100, derandomize=os.environ.get("CI") == "true")
settings.load_profile("locum")

#: where the tests look for PostgreSQL; trusted on loopback
POSTGRESQL = os.environ.get("LOCUM_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


def postgresql_answers() -> bool:
    """Return whether a PostgreSQL listens on loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5432)) == 0


async def _administer(statement: str) -> None:
    engine = create_async_engine(POSTGRESQL.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(statement))
    await engine.dispose()


@pytest_asyncio.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated database file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "locum.sqlite"
    store = open_store(str(path))
    await migrate(store)
    await store.close()
    return path


@pytest_asyncio.fixture(scope="session")
async def postgresql_template() -> AsyncIterator[str]:
    """Return the name of a migrated database that tests clone; skip loudly where no PostgreSQL answers."""
    if not postgresql_answers():
        warnings.warn("no PostgreSQL on 127.0.0.1:5432: its tests are left out", stacklevel=1)
        pytest.skip("NO POSTGRESQL ON 127.0.0.1:5432")
    name = f"locum_{uuid4().hex}"
    await _administer(f'CREATE DATABASE "{name}"')
    store = open_store(POSTGRESQL.rpartition("/")[0] + f"/{name}")
    await migrate(store)
    await store.close()
    yield name
    await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest_asyncio.fixture
async def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the path of a migrated, empty SQLite database."""
    return str(shutil.copy(sqlite_template, tmp_path / "locum.sqlite"))


@pytest_asyncio.fixture
async def postgresql_database(postgresql_template: str) -> AsyncIterator[str]:
    """Return the address of a migrated, empty PostgreSQL database."""
    name = f"locum_{uuid4().hex}"
    await _administer(f'CREATE DATABASE "{name}" TEMPLATE "{postgresql_template}"')
    yield POSTGRESQL.rpartition("/")[0] + f"/{name}"
    await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Return where a migrated, empty database is; every test that takes it runs on both kinds."""
    where: str = request.getfixturevalue(f"{request.param}_database")
    return where


@pytest_asyncio.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """Return an open, migrated, empty database of each kind."""
    opened = open_store(database)
    yield opened
    await opened.close()
