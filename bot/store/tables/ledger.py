"""The ledger: entries and tree are only ever added to; triggers and roles refuse everything else."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Table

from bot.store.columns import Id, Word, community, instant, text, word
from bot.store.tables.base import metadata

#: how far each ledger has come; the last row that any transaction locks
ledger_heads = Table(
    "ledger_heads",
    metadata,
    Column("community", Word, primary_key=True),
    # the ledger's name in its checkpoints, for ever
    text("origin"),
    Column("size", BigInteger, nullable=False),
    # the complete subtrees' hashes one after the other, the largest first: what the tree grows from
    Column("peaks", LargeBinary, nullable=False),
    # size of the newest checkpoint
    Column("signed", BigInteger, nullable=False),
    instant("signed_at"),
)

# what is append-only has no row number on SQLite: REPLACE could overwrite a row by it past every trigger
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

#: where entries are found by the surrogate of what each belongs to; made from the entries, and proves nothing
ledger_names = Table(
    "ledger_names",
    metadata,
    Column("community", Word, nullable=False),
    # a case, or what an entry without one is about: a decision, an action …; never an account
    Column("name", Id, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("community", "name", "seq"),
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
    # size of the checkpoint before, so that none is missing unseen; 0 for the first
    Column("previous", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
    instant("at"),
    PrimaryKeyConstraint("community", "size"),
    sqlite_with_rowid=False,
)

#: what witnesses added to a checkpoint
ledger_cosignatures = Table(
    "ledger_cosignatures",
    metadata,
    community(),
    Column("size", BigInteger, nullable=False),
    # name and id of the witness's key
    text("witness"),
    # the signature line
    text("line"),
    instant("at"),
    PrimaryKeyConstraint("community", "size", "witness"),
    sqlite_with_rowid=False,
)

#: how each witness answered last
ledger_witnesses = Table(
    "ledger_witnesses",
    metadata,
    community(),
    # name and id of the witness's key
    text("witness"),
    # size cosigned last; 0 for none yet
    Column("size", BigInteger, nullable=False),
    # cosigned, unreachable, refused
    word("state"),
    # refused: the status it answered with; 0 for a signature that doesn't hold
    Column("status", Integer, nullable=False),
    # in this state since
    instant("since"),
    PrimaryKeyConstraint("community", "witness"),
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
