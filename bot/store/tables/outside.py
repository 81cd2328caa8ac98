"""What happens on platforms without Locum: what was done there, and which accounts partners' people have there."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, UniqueConstraint

from bot.store.columns import Id, Word, community, instant, text, word
from bot.store.tables.base import metadata

#: what was done by somebody's own hand, and is recorded: each once
deeds = Table(
    "deeds",
    metadata,
    Column("connection", Word, primary_key=True),
    # digest of the platform's id of its record; of the row from which on a connection is watched, of nothing
    Column("deed", Id, primary_key=True),
    community(),
    # when it was done
    instant("at"),
    # standing, kick, deletion, roles; empty in the row from which on a connection is watched
    word("kind"),
    # the person's id in the roster, and for whom; empty for anybody else
    word("person", default=""),
    word("organisation", default=""),
    # what hangs up the card that tells leads of it; absent where nobody is told
    Column("news", Id, nullable=True),
    # deletion: whose messages and in which stream, where the platform says it, and how many
    Column("account", Id, nullable=True),
    Column("channel", BigInteger, nullable=True),
    Column("count", Integer, nullable=False, server_default="1"),
    Index("ix_deeds_at", "connection", "at"),
    Index("ix_deeds_news", "news"),
)

#: accounts of the people whom partners have, or had until the policies no longer named them
partner_accounts = Table(
    "partner_accounts",
    metadata,
    Column("community", Word, primary_key=True),
    Column("account", Id, primary_key=True),
    word("person"),
    word("organisation"),
    # what hangs up the card that tells of roles which were taken
    Column("subject", Id, nullable=False),
    # when the platform was asked last which roles they hold, after their rights had ended
    instant("looked_at", nullable=True),
    # why their rights ended: contract, suspended, removed; empty while they hold
    word("why", default=""),
    # none, taking, taken, kept: what became of their staff roles
    word("state", default="none"),
    # JSON: names of these roles, and surrogates of the actions that take them
    text("roles", default="[]"),
    text("actions", default="[]"),
    UniqueConstraint("subject"),
)
