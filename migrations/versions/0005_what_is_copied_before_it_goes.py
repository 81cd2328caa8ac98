"""What is to be copied of messages before they go, and what of it is kept."""

from migrations.making import at, big, flag, ident, index, octets, small, table, text, word

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    table(
        "copies", ["message"],
        ident("message"), word("community"), word("connection"), ident("account"), ident("case", null=True),
        word("state"), small("files"), flag("around"), at("until"), text("actions", default="[]"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_copies_waiting", "copies", ["connection", "until"], where="state = 'waiting'")
    index("ix_copies_until", "copies", ["community", "until"])
    table(
        "evidence", ["id"],
        ident("id"), word("community"), ident("message"), ident("account"), big("seq"), small("place"),
        word("media"), big("size", null=True), word("missing", default=""), octets("sealed", null=True), at("until"),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_evidence_message", "evidence", ["message"])
    index("ix_evidence_account", "evidence", ["account"])
    index("ix_evidence_until", "evidence", ["community", "until"])
