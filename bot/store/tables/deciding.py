"""What was decided about members: cases, decisions, strikes, sanctions."""

from sqlalchemy import Boolean, Column, Index, Integer, Table
from sqlalchemy import text as sql

from bot.store.columns import Id, community, instant, refers, surrogate, text, word
from bot.store.tables.base import metadata

#: what belongs together about one member or incident
cases = Table(
    "cases",
    metadata,
    surrogate(),
    community(),
    # by which people call it; random, so that it says nothing of how many there are
    word("number"),
    # whom it is about; absent when it is about a place
    Column("account", Id, index=True),
    # member, moderator, organisation; of the latter two, who
    word("about", default="member"),
    word("about_person", default=""),
    word("about_organisation", default=""),
    word("queue", default=""),
    # the guideline it is about; empty where none is named
    word("guideline", default=""),
    # where its card and its people are: name of the connection
    word("connection", default=""),
    # the organisation whose turn it is; empty while none serves the queue now
    word("served_by", default=""),
    # open, claimed, resolved
    word("state"),
    # the path asked for; absent while nothing was escalated
    word("escalated", nullable=True),
    Column("severity", Integer, nullable=False),
    # opened by a guideline that helps before it punishes
    Column("care", Boolean, nullable=False),
    # live or shadow
    word("mode"),
    word("verdict", nullable=True),
    # who works on it, for whom, until when the claim holds
    word("claimed_by", nullable=True),
    word("claimed_for", nullable=True),
    instant("claimed_until", nullable=True),
    # by when it is to be claimed and resolved; absent where the queue doesn't say
    instant("claim_due", nullable=True),
    instant("resolve_due", nullable=True),
    # the case that took it up
    Column("merged_into", Id, nullable=True),
    # changes with every change, so that nobody acts on a stale card
    Column("version", Integer, nullable=False, server_default="1"),
    instant("opened_at"),
    instant("closed_at", nullable=True),
    Index(
        "ix_cases_open", "community", "queue", sqlite_where=sql("state <> 'resolved'"),
        postgresql_where=sql("state <> 'resolved'"),
    ),
    Index("ix_cases_number", "community", "number"),
    Index(
        "ix_cases_merged_into", "merged_into", sqlite_where=sql("merged_into IS NOT NULL"),
        postgresql_where=sql("merged_into IS NOT NULL"),
    ),
    Index(
        "ix_cases_claimed_by", "community", "claimed_by", sqlite_where=sql("state = 'claimed'"),
        postgresql_where=sql("state = 'claimed'"),
    ),
)  # fmt: skip

#: what is to be done or not done, on whose word
decisions = Table(
    "decisions",
    metadata,
    surrogate(),
    community(),
    refers("case", "cases.id", nullable=True, index=True),
    refers("incident", "incidents.id", nullable=True),
    refers("message", "messages.id", nullable=True, index=True),
    Column("account", Id, index=True),
    # JSON: the Actor snapshot, the rules cited, the outcomes
    text("actor"),
    # out of the snapshot, so that it can be looked for; empty for automation
    word("person", default=""),
    word("organisation", default=""),
    text("rules"),
    text("outcomes"),
    # the decision that this one takes back, and when it was itself taken back
    Column("undoes", Id, nullable=True),
    instant("undone_at", nullable=True),
    # live or shadow
    word("mode"),
    # version of the policy set
    word("policy"),
    Column("severity", Integer, nullable=False),
    instant("at"),
    Index("ix_decisions_community_at", "community", "at"),
)

#: marks on a member's record
strikes = Table(
    "strikes",
    metadata,
    surrogate(),
    community(),
    refers("account", "accounts.id"),
    refers("decision", "decisions.id"),
    Column("amount", Integer, nullable=False),
    instant("at"),
    # taken back by a person
    instant("revoked_at", nullable=True),
    Index("ix_strikes_account_at", "account", "at"),
)

#: lasting restrictions
sanctions = Table(
    "sanctions",
    metadata,
    surrogate(),
    community(),
    refers("account", "accounts.id"),
    refers("decision", "decisions.id"),
    # timeout, quarantine, ban
    word("kind"),
    instant("start"),
    # absent for good
    instant("until", nullable=True),
    # ended before its time, or by the scheduler at its end
    instant("lifted_at", nullable=True),
    Index("ix_sanctions_account_kind", "account", "kind"),
)

#: what Locum last brought a member to on the platform, by kind of sanction
standings = Table(
    "standings",
    metadata,
    Column("account", Id, primary_key=True),
    Column("kind", Id, primary_key=True),
    Column("held", Boolean, nullable=False),
    instant("until", nullable=True),
    # what somebody else set on the platform, as far as it was seen before ours covered it
    Column("theirs_held", Boolean, nullable=False, server_default=sql("false")),
    instant("theirs_until", nullable=True),
    # what the last ban took along: messages posted from and until then
    instant("purged_from", nullable=True),
    instant("purged_until", nullable=True),
    instant("at"),
)
