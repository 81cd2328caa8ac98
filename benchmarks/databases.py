"""A new database of each kind for a case, and keys and a clock to use it with."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg

from adapters.keyfile.file import open_key_file
from bot.ports import Keys
from bot.services.record import begin_ledger
from bot.services.rotating import new_signing_key
from bot.store.communities import add_community
from bot.store.engine import Store, open_store
from bot.store.migrate import migrate

#: where PostgreSQL is looked for; trusted on loopback
POSTGRESQL = os.environ.get("LOCUM_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


class WallClock:
    """The time as the machine has it."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        return datetime.now(UTC)


class ChatClock:
    """The time at which the newest message was posted, however fast a day of chat is offered."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the time, UTC."""
        return self.at


@asynccontextmanager
async def new_store(kind: str, community: str) -> AsyncIterator[tuple[Store, Keys]]:
    """Open a migrated, empty database, `sqlite` or `postgresql`, with a community whose ledger has begun."""
    with TemporaryDirectory() as folder:
        keys = open_key_file(Path(folder, "keys.json"), WallClock(), new_signing_key, make=True)
        async with _database(kind, Path(folder)) as database:
            store = open_store(database)
            await migrate(store)
            async with store.writing() as tx:
                at = datetime.now(UTC)
                await add_community(tx, community, at)
                await begin_ledger(tx, community, f"locum.example/{community}", at)
            try:
                yield store, keys
            finally:
                await store.close()


@asynccontextmanager
async def _database(kind: str, folder: Path) -> AsyncIterator[str]:
    if kind == "sqlite":
        yield str(folder / "locum.sqlite")
        return
    name = f"locum_bench_{uuid4().hex}"
    server = await asyncpg.connect(POSTGRESQL)
    try:
        await server.execute(f'CREATE DATABASE "{name}"')
        yield f"{POSTGRESQL.rpartition('/')[0]}/{name}"
        await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await server.close()
