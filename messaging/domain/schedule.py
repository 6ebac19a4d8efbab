"""When a reminder goes out and until when it is of use."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.clock import instant_of, london

_LATEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Offset:
    """How long before a session: ``days_before`` with ``at`` (``HH:MM``), or ``hours_before``."""

    days_before: int | None = None
    at: str | None = None
    hours_before: int | None = None


def send_at(starts_at: datetime, offset: Offset) -> datetime:
    """Answer the UTC instant at which the reminder is due.

    Days before are counted on London's wall clock, hours before on the real clock.

    Source: messaging.md 6, rule 7.
    """
    if offset.days_before is not None and offset.at is not None:
        day = london(starts_at).date() - timedelta(days=offset.days_before)
        return instant_of(day, offset.at)
    return starts_at.astimezone(UTC) - timedelta(hours=offset.hours_before or 0)


def useful_until(starts_at: datetime, due_at: datetime) -> datetime:
    """Answer when the reminder is too late: 2 h before the start, or half of a shorter lead (G10).

    Both instants must be in UTC, because a difference within one zone ignores the clock's change.
    """
    start = starts_at.astimezone(UTC)
    return start - min(_LATEST, (start - due_at.astimezone(UTC)) / 2)
