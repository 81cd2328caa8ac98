"""Where the ledger's entries are found by what they belong to."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.making import big, ident, table, word

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SURROGATE = 32
_NAMED = ("decision", "sanction", "approval", "appeal", "message")
#: entries that are read at once
_STRETCH = 5_000

_NEXT = sa.text(
    "SELECT community, seq, body FROM ledger_entries WHERE community = :community AND seq > :after"
    " ORDER BY seq LIMIT :most"
)
_ADD = sa.text("INSERT INTO ledger_names (community, name, seq) VALUES (:community, :name, :seq)")


def upgrade() -> None:
    """Make the table, and file what was recorded before."""
    table(
        "ledger_names", ["community", "name", "seq"],
        word("community"), ident("name"), big("seq"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    connection = op.get_bind()
    for community in connection.scalars(sa.text("SELECT community FROM ledger_heads ORDER BY community")).all():
        _file(connection, community)


def _file(connection: sa.Connection, community: str) -> None:
    """File one ledger's entries, a stretch at a time."""
    after = -1
    while stretch := connection.execute(_NEXT, {"community": community, "after": after, "most": _STRETCH}).all():
        named = [(row.seq, _name(bytes(row.body))) for row in stretch]
        rows = [{"community": community, "name": name, "seq": seq} for seq, name in named if name]
        if rows:
            connection.execute(_ADD, rows)
        after = stretch[-1].seq


def _name(body: bytes) -> str | None:
    """Return under what an entry is found; nothing for one that is damaged, which `locum verify` names."""
    try:
        entry: Any = json.loads(body)
        details = entry.get("details", {})
        names = [entry.get("case"), entry.get("action"), *(details.get(key) for key in _NAMED)]
    except (ValueError, AttributeError):
        return None
    return next((name for name in names if isinstance(name, str) and len(name) == _SURROGATE), None)
