"""What keeps the program going: timers, and who owns what."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint

from bot.store.columns import Word, instant, surrogate, text, word
from bot.store.tables.base import metadata

#: what is to happen at a time; a row that has fired is gone, a recurring one has its next time
timers = Table(
    "timers",
    metadata,
    surrogate(),
    # absent for what concerns the whole installation
    Column("community", Word),
    word("kind"),
    # surrogate of what it is about
    word("subject", default=""),
    instant("due_at"),
    # recurring: five fields of cron, in an IANA zone
    word("cron", nullable=True),
    word("zone", nullable=True),
    # JSON: whatever the kind needs
    text("details", default="{}"),
    UniqueConstraint("kind", "community", "subject"),
    Index("ix_timers_due_at", "due_at"),
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
