"""What sending through a provider needs: receipts, replies, blocks, pauses and alerts.

A text's recipient may be staff from here on, and its subject a training record.

Revision ID: 0014
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column

from migrations.steps import (
    add_column,
    change_rules,
    drop_columns,
    partial_index,
    references,
    rename_column,
)
from migrations.types import BOOLEAN, DATE, INTEGER, JSON, TIMESTAMPTZ, UUID, varchar

revision = "0014"
down_revision = "0013"

_SIDE = "\"side\" IN ('perpetrator', 'survivor')"
_SIDE_OR_NONE = f'"side" IS NULL OR {_SIDE}'
_KINDS = "('session_reminder', 'change', 'cancellation', 'training_expiry')"
_REPLIES = "('stop', 'start', 'coming', 'cannot', 'other')"
_ONE_OFFSET = (
    '("hours_before" IS NULL) <> ("days_before" IS NULL) '
    'AND ("days_before" IS NULL) = ("at" IS NULL)'
)
_CONFLICTS = "'non_association', 'same_other_party', 'worker_of_both', 'venue'"


def upgrade() -> None:
    _templates_and_rules()
    _messages()
    _provider()
    _switches()
    _other_rooms()


def _templates_and_rules() -> None:
    add_column(
        "message_templates", "kind", varchar(20), fill="'session_reminder'",
        checks={"template_kind_is_known": f'"kind" IN {_KINDS}'},
    )  # fmt: skip
    add_column("message_templates", "findings", JSON, fill="'[]'")
    add_column("message_templates", "saved_by", UUID, refers_to="accounts")
    add_column("message_templates", "saved_at", TIMESTAMPTZ)
    op.execute("UPDATE message_templates SET saved_at = created_at")
    add_column("message_templates", "allowed_by", UUID, refers_to="accounts")
    add_column("message_templates", "allowed_at", TIMESTAMPTZ)
    add_column("message_templates", "allowed_reason", varchar(200), fill="''")
    change_rules(
        "message_templates",
        required=["saved_at"],
        checks={
            "template_is_allowed_by_somebody_else": (
                '"allowed_by" IS NULL OR "saved_by" IS NULL OR "allowed_by" <> "saved_by"'
            )
        },
    )
    add_column("reminder_rules", "asks", BOOLEAN, fill="false")
    add_column("reminder_rules", "active_since", TIMESTAMPTZ)
    op.execute("UPDATE reminder_rules SET active_since = created_at WHERE active")
    change_rules(
        "reminder_rules",
        optional=["side"],
        checks={
            "rule_side_is_known": _SIDE_OR_NONE,
            "rule_has_a_side_unless_for_staff": (
                '("side" IS NULL) = ("kind" = \'training_expiry\') '
                'AND ("side" IS NOT NULL OR "programme" IS NULL)'
            ),
            "rule_has_one_offset": (
                "CASE WHEN \"kind\" IN ('change', 'cancellation') "
                'THEN "hours_before" IS NULL AND "days_before" IS NULL AND "at" IS NULL '
                f"ELSE {_ONE_OFFSET} END"
            ),
            "active_rule_says_since_when": 'NOT "active" OR "active_since" IS NOT NULL',
        },
    )
    partial_index(
        "rule_name_once_for_staff", "reminder_rules", ["organisation", "name"],
        where="side IS NULL", unique=True,
    )  # fmt: skip


def _messages() -> None:
    rename_column("messages", "participant", "recipient")
    rename_column("messages", "session", "subject")
    rename_column("messages", "session_revision", "revision")
    add_column("messages", "programme", UUID)
    op.execute(
        "UPDATE messages SET programme = (SELECT v.programme FROM cohorts c"
        " JOIN programme_versions v ON v.id = c.programme_version WHERE c.id = messages.cohort)"
    )
    add_column("messages", "segments", INTEGER, fill="0")
    add_column(
        "messages", "answer", varchar(8),
        checks={
            "message_answer_is_known": (
                "\"answer\" IS NULL OR \"answer\" IN ('coming', 'cannot')"
            )
        },
    )  # fmt: skip
    add_column("messages", "answered_at", TIMESTAMPTZ)
    add_column("messages", "released_at", TIMESTAMPTZ)
    add_column("messages", "released_by", UUID, refers_to="accounts")
    change_rules(
        "messages",
        optional=["side", "cohort"],
        checks={
            "message_side_is_known": _SIDE_OR_NONE,
            "message_has_a_group_unless_to_staff": (
                '("side" IS NULL) = ("cohort" IS NULL) AND ("side" IS NULL) = ("programme" IS NULL)'
            ),
        },
    )
    op.create_index("messages_recipient_idx", "messages", ["recipient", "id"])
    partial_index(
        "messages_under_way_idx", "messages", ["updated_at", "id"],
        where="state IN ('submitting', 'unknown', 'accepted', 'sent')",
    )  # fmt: skip
    partial_index("messages_kept_idx", "messages", ["updated_at"], where="number IS NOT NULL")
    add_column("message_attempts", "sender", varchar(40), fill="''")
    add_column("message_attempts", "status", varchar(20), fill="''")
    add_column("message_attempts", "looked_at", TIMESTAMPTZ)
    add_column("message_attempts", "checked_at", TIMESTAMPTZ)
    add_column("message_attempts", "redacted_at", TIMESTAMPTZ)


def _provider() -> None:
    add_column("inbound_messages", "to_hash", varchar(64), fill="''")
    add_column(
        "inbound_messages", "kind", varchar(12), fill="'other'",
        checks={"inbound_kind_is_known": f'"kind" IN {_REPLIES}'},
    )  # fmt: skip
    add_column("inbound_messages", "risky", BOOLEAN, fill="false")
    add_column("inbound_messages", "organisation", UUID, refers_to="organisations")
    add_column(
        "inbound_messages", "side", varchar(12), checks={"inbound_side_is_known": _SIDE_OR_NONE}
    )
    add_column("inbound_messages", "participant", UUID)
    add_column("inbound_messages", "cohort", UUID)
    add_column("inbound_messages", "message", UUID, refers_to="messages")
    add_column("inbound_messages", "handled_at", TIMESTAMPTZ)
    add_column("inbound_messages", "handled_by", UUID, refers_to="accounts")
    change_rules(
        "inbound_messages",
        checks={"inbound_person_has_a_side": '("participant" IS NULL) = ("side" IS NULL)'},
    )
    partial_index(
        "inbound_open_idx", "inbound_messages", ["received_at", "id"], where="handled_at IS NULL"
    )
    op.create_index("inbound_participant_idx", "inbound_messages", ["participant", "id"])
    op.create_table(
        "number_blocks",
        Column("id", UUID, primary_key=True),
        Column("to_hash", varchar(64), nullable=False),
        Column("cause", varchar(20), nullable=False),
        Column("error_code", INTEGER, nullable=False),
        Column("at", TIMESTAMPTZ, nullable=False),
        Column("blocked_by", UUID, references("accounts"), nullable=True),
        Column("lifted_at", TIMESTAMPTZ, nullable=True),
        Column("lifted_by", UUID, references("accounts"), nullable=True),
        CheckConstraint(
            "\"cause\" IN ('stop', 'provider_opt_out', 'worker', 'bad_number')",
            name="block_cause_is_known",
        ),
    )
    partial_index(
        "one_number_block_per_cause", "number_blocks", ["to_hash", "cause"],
        where="lifted_at IS NULL", unique=True,
    )  # fmt: skip


def _switches() -> None:
    add_column(
        "messaging_pauses", "pause_of", varchar(12), fill="'installation'",
        checks={
            "pause_of_is_known": (
                "\"pause_of\" IN ('installation', 'programme', 'cohort', 'person')"
            )
        },
    )  # fmt: skip
    add_column("messaging_pauses", "subject", UUID)
    add_column("messaging_pauses", "organisation", UUID, refers_to="organisations")
    add_column(
        "messaging_pauses", "side", varchar(12), checks={"pause_side_is_known": _SIDE_OR_NONE}
    )
    change_rules(
        "messaging_pauses",
        checks={
            "pause_has_a_subject_unless_of_all": (
                '("pause_of" = \'installation\') = ("subject" IS NULL)'
            )
        },
    )
    op.create_index("pauses_subject_idx", "messaging_pauses", ["subject", "id"])
    op.create_table(
        "messaging_alerts",
        Column("id", UUID, primary_key=True),
        Column("kind", varchar(24), nullable=False),
        Column("subject", varchar(64), nullable=False),
        Column("error_code", INTEGER, nullable=False),
        Column("times", INTEGER, nullable=False),
        Column("opened_at", TIMESTAMPTZ, nullable=False),
        Column("last_at", TIMESTAMPTZ, nullable=False),
        Column("settled_at", TIMESTAMPTZ, nullable=True),
        Column("settled_by", UUID, references("accounts"), nullable=True),
        CheckConstraint(
            "\"kind\" IN ('account_refused', 'sender_refused', 'daily_limit', 'filtered', 'loop', "
            "'sent_twice', 'sid_used_twice', 'status_conflict', 'our_fault', 'region_refused', "
            "'template_broken', 'clocks_apart', 'started_paused')",
            name="alert_kind_is_known",
        ),
    )
    partial_index(
        "one_open_alert_per_subject", "messaging_alerts", ["kind", "subject"],
        where="settled_at IS NULL", unique=True,
    )  # fmt: skip
    op.create_table(
        "sending_identities",
        Column("id", UUID, primary_key=True),
        Column("account_sid", varchar(40), nullable=False),
        Column("public_url", varchar(200), nullable=False),
        Column("at", TIMESTAMPTZ, nullable=False),
    )


def _other_rooms() -> None:
    add_column("safe_contacts", "number_changed_at", TIMESTAMPTZ)
    op.create_table(
        "former_numbers",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False),
        Column("number", varchar(16), nullable=False),
        Column("replaced_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_index("former_numbers_participant", "former_numbers", ["participant"])
    op.create_index("former_numbers_number_idx", "former_numbers", ["number"])
    add_column("sessions", "revised_at", TIMESTAMPTZ)
    change_rules(
        "conflicts",
        checks={"conflict_kind_is_known": f"\"kind\" IN ({_CONFLICTS}, 'shared_number')"},
    )
    add_column("staff", "number", varchar(16))
    add_column(
        "staff", "texts_agreed_on", DATE,
        checks={
            "staff_agreed_to_texts_on_a_number": (
                '"texts_agreed_on" IS NULL OR "number" IS NOT NULL'
            )
        },
    )  # fmt: skip


def downgrade() -> None:
    drop_columns("staff", "number", "texts_agreed_on")
    op.execute("DELETE FROM conflicts WHERE kind = 'shared_number'")
    change_rules("conflicts", checks={"conflict_kind_is_known": f'"kind" IN ({_CONFLICTS})'})
    drop_columns("sessions", "revised_at")
    op.drop_table("former_numbers")
    drop_columns("safe_contacts", "number_changed_at")
    op.drop_table("sending_identities")
    op.drop_table("messaging_alerts")
    _back_switches()
    _back_provider()
    _back_messages()
    _back_templates_and_rules()


def _back_switches() -> None:
    op.execute("DELETE FROM messaging_pauses WHERE pause_of <> 'installation'")
    op.drop_index("pauses_subject_idx", "messaging_pauses")
    change_rules("messaging_pauses", checks={"pause_has_a_subject_unless_of_all": None})
    drop_columns("messaging_pauses", "pause_of", "subject", "organisation", "side")


def _back_provider() -> None:
    op.drop_table("number_blocks")
    op.drop_index("inbound_participant_idx", "inbound_messages")
    op.drop_index("inbound_open_idx", "inbound_messages")
    change_rules("inbound_messages", checks={"inbound_person_has_a_side": None})
    drop_columns(
        "inbound_messages", "to_hash", "kind", "risky", "organisation", "side", "participant",
        "cohort", "message", "handled_at", "handled_by",
    )  # fmt: skip


def _back_messages() -> None:
    drop_columns(
        "message_attempts", "sender", "status", "looked_at", "checked_at", "redacted_at"
    )  # fmt: skip
    for index in ("messages_kept_idx", "messages_under_way_idx", "messages_recipient_idx"):
        op.drop_index(index, "messages")
    change_rules(
        "messages",
        required=["side", "cohort"],
        checks={
            "message_side_is_known": _SIDE,
            "message_has_a_group_unless_to_staff": None,
        },
    )
    drop_columns(
        "messages", "programme", "segments", "answer", "answered_at", "released_at", "released_by"
    )
    rename_column("messages", "recipient", "participant")
    rename_column("messages", "subject", "session")
    rename_column("messages", "revision", "session_revision")


def _back_templates_and_rules() -> None:
    op.drop_index("rule_name_once_for_staff", "reminder_rules")
    change_rules(
        "reminder_rules",
        required=["side"],
        checks={
            "rule_side_is_known": _SIDE,
            "rule_has_a_side_unless_for_staff": None,
            "rule_has_one_offset": _ONE_OFFSET,
            "active_rule_says_since_when": None,
        },
    )
    drop_columns("reminder_rules", "asks", "active_since")
    change_rules("message_templates", checks={"template_is_allowed_by_somebody_else": None})
    drop_columns(
        "message_templates", "kind", "findings", "saved_by", "saved_at", "allowed_by",
        "allowed_at", "allowed_reason",
    )  # fmt: skip
