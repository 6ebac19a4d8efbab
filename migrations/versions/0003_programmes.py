"""Programmes, cohorts, people, enrolments, sessions and marks.

Revision ID: 0003
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import partial_index, references
from migrations.types import BOOLEAN, DATE, INTEGER, JSON, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "programmes",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("name", varchar(120), nullable=False),
        Column("type", varchar(24), nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("organisation", "side", "name", name="programme_name_once_per_side"),
        CheckConstraint("\"side\" IN ('perpetrator', 'survivor')", name="programme_side_is_known"),
        CheckConstraint(
            "\"type\" IN ('freedom', 'survivor_group_other', 'behaviour_change', "
            "'early_response', 'help_seeking', 'intensive_case_mgmt', 'idap', 'bbr', "
            "'building_choices', 'caledonian', 'caring_dads', 'peer_support')",
            name="programme_type_is_known",
        ),
    )
    op.create_table(
        "programme_versions",
        Column("id", UUID, primary_key=True),
        Column("programme", UUID, references("programmes"), nullable=False),
        Column("number", INTEGER, nullable=False),
        Column("group_model", varchar(16), nullable=False),
        Column("delivery_mode", varchar(12), nullable=False),
        Column("min_units", INTEGER, nullable=True),
        Column("min_percent", INTEGER, nullable=True),
        Column("min_hours", INTEGER, nullable=True),
        Column("needs_end_review", BOOLEAN, nullable=False),
        Column("needs_report_sent", BOOLEAN, nullable=False),
        Column("capacity_min", INTEGER, nullable=False),
        Column("capacity_max", INTEGER, nullable=False),
        Column("cost_pence", INTEGER, nullable=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("programme", "number", name="version_number_once"),
        CheckConstraint(
            "\"group_model\" IN ('closed', 'rolling', 'modular_entry')",
            name="version_model_is_known",
        ),
        CheckConstraint(
            "\"delivery_mode\" IN ('in_person', 'video', 'phone', 'hybrid')",
            name="version_mode_is_known",
        ),
        CheckConstraint(
            '("min_units" IS NULL) <> ("min_percent" IS NULL)', name="version_has_one_threshold"
        ),
        CheckConstraint(
            '"min_percent" IS NULL OR "min_percent" BETWEEN 1 AND 100',
            name="version_percent_in_range",
        ),
        CheckConstraint(
            '"capacity_min" >= 1 AND "capacity_max" >= "capacity_min"',
            name="version_capacity_in_order",
        ),
    )
    op.create_table(
        "units",
        Column("id", UUID, primary_key=True),
        Column("programme_version", UUID, references("programme_versions"), nullable=False),
        Column("number", INTEGER, nullable=False),
        Column("title", varchar(120), nullable=False),
        Column("kind", varchar(12), nullable=False),
        Column("minutes", INTEGER, nullable=False),
        Column("mandatory", BOOLEAN, nullable=False),
        UniqueConstraint("programme_version", "number", name="unit_number_once"),
        CheckConstraint("\"kind\" IN ('group', 'one_to_one')", name="unit_kind_is_known"),
        CheckConstraint('"minutes" BETWEEN 1 AND 600', name="unit_minutes_in_range"),
    )
    op.create_table(
        "venues",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("name", varchar(120), nullable=False),
        Column("address", TEXT, nullable=False),
        UniqueConstraint("organisation", "side", "name", name="venue_name_once_per_side"),
        CheckConstraint("\"side\" IN ('perpetrator', 'survivor')", name="venue_side_is_known"),
    )
    op.create_table(
        "closures",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("venue", UUID, references("venues"), nullable=True),
        Column("from_on", DATE, nullable=False),
        Column("to_on", DATE, nullable=False),
        Column("reason", varchar(120), nullable=False),
        CheckConstraint('"to_on" >= "from_on"', name="closure_days_in_order"),
    )
    op.create_index("closures_organisation", "closures", ["organisation"])
    op.create_table(
        "cohorts",
        Column("id", UUID, primary_key=True),
        Column("programme_version", UUID, references("programme_versions"), nullable=False),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("code", varchar(24), nullable=False),
        Column("venue", UUID, references("venues"), nullable=True),
        Column("starts_on", DATE, nullable=False),
        Column("nation", varchar(20), nullable=False),
        Column("slots", JSON, nullable=False),
        Column("capacity", INTEGER, nullable=False),
        Column("places_taken", INTEGER, nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("organisation", "side", "code", name="cohort_code_once_per_side"),
        CheckConstraint("\"side\" IN ('perpetrator', 'survivor')", name="cohort_side_is_known"),
        CheckConstraint(
            "\"nation\" IN ('england-and-wales', 'scotland', 'northern-ireland')",
            name="cohort_nation_is_known",
        ),
        CheckConstraint(
            '"places_taken" >= 0 AND "places_taken" <= "capacity"', name="cohort_has_places"
        ),
    )
    op.create_index("cohorts_programme_version", "cohorts", ["programme_version"])
    op.create_index("cohorts_side_idx", "cohorts", ["side", "organisation", "starts_on"])
    op.create_table(
        "cohort_facilitators",
        Column("id", UUID, primary_key=True),
        Column("cohort", UUID, references("cohorts"), nullable=False),
        Column("account", UUID, references("accounts"), nullable=False),
        UniqueConstraint("cohort", "account", name="facilitator_once_per_cohort"),
    )
    op.create_index("cohort_facilitators_account", "cohort_facilitators", ["account"])
    op.create_table(
        "participants",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("given_name", varchar(80), nullable=False),
        Column("family_name", varchar(80), nullable=False),
        Column("preferred_name", varchar(80), nullable=False),
        Column("born_on", DATE, nullable=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            "\"side\" IN ('perpetrator', 'survivor')", name="participant_side_is_known"
        ),
    )
    op.create_index("participants_side_idx", "participants", ["side", "organisation", "id"])
    op.create_table(
        "safe_contacts",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False, unique=True),
        Column("number", varchar(16), nullable=True),
        Column("number_version", INTEGER, nullable=False),
        Column("sms", varchar(8), nullable=False),
        Column("confirmed_on", DATE, nullable=True),
        Column("confirmed_with", varchar(120), nullable=False),
        Column("confirmed_by", UUID, references("accounts"), nullable=True),
        Column("windows", JSON, nullable=False),
        Column("language", varchar(8), nullable=False),
        Column("updated_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            "\"sms\" IN ('safe', 'not_safe', 'unknown')", name="safe_contact_sms_is_known"
        ),
        CheckConstraint(
            '"sms" <> \'safe\' OR ("number" IS NOT NULL AND "confirmed_on" IS NOT NULL)',
            name="safe_contact_says_what_was_confirmed",
        ),
    )
    op.create_index("safe_contacts_number_idx", "safe_contacts", ["number"])
    op.create_table(
        "referrals",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False),
        Column("programme", UUID, references("programmes"), nullable=False),
        Column("source", varchar(24), nullable=False),
        Column("mandate", varchar(24), nullable=False),
        Column("received_on", DATE, nullable=False),
        Column("assessed_on", DATE, nullable=True),
        Column("suitable", BOOLEAN, nullable=True),
        Column("status", varchar(24), nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            "\"source\" IN ('self', 'police', 'childrens_social_care', 'adult_social_care', "
            "'health', 'probation', 'court', 'housing', 'specialist_da_service', "
            "'substance_misuse', 'education_early_help', 'voluntary_sector', "
            "'youth_justice', 'family_or_friend', 'other', 'not_recorded')",
            name="referral_source_is_known",
        ),
        CheckConstraint(
            "\"mandate\" IN ('voluntary', 'court_order', 'licence', 'family_court', "
            "'child_protection_plan', 'out_of_court_disposal')",
            name="referral_mandate_is_known",
        ),
        CheckConstraint(
            "\"status\" IN ('received', 'awaiting_assessment', 'assessment_started', "
            "'on_hold', 'not_eligible', 'not_suitable', 'suitable_not_ready', "
            "'awaiting_allocation', 'scheduled', 'on_programme', 'programme_complete', "
            "'deferred', 'deprioritised', 'breach_non_attendance', 'return_to_court', "
            "'recall', 'deselected', 'withdrawn')",
            name="referral_status_is_known",
        ),
    )
    op.create_index("referrals_participant", "referrals", ["participant"])
    partial_index(
        "one_open_referral_per_programme",
        "referrals",
        ["participant", "programme"],
        unique=True,
        where="status NOT IN ('deselected', 'not_eligible', 'not_suitable', "
        "'programme_complete', 'withdrawn')",
    )
    op.create_index("referrals_programme_idx", "referrals", ["programme", "received_on"])
    op.create_table(
        "enrolments",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False),
        Column("cohort", UUID, references("cohorts"), nullable=False),
        Column("referral", UUID, references("referrals"), nullable=True),
        Column("joined_on", DATE, nullable=False),
        Column("status", varchar(20), nullable=False),
        Column("started_on", DATE, nullable=True),
        Column("ended_on", DATE, nullable=True),
        Column("exit_reason", varchar(32), nullable=True),
        Column("end_review_on", DATE, nullable=True),
        Column("report_sent_on", DATE, nullable=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            "\"status\" IN ('invited', 'enrolled', 'active', 'paused', 'transferred', "
            "'completed', 'completed_partial', 'exited')",
            name="enrolment_status_is_known",
        ),
        CheckConstraint(
            "\"exit_reason\" IS NULL OR \"exit_reason\" IN ('missed_too_many', 'disengaged', "
            "'motivation_changed', 'behaviour_in_session', 'behaviour_outside', "
            "'conflict_with_members', 'attitude_to_facilitators', 'intoxicated', 'health', "
            "'work_or_caring', 'childcare', 'moved_area', 'personal_safety', "
            "'substance_use', 'legal_advice', 'died', 'breached', 'recalled_or_custody', "
            "'order_ended', 'order_revoked', 'acquitted', 'reconvicted', "
            "'provider_withdrew', 'programme_closed', 'transferred', 'not_enough_time', "
            "'non_association', 'admin_error', 'duplicate', 'deselected_risk_increase', "
            "'partner_safety_concern', 'needs_met_elsewhere', 'other', 'not_recorded')",
            name="enrolment_exit_reason_is_known",
        ),
        CheckConstraint(
            '"status" <> \'exited\' OR "exit_reason" IS NOT NULL', name="enrolment_exit_has_reason"
        ),
        CheckConstraint(
            '"ended_on" IS NULL OR "ended_on" >= "joined_on"', name="enrolment_days_in_order"
        ),
    )
    op.create_index("enrolments_referral", "enrolments", ["referral"])
    partial_index(
        "one_open_enrolment_per_person",
        "enrolments",
        ["participant"],
        unique=True,
        where="status IN ('invited', 'enrolled', 'active', 'paused')",
    )
    op.create_index("enrolments_cohort_idx", "enrolments", ["cohort", "status"])
    op.create_index("enrolments_participant_idx", "enrolments", ["participant"])
    op.create_table(
        "sessions",
        Column("id", UUID, primary_key=True),
        Column("cohort", UUID, references("cohorts"), nullable=False),
        Column("unit", UUID, references("units"), nullable=False),
        Column("starts_at", TIMESTAMPTZ, nullable=False),
        Column("minutes", INTEGER, nullable=False),
        Column("status", varchar(12), nullable=False),
        Column("cancelled_reason", varchar(200), nullable=False),
        Column("catch_up_for", UUID, references("enrolments"), nullable=True),
        Column("revision", INTEGER, nullable=False),
        Column("register_version", INTEGER, nullable=False),
        Column("register_saved_at", TIMESTAMPTZ, nullable=True),
        Column("register_saved_by", UUID, references("accounts"), nullable=True),
        CheckConstraint(
            "\"status\" IN ('scheduled', 'held', 'cancelled')", name="session_status_is_known"
        ),
        CheckConstraint('"minutes" BETWEEN 1 AND 600', name="session_minutes_in_range"),
    )
    partial_index(
        "one_session_per_cohort_and_instant",
        "sessions",
        ["cohort", "starts_at"],
        unique=True,
        where="catch_up_for IS NULL AND status <> 'cancelled'",
    )
    op.create_index("sessions_cohort_idx", "sessions", ["cohort", "starts_at"])
    op.create_index("sessions_starts_at_idx", "sessions", ["starts_at", "id"])
    op.create_table(
        "attendances",
        Column("id", UUID, primary_key=True),
        Column("session", UUID, references("sessions"), nullable=False),
        Column("enrolment", UUID, references("enrolments"), nullable=False),
        Column("outcome", varchar(24), nullable=False),
        Column("minutes_attended", INTEGER, nullable=True),
        Column("absence_reason", varchar(24), nullable=True),
        Column("acceptable", BOOLEAN, nullable=True),
        Column("engaged", BOOLEAN, nullable=True),
        Column("note", TEXT, nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("session", "enrolment", name="one_mark_per_session"),
        CheckConstraint(
            "\"outcome\" IN ('attended', 'late', 'left_early', 'sent_home_behaviour', "
            "'sent_home_service', 'absent_notified', 'absent_not_notified', 'not_required')",
            name="attendance_outcome_is_known",
        ),
        CheckConstraint(
            "\"absence_reason\" IS NULL OR \"absence_reason\" IN ('medical', 'employment', "
            "'family_childcare', 'court_legal', 'religious', 'holiday', 'in_custody', "
            "'stood_down', 'other')",
            name="attendance_reason_is_known",
        ),
        CheckConstraint(
            '"minutes_attended" IS NULL OR "minutes_attended" BETWEEN 0 AND 600',
            name="attendance_minutes_in_range",
        ),
    )
    op.create_index("attendances_enrolment_idx", "attendances", ["enrolment", "outcome"])


def downgrade() -> None:
    op.drop_table("attendances")
    op.drop_table("sessions")
    op.drop_table("enrolments")
    op.drop_table("referrals")
    op.drop_table("safe_contacts")
    op.drop_table("participants")
    op.drop_table("cohort_facilitators")
    op.drop_table("cohorts")
    op.drop_table("closures")
    op.drop_table("venues")
    op.drop_table("units")
    op.drop_table("programme_versions")
    op.drop_table("programmes")
