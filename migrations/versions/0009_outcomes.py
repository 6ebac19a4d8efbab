"""Outcome measures and the values taken.

Revision ID: 0009
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import references
from migrations.types import DATE, INTEGER, JSON, TIMESTAMPTZ, UUID, varchar

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "measures",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("code", varchar(40), nullable=False),
        Column("name", varchar(120), nullable=False),
        Column("scale", varchar(8), nullable=False),
        Column("lowest", INTEGER, nullable=False),
        Column("highest", INTEGER, nullable=False),
        Column("direction", varchar(20), nullable=False),
        Column("timepoints", JSON, nullable=False),
        Column("sources", JSON, nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("organisation", "side", "code", name="measure_code_once_per_side"),
        CheckConstraint("\"side\" IN ('perpetrator', 'survivor')", name="measure_side_is_known"),
        CheckConstraint("\"scale\" IN ('number', 'yes_no')", name="measure_scale_is_known"),
        CheckConstraint(
            "\"direction\" IN ('higher_is_better', 'lower_is_better')",
            name="measure_direction_is_known",
        ),
        CheckConstraint('"highest" > "lowest"', name="measure_range_in_order"),
    )
    op.create_table(
        "programme_measures",
        Column("id", UUID, primary_key=True),
        Column("programme", UUID, references("programmes"), nullable=False),
        Column("measure", UUID, references("measures"), nullable=False),
        UniqueConstraint("programme", "measure", name="measure_once_per_programme"),
    )
    op.create_table(
        "outcome_values",
        Column("id", UUID, primary_key=True),
        Column("enrolment", UUID, references("enrolments"), nullable=False),
        Column("measure", UUID, references("measures"), nullable=False),
        Column("timepoint", varchar(20), nullable=False),
        Column("source", varchar(12), nullable=False),
        Column("value", INTEGER, nullable=False),
        Column("taken_on", DATE, nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint(
            "enrolment", "measure", "timepoint", "source", name="one_value_per_timepoint_and_source"
        ),
        CheckConstraint(
            "\"timepoint\" IN ('start', 'middle', 'end', 'six_months_after', "
            "'twelve_months_after')",
            name="outcome_timepoint_is_known",
        ),
        CheckConstraint(
            "\"source\" IN ('self', 'partner', 'practitioner', 'agency')",
            name="outcome_source_is_known",
        ),
    )


def downgrade() -> None:
    op.drop_table("outcome_values")
    op.drop_table("programme_measures")
    op.drop_table("measures")
