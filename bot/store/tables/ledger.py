"""The ledger: entries and tree are only ever added to; triggers and roles refuse everything else."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Table

from bot.store.columns import Word, community, instant, text, word
from bot.store.tables.base import metadata

#: how far each ledger has come; the last row that any transaction locks
ledger_heads = Table(
    "ledger_heads",
    metadata,
    Column("community", Word, primary_key=True),
    # the ledger's name in its checkpoints, for ever
    text("origin"),
    Column("size", BigInteger, nullable=False),
    # size of the newest checkpoint
    Column("signed", BigInteger, nullable=False),
    instant("signed_at"),
)

#: the bytes of which each leaf is the hash
ledger_entries = Table(
    "ledger_entries",
    metadata,
    community(),
    Column("seq", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("community", "seq"),
    sqlite_with_rowid=False,
)

#: complete subtrees, leaves at level 0
ledger_nodes = Table(
    "ledger_nodes",
    metadata,
    community(),
    Column("level", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("community", "level", "number"),
    sqlite_with_rowid=False,
)

#: signed notes
ledger_checkpoints = Table(
    "ledger_checkpoints",
    metadata,
    community(),
    Column("size", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
    instant("at"),
    PrimaryKeyConstraint("community", "size"),
)

#: what witnesses added to a checkpoint
ledger_cosignatures = Table(
    "ledger_cosignatures",
    metadata,
    community(),
    Column("size", BigInteger, nullable=False),
    word("witness"),
    # the signature line
    text("line"),
    instant("at"),
    PrimaryKeyConstraint("community", "size", "witness"),
)

#: refusals that repeat within a while: the first is an entry at once, the others one counted entry later
refusals = Table(
    "refusals",
    metadata,
    community(),
    # digest of who was refused what, and why
    word("key"),
    Column("count", Integer, nullable=False),
    # JSON: the entry without its count
    text("draft"),
    instant("closes_at", index=True),
    PrimaryKeyConstraint("community", "key"),
)
