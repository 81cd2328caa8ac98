"""Brings a database to this version's schema; the only way in which tables come to be."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import migrations
from bot.store.engine import Store, Tx
from bot.store.errors import NewerSchemaError, OlderSchemaError

#: PostgreSQL: whoever migrates holds this lock, so that two starts don't migrate at once
_LOCK = 0x10C0


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


def _versions() -> list[str]:
    """Return every known version, the oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [step.revision for step in script.walk_revisions()][::-1]


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def migrate(store: Store) -> tuple[str | None, str]:
    """Return the versions before and after bringing the database to the newest schema, in one transaction.

    Whatever interrupts it leaves the older schema whole, and it can be run again. Raises NewerSchemaError.
    """
    async with store.writing() as tx:
        if not store.is_sqlite:
            await tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = await _checked(tx)
        newest = _versions()[-1]
        if before != newest:
            await tx.run_sync(_upgrade)
    return before, newest


async def check_schema(store: Store) -> None:
    """Refuse a database whose schema isn't this version's: NewerSchemaError or OlderSchemaError."""
    async with store.reading() as tx:
        if await _checked(tx) != _versions()[-1]:
            raise OlderSchemaError


async def _checked(tx: Tx) -> str | None:
    version = await tx.run_sync(_version)
    if version is not None and version not in _versions():
        raise NewerSchemaError
    return version


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
