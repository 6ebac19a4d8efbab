"""Tables of the messaging room (messaging.md 1.2 and 1.3).

Participants, sessions and programmes are plain ids here: this room imports neither of the others.
"""

from typing import ClassVar

from piccolo.columns import (
    JSON,
    UUID,
    Boolean,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Organisation
from core.database import Index, one_of
from core.ids import new_id
from core.scope import Side
from messaging.domain.terms import MessageState, RuleKind

_SIDES = list(Side)


class MessageTemplate(Table, tablename="message_templates"):
    """The wording of a text in one language."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=80, default=None)
    language = Varchar(length=8, default=None)
    body = Text(default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    template_name_once_per_language = Unique([name, language])


class ReminderRule(Table, tablename="reminder_rules"):
    """When a text about a session goes out, for one side and all or one of its programmes."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=80, default=None)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    programme = UUID(null=True, default=None)
    kind = Varchar(length=20, choices=RuleKind, default=None)
    days_before = Integer(null=True, default=None)
    at = Varchar(length=5, null=True, default=None)
    hours_before = Integer(null=True, default=None)
    template = ForeignKey(MessageTemplate, on_delete=OnDelete.restrict, null=False)
    active = Boolean(default=False)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    rule_name_once_per_side = Unique([organisation, side, name])
    rule_side_is_known = Check(one_of("side", _SIDES))
    rule_kind_is_known = Check(one_of("kind", list(RuleKind)))
    rule_has_one_offset = Check(
        '("hours_before" IS NULL) <> ("days_before" IS NULL) '
        'AND ("days_before" IS NULL) = ("at" IS NULL)'
    )


class Message(Table, tablename="messages"):
    """One text to one person about one session: the outbox."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number", "body", "variables"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("messages_due_idx", ("send_after", "id"), where="state = 'queued'"),
        Index("messages_planned_idx", ("send_after", "id"), where="state = 'planned'"),
        Index("messages_state_idx", ("side", "organisation", "state", "id")),
        Index("messages_session_idx", ("session",)),
        Index("messages_number_idx", ("to_hash", "updated_at")),
    )

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    participant = UUID(default=None)
    session = UUID(default=None)
    cohort = UUID(default=None)
    rule = ForeignKey(ReminderRule, on_delete=OnDelete.restrict, null=False)
    session_revision = Integer(default=None)
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

    one_message_per_session_person_and_rule = Unique([participant, session, rule, session_revision])
    message_side_is_known = Check(one_of("side", _SIDES))
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
    """One try to send a message: its callback token and what the provider answered."""

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

    attempt_number_once = Unique([message, number])


class CallbackEvent(Table, tablename="callback_events"):
    """One status that the provider reported; repeats are refused by the key."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    provider_sid = Varchar(length=40, default=None)
    status = Varchar(length=20, default=None)
    error_code = Integer(default=0)
    received_at = Timestamptz(default=None)

    callback_once = Unique([provider_sid, status, error_code])


class InboundMessage(Table, tablename="inbound_messages"):
    """A text that somebody sent to the service; untrusted, never answered by the machine."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number", "body"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    provider_sid = Varchar(length=40, unique=True, default=None)
    number = Varchar(length=16, default=None)
    body = Text(default=None)
    received_at = Timestamptz(default=None)


class MessagingPause(Table, tablename="messaging_pauses"):
    """The kill switch: while its newest row says so, nothing is sent (M16)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    paused = Boolean(default=None)
    reason = Varchar(length=200, default="")
    at = Timestamptz(default=None)
    actor = UUID(null=True, default=None)
