"""How Alembic runs here: inside the transaction that the caller opened, or on a database of a developer's own."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from bot.store.engine import open_store
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
    store = open_store(context.config.get_main_option("sqlalchemy.url") or "")
    try:
        async with store.writing() as tx:
            await tx.run_sync(run)
    finally:
        await store.close()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_alone())
