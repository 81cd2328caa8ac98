"""What all tests share: how hypothesis searches, and a migrated database of each kind."""

import gc
import os
import shutil
import socket
import sys
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import settings
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.engine import Store, open_store
from bot.store.migrate import migrate
from tests.crash.telling import (  # noqa: F401 - hooks: pytest finds them here
    pytest_collection_modifyitems,
    pytest_sessionfinish,
    pytest_sessionstart,
)
from tests.statements import share_compiled
from tests.washing import Basin, shape_of

# how fast something is belongs to the benchmarks; a busy machine must not fail a law
# in CI the same examples are tried each time: new ones are looked for where somebody can look into them
settings.register_profile("locum", deadline=None, max_examples=100, derandomize=os.environ.get("CI") == "true")
settings.load_profile("locum")

if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    # nothing is written beside sources, as was asked; but dozens of programs are started here, each of which would
    # compile everything anew
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parents[1] / "out" / "bytecode")
    sys.dont_write_bytecode = False

#: where the tests look for PostgreSQL; trusted on loopback
POSTGRESQL = os.environ.get("LOCUM_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


def pytest_collection_finish() -> None:
    """Collect garbage seldom, and never look at what was imported again: that was a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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


async def _create(name: str, more: str = "") -> None:
    """Create a database that waits for no disk: processes are killed here, and never the server or the machine."""
    await _administer(f'CREATE DATABASE "{name}" {more}')
    await _administer(f'ALTER DATABASE "{name}" SET synchronous_commit = off')


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
    await _create(name)
    store = open_store(POSTGRESQL.rpartition("/")[0] + f"/{name}")
    await migrate(store)
    await store.close()
    yield name
    await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest_asyncio.fixture
async def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the path of a migrated, empty SQLite database."""
    return str(shutil.copy(sqlite_template, tmp_path / "locum.sqlite"))


@dataclass(kw_only=True)
class Pool:
    """Databases that are empty, and made like the template."""

    #: what they are copies of
    template: str
    #: a digest of how they were made
    shape: str
    #: those that nobody uses
    free: list[Basin] = field(default_factory=list)

    async def take(self) -> Basin:
        """Return an empty database."""
        if self.free:
            return self.free.pop()
        name = f"locum_{uuid4().hex}"
        await _create(name, f'TEMPLATE "{self.template}"')
        return Basin(address=_address(name), shape=self.shape)

    async def give_back(self, basin: Basin) -> None:
        """Wash a database for the next test, or throw it away where the test changed more than rows."""
        if await basin.wash():
            self.free.append(basin)
        else:
            await self.drop(basin)

    async def drop(self, basin: Basin) -> None:
        """Throw a database away."""
        await basin.close()
        await _administer(f'DROP DATABASE "{basin.address.rpartition("/")[2]}" WITH (FORCE)')


def _address(name: str) -> str:
    return POSTGRESQL.rpartition("/")[0] + f"/{name}"


@pytest_asyncio.fixture(scope="session")
async def postgresql_pool(postgresql_template: str) -> AsyncIterator[Pool]:
    """Return the pool from which tests take their databases."""
    pool = Pool(template=postgresql_template, shape=await shape_of(_address(postgresql_template)))
    yield pool
    for basin in pool.free:
        await pool.drop(basin)


@pytest_asyncio.fixture
async def basin(postgresql_pool: Pool) -> AsyncIterator[Basin]:
    """Return a migrated, empty PostgreSQL database."""
    taken = await postgresql_pool.take()
    yield taken
    await postgresql_pool.give_back(taken)


@pytest_asyncio.fixture(scope="module")
async def _shared_postgresql(postgresql_pool: Pool) -> AsyncIterator[Store]:
    taken = await postgresql_pool.take()
    yield taken.store()
    await postgresql_pool.give_back(taken)


@pytest_asyncio.fixture(scope="module")
async def _shared_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    copied = shutil.copy(sqlite_template, tmp_path_factory.mktemp("shared") / "locum.sqlite")
    opened = share_compiled(open_store(str(copied)))
    yield opened
    await opened.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_store(request: pytest.FixtureRequest) -> Store:
    """Return an open database of each kind that all tests of a module share: they look at what one of them made."""
    store: Store = request.getfixturevalue(f"_shared_{request.param}")
    return store


@pytest.fixture
def postgresql_database(basin: Basin) -> str:
    """Return the address of a migrated, empty PostgreSQL database."""
    return basin.address


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Return where a migrated, empty database is; every test that takes it runs on both kinds."""
    where: str = request.getfixturevalue(f"{request.param}_database")
    return where


@pytest_asyncio.fixture
async def store(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Store]:
    """Return an open, migrated, empty database of each kind."""
    if database.startswith("postgresql"):
        # stays open for the next test
        yield request.getfixturevalue("basin").store()
        return
    opened = share_compiled(open_store(database))
    yield opened
    await opened.close()
