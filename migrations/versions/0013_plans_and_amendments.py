"""Whom a programme is for, plans of single people, and what was amended of referrals.

Revision ID: 0013
"""

from alembic import op
from sqlalchemy import Column

from migrations.steps import add_column, drop_columns, references
from migrations.types import INTEGER, JSON, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    add_column(
        "programme_versions", "min_age", INTEGER,
        checks={"version_min_age_in_range": '"min_age" IS NULL OR "min_age" BETWEEN 1 AND 120'},
    )  # fmt: skip
    add_column("programme_versions", "areas", JSON, fill="'[]'")
    add_column("programme_versions", "mandates", JSON, fill="'[]'")
    add_column(
        "enrolments", "planned_sessions", INTEGER,
        checks={
            "enrolment_plan_in_range": (
                '"planned_sessions" IS NULL OR "planned_sessions" BETWEEN 1 AND 500'
            )
        },
    )  # fmt: skip
    add_column("enrolments", "plan", varchar(500), fill="''")
    _amendments()


def _amendments() -> None:
    op.create_table(
        "referral_amendments",
        Column("id", UUID, primary_key=True),
        Column("referral", UUID, references("referrals"), nullable=False),
        Column("field", varchar(24), nullable=False),
        Column("old_value", TEXT, nullable=False),
        Column("new_value", TEXT, nullable=False),
        Column("reason", varchar(200), nullable=False),
        Column("amended_by", UUID, references("accounts"), nullable=True),
        Column("amended_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_index("referral_amendments_referral_idx", "referral_amendments", ["referral", "id"])


def downgrade() -> None:
    op.drop_table("referral_amendments")
    drop_columns("enrolments", "planned_sessions", "plan")
    drop_columns("programme_versions", "min_age", "areas", "mandates")
