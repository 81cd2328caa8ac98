"""Which cases another one took up, found without reading them all."""

from migrations.making import index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    index("ix_cases_merged_into", "cases", ["merged_into"], where="merged_into IS NOT NULL")
