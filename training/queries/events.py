"""Training events: coming and past ones, and one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.database import Row
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope
from training.domain.events import register_opens_at
from training.domain.terms import EventStatus

_EVENTS = (
    "SELECT e.id, e.course, c.name AS course_name, c.hours AS course_hours,"
    " c.retired_on, e.organisation,"
    " o.name AS organisation_name, e.starts_at, e.ends_at, e.venue, e.link, e.places,"
    " e.places_taken, e.status, e.cancelled_reason, e.version,"
    " (SELECT COUNT(*) FROM bookings b WHERE b.event = e.id AND b.outcome = 'waitlisted')"
    " AS waiting FROM training_events e JOIN courses c ON c.id = e.course"
    " JOIN organisations o ON o.id = e.organisation"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One date of a course; ``organisation_id`` gives it, and others may book too."""

    id: UUID
    course_id: UUID
    course_name: str
    course_hours: Decimal
    retired_on: date | None
    organisation_id: UUID
    organisation_name: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    link: str
    places: int
    places_taken: int
    waiting: int
    status: EventStatus
    cancelled_reason: str
    version: int

    @property
    def places_left(self) -> int:
        """Answer how many more may book."""
        return self.places - self.places_taken

    @property
    def register_opens_at(self) -> datetime:
        """Answer from when attendance can be marked."""
        return register_opens_at(self.starts_at, self.ends_at)


async def events(
    *, scope: Scope, cursor: Cursor, past: bool = False, course_id: UUID | None = None
) -> Page[EventView]:
    """Answer the events that are not over, the next one first; or ``past`` ones, the last first.

    Whoever sees staff anywhere sees the events of all organisations: partners are invited (S9).
    """
    # ``past`` turns the order round, and with it what comes after the last row of a page.
    order, beyond, over = ("DESC", "<", "<") if past else ("ASC", ">", ">=")
    wanted = [sees_events(scope=scope), QueryString(f"e.ends_at {over} {{}}", clock.now())]
    if course_id:
        wanted.append(QueryString("e.course = {}", course_id))
    if after := cursor.after_instant():
        wanted.append(
            QueryString(
                f"(e.starts_at {beyond} {{}} OR (e.starts_at = {{}} AND e.id {beyond} {{}}))",
                after[0],
                *after,
            )
        )
    rows = await database.run(
        f"{_EVENTS} WHERE {{}} ORDER BY e.starts_at {order}, e.id {order} LIMIT {{}}",
        database.all_of(wanted),
        cursor.limit + 1,
    )
    return cursor.page([_event(row) for row in rows], lambda view: (view.starts_at, view.id))


async def event(event_id: UUID, *, scope: Scope) -> EventView:
    """Answer one event.

    Raises:
        NotFoundError: there is none, or it is none of this person's business.
    """
    rows = await database.run(
        f"{_EVENTS} WHERE e.id = {{}} AND {{}}", event_id, sees_events(scope=scope)
    )
    if not rows:
        raise NotFoundError
    return _event(rows[0])


def sees_events(*, scope: Scope) -> QueryString:
    """Answer the SQL condition that holds for who sees staff, and for who is on the staff."""
    if scope.has(Permission.VIEW_STAFF):
        return QueryString("1 = 1")
    return QueryString("EXISTS (SELECT 1 FROM staff WHERE account = {})", scope.account_id)


def gives(organisation_id: UUID, *, scope: Scope) -> bool:
    """Tell whether the events of an organisation are the scope's to plan and to mark."""
    return scope.covers(Permission.RECORD_TRAINING, side=None, organisation_id=organisation_id)


def _event(row: Row) -> EventView:
    return EventView(
        id=row["id"],
        course_id=row["course"],
        course_name=row["course_name"],
        course_hours=Decimal(row["course_hours"]),
        retired_on=row["retired_on"],
        organisation_id=row["organisation"],
        organisation_name=row["organisation_name"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        venue=row["venue"],
        link=row["link"],
        places=row["places"],
        places_taken=row["places_taken"],
        waiting=row["waiting"],
        status=EventStatus(row["status"]),
        cancelled_reason=row["cancelled_reason"],
        version=row["version"],
    )
