"""Published reports, numbered and never changed.

Revision ID: 0019
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import append_only, drop_append_only
from migrations.types import INTEGER, JSON, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "report_releases",
        Column("id", UUID, primary_key=True),
        Column("number", INTEGER, nullable=False),
        Column("slug", varchar(40), nullable=False),
        Column("title", varchar(120), nullable=False),
        Column("side", varchar(12), nullable=True),
        Column("organisation", UUID, nullable=True),
        Column("parameters", JSON, nullable=False),
        Column("document", JSON, nullable=False),
        Column("threshold", INTEGER, nullable=False),
        Column("released_by", UUID, nullable=True),
        Column("released_at", TIMESTAMPTZ, nullable=False),
        Column("note", TEXT, nullable=False),
        UniqueConstraint("number", name="report_releases_number_key"),
        CheckConstraint(
            "\"side\" IS NULL OR \"side\" IN ('perpetrator', 'survivor')",
            name="release_side_is_known",
        ),
    )
    op.create_index("report_releases_slug_idx", "report_releases", ["slug", "number"])
    append_only("report_releases")


def downgrade() -> None:
    drop_append_only("report_releases")
    op.drop_table("report_releases")
