"""Brings a database to this version's schema; the only way in which tables come to be."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

import migrations
from bot.store.engine import Store, Tx
from bot.store.errors import NewerSchemaError, OlderSchemaError

#: PostgreSQL: whoever migrates holds this lock, so that two starts don't migrate at once
_LOCK = 0x10C0


#: where the steps are
_STEPS = Path(migrations.__file__).parent
#: where Alembic notes which step was the last
_NOTED = "alembic_version"


def _versions() -> list[str]:
    """Return every known version, the oldest first: the numbers that the steps' files begin with."""
    return sorted(step.name.partition("_")[0] for step in _STEPS.glob("versions/[0-9]*_*.py"))


def _version(connection: Connection) -> str | None:
    """Return the version of a database; None for an empty one. Alembic itself is only loaded to migrate."""
    if not inspect(connection).has_table(_NOTED):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


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
    from alembic import command  # noqa: PLC0415 - most starts find the newest schema, and need not wait for it
    from alembic.config import Config  # noqa: PLC0415 - likewise

    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
