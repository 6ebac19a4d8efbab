"""What the provider reports, what comes in, and the numbers that no text may go to."""

from typing import ClassVar

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from core.scope import Side
from messaging.domain.terms import BlockCause, ReplyKind
from messaging.tables.outbox import Message


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
    """A text that somebody sent to the service; untrusted, never answered by the machine (M8).

    ``participant`` is who holds that number alone; without one it belongs to no side, and safety
    leads alone read it. ``message`` is the text that it answers. Number and words are emptied when
    their time is over (M15).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number", "to_hash", "body"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("inbound_open_idx", ("received_at", "id"), where="handled_at IS NULL"),
        Index("inbound_participant_idx", ("participant", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    provider_sid = Varchar(length=40, unique=True, default=None)
    number = Varchar(length=16, default=None)
    body = Text(default=None)
    received_at = Timestamptz(default=None)
    to_hash = Varchar(length=64, default="")
    kind = Varchar(length=12, choices=ReplyKind, default=ReplyKind.OTHER)
    risky = Boolean(default=False)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=True)
    side = Varchar(length=12, choices=Side, null=True, default=None)
    participant = UUID(null=True, default=None)
    cohort = UUID(null=True, default=None)
    message = ForeignKey(Message, on_delete=OnDelete.restrict, null=True)
    handled_at = Timestamptz(null=True, default=None)
    handled_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)

    inbound_kind_is_known = Check(one_of("kind", list(ReplyKind)))
    inbound_side_is_known = Check(one_of_or_null("side", list(Side)))
    inbound_person_has_a_side = Check('("participant" IS NULL) = ("side" IS NULL)')


class NumberBlock(Table, tablename="number_blocks"):
    """That no text goes to a number, by its keyed hash: it said STOP, or cannot be texted (M7)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"to_hash"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_number_block_per_cause", ("to_hash", "cause"), unique=True,
            where="lifted_at IS NULL",
        ),
    )  # fmt: skip

    id = UUID(primary_key=True, default=new_id)
    to_hash = Varchar(length=64, default=None)
    cause = Varchar(length=20, choices=BlockCause, default=None)
    error_code = Integer(default=0)
    at = Timestamptz(default=None)
    blocked_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    lifted_at = Timestamptz(null=True, default=None)
    lifted_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)

    block_cause_is_known = Check(one_of("cause", list(BlockCause)))
