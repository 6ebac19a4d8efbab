"""Who is booked on training events, as far as somebody may know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.database import Row
from core.errors import NotFoundError
from core.scope import Scope
from training.domain.compliance import NOT_COMPLIANT, Standing
from training.domain.terms import BookingOutcome
from training.queries.areas import staff_in_scope
from training.queries.catalogue import every_requirement
from training.queries.dossiers import dossiers
from training.queries.events import EventView, event, gives

_BOOKINGS = (
    "SELECT b.id, b.event, b.staff, staff.name, staff.organisation, staff.account,"
    " o.name AS organisation_name, b.outcome, b.booked_at, b.placed_at, e.organisation AS given_by"
    " FROM bookings b JOIN staff ON staff.id = b.staff"
    " JOIN organisations o ON o.id = staff.organisation JOIN training_events e ON e.id = b.event"
)
_NAMES = (
    "SELECT staff.id, staff.name, o.name AS organisation_name FROM staff"
    " JOIN organisations o ON o.id = staff.organisation WHERE staff.id IN {}"
)
_MOST_NAMED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingView:
    """One person's place at an event; ``placed_at`` is ``None`` for who only ever waited."""

    id: UUID
    event_id: UUID
    staff_id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str
    is_own: bool
    outcome: BookingOutcome
    booked_at: datetime
    placed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bookable:
    """Somebody who may be booked; ``is_own`` where it is whoever asks."""

    id: UUID
    name: str
    organisation_id: UUID
    is_own: bool
    posts: tuple[tuple[date, date | None], ...]

    def is_in_post_on(self, day: date) -> bool:
        """Tell whether one of their posts is held on the day."""
        return any(began <= day and (end is None or day <= end) for began, end in self.posts)


@dataclass(frozen=True, slots=True)
class Needing:
    """Somebody who lacks what a course gives, and where they stand."""

    staff_id: UUID
    name: str
    organisation_name: str
    standing: Standing


async def bookings(found: EventView, *, scope: Scope) -> tuple[BookingView, ...]:
    """Answer an event's bookings in the order of their making.

    Who gives the event sees them all, to mark its register; everybody else their own staff's.
    """
    whose = QueryString("1 = 1")
    if not gives(found.organisation_id, scope=scope):
        whose = _of_staff(scope)
    rows = await database.run(
        f"{_BOOKINGS} WHERE b.event = {{}} AND {{}} ORDER BY b.booked_at, b.id", found.id, whose
    )
    return tuple(_booking(row, scope) for row in rows)


async def booking(booking_id: UUID, *, scope: Scope) -> BookingView:
    """Answer one booking.

    Raises:
        NotFoundError: it is of nobody whom this person may see.
    """
    rows = await database.run(f"{_BOOKINGS} WHERE b.id = {{}}", booking_id)
    seen = await database.run(
        f"{_BOOKINGS} WHERE b.id = {{}} AND {{}}", booking_id, _of_staff(scope)
    )
    if not rows or not (seen or gives(rows[0]["given_by"], scope=scope)):
        raise NotFoundError
    return _booking(rows[0], scope)


async def own_bookings(
    *, scope: Scope, event_ids: Collection[UUID] | None = None
) -> tuple[BookingView, ...]:
    """Answer the bookings of whoever asks, the last made first; of some events, or of all."""
    of_events = QueryString("1 = 1")
    if event_ids is not None:
        of_events = QueryString("b.event IN {}", database.in_list(event_ids))
    rows = await database.run(
        f"{_BOOKINGS} WHERE staff.account = {{}} AND {{}} ORDER BY b.booked_at DESC, b.id DESC",
        scope.account_id,
        of_events,
    )
    return tuple(_booking(row, scope) for row in rows)


