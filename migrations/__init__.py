"""Alembic migrations: the only way in which a schema comes to be."""
