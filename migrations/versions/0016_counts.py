"""What each place's marks add up to, kept beside the place.

Revision ID: 0016
"""

from alembic import op
from sqlalchemy import Column

from migrations.steps import references
from migrations.types import BOOLEAN, INTEGER, UUID

revision = "0016"
down_revision = "0015"

_COUNTS = (
    "expected", "marked", "attended", "compliant", "sessions_attended", "units_credited",
    "units_by_group", "units_missed", "units_made_up", "minutes_credited",
)  # fmt: skip
_GATES = ("enough_units", "complete_without_catch_up")
_APART = ("last_attended", "attended_before", "attended_after")


def upgrade() -> None:
    op.create_table(
        "enrolment_counts",
        Column("enrolment", UUID, references("enrolments"), primary_key=True, nullable=False),
        *(Column(name, INTEGER, nullable=False) for name in _COUNTS),
        *(Column(name, BOOLEAN, nullable=False) for name in _GATES),
        *(Column(name, INTEGER, nullable=False) for name in _APART),
    )


def downgrade() -> None:
    op.drop_table("enrolment_counts")
