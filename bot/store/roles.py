"""PostgreSQL: gives the role that runs the program what it needs, and nothing by which it could rewrite the record."""

from sqlalchemy import Connection, inspect, text

from bot.store.engine import Store
from bot.store.errors import UnfitRoleError, UnknownRoleError
from bot.store.tables import ledger_checkpoints, ledger_cosignatures, ledger_entries, ledger_nodes, metadata

#: rows are added and read, and nothing else
APPEND_ONLY = (ledger_entries, ledger_nodes, ledger_checkpoints, ledger_cosignatures)

_WHO = text("""
    SELECT role.rolsuper OR EXISTS (
        SELECT 1 FROM pg_class AS owned
        WHERE owned.relnamespace = CAST(current_schema() AS regnamespace)
        AND pg_has_role(role.oid, owned.relowner, 'MEMBER')
    ) FROM pg_roles AS role WHERE role.rolname = :role
""")


async def grant(store: Store, role: str) -> None:
    """Give a role of PostgreSQL the rights of a running program, and take all others on our tables from it.

    Raises UnknownRoleError, and UnfitRoleError for a role that could give itself any right.
    """
    if store.is_sqlite:
        raise UnknownRoleError
    async with store.writing() as tx:
        unfit = (await tx.execute(_WHO, {"role": role})).scalar_one_or_none()
        if unfit is None:
            raise UnknownRoleError
        if unfit:
            raise UnfitRoleError
        await tx.run_sync(_grant, role)


def _grant(connection: Connection, role: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    whom = quote(role)
    schema = quote(inspect(connection).default_schema_name or "public")
    added = ", ".join(quote(table.name) for table in APPEND_ONLY)
    changed = ", ".join(quote(table.name) for table in metadata.sorted_tables if table not in APPEND_ONLY)
    for statement in (
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {whom}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {whom}",
        f"GRANT USAGE ON SCHEMA {schema} TO {whom}",
        f"GRANT SELECT, INSERT ON {added} TO {whom}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {changed} TO {whom}",
        f"GRANT SELECT ON alembic_version TO {whom}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {whom}",
    ):
        connection.exec_driver_sql(statement)
