"""What keeps the program going: timers, and who owns what."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy import text as sql

from bot.store.columns import instant, surrogate, text, word
from bot.store.tables.base import metadata

#: what is to happen at a time; a row that has fired is gone, a recurring one has its next time
timers = Table(
    "timers",
    metadata,
    surrogate(),
    # empty for what concerns the whole installation
    word("community", default=""),
    word("kind"),
    # surrogate of what it is about
    word("subject", default=""),
    instant("due_at"),
    # when a sweep takes it: when it is due, or later after it failed
    instant("wake_at"),
    # recurring: five fields of cron, in an IANA zone
    word("cron", nullable=True),
    word("zone", nullable=True),
    # JSON: whatever the kind needs
    text("details", default="{}"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # the type of the error that the last attempt ended with
    word("reason", default=""),
    # given up after too many attempts, until somebody looks
    instant("dead_at", nullable=True),
    UniqueConstraint("kind", "community", "subject"),
    Index("ix_timers_wake", "wake_at", sqlite_where=sql("dead_at IS NULL"), postgresql_where=sql("dead_at IS NULL")),
)

#: who owns a community's intake, a connection, a job
leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    word("owner"),
    # grows with every new owner
    Column("epoch", BigInteger, nullable=False),
    instant("until"),
)
