"""The outbox: texts, their moves, and each try to send one (messaging.md 1.2 and 1.3)."""

from typing import ClassVar

from piccolo.columns import (
    JSON,
    UUID,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from core.scope import Side
from messaging.domain.terms import ANSWERS, MessageState, ReplyKind
from messaging.tables.rules import ReminderRule

_SIDES = list(Side)


class Message(Table, tablename="messages"):
    """One text to one person about one thing: the outbox.

    ``recipient`` is a participant and ``subject`` a session, with its side, cohort and programme;
    or a member of staff and a training record, with none of these. ``revision`` is the subject's
    when the text was planned. ``released_at`` is when somebody let a held text go (G14, W11).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number", "body", "variables"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("messages_due_idx", ("send_after", "id"), where="state = 'queued'"),
        Index("messages_planned_idx", ("send_after", "id"), where="state = 'planned'"),
        Index("messages_state_idx", ("side", "organisation", "state", "id")),
        Index("messages_session_idx", ("subject",)),
        Index("messages_number_idx", ("to_hash", "updated_at")),
        Index("messages_recipient_idx", ("recipient", "id")),
        Index(
            "messages_under_way_idx", ("updated_at", "id"),
            where="state IN ('submitting', 'unknown', 'accepted', 'sent')",
        ),
        Index("messages_kept_idx", ("updated_at",), where="number IS NOT NULL"),
    )  # fmt: skip

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, null=True, default=None)
    recipient = UUID(default=None)
    subject = UUID(default=None)
    cohort = UUID(null=True, default=None)
    rule = ForeignKey(ReminderRule, on_delete=OnDelete.restrict, null=False)
    revision = Integer(default=None)
    number = Varchar(length=16, null=True, default=None)
    number_version = Integer(default=None)
    to_hash = Varchar(length=64, default="")
    variables = JSON(default="{}")
    body = Text(null=True, default=None)
    body_hash = Varchar(length=64, default="")
    state = Varchar(length=20, choices=MessageState, default=None)
    state_reason = Varchar(length=48, default="")
    send_after = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    claim_token = UUID(null=True, default=None)
    lease_until = Timestamptz(null=True, default=None)
    attempt_number = Integer(default=0)
    created_at = Timestamptz(default=None)
    updated_at = Timestamptz(default=None)
    programme = UUID(null=True, default=None)
    segments = Integer(default=0)
    answer = Varchar(length=8, choices=ReplyKind, null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    released_at = Timestamptz(null=True, default=None)
    released_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)

    one_message_per_session_person_and_rule = Unique([recipient, subject, rule, revision])
    message_side_is_known = Check(one_of_or_null("side", _SIDES))
    message_has_a_group_unless_to_staff = Check(
        '("side" IS NULL) = ("cohort" IS NULL) AND ("side" IS NULL) = ("programme" IS NULL)'
    )
    message_answer_is_known = Check(one_of_or_null("answer", list(ANSWERS)))
    message_state_is_known = Check(one_of("state", list(MessageState)))
    message_times_in_order = Check('"expires_at" >= "send_after"')


class MessageEvent(Table, tablename="message_events"):
    """One move of a message from state to state; never changed, never deleted."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    message = ForeignKey(Message, on_delete=OnDelete.restrict, null=False, index=True)
    at = Timestamptz(default=None)
    actor = UUID(null=True, default=None)
    old_state = Varchar(length=20, null=True, default=None)
    new_state = Varchar(length=20, default=None)
    reason = Varchar(length=48, default="")


class Attempt(Table, tablename="message_attempts"):
    """One try to send a message: its callback token and what the provider answered.

    ``status`` is the provider's own, which only ever rises in rank. ``looked_at`` is when a look
    at the provider's list first found nothing; ``checked_at`` when it was last asked by id;
    ``redacted_at`` when its copy of the words was emptied (M15).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    message = ForeignKey(Message, on_delete=OnDelete.restrict, null=False)
    number = Integer(default=None)
    token_hash = Varchar(length=64, unique=True, default=None)
    provider_sid = Varchar(length=40, null=True, unique=True, default=None)
    started_at = Timestamptz(default=None)
    answered_at = Timestamptz(null=True, default=None)
    error_code = Integer(default=0)
    sender = Varchar(length=40, default="")
    status = Varchar(length=20, default="")
    looked_at = Timestamptz(null=True, default=None)
    checked_at = Timestamptz(null=True, default=None)
    redacted_at = Timestamptz(null=True, default=None)

    attempt_number_once = Unique([message, number])
