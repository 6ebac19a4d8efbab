"""Versioned curricula with gaps, places, roles of facilitators, calendars.

Revision ID: 0007
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import add_column, drop_columns, partial_index, references
from migrations.types import BOOLEAN, DATE, INTEGER, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _rename_own_sessions("catch_up_for", "enrolment")
    add_column("programmes", "follows", UUID, refers_to="programmes")
    add_column(
        "programme_versions",
        "edit_window_days",
        INTEGER,
        fill="14",
        checks={"version_edit_window_in_range": '"edit_window_days" BETWEEN 0 AND 366'},
    )
    add_column("programme_versions", "long_outcomes", BOOLEAN, fill="false")
    add_column(
        "units",
        "gap_days",
        INTEGER,
        fill="0",
        checks={"unit_gap_in_range": '"gap_days" BETWEEN 0 AND 366'},
    )
    add_column(
        "units",
        "module",
        INTEGER,
        checks={"unit_module_in_range": '"module" IS NULL OR "module" BETWEEN 1 AND 120'},
    )
    add_column("venues", "postcode", varchar(10), fill="''")
    add_column("venues", "place", varchar(140), fill="''")
    op.create_index("venues_place_idx", "venues", ["place"])
    add_column(
        "cohorts",
        "group_sex",
        varchar(8),
        checks={
            "cohort_group_sex_is_known": (
                "\"group_sex\" IS NULL OR \"group_sex\" IN ('female', 'male', 'mixed')"
            )
        },
    )
    add_column(
        "cohort_facilitators",
        "role",
        varchar(16),
        fill="'co_facilitator'",
        checks={"facilitator_role_is_known": "\"role\" IN ('lead', 'co_facilitator', 'cover')"},
    )
    add_column("enrolments", "continues", UUID, refers_to="enrolments")
    add_column(
        "sessions",
        "is_catch_up",
        BOOLEAN,
        fill="false",
        checks={"session_catch_up_is_somebodys": '"enrolment" IS NOT NULL OR NOT "is_catch_up"'},
    )
    add_column("sessions", "missed_session", UUID, refers_to="sessions")
    add_column("sessions", "venue", UUID, refers_to="venues")
    add_column(
        "sessions",
        "mode",
        varchar(12),
        checks={
            "session_mode_is_known": (
                "\"mode\" IS NULL OR \"mode\" IN ('in_person', 'video', 'phone', 'hybrid')"
            )
        },
    )
    add_column(
        "sessions",
        "not_held_because_of",
        varchar(16),
        checks={
            "session_not_held_is_known": (
                '"not_held_because_of" IS NULL OR "not_held_because_of" IN (\'service\', '
                "'venue', 'participants', 'other')"
            )
        },
    )
    add_column("sessions", "covered", TEXT, fill="''")
    op.execute("UPDATE sessions SET is_catch_up = true WHERE enrolment IS NOT NULL")
    op.execute("UPDATE venues SET place = LOWER(name)")
    op.create_table(
        "calendar_feeds",
        Column("id", UUID, primary_key=True),
        Column("account", UUID, references("accounts"), nullable=False),
        Column("token_hash", varchar(64), nullable=False, unique=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("revoked_at", TIMESTAMPTZ, nullable=True),
    )
    partial_index(
        "one_calendar_feed_per_account",
        "calendar_feeds",
        ["account"],
        where="revoked_at IS NULL",
        unique=True,
    )
    op.create_table(
        "session_facilitators",
        Column("id", UUID, primary_key=True),
        Column("session", UUID, references("sessions"), nullable=False),
        Column("account", UUID, references("accounts"), nullable=False),
        Column("role", varchar(16), nullable=False),
        UniqueConstraint("session", "account", name="session_facilitator_once"),
        CheckConstraint(
            "\"role\" IN ('lead', 'co_facilitator', 'cover')",
            name="session_facilitator_role_is_known",
        ),
    )
    op.create_index("session_facilitators_account", "session_facilitators", ["account"])
    op.create_table(
        "pauses",
        Column("id", UUID, primary_key=True),
        Column("enrolment", UUID, references("enrolments"), nullable=False),
        Column("from_on", DATE, nullable=False),
        Column("to_on", DATE, nullable=True),
        Column("reason", varchar(200), nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        CheckConstraint('"to_on" IS NULL OR "to_on" >= "from_on"', name="pause_days_in_order"),
    )
    partial_index(
        "one_open_pause_per_enrolment", "pauses", ["enrolment"], where="to_on IS NULL", unique=True
    )
    op.create_index("pauses_enrolment_idx", "pauses", ["enrolment", "from_on"])


def downgrade() -> None:
    op.drop_table("pauses")
    op.drop_table("session_facilitators")
    op.drop_table("calendar_feeds")
    drop_columns(
        "sessions",
        "is_catch_up",
        "missed_session",
        "venue",
        "mode",
        "not_held_because_of",
        "covered",
    )
    drop_columns("enrolments", "continues")
    drop_columns("cohort_facilitators", "role")
    drop_columns("cohorts", "group_sex")
    op.drop_index("venues_place_idx", "venues")
    drop_columns("venues", "postcode", "place")
    drop_columns("units", "gap_days", "module")
    drop_columns("programme_versions", "edit_window_days", "long_outcomes")
    drop_columns("programmes", "follows")
    _rename_own_sessions("enrolment", "catch_up_for")


def _rename_own_sessions(old: str, new: str) -> None:
    """Rename the column that names whose own session it is: not every such one is a catch-up."""
    op.drop_index("one_session_per_cohort_and_instant", "sessions")
    op.execute(f"ALTER TABLE sessions RENAME COLUMN {old} TO {new}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"ALTER TABLE sessions RENAME CONSTRAINT sessions_{old}_fkey TO sessions_{new}_fkey"
        )
    partial_index(
        "one_session_per_cohort_and_instant",
        "sessions",
        ["cohort", "starts_at"],
        unique=True,
        where=f"{new} IS NULL AND status <> 'cancelled'",
    )
