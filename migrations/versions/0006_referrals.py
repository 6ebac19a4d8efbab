"""Referrals in full: who referred, every move, needs, waiting list.

Revision ID: 0006
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column

from migrations.steps import add_column, drop_columns, partial_index, references
from migrations.types import DATE, INTEGER, JSON, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    add_column("participants", "reference", varchar(40), fill="''")
    add_column("participants", "area", varchar(80), fill="''")
    add_column("participants", "closed_out_at", TIMESTAMPTZ)
    partial_index(
        "one_person_per_reference",
        "participants",
        ["organisation", "side", "reference"],
        where="reference <> ''",
        unique=True,
    )
    add_column("referrals", "reference", varchar(40), fill="''")
    add_column("referrals", "referrer_name", varchar(120), fill="''")
    add_column("referrals", "referrer_agency", varchar(120), fill="''")
    add_column("referrals", "referrer_contact", varchar(200), fill="''")
    add_column("referrals", "reason", TEXT, fill="''")
    add_column("referrals", "mandate_ends_on", DATE)
    add_column(
        "referrals",
        "consent",
        varchar(12),
        fill="'not_recorded'",
        checks={"referral_consent_is_known": "\"consent\" IN ('given', 'refused', 'not_recorded')"},
    )
    add_column("referrals", "consent_on", DATE)
    add_column(
        "referrals",
        "assessment_outcome",
        varchar(28),
        checks={
            "referral_assessment_is_known": (
                '"assessment_outcome" IS NULL OR "assessment_outcome" IN (\'suitable\', '
                "'suitable_not_ready', 'suitable_with_one_to_one', 'not_suitable', "
                "'not_eligible', 'declined', 'did_not_attend_assessment', "
                "'referred_elsewhere')"
            )
        },
    )
    add_column(
        "referrals",
        "unsuitable_reason",
        varchar(36),
        checks={
            "referral_unsuitable_is_known": (
                '"unsuitable_reason" IS NULL OR "unsuitable_reason" IN '
                "('severe_mental_illness', 'unstabilised_substance_dependency', "
                "'level_of_denial', 'risk_level', 'language_or_learning_need_unmet', "
                "'out_of_area', 'no_partner_within_window', 'non_association', 'duplicate', "
                "'consent_refused')"
            )
        },
    )
    add_column("referrals", "assessment_note", TEXT, fill="''")
    add_column("referrals", "partner_worker_told_on", DATE)
    add_column(
        "referrals",
        "not_started_reason",
        varchar(20),
        checks={
            "referral_not_started_is_known": (
                '"not_started_reason" IS NULL OR "not_started_reason" IN (\'no_contact\', '
                "'refused', 'dna_assessment', 'referral_cancelled', 'moved', 'waiting', "
                "'not_suitable')"
            )
        },
    )
    partial_index(
        "one_referral_per_reference",
        "referrals",
        ["programme", "reference"],
        where="reference <> ''",
        unique=True,
    )
    op.create_table(
        "participant_needs",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False, unique=True),
        Column("availability", JSON, nullable=False),
        Column("venues_to_avoid", JSON, nullable=False),
        Column("areas_to_avoid", TEXT, nullable=False),
        Column("access_needs", TEXT, nullable=False),
        Column("learning_needs", TEXT, nullable=False),
        Column("interpreter_language", varchar(60), nullable=False),
        Column("updated_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
    )
    op.create_table(
        "referral_moves",
        Column("id", UUID, primary_key=True),
        Column("referral", UUID, references("referrals"), nullable=False),
        Column("from_status", varchar(24), nullable=True),
        Column("to_status", varchar(24), nullable=False),
        Column("moved_on", DATE, nullable=False),
        Column("reason", varchar(200), nullable=False),
        Column("note", TEXT, nullable=False),
        Column("moved_by", UUID, references("accounts"), nullable=True),
        Column("moved_at", TIMESTAMPTZ, nullable=False),
        CheckConstraint(
            '"from_status" IS NULL OR "from_status" IN (\'received\', '
            "'awaiting_assessment', 'assessment_started', 'on_hold', 'not_eligible', "
            "'not_suitable', 'suitable_not_ready', 'awaiting_allocation', 'scheduled', "
            "'on_programme', 'programme_complete', 'deferred', 'deprioritised', "
            "'breach_non_attendance', 'return_to_court', 'recall', 'deselected', "
            "'withdrawn')",
            name="referral_move_from_is_known",
        ),
        CheckConstraint(
            "\"to_status\" IN ('received', 'awaiting_assessment', 'assessment_started', "
            "'on_hold', 'not_eligible', 'not_suitable', 'suitable_not_ready', "
            "'awaiting_allocation', 'scheduled', 'on_programme', 'programme_complete', "
            "'deferred', 'deprioritised', 'breach_non_attendance', 'return_to_court', "
            "'recall', 'deselected', 'withdrawn')",
            name="referral_move_to_is_known",
        ),
    )
    op.create_index("referral_moves_referral_idx", "referral_moves", ["referral", "id"])
    op.create_table(
        "referrer_updates",
        Column("id", UUID, primary_key=True),
        Column("referral", UUID, references("referrals"), nullable=False),
        Column("told", varchar(16), nullable=False),
        Column("told_on", DATE, nullable=False),
        Column("told_whom", varchar(120), nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        CheckConstraint(
            "\"told\" IN ('received', 'accepted', 'not_accepted', 'started', 'completed', 'left')",
            name="referrer_update_is_known",
        ),
    )
    op.create_index("referrer_updates_referral", "referrer_updates", ["referral"])
    op.create_table(
        "waiting_passes",
        Column("id", UUID, primary_key=True),
        Column("referral", UUID, references("referrals"), nullable=False),
        Column("cohort", UUID, references("cohorts"), nullable=False),
        Column("reason", varchar(200), nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_index("waiting_passes_referral", "waiting_passes", ["referral"])


def downgrade() -> None:
    op.drop_table("waiting_passes")
    op.drop_table("referrer_updates")
    op.drop_table("referral_moves")
    op.drop_table("participant_needs")
    op.drop_index("one_referral_per_reference", "referrals")
    drop_columns(
        "referrals",
        "reference",
        "referrer_name",
        "referrer_agency",
        "referrer_contact",
        "reason",
        "mandate_ends_on",
        "consent",
        "consent_on",
        "assessment_outcome",
        "unsuitable_reason",
        "assessment_note",
        "partner_worker_told_on",
        "not_started_reason",
    )
    op.drop_index("one_person_per_reference", "participants")
    drop_columns("participants", "reference", "area", "closed_out_at")
