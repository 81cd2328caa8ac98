"""What was judged: a row for every message, and more for those with findings."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, Table, Text, UniqueConstraint
from sqlalchemy import text as sql

from bot.store.columns import Id, community, instant, refers, surrogate, text, word
from bot.store.tables.base import metadata

#: every judged message, for a time: never text. No foreign keys: this is the busiest table.
seen = Table(
    "seen",
    metadata,
    Column("channel", BigInteger, primary_key=True, autoincrement=False),
    Column("message", Text, primary_key=True),
    Column("account", Id, nullable=False),
    # keyed digest of the content: another one is another revision
    Column("digest", LargeBinary, nullable=False),
    # when that content was written, where it was edited: an older revision that comes late replaces nothing
    instant("edited_at", nullable=True),
    instant("at"),
    instant("judged_at"),
    # True while an answer from outside is awaited
    Column("waiting", Boolean, nullable=False, server_default=sql("false")),
    # what windows remember
    Column("joined", Boolean, nullable=False),
    Column("account_age", Float),
    Column("mentions", Integer, nullable=False),
    Column("links", Integer, nullable=False),
    Column("attachments", Integer, nullable=False),
    Column("skeleton", BigInteger),
    Column("shingles", LargeBinary, nullable=False),
    Column("counted", Text, nullable=False),
    # True for who came, names, titles, and what the platform held back: nothing stands there to delete
    Column("nowhere", Boolean, nullable=False, server_default=sql("false")),
    # True once the platform said that it isn't there any more
    Column("gone", Boolean, nullable=False, server_default=sql("false")),
    Index("ix_seen_at", "at"),
    Index("ix_seen_waiting", "at", sqlite_where=sql("waiting"), postgresql_where=sql("waiting")),
    sqlite_with_rowid=False,
)

#: messages that something followed from, and those that Locum posted: the ref beside its surrogate
messages = Table(
    "messages",
    metadata,
    surrogate(),
    community(),
    refers("channel", "channels.id"),
    # the platform's id; absent once forgotten
    Column("message", Text),
    # the author; absent for what Locum posted
    Column("account", Id, index=True),
    instant("at"),
    # the category in which the channel was, as the platform said it then; empty where it said nothing
    word("category", default=""),
    # since when it isn't there any more, where that isn't Locum's doing, and whether the ledger was told
    instant("gone_at", nullable=True),
    Column("gone_said", Boolean, nullable=False, server_default=sql("false")),
    UniqueConstraint("channel", "message"),
    Index(
        "ix_messages_gone", "community", sqlite_where=sql("gone_at IS NOT NULL AND NOT gone_said"),
        postgresql_where=sql("gone_at IS NOT NULL AND NOT gone_said"),
    ),
)  # fmt: skip

#: one outburst of one member
incidents = Table(
    "incidents",
    metadata,
    surrogate(),
    community(),
    refers("account", "accounts.id"),
    instant("opened_at"),
    instant("noticed_at", nullable=True),
    Column("care", Boolean, nullable=False),
    Column("severity", Integer, nullable=False),
    # JSON: rules, and what followed already
    text("rules"),
    text("follows"),
    text("rooms"),
    refers("case", "cases.id", nullable=True),
    Index("ix_incidents_account_opened_at", "account", "opened_at"),
)

#: what the cases of waves are known by: digests and signatures, never text
waves = Table(
    "waves",
    metadata,
    surrogate(),
    community(),
    refers("case", "cases.id", index=True),
    text("rule"),
    # JSON: keyed digests of the letters, and of where links lead
    text("signs"),
    Column("shingles", LargeBinary, nullable=False),
    # message time of the newest member whom it brought in
    instant("at"),
    Index("ix_waves_community_at", "community", "at"),
)

#: what already followed from a message, by rule and outcome: nothing follows twice
effects = Table(
    "effects",
    metadata,
    Column("message", Id, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("outcome", Text, primary_key=True),
    refers("decision", "decisions.id"),
    word("mode"),
    sqlite_with_rowid=False,
)
