"""Spreadsheets between their preview and their import.

Revision ID: 0011
"""

from alembic import op
from sqlalchemy import Column

from migrations.types import TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "uploads",
        Column("id", UUID, primary_key=True),
        Column("account", UUID, nullable=False),
        Column("kind", varchar(20), nullable=False),
        Column("rows", TEXT, nullable=False),
        Column("uploaded_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_index("uploads_uploaded_at_idx", "uploads", ["uploaded_at"])


def downgrade() -> None:
    op.drop_table("uploads")
