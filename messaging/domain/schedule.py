"""When a reminder goes out and until when it is of use."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.clock import instant_of, london
from messaging.domain.facts import Due
from messaging.domain.terms import RuleKind

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


@dataclass(frozen=True, slots=True)
class Times:
    """When a text falls due and when it is too late, both in UTC."""

    due_at: datetime
    expires_at: datetime


def times_of(kind: RuleKind, offset: Offset, due: Due) -> Times | None:
    """Answer when a text of this kind is due, ``None`` where there is nothing to tell.

    A change and a cancellation are told at once, until the session's start, and only to whoever
    had their place when it was made (M13).
    """
    if kind is RuleKind.SESSION_REMINDER or kind is RuleKind.TRAINING_EXPIRY:
        if not due.is_scheduled:
            return None
        due_at = send_at(due.starts_at, offset)
        return Times(due_at, useful_until(due.starts_at, due_at))
    if due.is_scheduled is (kind is RuleKind.CANCELLATION) or due.revised_at is None:
        return None
    told_before = due.member_since is None or due.member_since <= due.revised_at
    start = due.starts_at.astimezone(UTC)
    if not told_before or due.revised_at >= start:
        return None
    return Times(due.revised_at.astimezone(UTC), start)
