"""What is copied of messages before they go: what is to be copied, and what of it is kept."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table
from sqlalchemy import text as sql

from bot.store.columns import Id, Word, community, instant, text, word
from bot.store.tables.base import metadata

#: messages that are to be copied, were copied, or never may be: each once
copies = Table(
    "copies",
    metadata,
    Column("message", Id, primary_key=True),
    community(),
    Column("connection", Word, nullable=False),
    Column("account", Id, nullable=False),
    # absent where nobody looks at it
    Column("case", Id, nullable=True),
    # waiting, done, never
    word("state"),
    # how many files it had
    Column("files", Integer, nullable=False),
    # whether what was written around it is copied, too
    Column("around", Boolean, nullable=False),
    # what takes the message away waits until then
    instant("until"),
    # JSON: surrogates of the actions that wait
    text("actions", default="[]"),
    Index(
        "ix_copies_waiting", "connection", "until",
        sqlite_where=sql("state = 'waiting'"), postgresql_where=sql("state = 'waiting'"),
    ),
    Index("ix_copies_until", "community", "until"),
)  # fmt: skip

#: the files of messages; the entry that `seq` names says what each is called, sealed
evidence = Table(
    "evidence",
    metadata,
    Column("id", Id, primary_key=True),
    community(),
    Column("message", Id, nullable=False),
    Column("account", Id, nullable=False),
    # number of the entry that tells of the copy, and the how-manieth file of its message it is
    Column("seq", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    # image, text, other
    word("media"),
    # bytes; absent where nobody knows
    Column("size", BigInteger, nullable=True),
    # why its bytes aren't kept; empty where they are
    word("missing", default=""),
    # the bytes under their subject's key; absent where they aren't kept
    Column("sealed", LargeBinary, nullable=True),
    instant("until"),
    Index("ix_evidence_message", "message"),
    Index("ix_evidence_account", "account"),
    Index("ix_evidence_until", "community", "until"),
)
