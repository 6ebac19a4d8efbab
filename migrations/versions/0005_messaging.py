"""Reminder rules, the outbox and what the provider says.

Revision ID: 0005
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import append_only, drop_append_only, partial_index, references
from migrations.types import BOOLEAN, INTEGER, JSON, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "message_templates",
        Column("id", UUID, primary_key=True),
        Column("name", varchar(80), nullable=False),
        Column("language", varchar(8), nullable=False),
        Column("body", TEXT, nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("name", "language", name="template_name_once_per_language"),
    )
    op.create_table(
        "reminder_rules",
        Column("id", UUID, primary_key=True),
        Column("name", varchar(80), nullable=False),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("programme", UUID, nullable=True),
        Column("kind", varchar(20), nullable=False),
        Column("days_before", INTEGER, nullable=True),
        Column("at", varchar(5), nullable=True),
        Column("hours_before", INTEGER, nullable=True),
        Column("template", UUID, references("message_templates"), nullable=False),
        Column("active", BOOLEAN, nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("organisation", "side", "name", name="rule_name_once_per_side"),
        CheckConstraint("\"side\" IN ('perpetrator', 'survivor')", name="rule_side_is_known"),
        CheckConstraint(
            "\"kind\" IN ('session_reminder', 'change', 'cancellation', 'training_expiry')",
            name="rule_kind_is_known",
        ),
        CheckConstraint(
            '("hours_before" IS NULL) <> ("days_before" IS NULL) '
            'AND ("days_before" IS NULL) = ("at" IS NULL)',
            name="rule_has_one_offset",
        ),
    )
    op.create_table(
        "messages",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("participant", UUID, nullable=False),
        Column("session", UUID, nullable=False),
        Column("cohort", UUID, nullable=False),
        Column("rule", UUID, references("reminder_rules"), nullable=False),
        Column("session_revision", INTEGER, nullable=False),
        Column("number", varchar(16), nullable=True),
        Column("number_version", INTEGER, nullable=False),
        Column("to_hash", varchar(64), nullable=False),
        Column("variables", JSON, nullable=False),
        Column("body", TEXT, nullable=True),
        Column("body_hash", varchar(64), nullable=False),
        Column("state", varchar(20), nullable=False),
        Column("state_reason", varchar(48), nullable=False),
        Column("send_after", TIMESTAMPTZ, nullable=False),
        Column("expires_at", TIMESTAMPTZ, nullable=False),
        Column("claim_token", UUID, nullable=True),
        Column("lease_until", TIMESTAMPTZ, nullable=True),
        Column("attempt_number", INTEGER, nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("updated_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint(
            "participant",
            "session",
            "rule",
            "session_revision",
            name="one_message_per_session_person_and_rule",
        ),
        CheckConstraint("\"side\" IN ('perpetrator', 'survivor')", name="message_side_is_known"),
        CheckConstraint(
            "\"state\" IN ('planned', 'held', 'queued', 'claimed', 'submitting', 'unknown', "
            "'accepted', 'sent', 'delivered', 'undelivered', 'failed', 'provider_cancelled', "
            "'no_receipt', 'rejected', 'suppressed', 'cancelled', 'superseded', 'expired', "
            "'unresolved')",
            name="message_state_is_known",
        ),
        CheckConstraint('"expires_at" >= "send_after"', name="message_times_in_order"),
    )
    partial_index("messages_due_idx", "messages", ["send_after", "id"], where="state = 'queued'")
    partial_index(
        "messages_planned_idx", "messages", ["send_after", "id"], where="state = 'planned'"
    )
    op.create_index("messages_state_idx", "messages", ["side", "organisation", "state", "id"])
    op.create_index("messages_session_idx", "messages", ["session"])
    op.create_index("messages_number_idx", "messages", ["to_hash", "updated_at"])
    op.create_table(
        "message_events",
        Column("id", UUID, primary_key=True),
        Column("message", UUID, references("messages"), nullable=False),
        Column("at", TIMESTAMPTZ, nullable=False),
        Column("actor", UUID, nullable=True),
        Column("old_state", varchar(20), nullable=True),
        Column("new_state", varchar(20), nullable=False),
        Column("reason", varchar(48), nullable=False),
    )
    op.create_index("message_events_message", "message_events", ["message"])
    op.create_table(
        "message_attempts",
        Column("id", UUID, primary_key=True),
        Column("message", UUID, references("messages"), nullable=False),
        Column("number", INTEGER, nullable=False),
        Column("token_hash", varchar(64), nullable=False, unique=True),
        Column("provider_sid", varchar(40), nullable=True, unique=True),
        Column("started_at", TIMESTAMPTZ, nullable=False),
        Column("answered_at", TIMESTAMPTZ, nullable=True),
        Column("error_code", INTEGER, nullable=False),
        UniqueConstraint("message", "number", name="attempt_number_once"),
    )
    op.create_table(
        "callback_events",
        Column("id", UUID, primary_key=True),
        Column("provider_sid", varchar(40), nullable=False),
        Column("status", varchar(20), nullable=False),
        Column("error_code", INTEGER, nullable=False),
        Column("received_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("provider_sid", "status", "error_code", name="callback_once"),
    )
    op.create_table(
        "inbound_messages",
        Column("id", UUID, primary_key=True),
        Column("provider_sid", varchar(40), nullable=False, unique=True),
        Column("number", varchar(16), nullable=False),
        Column("body", TEXT, nullable=False),
        Column("received_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_table(
        "messaging_pauses",
        Column("id", UUID, primary_key=True),
        Column("paused", BOOLEAN, nullable=False),
        Column("reason", varchar(200), nullable=False),
        Column("at", TIMESTAMPTZ, nullable=False),
        Column("actor", UUID, nullable=True),
    )
    append_only("message_events")


def downgrade() -> None:
    drop_append_only("message_events")
    op.drop_table("messaging_pauses")
    op.drop_table("inbound_messages")
    op.drop_table("callback_events")
    op.drop_table("message_attempts")
    op.drop_table("message_events")
    op.drop_table("messages")
    op.drop_table("reminder_rules")
    op.drop_table("message_templates")
