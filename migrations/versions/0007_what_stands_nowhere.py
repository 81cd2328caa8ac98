"""Which of what was judged stands nowhere: who comes, names, titles, and what the platform itself held back."""

import sqlalchemy as sa
from alembic import op

from migrations.making import flag

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was judged before, nothing but who came is known to stand nowhere."""
    op.add_column("seen", flag("nowhere", default=sa.text("false")))
