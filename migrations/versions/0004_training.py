"""Staff, courses, requirements, exemptions and training records.

Revision ID: 0004
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import references
from migrations.types import BOOLEAN, DATE, INTEGER, JSON, TIMESTAMPTZ, UUID, numeric, varchar

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "staff",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("payroll_number", varchar(32), nullable=False),
        Column("name", varchar(120), nullable=False),
        Column("email", varchar(254), nullable=False),
        Column("team", varchar(80), nullable=False),
        Column("sector", varchar(32), nullable=False),
        Column("staff_group", varchar(20), nullable=False),
        Column("role", varchar(80), nullable=False),
        Column("is_people_manager", BOOLEAN, nullable=False),
        Column("started_on", DATE, nullable=False),
        Column("ended_on", DATE, nullable=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("organisation", "payroll_number", name="staff_payroll_number_once"),
        CheckConstraint(
            "\"sector\" IN ('health', 'housing', 'adult_social_care', 'childrens_social_care', "
            "'education', 'police', 'probation', 'fire', 'voluntary_da_specialist', "
            "'voluntary_other', 'substance_misuse', 'youth_justice', 'council_other', "
            "'elected_member', 'gp_practice')",
            name="staff_sector_is_known",
        ),
        CheckConstraint(
            "\"staff_group\" IN ('front_line', 'manager', 'specialist', 'reception_admin', "
            "'volunteer', 'agency', 'student')",
            name="staff_group_is_known",
        ),
        CheckConstraint(
            '"ended_on" IS NULL OR "ended_on" >= "started_on"', name="staff_days_in_order"
        ),
    )
    op.create_table(
        "courses",
        Column("id", UUID, primary_key=True),
        Column("code", varchar(24), nullable=False, unique=True),
        Column("name", varchar(120), nullable=False),
        Column("rank", INTEGER, nullable=False),
        Column("validity_months", INTEGER, nullable=True),
        Column("hours", numeric(5, 2), nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint('"rank" BETWEEN 1 AND 4', name="course_rank_in_range"),
        CheckConstraint(
            '"validity_months" IS NULL OR "validity_months" BETWEEN 1 AND 240',
            name="course_validity_in_range",
        ),
        CheckConstraint('"hours" > 0 AND "hours" <= 500', name="course_hours_in_range"),
    )
    op.create_table(
        "requirements",
        Column("id", UUID, primary_key=True),
        Column("name", varchar(120), nullable=False, unique=True),
        Column("course", UUID, references("courses"), nullable=False),
        Column("mandatory", BOOLEAN, nullable=False),
        Column("validity_months", INTEGER, nullable=True),
        Column("sectors", JSON, nullable=False),
        Column("staff_groups", JSON, nullable=False),
        Column("organisation_ids", JSON, nullable=False),
        Column("is_people_manager", BOOLEAN, nullable=True),
        Column("due_within_days_of_start", INTEGER, nullable=False),
        Column("effective_from", DATE, nullable=False),
        Column("effective_to", DATE, nullable=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            '"validity_months" IS NULL OR "validity_months" BETWEEN 1 AND 240',
            name="requirement_validity_in_range",
        ),
        CheckConstraint(
            '"due_within_days_of_start" BETWEEN 0 AND 3650', name="requirement_due_in_range"
        ),
        CheckConstraint(
            '"effective_to" IS NULL OR "effective_to" >= "effective_from"',
            name="requirement_days_in_order",
        ),
    )
    op.create_table(
        "exemptions",
        Column("id", UUID, primary_key=True),
        Column("staff", UUID, references("staff"), nullable=False),
        Column("requirement", UUID, references("requirements"), nullable=True),
        Column("from_on", DATE, nullable=False),
        Column("to_on", DATE, nullable=False),
        Column("reason", varchar(200), nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        CheckConstraint('"to_on" >= "from_on"', name="exemption_days_in_order"),
    )
    op.create_index("exemptions_staff", "exemptions", ["staff"])
    op.create_table(
        "training_records",
        Column("id", UUID, primary_key=True),
        Column("staff", UUID, references("staff"), nullable=False),
        Column("course", UUID, references("courses"), nullable=False),
        Column("completed_on", DATE, nullable=False),
        Column("hours", numeric(5, 2), nullable=True),
        Column("evidence", varchar(20), nullable=False),
        Column("verified", BOOLEAN, nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("staff", "course", "completed_on", name="training_record_once"),
        CheckConstraint(
            "\"evidence\" IN ('certificate', 'register', 'e_learning_result', 'self_declared')",
            name="training_record_evidence_is_known",
        ),
    )
    op.create_index(
        "training_records_course_idx", "training_records", ["course", "staff", "completed_on"]
    )


def downgrade() -> None:
    op.drop_table("training_records")
    op.drop_table("exemptions")
    op.drop_table("requirements")
    op.drop_table("courses")
    op.drop_table("staff")
