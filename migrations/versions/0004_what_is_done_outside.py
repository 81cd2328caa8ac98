"""What is done on platforms without Locum, and which accounts partners' people have there."""

from migrations.making import at, ident, index, table, text, word

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    table(
        "deeds", ["connection", "deed"],
        word("connection"), ident("deed"), word("community"), at("at"), word("kind"), word("person", default=""),
        word("organisation", default=""), ident("news", null=True),
        refers={"community": "communities.id"},
    )  # fmt: skip
    index("ix_deeds_at", "deeds", ["connection", "at"])
    index("ix_deeds_news", "deeds", ["news"])
    table(
        "partner_accounts", ["community", "account"],
        word("community"), ident("account"), word("person"), word("organisation"), ident("subject"),
        at("looked_at", null=True), word("why", default=""), word("state", default="none"),
        text("roles", default="[]"), text("actions", default="[]"),
        unique=[["subject"]],
    )  # fmt: skip
