"""The words of messaging: states, kinds of rule, replies, blocks, pauses and alerts."""

from enum import StrEnum


class MessageState(StrEnum):
    """Where a message stands; see ``messaging.domain.states`` for the allowed moves."""

    PLANNED = "planned"
    HELD = "held"
    QUEUED = "queued"
    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    PROVIDER_CANCELLED = "provider_cancelled"
    NO_RECEIPT = "no_receipt"
    REJECTED = "rejected"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    UNRESOLVED = "unresolved"


class RuleKind(StrEnum):
    """What a reminder rule is about."""

    SESSION_REMINDER = "session_reminder"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    TRAINING_EXPIRY = "training_expiry"


class ReplyKind(StrEnum):
    """What somebody who texted the service meant, as far as a machine may tell (section 3)."""

    STOP = "stop"
    START = "start"
    COMING = "coming"
    CANNOT = "cannot"
    OTHER = "other"


ANSWERS = (ReplyKind.COMING, ReplyKind.CANNOT)
"""The replies that answer a pending question."""


class BlockCause(StrEnum):
    """Why no text goes to a number."""

    STOP = "stop"
    PROVIDER_OPT_OUT = "provider_opt_out"
    WORKER = "worker"
    BAD_NUMBER = "bad_number"


OPT_OUTS = (BlockCause.STOP, BlockCause.PROVIDER_OPT_OUT, BlockCause.WORKER)
"""Causes that say: this phone wants no texts (M7); the other says: it cannot get any (M12)."""


class PauseOf(StrEnum):
    """What a pause stops."""

    INSTALLATION = "installation"
    PROGRAMME = "programme"
    COHORT = "cohort"
    PERSON = "person"


class AlertKind(StrEnum):
    """What about sending somebody must look into."""

    ACCOUNT_REFUSED = "account_refused"
    SENDER_REFUSED = "sender_refused"
    DAILY_LIMIT = "daily_limit"
    FILTERED = "filtered"
    LOOP = "loop"
    SENT_TWICE = "sent_twice"
    SID_USED_TWICE = "sid_used_twice"
    STATUS_CONFLICT = "status_conflict"
    OUR_FAULT = "our_fault"
    REGION_REFUSED = "region_refused"
    TEMPLATE_BROKEN = "template_broken"
    CLOCKS_APART = "clocks_apart"
    STARTED_PAUSED = "started_paused"
