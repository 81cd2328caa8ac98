"""Who is moderated, and what of them can be forgotten."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, UniqueConstraint

from bot.store.columns import Id, community, instant, refers, surrogate, text, word
from bot.store.tables.base import metadata

#: the only place where an account's id stands beside its surrogate
accounts = Table(
    "accounts",
    metadata,
    surrogate(),
    community(),
    word("platform"),
    word("workspace"),
    # absent once forgotten
    word("user", nullable=True),
    instant("added_at"),
    instant("erased_at", nullable=True),
    # as the platform told it of whoever gave a command; absent where it never did
    word("language", nullable=True),
    # since when they are no longer on the platform's server or workspace; absent while they are, as far as is known
    instant("left_at", nullable=True),
    UniqueConstraint("community", "platform", "workspace", "user"),
)

#: each subject's key, wrapped by one that is kept outside the database
subject_keys = Table(
    "subject_keys",
    metadata,
    Column("account", Id, primary_key=True),
    community(),
    word("key_id"),
    Column("wrapped", LargeBinary, nullable=False),
)

#: personal values that ledger entries commit to
sealed_values = Table(
    "sealed_values",
    metadata,
    community(),
    Column("seq", BigInteger, nullable=False),
    # the keys that lead to it in the entry, joined by dots
    word("field"),
    Column("account", Id, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # class of retention, and when it ends
    word("retention"),
    instant("until"),
    Index("ix_sealed_values_account", "account"),
    Index("ix_sealed_values_until", "until"),
    UniqueConstraint("community", "seq", "field"),
)

#: what members asked for about their data, each with its clock
subject_requests = Table(
    "subject_requests",
    metadata,
    surrogate(),
    community(),
    refers("account", "accounts.id", index=True),
    # export or erase
    word("kind"),
    # open, held, partly (an id and ban are kept until the ban ends), done
    word("state"),
    # the ground, as a code
    word("ground", default=""),
    instant("received_at"),
    # a month later
    instant("due_at"),
    instant("done_at", nullable=True),
)

#: what may not be erased for now
legal_holds = Table(
    "legal_holds",
    metadata,
    surrogate(),
    community(),
    refers("account", "accounts.id", index=True),
    # where the order is filed; never what it says
    text("reference"),
    instant("placed_at"),
    instant("released_at", nullable=True),
)
