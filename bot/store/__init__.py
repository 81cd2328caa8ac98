"""The only SQL: one schema, and the statements that read and write it, on SQLite and PostgreSQL alike."""
