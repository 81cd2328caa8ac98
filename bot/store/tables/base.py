"""The schema that every table belongs to."""

from sqlalchemy import BigInteger, Integer, MetaData

#: names of constraints are part of the schema, so that a migration can speak of them on both databases
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: a number that the database gives out: SQLite counts only in columns that are exactly INTEGER
Number = BigInteger().with_variant(Integer, "sqlite")
