"""Reports that people subscribed to, and those made for them.

Revision ID: 0020
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import partial_index, references
from migrations.types import DATE, JSON, TIMESTAMPTZ, UUID, varchar

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "report_subscriptions",
        Column("id", UUID, primary_key=True),
        Column("owner", UUID, nullable=False),
        Column("name", varchar(80), nullable=False),
        Column("slug", varchar(40), nullable=False),
        Column("question", JSON, nullable=False),
        Column("every", varchar(8), nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("ended_at", TIMESTAMPTZ, nullable=True),
        CheckConstraint("\"every\" IN ('month', 'quarter')", name="subscription_every_is_known"),
    )
    partial_index(
        "report_subscription_name_once", "report_subscriptions", ["owner", "name"],
        where="ended_at IS NULL", unique=True,
    )  # fmt: skip
    op.create_table(
        "subscribed_reports",
        Column("id", UUID, primary_key=True),
        Column(
            "subscription", UUID, references("report_subscriptions", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("since", DATE, nullable=False),
        Column("until", DATE, nullable=False),
        Column("areas", JSON, nullable=False),
        Column("document", JSON, nullable=True),
        Column("refusal", varchar(200), nullable=False),
        Column("made_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("subscription", "since", name="subscribed_report_once"),
        CheckConstraint(
            '("document" IS NULL) = ("refusal" <> \'\')',
            name="subscribed_report_is_made_or_refused",
        ),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("subscribed_reports")
    op.drop_table("report_subscriptions")
