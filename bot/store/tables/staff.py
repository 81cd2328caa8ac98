"""How those who moderate stand: what narrows the rights that the policies give, and a lead's recorded promotions."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, UniqueConstraint
from sqlalchemy import text as sql

from bot.store.columns import Id, Instant, Word, community, instant, refers, surrogate, text, word
from bot.store.tables.base import metadata

#: people whom a partner's lead seated, beside those of the policies
seats = Table(
    "seats",
    metadata,
    surrogate(),
    community(),
    # the person's id in the roster
    word("person"),
    word("organisation"),
    word("role"),
    word("alias"),
    refers("account", "accounts.id"),
    # JSON: languages; the part of the role's rights that was delegated, absent for all of them
    text("languages", default="[]"),
    text("only", nullable=True),
    # JSON: the Actor snapshot
    text("actor"),
    instant("filled_at"),
    instant("ended_at", nullable=True),
    UniqueConstraint("community", "person"),
    Index("ix_seats_account", "account"),
)

#: how far people are trusted, once a lead decided it
levels = Table(
    "levels",
    metadata,
    Column("community", Word, primary_key=True),
    Column("person", Word, primary_key=True),
    word("level"),
    text("actor"),
    instant("at"),
)

#: freezes and suspensions
restraints = Table(
    "restraints",
    metadata,
    surrogate(),
    community(),
    # freeze, suspension
    word("kind"),
    # person, organisation
    word("of"),
    word("subject"),
    text("actor"),
    # why, as a code: colleague, budget, lead
    word("reason"),
    instant("start"),
    # absent until a lead lifts it
    instant("until", nullable=True),
    instant("lifted_at", nullable=True),
    Index("ix_restraints_subject", "community", "subject"),
)

#: time on duty
shifts = Table(
    "shifts",
    metadata,
    surrogate(),
    community(),
    word("person"),
    word("organisation"),
    instant("start"),
    # ends by itself then
    instant("until"),
    instant("ended_at", nullable=True),
    # ended by: person, time, contract, suspension; empty while it runs
    word("ended_by", default=""),
    # number of the ledger's entry that holds the handover note
    Column("note", BigInteger, nullable=True),
    # cases of queues by choice that were given: JSON, queue → number
    text("given", default="{}"),
    Index(
        "ix_shifts_open", "community", "person", unique=True, sqlite_where=sql("ended_at IS NULL"),
        postgresql_where=sql("ended_at IS NULL"),
    ),
)  # fmt: skip

#: queues that somebody chose to work on, where a queue is given by choice only
queue_choices = Table(
    "queue_choices",
    metadata,
    Column("community", Word, primary_key=True),
    Column("person", Word, primary_key=True),
    Column("queue", Word, primary_key=True),
    instant("at"),
)

#: an owner's overrides, each to be reviewed by somebody else
overrides = Table(
    "overrides",
    metadata,
    surrogate(),
    community(),
    word("person"),
    instant("start"),
    instant("until"),
    # number of the ledger's entry that holds the reason
    Column("reason", BigInteger, nullable=True),
    instant("review_due"),
    text("reviewed_by", nullable=True),
    instant("reviewed_at", nullable=True),
    Index("ix_overrides_person", "community", "person"),
)

#: whose budgets are counted: the row that a count is taken under
budgets = Table(
    "budgets",
    metadata,
    Column("community", Word, primary_key=True),
    # person:ID, organisation:ID, automation, rule:NAME
    Column("scope", Word, primary_key=True),
)

#: what was spent of them, one row a target
spendings = Table(
    "spendings",
    metadata,
    surrogate(),
    community(),
    word("scope"),
    word("power"),
    word("target"),
    instant("at"),
    # tried when nothing was left
    Column("over", Integer, nullable=False, server_default="0"),
    Index("ix_spendings_window", "community", "scope", "power", "at"),
)

#: what people proposed while they were observing, beside what was decided in the end
proposals = Table(
    "proposals",
    metadata,
    surrogate(),
    community(),
    word("person"),
    word("organisation"),
    refers("case", "cases.id", nullable=True, index=True),
    Column("account", Id),
    # JSON: the order proposed
    text("order"),
    instant("at"),
    # same, milder, stronger, other: absent until somebody decided
    word("compared", nullable=True),
    instant("compared_at", nullable=True),
)

#: what sampled people did and somebody is to look at again
reviews = Table(
    "reviews",
    metadata,
    surrogate(),
    community(),
    refers("decision", "decisions.id"),
    word("person"),
    word("organisation"),
    instant("at"),
    # right, wrong: absent until somebody looked
    word("result", nullable=True),
    text("reviewed_by", nullable=True),
    instant("reviewed_at", nullable=True),
    Index(
        "ix_reviews_open", "community", "at", sqlite_where=sql("result IS NULL"),
        postgresql_where=sql("result IS NULL"),
    ),
)  # fmt: skip

#: what a partner's contract came to: that its wind-down began, and that it ended, each once for each date
contract_steps = Table(
    "contract_steps",
    metadata,
    Column("community", Word, primary_key=True),
    Column("organisation", Word, primary_key=True),
    # wind_down, ended
    Column("step", Word, primary_key=True),
    # when it fell due, as the policies said it then
    Column("at", Instant, primary_key=True),
    # what hangs up its card
    Column("subject", Id, nullable=False),
    # reference of the data agreement
    text("contract", default=""),
    # JSON: counts of the return report
    text("report", default="{}"),
    instant("done_at"),
    # ended: when the deletion certificate was there, and the ledger's entry that says where it is filed
    instant("certified_at", nullable=True),
    Column("certificate", BigInteger, nullable=True),
    UniqueConstraint("subject"),
)
