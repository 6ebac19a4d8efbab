"""Who has a place at a training event that is still to come."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from core import clock, database
from core.scope import Scope
from training.domain.requirements import Rule
from training.domain.terms import BookingOutcome, EventStatus
from training.queries.areas import of_staff_in_scope

Places = Mapping[tuple[UUID, UUID], datetime]
"""When the next event begins at which somebody has a place, by person and course."""


async def coming_places(staff_ids: Collection[UUID], *, scope: Scope) -> Places:
    """Answer the places of some people, in one statement."""
    rows = await database.run(
        "SELECT b.staff, e.course, MIN(e.starts_at) AS starts_at FROM bookings b"
        " JOIN training_events e ON e.id = b.event WHERE b.outcome = {} AND e.status = {}"
        " AND e.starts_at > {} AND b.staff IN {} AND b.id IN"
        " (SELECT id FROM bookings WHERE {}) GROUP BY b.staff, e.course",
        BookingOutcome.BOOKED.value,
        EventStatus.PLANNED.value,
        clock.now(),
        database.in_list(sorted(set(staff_ids))),
        of_staff_in_scope(scope=scope),
    )
    found = ((row, database.as_instant(row["starts_at"])) for row in rows)
    return {(row["staff"], row["course"]): starts_at for row, starts_at in found if starts_at}


def booked_at(staff_id: UUID, rule: Rule, places: Places) -> datetime | None:
    """Answer when somebody is booked next for a course that satisfies a rule."""
    found = (places.get((staff_id, covering.course_id)) for covering in rule.courses)
    return min((starts_at for starts_at in found if starts_at), default=None)
