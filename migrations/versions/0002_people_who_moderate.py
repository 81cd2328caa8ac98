"""People who moderate, and what they do about cases."""

import sqlalchemy as sa

from migrations.making import at, big, column, flag, ident, index, octets, small, table, text, word

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, in the order in which foreign keys need them."""
    _staff()
    _spending()
    _casework()
    _escalations()
    _policies()


def _staff() -> None:
    """Make how those who moderate stand."""
    table(
        "seats", ["id"],
        ident("id"), word("community"), word("person"), word("organisation"), word("role"), word("alias"),
        ident("account"), text("languages", default="[]"), text("only", null=True), text("actor"), at("filled_at"),
        at("ended_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id"},
        unique=[["community", "person"]],
    )  # fmt: skip
    index("ix_seats_account", "seats", ["account"])
    table(
        "levels", ["community", "person"],
        word("community"), word("person"), word("level"), text("actor"), at("at"),
    )  # fmt: skip
    table(
        "restraints", ["id"],
        ident("id"), word("community"), word("kind"), word("of"), word("subject"), text("actor"), word("reason"),
        at("start"), at("until", null=True), at("lifted_at", null=True),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_restraints_subject", "restraints", ["community", "subject"])
    table(
        "shifts", ["id"],
        ident("id"), word("community"), word("person"), word("organisation"), at("start"), at("until"),
        at("ended_at", null=True), word("ended_by", default=""), big("note", null=True), text("given", default="{}"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_shifts_open", "shifts", ["community", "person"], where="ended_at IS NULL", unique=True)
    table(
        "queue_choices", ["community", "person", "queue"],
        word("community"), word("person"), word("queue"), at("at"),
    )  # fmt: skip
    table(
        "overrides", ["id"],
        ident("id"), word("community"), word("person"), at("start"), at("until"), big("reason", null=True),
        at("review_due"), text("reviewed_by", null=True), at("reviewed_at", null=True),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_overrides_person", "overrides", ["community", "person"])


def _spending() -> None:
    """Make what is counted and looked at again."""
    table(
        "budgets", ["community", "scope"],
        word("community"), word("scope"),
    )  # fmt: skip
    table(
        "spendings", ["id"],
        ident("id"), word("community"), word("scope"), word("power"), word("target"), at("at"),
        small("over", default="0"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_spendings_window", "spendings", ["community", "scope", "power", "at"])
    table(
        "proposals", ["id"],
        ident("id"), word("community"), word("person"), word("organisation"), ident("case", null=True),
        ident("account", null=True), text("order"), at("at"), word("compared", null=True),
        at("compared_at", null=True),
        refers={"community": "communities.id", "case": "cases.id"},
    )  # fmt: skip
    index("ix_proposals_case", "proposals", ["case"])
    table(
        "reviews", ["id"],
        ident("id"), word("community"), ident("decision"), word("person"), word("organisation"), at("at"),
        word("result", null=True), text("reviewed_by", null=True), at("reviewed_at", null=True),
        refers={"community": "communities.id", "decision": "decisions.id"},
    )  # fmt: skip
    index("ix_reviews_open", "reviews", ["community", "at"], where="result IS NULL")
    table(
        "contract_steps", ["community", "organisation", "step", "at"],
        word("community"), word("organisation"), word("step"), at("at"), ident("subject"), text("contract", default=""),
        text("report", default="{}"), at("done_at"), at("certified_at", null=True), big("certificate", null=True),
        unique=[["subject"]],
    )  # fmt: skip


def _casework() -> None:
    """Make what people do about cases."""
    table(
        "approvals", ["id"],
        ident("id"), word("community"), ident("case", null=True), ident("decision"), ident("action", null=True),
        ident("account", null=True), text("order"), text("actor"), word("person", default=""),
        word("organisation", default=""), word("cause"), big("reason", null=True), word("whom"),
        flag("another", default=sa.text("false")), ident("interim", null=True), word("state"),
        text("answered_by", null=True), text("answer", null=True), big("words", null=True), at("opened_at"),
        at("due_at"), at("answered_at", null=True), small("version", default="1"),
        refers={"community": "communities.id", "case": "cases.id", "decision": "decisions.id"},
    )  # fmt: skip
    index("ix_approvals_account", "approvals", ["account"])
    index("ix_approvals_case", "approvals", ["case"])
    index("ix_approvals_open", "approvals", ["community", "due_at"], where="state = 'open'")
    table(
        "appeal_codes", ["digest"],
        word("digest"), word("community"), ident("decision"), ident("account"), at("until"),
        at("used_at", null=True),
        refers={"community": "communities.id", "decision": "decisions.id", "account": "accounts.id"},
    )  # fmt: skip
    index("ix_appeal_codes_decision", "appeal_codes", ["decision"])
    table(
        "appeals", ["id"],
        ident("id"), word("community"), ident("account"), ident("decision"), ident("case", null=True),
        word("person", default=""), word("organisation", default=""), word("heard_by", default=""), word("state"),
        big("statement", null=True), text("answered_by", null=True), big("words", null=True), at("opened_at"),
        at("due_at"), at("answered_at", null=True), small("version", default="1"),
        refers={
            "community": "communities.id", "account": "accounts.id",
            "decision": "decisions.id", "case": "cases.id",
        },
        unique=[["community", "decision"]],
    )  # fmt: skip
    index("ix_appeals_account", "appeals", ["account"])
    index("ix_appeals_case", "appeals", ["case"])
    index("ix_appeals_open", "appeals", ["community", "due_at"], where="state = 'open'")
    table(
        "reports", ["id"],
        ident("id"), word("community"), ident("reporter"), ident("account", null=True), ident("message", null=True),
        ident("case", null=True), word("guideline", default=""), big("statement", null=True), word("state"),
        small("weight", default="100"), at("at"), at("told_at", null=True),
        refers={"community": "communities.id", "reporter": "accounts.id", "case": "cases.id"},
    )  # fmt: skip
    index("ix_reports_account", "reports", ["account"])
    index("ix_reports_case", "reports", ["case"])
    index("ix_reports_reporter", "reports", ["reporter"])
    table(
        "notes", ["id"],
        ident("id"), word("community"), ident("case"), word("kind"), text("actor"), word("person", default=""),
        word("organisation", default=""), word("visible_to"), ident("answers", null=True), big("entry", null=True),
        at("at"),
        refers={"community": "communities.id", "case": "cases.id"},
    )  # fmt: skip
    index("ix_notes_case", "notes", ["case"])


def _escalations() -> None:
    """Make who is told when."""
    table(
        "escalations", ["id"],
        ident("id"), word("community"), ident("case"), word("path"), text("steps"), word("state"), small("round"),
        small("step"), at("due_at", null=True), word("cause"), ident("subject", null=True),
        text("acknowledged_by", null=True), at("acknowledged_at", null=True), at("started_at"),
        at("ended_at", null=True), word("ended_by", default=""), small("version", default="1"),
        refers={"community": "communities.id", "case": "cases.id"},
    )  # fmt: skip
    index("ix_escalations_case", "escalations", ["case"])
    index("ix_escalations_running", "escalations", ["community", "due_at"], where="state = 'running'")
    table(
        "tellings", ["id"],
        ident("id"), ident("escalation"), small("round"), small("step"), word("whom"), word("via"), word("outcome"),
        at("at"),
        refers={"escalation": "escalations.id"},
        unique=[["escalation", "round", "step", "whom", "via"]],
    )  # fmt: skip


def _policies() -> None:
    """Make what is proposed, and what was shown before."""
    table(
        "policy_versions", ["community", "version"],
        word("community"), word("version"), octets("files"), at("stored_at"),
    )  # fmt: skip
    table(
        "policy_proposals", ["id"],
        ident("id"), word("community"), word("version"), word("before"), word("mode", default=""), word("state"),
        text("difference"), text("effect", null=True), text("proposed_by"), at("proposed_at"),
        text("decided_by", null=True), at("decided_at", null=True),
        refers={"community": "communities.id"},
    )  # fmt: skip
    table(
        "tripped_rules", ["community", "rule"],
        word("community"), column(sa.String(130), "rule"), word("policy"), at("at"),
    )  # fmt: skip
    table(
        "invocations", ["community", "id"],
        word("community"), word("id"), at("at"),
    )  # fmt: skip
    index("ix_invocations_at", "invocations", ["at"])
    table(
        "previews", ["id"],
        ident("id"), word("community"), word("person"), word("command"), text("details"), at("until"),
        at("used_at", null=True),
        refers={"community": "communities.id"},
    )  # fmt: skip
