"""Payloads of the audit log."""

from datetime import datetime
from uuid import UUID

from api.schemas.base import Out
from core.audit import Entry
from core.scope import Side


class AuditEventOut(Out, frozen=True, kw_only=True):
    """One event: who, when, what, about which subject; never its content."""

    id: UUID
    at: datetime
    actor: UUID | None
    action: str
    subject_type: str
    subject: UUID
    side: Side | None
    organisation_id: UUID | None

    @classmethod
    def of(cls, entry: Entry) -> "AuditEventOut":
        """Shape an event."""
        return cls(
            id=entry.id, at=entry.at, actor=entry.actor, action=entry.action,
            subject_type=entry.subject_type, subject=entry.subject, side=entry.side,
            organisation_id=entry.organisation_id,
        )  # fmt: skip
