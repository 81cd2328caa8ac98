"""Where messages come from: communities, connections, channels, and what of them was missed."""

from sqlalchemy import Column, Index, Table, UniqueConstraint
from sqlalchemy import text as sql

from bot.store.columns import Word, community, instant, refers, surrogate, text, word
from bot.store.tables.base import Number, metadata

#: one row a tenant
communities = Table(
    "communities",
    metadata,
    Column("id", Word, primary_key=True),
    instant("added_at"),
    # grows whenever what processes remember of accounts is no longer true
    Column("generation", Number, nullable=False, server_default="0"),
    # version of the policy set that is active; empty before the first
    word("policy", default=""),
)

#: one row for each server or workspace: whether its token is good
connections = Table(
    "connections",
    metadata,
    Column("name", Word, primary_key=True),
    word("state"),
    text("reason", default=""),
    instant("since"),
)

#: one row a stream: a channel, or a thread in it
channels = Table(
    "channels",
    metadata,
    Column("id", Number, primary_key=True),
    community(),
    word("platform"),
    word("workspace"),
    word("channel"),
    # empty for the channel itself
    word("thread", default=""),
    # everything up to this message time was judged, but for what lies in open gaps
    instant("mark"),
    # the newest message time that was judged
    instant("newest"),
    UniqueConstraint("community", "platform", "workspace", "channel", "thread"),
)

#: what may have been missed in a stream
gaps = Table(
    "gaps",
    metadata,
    surrogate(),
    refers("channel", "channels.id", index=True),
    # from this message time on, included
    instant("after"),
    # to this message time, included; absent while it is still growing
    instant("until", nullable=True),
    # how far it was read back
    instant("read_until"),
    # restart, session lost, queue full, late
    word("cause"),
    # open, closed, lost
    word("state"),
    # lost: why, as a code
    word("reason", default=""),
    instant("opened_at"),
    instant("closed_at", nullable=True),
    # a reading back that failed is tried again from then on
    instant("due_at"),
    Column("attempts", Number, nullable=False, server_default="0"),
    Index("ix_gaps_open", "due_at", sqlite_where=sql("state = 'open'"), postgresql_where=sql("state = 'open'")),
)
