"""Who changed something last, as the audit log has it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.tables import AuditEvent

_LOOKS = ("%_viewed", "%_listed", "%_exported")
"""Events that tell of reading, by the ends of their names."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of something: by whom, ``None`` for the service itself, and when."""

    by: UUID | None
    at: datetime


async def last_change(*subjects: UUID) -> Change | None:
    """Answer the last change of any of the subjects; ``None`` where none is written down."""
    conditions = [AuditEvent.action.not_like(pattern) for pattern in _LOOKS]
    rows = (
        await AuditEvent.select(AuditEvent.actor, AuditEvent.at)
        .where(AuditEvent.subject.is_in(list(subjects)), *conditions)
        .order_by(AuditEvent.id, ascending=False)
        .limit(1)
    )
    return Change(rows[0]["actor"], rows[0]["at"]) if rows else None
