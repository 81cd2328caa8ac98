"""What people do about cases: approvals, appeals, reports, notes, and the escalations that run for them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint
from sqlalchemy import text as sql

from bot.store.columns import Id, Word, community, instant, refers, surrogate, text, word
from bot.store.tables.base import metadata

#: what waits for somebody's yes
approvals = Table(
    "approvals",
    metadata,
    surrogate(),
    community(),
    refers("case", "cases.id", nullable=True, index=True),
    # the decision that asks, and the action it holds, where a rule asks
    refers("decision", "decisions.id"),
    Column("action", Id, nullable=True),
    Column("account", Id, index=True),
    # JSON: the order that was asked for
    text("order"),
    # JSON: the Actor snapshot of who asks; out of it, who and for whom; empty for automation
    text("actor"),
    word("person", default=""),
    word("organisation", default=""),
    # why: asks, supervised, budget
    word("cause"),
    # number of the ledger's entry that holds the asker's words
    Column("reason", BigInteger, nullable=True),
    # the organisation that decides, and whether it must be another one than the asking
    word("whom"),
    Column("another", Boolean, nullable=False, server_default=sql("false")),
    # the sanction that holds meanwhile
    Column("interim", Id, nullable=True),
    # open, approved, changed, refused, taken_over, lapsed
    word("state"),
    # JSON: who answered, and what was approved instead
    text("answered_by", nullable=True),
    text("answer", nullable=True),
    # number of the ledger's entry that holds the answerer's words
    Column("words", BigInteger, nullable=True),
    instant("opened_at"),
    # the path starts then
    instant("due_at"),
    instant("answered_at", nullable=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Index(
        "ix_approvals_open", "community", "due_at", sqlite_where=sql("state = 'open'"),
        postgresql_where=sql("state = 'open'"),
    ),
)  # fmt: skip

#: one-time codes with which somebody may appeal, as digests
appeal_codes = Table(
    "appeal_codes",
    metadata,
    Column("digest", Word, primary_key=True),
    community(),
    refers("decision", "decisions.id", index=True),
    refers("account", "accounts.id"),
    instant("until"),
    instant("used_at", nullable=True),
)

#: what members say against decisions
appeals = Table(
    "appeals",
    metadata,
    surrogate(),
    community(),
    refers("account", "accounts.id", index=True),
    # one a decision
    refers("decision", "decisions.id"),
    refers("case", "cases.id", nullable=True, index=True),
    # who decided, and for whom: they don't hear it; empty for automation
    word("person", default=""),
    word("organisation", default=""),
    # the organisation that hears it
    word("heard_by", default=""),
    # open, stands, reduced, lifted, moot
    word("state"),
    # number of the ledger's entry that holds what the member says
    Column("statement", BigInteger, nullable=True),
    text("answered_by", nullable=True),
    # number of the ledger's entry that holds the hearer's words
    Column("words", BigInteger, nullable=True),
    instant("opened_at"),
    instant("due_at"),
    instant("answered_at", nullable=True),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("community", "decision"),
    Index(
        "ix_appeals_open", "community", "due_at", sqlite_where=sql("state = 'open'"),
        postgresql_where=sql("state = 'open'"),
    ),
)  # fmt: skip

#: what members report
reports = Table(
    "reports",
    metadata,
    surrogate(),
    community(),
    # never shown to a partner or to whom it is about
    refers("reporter", "accounts.id", index=True),
    Column("account", Id, index=True),
    Column("message", Id, nullable=True),
    refers("case", "cases.id", nullable=True, index=True),
    word("guideline", default=""),
    # number of the ledger's entry that holds the reporter's words
    Column("statement", BigInteger, nullable=True),
    # open, upheld, unfounded, closed
    word("state"),
    # hundredths: what the reporter's word counted
    Column("weight", Integer, nullable=False, server_default="100"),
    instant("at"),
    instant("told_at", nullable=True),
)

#: what people noted, asked and answered on cases, and handed over with
notes = Table(
    "notes",
    metadata,
    surrogate(),
    community(),
    refers("case", "cases.id", index=True),
    # note, question, answer, handover, escalation
    word("kind"),
    text("actor"),
    word("person", default=""),
    word("organisation", default=""),
    # organisation: the writer's own and the community's team; internal; everyone: whoever works on the case
    word("visible_to"),
    # the question that an answer is to
    Column("answers", Id, nullable=True),
    # number of the ledger's entry that holds the words
    Column("entry", BigInteger, nullable=True),
    instant("at"),
)

#: running copies of paths
escalations = Table(
    "escalations",
    metadata,
    surrogate(),
    community(),
    refers("case", "cases.id", index=True),
    word("path"),
    # JSON: the path as it was when this began
    text("steps"),
    # running, acknowledged, ended
    word("state"),
    # how often the steps were gone through, and the next one's number
    Column("round", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    # when the next step is due; absent when there is none
    instant("due_at", nullable=True),
    # why it began: rule, person, claim, resolve, approval, appeal, report
    word("cause"),
    # the approval or appeal it began for
    Column("subject", Id, nullable=True),
    text("acknowledged_by", nullable=True),
    instant("acknowledged_at", nullable=True),
    instant("started_at"),
    instant("ended_at", nullable=True),
    word("ended_by", default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    Index(
        "ix_escalations_running", "community", "due_at", sqlite_where=sql("state = 'running'"),
        postgresql_where=sql("state = 'running'"),
    ),
)  # fmt: skip

#: who was told in which step, how, and who couldn't be: nobody is told twice in one
tellings = Table(
    "tellings",
    metadata,
    surrogate(),
    refers("escalation", "escalations.id"),
    Column("round", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    # person:ID, contact:NAME, channel:NAME, nobody
    word("whom"),
    # chat, webhook, email, digest, none
    word("via"),
    # told, digest, unreachable, absent, outside_hours, hidden
    word("outcome"),
    instant("at"),
    UniqueConstraint("escalation", "round", "step", "whom", "via"),
)

#: policy sets by their digest, each with the files it was compiled from
policy_versions = Table(
    "policy_versions",
    metadata,
    Column("community", Word, primary_key=True),
    Column("version", Word, primary_key=True),
    # the files, packed
    Column("files", LargeBinary, nullable=False),
    instant("stored_at"),
)

#: policy sets that somebody proposes to make the active one
policy_proposals = Table(
    "policy_proposals",
    metadata,
    surrogate(),
    community(),
    word("version"),
    word("before"),
    # live or shadow: the mode of the community that goes with it
    word("mode", default=""),
    # open, applied, refused, superseded
    word("state"),
    # JSON: what differs; what it would have done to the last day's messages, absent until that was read
    text("difference"),
    text("effect", nullable=True),
    text("proposed_by"),
    instant("proposed_at"),
    text("decided_by", nullable=True),
    instant("decided_at", nullable=True),
)

#: rules that dropped to shadow because they sanctioned too many
tripped_rules = Table(
    "tripped_rules",
    metadata,
    Column("community", Word, primary_key=True),
    Column("rule", String(130), primary_key=True),
    word("policy"),
    instant("at"),
)

#: interactions that were carried out: one that comes twice is done once
invocations = Table(
    "invocations",
    metadata,
    Column("community", Word, primary_key=True),
    Column("id", Word, primary_key=True),
    instant("at"),
    Index("ix_invocations_at", "at"),
)

#: what somebody was shown before they confirm it
previews = Table(
    "previews",
    metadata,
    surrogate(),
    community(),
    word("person"),
    word("command"),
    # JSON: what would be done
    text("details"),
    instant("until"),
    instant("used_at", nullable=True),
)
