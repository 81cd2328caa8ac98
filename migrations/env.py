"""How Alembic runs here: inside the transaction that the caller opened, or on a database of a developer's own."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.engine import database_url
from bot.store.tables import metadata


def run(connection: Connection) -> None:
    """Run the steps on a connection; each database takes its whole migration back when it is interrupted."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_alone() -> None:
    """Open the database that alembic.ini names."""
    engine = create_async_engine(database_url(context.config.get_main_option("sqlalchemy.url") or ""))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_alone())
