"""The states of a message and the kinds of rule (messaging.md 1.2)."""

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
