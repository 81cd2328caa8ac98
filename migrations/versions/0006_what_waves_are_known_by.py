"""What the cases of waves are known by."""

from migrations.making import at, ident, index, octets, table, text, word

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    table(
        "waves", ["id"],
        ident("id"), word("community"), ident("case"), text("rule"), text("signs"), octets("shingles"), at("at"),
        refers={"community": "communities.id", "case": "cases.id"},
    )  # fmt: skip
    index("ix_waves_case", "waves", ["case"])
    index("ix_waves_community_at", "waves", ["community", "at"])