async def register(event_id: UUID, *, scope: Scope) -> tuple[EventView, tuple[BookingView, ...]]:
    """Answer an event with everybody who was given a place, by name; for who gives it alone.

    Raises:
        NotFoundError: there is no such event, or another organisation gives it.
    """
    found = await event(event_id, scope=scope)
    if not gives(found.organisation_id, scope=scope):
        raise NotFoundError
    placed = [one for one in await bookings(found, scope=scope) if one.placed_at]
    return found, tuple(sorted(placed, key=lambda one: (one.name.casefold(), one.id)))


async def bookable(staff_id: UUID, *, scope: Scope) -> Bookable:
    """Answer somebody to book: of the scope's staff, or whoever asks.

    Raises:
        NotFoundError: it is neither.
    """
    found = await _bookable(QueryString("staff.id = {}", staff_id), scope)
    if not found:
        raise NotFoundError
    return found[0]


async def bookable_self(*, scope: Scope) -> Bookable | None:
    """Answer the staff record of whoever asks, if they have one."""
    whose = QueryString("staff.account = {}", scope.account_id)
    return next(iter(await _bookable(whose, scope)), None)


async def _bookable(whose: QueryString, scope: Scope) -> list[Bookable]:
    rows = await database.run(
        "SELECT staff.id, staff.name, staff.organisation, staff.account, p.started_on, p.ended_on"
        " FROM staff JOIN posts p ON p.staff = staff.id WHERE {} AND {} ORDER BY staff.id",
        whose,
        _of_staff(scope),
    )
    posts: dict[UUID, list[Row]] = {}
    for row in rows:
        posts.setdefault(row["id"], []).append(row)
    return [
        Bookable(
            id=staff_id,
            name=held[0]["name"],
            organisation_id=held[0]["organisation"],
            is_own=_is_own(held[0]["account"], scope),
            posts=tuple((post["started_on"], post["ended_on"]) for post in held),
        )
        for staff_id, held in posts.items()
    ]


async def still_needing(found: EventView, *, scope: Scope) -> tuple[Needing, ...]:
    """Answer staff of the scope who lack what an event's course gives, the most pressing first.

    Those who have asked for this event before are left out; at most 200 are named.
    """
    asked = [
        view
        for view in await every_requirement(scope=scope)
        if found.course_id in {covering.course_id for covering in view.rule.courses}
    ]
    today = clock.today()
    unasked = QueryString(
        "NOT EXISTS (SELECT 1 FROM bookings b WHERE b.event = {} AND b.staff = staff.id)", found.id
    )
    people = await dossiers(unasked, on=today, asked=asked, scope=scope) if asked else {}
    lacking = {
        staff_id: min(standings, key=_pressing)
        for staff_id, dossier in people.items()
        if (
            standings := [
                standing
                for view in asked
                if (standing := dossier.standing(view, today)).status in NOT_COMPLIANT
            ]
        )
    }
    first = sorted(lacking, key=lambda id: (*_pressing(lacking[id]), id))[:_MOST_NAMED]
    named = {row["id"]: row for row in await database.run(_NAMES, database.in_list(first))}
    return tuple(
        Needing(id, named[id]["name"], named[id]["organisation_name"], lacking[id]) for id in first
    )


def _pressing(standing: Standing) -> tuple[int, date]:
    return NOT_COMPLIANT.index(standing.status), standing.due_on or date.max


def _of_staff(scope: Scope) -> QueryString:
    """Answer the SQL condition on ``staff``: within the scope, or whoever asks."""
    seen = staff_in_scope(scope=scope)
    if scope.account_id is None:
        return seen
    return QueryString("({} OR staff.account = {})", seen, scope.account_id)


def _is_own(account_id: UUID | None, scope: Scope) -> bool:
    return account_id is not None and account_id == scope.account_id


def _booking(row: Row, scope: Scope) -> BookingView:
    return BookingView(
        id=row["id"],
        event_id=row["event"],
        staff_id=row["staff"],
        name=row["name"],
        organisation_id=row["organisation"],
        organisation_name=row["organisation_name"],
        is_own=_is_own(row["account"], scope),
        outcome=BookingOutcome(row["outcome"]),
        booked_at=row["booked_at"],
        placed_at=row["placed_at"],
    )
