"""What isn't there any more by somebody else's hand: messages that went, and members who left."""

import sqlalchemy as sa
from alembic import op

from migrations.making import at, big, flag, ident, index, small

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is known of it to messages and members, and to deeds what they are recognised by."""
    op.add_column("seen", flag("gone", default=sa.text("false")))
    op.add_column("messages", at("gone_at", null=True))
    op.add_column("messages", flag("gone_said", default=sa.text("false")))
    index("ix_messages_gone", "messages", ["community"], where="gone_at IS NOT NULL AND NOT gone_said")
    op.add_column("accounts", at("left_at", null=True))
    op.add_column("deeds", ident("account", null=True))
    op.add_column("deeds", big("channel", null=True))
    op.add_column("deeds", small("count", default="1"))
