"""The first schema."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.making import at, big, counter, flag, ident, index, octets, real, small, table, text, word

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: what is only ever added to, and by which columns a row is told from others
_APPEND_ONLY = {
    "ledger_entries": ("community", "seq"),
    "ledger_nodes": ("community", "level", "number"),
    "ledger_checkpoints": ("community", "size"),
    "ledger_cosignatures": ("community", "size", "witness"),
}


def upgrade() -> None:
    """Make every table, in the order in which foreign keys need them."""
    _places()
    _people()
    _messages()
    _cases()
    _deciding()
    _acting()
    _running()
    _ledger()


def _protect() -> None:
    """Let the ledger refuse whatever isn't an addition, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for table, key in _APPEND_ONLY.items():
            _protect_in_file(table, key)
        return
    op.execute(
        "CREATE FUNCTION locum_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS "
        "$$ BEGIN RAISE EXCEPTION 'append only' USING ERRCODE = 'LC001'; END $$"
    )
    for table in _APPEND_ONLY:
        # for each statement: one that meets no row is refused as well, and so is TRUNCATE
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION locum_append_only()"
        )
        # a session that takes itself for a replica fires no ordinary trigger
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")


def _protect_in_file(table: str, key: Sequence[str]) -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'append only'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    # INSERT OR REPLACE deletes what is there without asking any trigger; an equal row may come again, and changes
    # nothing: what becomes of it is the insert's own matter
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    others = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table) if column["name"] not in key]
    differs = " OR ".join(f"{column} IS NOT NEW.{column}" for column in others)
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same} AND ({differs}))"  # noqa: S608 - names of our own
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}")


def _places() -> None:
    """Make communities and connections, their channels, and what of them was missed."""
    table(
        "communities", ["id"],
        word("id"), at("added_at"), counter("generation", default="0"), word("policy", default=""),
    )  # fmt: skip
    table(
        "connections", ["name"],
        word("name"), word("state"), text("reason", default=""), at("since"),
    )  # fmt: skip
    table(
        "channels", ["id"],
        counter("id"), word("community"), word("platform"), word("workspace"), word("channel"),
        word("thread", default=""), at("mark"), at("newest"),
        refers={"community": "communities.id"},
        unique=[["community", "platform", "workspace", "channel", "thread"]],
    )  # fmt: skip
    table(
        "gaps", ["id"],
        ident("id"), big("channel"), at("after"), at("until", null=True), at("read_until"),
        word("cause"), word("state"), word("reason", default=""), at("opened_at"),
        at("closed_at", null=True), at("due_at"), counter("attempts", default="0"),
        refers={"channel": "channels.id"},
    )  # fmt: skip
    index("ix_gaps_channel", "gaps", ["channel"])
    index("ix_gaps_open", "gaps", ["due_at"], where="state = 'open'")


