"""The first schema."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

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


def _column(kind: Any, name: str, *, null: bool = False, default: Any = None, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null, server_default=default, **options)


_ident = partial(_column, sa.String(32))
_word = partial(_column, sa.String(64))
_text = partial(_column, sa.Text())
_octets = partial(_column, sa.LargeBinary())
_flag = partial(_column, sa.Boolean())
_small = partial(_column, sa.Integer())
_big = partial(_column, sa.BigInteger())
_real = partial(_column, sa.Float())
# microseconds since 1970
_at = partial(_column, sa.BigInteger())
# a number that the database gives out: SQLite counts only in columns that are exactly INTEGER
_counter = partial(_column, sa.BigInteger().with_variant(sa.Integer(), "sqlite"))


def _table(
    name: str,
    key: Sequence[str],
    *columns: sa.Column[Any],
    refers: Mapping[str, str] | None = None,
    unique: Sequence[Sequence[str]] = (),
    **options: Any,
) -> None:
    """Make a table; names of constraints say what they hold, so that later steps can speak of them."""
    constraints: list[sa.Constraint] = [
        sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{name}_{column}"))
        for column, to in (refers or {}).items()
    ]
    if key:
        constraints.append(sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")))
    constraints += [sa.UniqueConstraint(*these, name=op.f(f"uq_{name}_{'_'.join(these)}")) for these in unique]
    op.create_table(name, *columns, *constraints, **options)


def _index(name: str, table: str, columns: Sequence[str], *, where: str = "") -> None:
    condition = sa.text(where) if where else None
    op.create_index(op.f(name), table, list(columns), sqlite_where=condition, postgresql_where=condition)


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
    _table(
        "communities", ["id"],
        _word("id"), _at("added_at"), _counter("generation", default="0"), _word("policy", default=""),
    )  # fmt: skip
    _table(
        "connections", ["name"],
        _word("name"), _word("state"), _text("reason", default=""), _at("since"),
    )  # fmt: skip
    _table(
        "channels", ["id"],
        _counter("id"), _word("community"), _word("platform"), _word("workspace"), _word("channel"),
        _word("thread", default=""), _at("mark"), _at("newest"),
        refers={"community": "communities.id"},
        unique=[["community", "platform", "workspace", "channel", "thread"]],
    )  # fmt: skip
    _table(
        "gaps", ["id"],
        _ident("id"), _big("channel"), _at("after"), _at("until", null=True), _at("read_until"),
        _word("cause"), _word("state"), _word("reason", default=""), _at("opened_at"),
        _at("closed_at", null=True), _at("due_at"), _counter("attempts", default="0"),
        refers={"channel": "channels.id"},
    )  # fmt: skip
    _index("ix_gaps_channel", "gaps", ["channel"])
    _index("ix_gaps_open", "gaps", ["due_at"], where="state = 'open'")


def _people() -> None:
    """Make who is moderated, and what of them can be forgotten."""
    _table(
        "accounts", ["id"],
        _ident("id"), _word("community"), _word("platform"), _word("workspace"), _word("user", null=True),
        _at("added_at"), _at("erased_at", null=True),
        refers={"community": "communities.id"},
        unique=[["community", "platform", "workspace", "user"]],
    )  # fmt: skip
    _table(
        "subject_keys", ["account"],
        _ident("account"), _word("community"), _word("key_id"), _octets("wrapped"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    _table(
        "sealed_values", [],
        _word("community"), _big("seq"), _word("field"), _ident("account"), _octets("salt"),
        _octets("sealed"), _word("retention"), _at("until"),
        refers={"community": "communities.id"},
        unique=[["community", "seq", "field"]],
    )  # fmt: skip
    _index("ix_sealed_values_account", "sealed_values", ["account"])
    _index("ix_sealed_values_until", "sealed_values", ["until"])
    _table(
        "subject_requests", ["id"],
        _ident("id"), _word("community"), _ident("account"), _word("kind"), _word("state"),
        _word("ground", default=""), _at("received_at"), _at("due_at"), _at("done_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id"},
    )  # fmt: skip
    _index("ix_subject_requests_account", "subject_requests", ["account"])
    _table(
        "legal_holds", ["id"],
        _ident("id"), _word("community"), _ident("account"), _text("reference"), _at("placed_at"),
        _at("released_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id"},
    )  # fmt: skip
    _index("ix_legal_holds_account", "legal_holds", ["account"])


def _messages() -> None:
    """Make what was judged."""
    _table(
        "seen", ["channel", "message"],
        _big("channel", autoincrement=False), _text("message"), _ident("account"), _octets("digest"),
        _at("edited_at", null=True), _at("at"), _at("judged_at"), _flag("waiting", default=sa.text("false")),
        _flag("joined"), _real("account_age", null=True), _small("mentions"), _small("links"), _small("attachments"),
        _big("skeleton", null=True), _octets("shingles"), _text("counted"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    _index("ix_seen_at", "seen", ["at"])
    _index("ix_seen_waiting", "seen", ["at"], where="waiting")
    _table(
        "messages", ["id"],
        _ident("id"), _word("community"), _big("channel"), _text("message", null=True),
        _ident("account", null=True), _at("at"),
        refers={"community": "communities.id", "channel": "channels.id"},
        unique=[["channel", "message"]],
    )  # fmt: skip
    _index("ix_messages_account", "messages", ["account"])


def _cases() -> None:
    """Make what belongs together."""
    _table(
        "cases", ["id"],
        _ident("id"), _word("community"), _ident("account", null=True), _word("queue", default=""),
        _word("state"), _word("escalated", null=True), _small("severity"), _flag("care"), _word("mode"),
        _word("verdict", null=True), _small("version", default="1"), _at("opened_at"),
        _at("closed_at", null=True),
        refers={"community": "communities.id"},
    )  # fmt: skip
    _index("ix_cases_account", "cases", ["account"])
    _index("ix_cases_open", "cases", ["community", "queue"], where="state <> 'resolved'")
    _table(
        "incidents", ["id"],
        _ident("id"), _word("community"), _ident("account"), _at("opened_at"), _at("noticed_at", null=True),
        _flag("care"), _small("severity"), _text("rules"), _text("follows"), _text("rooms"),
        _ident("case", null=True),
        refers={"community": "communities.id", "account": "accounts.id", "case": "cases.id"},
    )  # fmt: skip
    _index("ix_incidents_account_opened_at", "incidents", ["account", "opened_at"])


def _deciding() -> None:
    """Make what was decided."""
    _table(
        "decisions", ["id"],
        _ident("id"), _word("community"), _ident("case", null=True), _ident("incident", null=True),
        _ident("message", null=True), _ident("account", null=True), _text("actor"), _text("rules"),
        _text("outcomes"), _word("mode"), _word("policy"), _small("severity"), _at("at"),
        refers={
            "community": "communities.id", "case": "cases.id",
            "incident": "incidents.id", "message": "messages.id",
        },
    )  # fmt: skip
    _index("ix_decisions_account", "decisions", ["account"])
    _index("ix_decisions_case", "decisions", ["case"])
    _index("ix_decisions_message", "decisions", ["message"])
    _table(
        "effects", ["message", "rule", "outcome"],
        _ident("message"), _text("rule"), _text("outcome"), _ident("decision"), _word("mode"),
        refers={"decision": "decisions.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    _table(
        "strikes", ["id"],
        _ident("id"), _word("community"), _ident("account"), _ident("decision"), _small("amount"),
        _at("at"), _at("revoked_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id", "decision": "decisions.id"},
    )  # fmt: skip
    _index("ix_strikes_account_at", "strikes", ["account", "at"])
    _table(
        "sanctions", ["id"],
        _ident("id"), _word("community"), _ident("account"), _ident("decision"), _word("kind"),
        _at("start"), _at("until", null=True), _at("lifted_at", null=True),
        refers={"community": "communities.id", "account": "accounts.id", "decision": "decisions.id"},
    )  # fmt: skip
    _index("ix_sanctions_account_kind", "sanctions", ["account", "kind"])
    _table(
        "standings", ["account", "kind"],
        _ident("account"), _ident("kind"), _flag("held"), _at("until", null=True),
        _flag("theirs_held", default=sa.text("false")), _at("theirs_until", null=True),
        _at("purged_from", null=True), _at("purged_until", null=True), _at("at"),
    )  # fmt: skip


def _acting() -> None:
    """Make what leaves the process."""
    _table(
        "actions", ["number"],
        _counter("number"), _ident("id"), _word("community"), _word("connection"), _text("key"),
        _word("kind"), _word("target"), _small("severity"), _small("weight", default="0"),
        _ident("decision", null=True), _ident("case", null=True), _text("details", default="{}"), _word("state"),
        _word("reason", default=""), _small("attempts", default="0"), _at("due_at"), _at("planned_at"),
        _at("lease_until", null=True), _small("fence", default="0"), _at("finished_at", null=True),
        refers={"community": "communities.id", "decision": "decisions.id", "case": "cases.id"},
        unique=[["community", "key"], ["id"]],
    )  # fmt: skip
    _index("ix_actions_case", "actions", ["case"])
    _index("ix_actions_dead", "actions", ["connection"], where="state = 'dead'")
    _index("ix_actions_due", "actions", ["connection", "weight", "number"], where="state = 'planned'")
    _index("ix_actions_open", "actions", ["target"], where="state IN ('planned', 'attempted', 'unknown')")
    _index("ix_actions_under_way", "actions", ["connection"], where="state IN ('attempted', 'unknown')")
    _table(
        "cards", ["id"],
        _ident("id"), _word("community"), _ident("case", null=True), _big("channel", null=True),
        _ident("message", null=True), _small("wanted"), _small("shown", default="0"),
        refers={
            "community": "communities.id", "case": "cases.id",
            "channel": "channels.id", "message": "messages.id",
        },
    )  # fmt: skip
    _index("ix_cards_case", "cards", ["case"])


def _running() -> None:
    """Make what keeps the program going."""
    _table(
        "timers", ["id"],
        _ident("id"), _word("community", default=""), _word("kind"), _word("subject", default=""),
        _at("due_at"), _at("wake_at"), _word("cron", null=True), _word("zone", null=True),
        _text("details", default="{}"), _small("attempts", default="0"), _word("reason", default=""),
        _at("dead_at", null=True),
        unique=[["kind", "community", "subject"]],
    )  # fmt: skip
    _index("ix_timers_wake", "timers", ["wake_at"], where="dead_at IS NULL")
    _table(
        "leases", ["name"],
        _text("name"), _word("owner"), _big("epoch"), _at("until"),
    )  # fmt: skip


def _ledger() -> None:
    """Make the record."""
    _table(
        "ledger_heads", ["community"],
        _word("community"), _text("origin"), _big("size"), _octets("peaks"), _big("signed"),
        _at("signed_at"),
    )  # fmt: skip
    _table(
        "ledger_entries", ["community", "seq"],
        _word("community"), _big("seq"), _octets("body"),
        refers={"community": "communities.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    _table(
        "ledger_nodes", ["community", "level", "number"],
        _word("community"), _small("level"), _big("number"), _octets("hash"),
        refers={"community": "communities.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    _table(
        "ledger_checkpoints", ["community", "size"],
        _word("community"), _big("size"), _big("previous"), _octets("note"), _at("at"),
        refers={"community": "communities.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    _table(
        "ledger_cosignatures", ["community", "size", "witness"],
        _word("community"), _big("size"), _text("witness"), _text("line"), _at("at"),
        refers={"community": "communities.id"},
        sqlite_with_rowid=False,
    )  # fmt: skip
    _table(
        "ledger_witnesses", ["community", "witness"],
        _word("community"), _text("witness"), _big("size"), _word("state"), _small("status"), _at("since"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    _table(
        "refusals", ["community", "key"],
        _word("community"), _word("key"), _small("count"), _text("draft"), _at("closes_at"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    _index("ix_refusals_closes_at", "refusals", ["closes_at"])
    _protect()
