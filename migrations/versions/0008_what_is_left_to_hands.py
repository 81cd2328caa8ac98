"""Manual steps: what a platform leaves to a human with the right."""

from migrations.making import at, big, ident, index, table, word

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the index of what waits for a hand."""
    table(
        "manual_steps", ["action"],
        ident("action"), word("community"), ident("subject"), ident("ground"), ident("account", null=True),
        big("entry", null=True), at("asked_at"), at("deed_at", null=True),
        refers={"action": "actions.id", "community": "communities.id"},
    )  # fmt: skip
    index("ix_manual_steps_subject", "manual_steps", ["subject"])
    index("ix_manual_steps_ground", "manual_steps", ["community", "ground"])
    index("ix_manual_steps_account", "manual_steps", ["account"])
    index("ix_actions_by_hand", "actions", ["target"], where="state = 'by_hand'")