def _people() -> None:
    """Make who is moderated, and what of them can be forgotten."""
    table(
        "accounts", ["id"],
        ident("id"), word("community"), word("platform"), word("workspace"), word("user", null=True), at("added_at"),
        at("erased_at", null=True), word("language", null=True),
        refers={"community": "communities.id"},
        unique=[["community", "platform", "workspace", "user"]],
    )  # fmt: skip
    table(
        "subject_keys", ["account"],
        ident("account"), word("community"), word("key_id"), octets("wrapped"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    table(
        "sealed_values", [],
        word("community"), big("seq"), word("field"), ident("account"), octets("salt"),
        octets("sealed"), word("retention"), at("until"),
        refers={"community": "communities.id"},
        unique=[["community", "seq", "field"]],
    )  # fmt: skip
    index("ix_sealed_values_account", "sealed_values", ["account"])
    index("ix_sealed_values_until", "sealed_values", ["until"])
    table(
        "subject_requests", ["id"],
        ident("id"), word("community"), ident("account"), word("kind"), word("state"),
        word("ground", default=""), at("received_at"), at("due_at"), at("done_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id"},
    )  # fmt: skip
    index("ix_subject_requests_account", "subject_requests", ["account"])
    table(
        "legal_holds", ["id"],
        ident("id"), word("community"), ident("account"), text("reference"), at("placed_at"),
        at("released_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id"},
    )  # fmt: skip
    index("ix_legal_holds_account", "legal_holds", ["account"])


def _messages() -> None:
    """Make what was judged."""
    table(
        "seen", ["channel", "message"],
        big("channel", autoincrement=False), text("message"), ident("account"), octets("digest"),
        at("edited_at", null=True), at("at"), at("judged_at"), flag("waiting", default=sa.text("false")),
        flag("joined"), real("account_age", null=True), small("mentions"), small("links"), small("attachments"),
        big("skeleton", null=True), octets("shingles"), text("counted"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    index("ix_seen_at", "seen", ["at"])
    index("ix_seen_waiting", "seen", ["at"], where="waiting")
    table(
        "messages", ["id"],
        ident("id"), word("community"), big("channel"), text("message", null=True),
        ident("account", null=True), at("at"), word("category", default=""),
        refers={"community": "communities.id", "channel": "channels.id"},
        unique=[["channel", "message"]],
    )  # fmt: skip
    index("ix_messages_account", "messages", ["account"])


def _cases() -> None:
    """Make what belongs together."""
    table(
        "cases", ["id"],
        ident("id"), word("community"), word("number"), ident("account", null=True), word("about", default="member"),
        word("about_person", default=""), word("about_organisation", default=""), word("queue", default=""),
        word("guideline", default=""), word("connection", default=""), word("served_by", default=""), word("state"),
        word("escalated", null=True), small("severity"), flag("care"), word("mode"), word("verdict", null=True),
        word("claimed_by", null=True), word("claimed_for", null=True), at("claimed_until", null=True),
        at("claim_due", null=True), at("resolve_due", null=True), ident("merged_into", null=True),
        small("version", default="1"), at("opened_at"), at("closed_at", null=True),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_cases_account", "cases", ["account"])
    index("ix_cases_claimed_by", "cases", ["community", "claimed_by"], where="state = 'claimed'")
    index("ix_cases_number", "cases", ["community", "number"])
    index("ix_cases_open", "cases", ["community", "queue"], where="state <> 'resolved'")
    table(
        "incidents", ["id"],
        ident("id"), word("community"), ident("account"), at("opened_at"), at("noticed_at", null=True),
        flag("care"), small("severity"), text("rules"), text("follows"), text("rooms"),
        ident("case", null=True),
        refers={"community": "communities.id", "account": "accounts.id", "case": "cases.id"},
    )  # fmt: skip
    index("ix_incidents_account_opened_at", "incidents", ["account", "opened_at"])


def _deciding() -> None:
    """Make what was decided."""
    table(
        "decisions", ["id"],
        ident("id"), word("community"), ident("case", null=True), ident("incident", null=True),
        ident("message", null=True), ident("account", null=True), text("actor"), word("person", default=""),
        word("organisation", default=""), text("rules"), text("outcomes"), ident("undoes", null=True),
        at("undone_at", null=True), word("mode"), word("policy"), small("severity"), at("at"),
        refers={
            "community": "communities.id", "case": "cases.id",
            "incident": "incidents.id", "message": "messages.id",
        },
    )  # fmt: skip
    index("ix_decisions_account", "decisions", ["account"])
    index("ix_decisions_case", "decisions", ["case"])
    index("ix_decisions_community_at", "decisions", ["community", "at"])
    index("ix_decisions_message", "decisions", ["message"])
    table(
        "effects", ["message", "rule", "outcome"],
        ident("message"), text("rule"), text("outcome"), ident("decision"), word("mode"),
        refers={"decision": "decisions.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    table(
        "strikes", ["id"],
        ident("id"), word("community"), ident("account"), ident("decision"), small("amount"),
        at("at"), at("revoked_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id", "decision": "decisions.id"},
    )  # fmt: skip
    index("ix_strikes_account_at", "strikes", ["account", "at"])
    table(
        "sanctions", ["id"],
        ident("id"), word("community"), ident("account"), ident("decision"), word("kind"),
        at("start"), at("until", null=True), at("lifted_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id", "decision": "decisions.id"},
    )  # fmt: skip
    index("ix_sanctions_account_kind", "sanctions", ["account", "kind"])
    table(
        "standings", ["account", "kind"],
        ident("account"), ident("kind"), flag("held"), at("until", null=True),
        flag("theirs_held", default=sa.text("false")), at("theirs_until", null=True),
        at("purged_from", null=True), at("purged_until", null=True), at("at"),
    )  # fmt: skip


def _acting() -> None:
    """Make what leaves the process."""
    table(
        "actions", ["number"],
        counter("number"), ident("id"), word("community"), word("connection"), text("key"),
        word("kind"), word("target"), small("severity"), small("weight", default="0"),
        ident("decision", null=True), ident("case", null=True), text("details", default="{}"), word("state"),
        word("reason", default=""), small("attempts", default="0"), at("due_at"), at("planned_at"),
        at("lease_until", null=True), small("fence", default="0"), at("finished_at", null=True),
        refers={"community": "communities.id", "decision": "decisions.id", "case": "cases.id"},
        unique=[["community", "key"], ["id"]],
    )  # fmt: skip
    index("ix_actions_case", "actions", ["case"])
    index("ix_actions_dead", "actions", ["connection"], where="state = 'dead'")
    index("ix_actions_due", "actions", ["connection", "weight", "number"], where="state = 'planned'")
    index("ix_actions_open", "actions", ["target"], where="state IN ('planned', 'attempted', 'unknown')")
    index("ix_actions_under_way", "actions", ["connection"], where="state IN ('attempted', 'unknown')")
    table(
        "cards", ["id"],
        ident("id"), word("community"), word("kind", default="case"), ident("subject", null=True),
        ident("case", null=True), big("channel", null=True), ident("message", null=True), small("wanted"),
        small("shown", default="0"),
        refers={"community": "communities.id", "case": "cases.id", "channel": "channels.id", "message": "messages.id"},
    )  # fmt: skip
    index("ix_cards_case", "cards", ["case"])
    index("ix_cards_subject", "cards", ["subject"])


def _running() -> None:
    """Make what keeps the program going."""
    table(
        "timers", ["id"],
        ident("id"), word("community", default=""), word("kind"), word("subject", default=""),
        at("due_at"), at("wake_at"), word("cron", null=True), word("zone", null=True),
        text("details", default="{}"), small("attempts", default="0"), word("reason", default=""),
        at("dead_at", null=True),
        unique=[["kind", "community", "subject"]],
    )  # fmt: skip
    index("ix_timers_wake", "timers", ["wake_at"], where="dead_at IS NULL")
    table(
        "leases", ["name"],
        text("name"), word("owner"), big("epoch"), at("until"),
    )  # fmt: skip


def _ledger() -> None:
    """Make the record."""
    table(
        "ledger_heads", ["community"],
        word("community"), text("origin"), big("size"), octets("peaks"), big("signed"),
        at("signed_at"),
    )  # fmt: skip
    table(
        "ledger_entries", ["community", "seq"],
        word("community"), big("seq"), octets("body"),
        refers={"community": "communities.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    table(
        "ledger_nodes", ["community", "level", "number"],
        word("community"), small("level"), big("number"), octets("hash"),
        refers={"community": "communities.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    table(
        "ledger_checkpoints", ["community", "size"],
        word("community"), big("size"), big("previous"), octets("note"), at("at"),
        refers={"community": "communities.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    table(
        "ledger_cosignatures", ["community", "size", "witness"],
        word("community"), big("size"), text("witness"), text("line"), at("at"),
        refers={"community": "communities.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    table(
        "ledger_witnesses", ["community", "witness"],
        word("community"), text("witness"), big("size"), word("state"), small("status"), at("since"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    table(
        "refusals", ["community", "key"],
        word("community"), word("key"), small("count"), text("draft"), at("closes_at"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_refusals_closes_at", "refusals", ["closes_at"])
    _protect()
