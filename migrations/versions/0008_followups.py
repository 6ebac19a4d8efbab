"""What follows from attendance: corrections, planned absences, reviews, welfare checks.

Revision ID: 0008
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import add_column, drop_columns, partial_index, references
from migrations.types import BOOLEAN, DATE, INTEGER, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    add_column(
        "attendances",
        "minutes_late",
        INTEGER,
        checks={
            "attendance_minutes_late_in_range": (
                '"minutes_late" IS NULL OR "minutes_late" BETWEEN 0 AND 600'
            )
        },
    )
    op.create_table(
        "mark_changes",
        Column("id", UUID, primary_key=True),
        Column("attendance", UUID, references("attendances"), nullable=False),
        Column("outcome", varchar(24), nullable=False),
        Column("minutes_attended", INTEGER, nullable=True),
        Column("minutes_late", INTEGER, nullable=True),
        Column("absence_reason", varchar(24), nullable=True),
        Column("acceptable", BOOLEAN, nullable=True),
        Column("engaged", BOOLEAN, nullable=True),
        Column("note", TEXT, nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        Column("reason", varchar(200), nullable=False),
        Column("changed_by", UUID, references("accounts"), nullable=True),
        Column("changed_at", TIMESTAMPTZ, nullable=False),
        CheckConstraint(
            "\"outcome\" IN ('attended', 'late', 'left_early', 'sent_home_behaviour', "
            "'sent_home_service', 'absent_notified', 'absent_not_notified', "
            "'not_required')",
            name="mark_change_outcome_is_known",
        ),
        CheckConstraint(
            "\"absence_reason\" IS NULL OR \"absence_reason\" IN ('medical', 'employment', "
            "'family_childcare', 'court_legal', 'religious', 'holiday', 'in_custody', "
            "'stood_down', 'other')",
            name="mark_change_reason_is_known",
        ),
    )
    op.create_index("mark_changes_attendance_idx", "mark_changes", ["attendance", "id"])
    op.create_table(
        "planned_absences",
        Column("id", UUID, primary_key=True),
        Column("session", UUID, references("sessions"), nullable=False),
        Column("enrolment", UUID, references("enrolments"), nullable=False),
        Column("reason", varchar(24), nullable=False),
        Column("acceptable", BOOLEAN, nullable=True),
        Column("note", TEXT, nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("session", "enrolment", name="one_planned_absence_per_session"),
        CheckConstraint(
            "\"reason\" IN ('medical', 'employment', 'family_childcare', 'court_legal', "
            "'religious', 'holiday', 'in_custody', 'stood_down', 'other')",
            name="planned_absence_reason_is_known",
        ),
    )
    op.create_index("planned_absences_enrolment", "planned_absences", ["enrolment"])
    op.create_table(
        "absence_rules",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("mandate", varchar(24), nullable=False),
        Column("after_unacceptable", INTEGER, nullable=True),
        Column("after_consecutive", INTEGER, nullable=True),
        Column("act_within_working_days", INTEGER, nullable=False),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("organisation", "mandate", name="one_absence_rule_per_mandate"),
        CheckConstraint(
            "\"mandate\" IN ('voluntary', 'court_order', 'licence', 'family_court', "
            "'child_protection_plan', 'out_of_court_disposal')",
            name="absence_rule_mandate_is_known",
        ),
        CheckConstraint(
            '"after_unacceptable" IS NULL OR "after_unacceptable" BETWEEN 1 AND 50',
            name="absence_rule_unacceptable_in_range",
        ),
        CheckConstraint(
            '"after_consecutive" IS NULL OR "after_consecutive" BETWEEN 1 AND 50',
            name="absence_rule_consecutive_in_range",
        ),
        CheckConstraint(
            '"act_within_working_days" BETWEEN 1 AND 60', name="absence_rule_days_in_range"
        ),
    )
    op.create_table(
        "absence_reviews",
        Column("id", UUID, primary_key=True),
        Column("enrolment", UUID, references("enrolments"), nullable=False),
        Column("session", UUID, references("sessions"), nullable=False),
        Column("cause", varchar(24), nullable=False),
        Column("absences", INTEGER, nullable=False),
        Column("opened_at", TIMESTAMPTZ, nullable=False),
        Column("due_on", DATE, nullable=False),
        Column("closed_at", TIMESTAMPTZ, nullable=True),
        Column("closed_by", UUID, references("accounts"), nullable=True),
        Column("outcome", varchar(20), nullable=True),
        Column("note", TEXT, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            "\"cause\" IN ('unacceptable_absences', 'consecutive_absences')",
            name="absence_review_cause_is_known",
        ),
        CheckConstraint(
            "\"outcome\" IS NULL OR \"outcome\" IN ('no_action', 'plan_agreed', 'warning', "
            "'breach_action', 'left_programme', 'marks_corrected')",
            name="absence_review_outcome_is_known",
        ),
        CheckConstraint(
            '("closed_at" IS NULL) = ("outcome" IS NULL)', name="absence_review_ends_with_outcome"
        ),
    )
    partial_index(
        "one_open_review_per_cause",
        "absence_reviews",
        ["enrolment", "cause"],
        where="closed_at IS NULL",
        unique=True,
    )
    op.create_index("absence_reviews_enrolment_idx", "absence_reviews", ["enrolment", "id"])
    op.create_table(
        "welfare_checks",
        Column("id", UUID, primary_key=True),
        Column("session", UUID, references("sessions"), nullable=False),
        Column("enrolment", UUID, references("enrolments"), nullable=False),
        Column("opened_at", TIMESTAMPTZ, nullable=False),
        Column("due_on", DATE, nullable=False),
        Column("closed_at", TIMESTAMPTZ, nullable=True),
        Column("closed_by", UUID, references("accounts"), nullable=True),
        Column("outcome", varchar(16), nullable=True),
        Column("note", TEXT, nullable=False),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("session", "enrolment", name="one_welfare_check_per_session"),
        CheckConstraint(
            "\"outcome\" IS NULL OR \"outcome\" IN ('safe_and_well', 'not_reached', "
            "'concern_raised', 'not_needed')",
            name="welfare_check_outcome_is_known",
        ),
        CheckConstraint(
            '("closed_at" IS NULL) = ("outcome" IS NULL)', name="welfare_check_ends_with_outcome"
        ),
    )
    op.create_index("welfare_checks_enrolment", "welfare_checks", ["enrolment"])


def downgrade() -> None:
    op.drop_table("welfare_checks")
    op.drop_table("absence_reviews")
    op.drop_table("absence_rules")
    op.drop_table("planned_absences")
    op.drop_table("mark_changes")
    drop_columns("attendances", "minutes_late")
