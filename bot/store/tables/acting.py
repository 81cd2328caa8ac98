"""What leaves the process: the outbox of actions, and cards with their wanted and shown versions."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, UniqueConstraint
from sqlalchemy import text as sql

from bot.store.columns import Id, community, instant, refers, surrogate, text, word
from bot.store.tables.base import Number, metadata

#: the outbox: intent first, then the call, then the outcome; no row is ever deleted while it is open
actions = Table(
    "actions",
    metadata,
    # order of planning
    Column("number", Number, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    community(),
    # `discord/1234`, `slack/T0A`, or `pager`
    word("connection"),
    text("key"),
    word("kind"),
    word("target"),
    Column("severity", Integer, nullable=False),
    # what is lighter goes first: the gravest, and among those what makes other work pointless
    Column("weight", Integer, nullable=False, server_default="0"),
    refers("decision", "decisions.id", nullable=True),
    refers("case", "cases.id", nullable=True, index=True),
    # JSON: references only
    text("details", default="{}"),
    word("state"),
    # how it ended, as a code
    word("reason", default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("due_at"),
    instant("planned_at"),
    # who tries it now may say how it went until then
    instant("lease_until", nullable=True),
    Column("fence", Integer, nullable=False, server_default="0"),
    instant("finished_at", nullable=True),
    UniqueConstraint("community", "key"),
    Index(
        "ix_actions_due", "connection", "weight", "number", sqlite_where=sql("state = 'planned'"),
        postgresql_where=sql("state = 'planned'"),
    ),
    Index(
        "ix_actions_open", "target", sqlite_where=sql("state IN ('planned', 'attempted', 'unknown')"),
        postgresql_where=sql("state IN ('planned', 'attempted', 'unknown')"),
    ),
    Index(
        "ix_actions_under_way", "connection", sqlite_where=sql("state IN ('attempted', 'unknown')"),
        postgresql_where=sql("state IN ('attempted', 'unknown')"),
    ),
    Index(
        "ix_actions_dead", "connection", sqlite_where=sql("state = 'dead'"), postgresql_where=sql("state = 'dead'")
    ),
    Index(
        "ix_actions_by_hand", "target", sqlite_where=sql("state = 'by_hand'"),
        postgresql_where=sql("state = 'by_hand'"),
    ),
)  # fmt: skip

#: manual steps: actions that a platform left to a human with the right
manual_steps = Table(
    "manual_steps",
    metadata,
    Column("action", Id, ForeignKey("actions.id"), primary_key=True),
    community(),
    # what the card shows that it stands on: steps of one sort and one case, together
    Column("subject", Id, nullable=False),
    # digest of what belongs together: connection, case or decision, and what is to be done
    Column("ground", Id, nullable=False),
    # whose message or membership it is
    Column("account", Id, nullable=True),
    # number of the entry under which the link is sealed
    Column("entry", BigInteger, nullable=True),
    instant("asked_at"),
    # when it was done, as the platform told: each step is known by one deed
    instant("deed_at", nullable=True),
    Index("ix_manual_steps_subject", "subject"),
    Index("ix_manual_steps_ground", "community", "ground"),
    Index("ix_manual_steps_account", "account"),
)

#: what staff are to see, and what they see
cards = Table(
    "cards",
    metadata,
    surrogate(),
    community(),
    # case, approval, appeal, escalation, policy, digest, undo
    word("kind", default="case"),
    # surrogate of what it shows, where that isn't a case
    Column("subject", Id, nullable=True),
    refers("case", "cases.id", nullable=True, index=True),
    # where it hangs; absent until the leads' or the queue's channel is known
    refers("channel", "channels.id", nullable=True),
    # what shows it, once it was posted
    refers("message", "messages.id", nullable=True),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False, server_default="0"),
    Index("ix_cards_subject", "subject"),
)
