"""The audit log, append-only, and the heartbeats.

Revision ID: 0001
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column

from migrations.steps import append_only, drop_append_only
from migrations.types import JSON, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        Column("id", UUID, primary_key=True),
        Column("at", TIMESTAMPTZ, nullable=False),
        Column("actor", UUID, nullable=True),
        Column("action", varchar(48), nullable=False),
        Column("subject_type", varchar(32), nullable=False),
        Column("subject", UUID, nullable=False),
        Column("side", varchar(12), nullable=True),
        Column("organisation", UUID, nullable=True),
        Column("before", JSON, nullable=True),
        Column("after", JSON, nullable=True),
        Column("reason", TEXT, nullable=False),
        CheckConstraint(
            "\"side\" IS NULL OR \"side\" IN ('perpetrator', 'survivor')",
            name="audit_side_is_known",
        ),
    )
    op.create_index("audit_events_subject_idx", "audit_events", ["subject", "id"])
    op.create_index("audit_events_actor_idx", "audit_events", ["actor", "id"])
    op.create_index("audit_events_at_idx", "audit_events", ["at", "id"])
    op.create_table(
        "heartbeats",
        Column("name", varchar(32), primary_key=True),
        Column("at", TIMESTAMPTZ, nullable=False),
    )
    append_only("audit_events")


def downgrade() -> None:
    drop_append_only("audit_events")
    op.drop_table("heartbeats")
    op.drop_table("audit_events")
