"""Books people on training events, keeps the waiting list, and gives places that come free."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, ForbiddenError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.events import OPEN, completed_on
from training.domain.terms import BookingOutcome, EventStatus
from training.errors import AlreadyBookedError, BookingEndedError, EventClosedError
from training.queries.bookings import Bookable, BookingView, bookable, booking
from training.queries.events import EventView, event, gives
from training.services.fields import refuse
from training.tables import Booking, TrainingEvent

_TAKE = (
    "UPDATE training_events SET places_taken = places_taken + 1"
    " WHERE id = {} AND status = 'planned' AND places_taken < places RETURNING id"
)
_WALK_IN = (
    "UPDATE training_events SET places_taken = places_taken + 1,"
    " places = CASE WHEN places_taken < places THEN places ELSE places_taken + 1 END"
    " WHERE id = {} AND status IN ('planned', 'held') RETURNING id"
)
_TOO_MANY = EventClosedError("An event has 1,000 places at most")


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking that was made, and whether it is a place or a turn on the waiting list."""

    id: UUID
    outcome: BookingOutcome


async def book(event_id: UUID, staff_id: UUID, *, by: Actor) -> Booked:
    """Book somebody: a place, or where there is none left a turn on the waiting list.

    For the staff of one's organisations, or for oneself. Once the event has begun, whoever gives
    it adds who came without a booking; they have a place, since they were there.

    Raises:
        AlreadyBookedError: the person has a place, or waits for one.
        EventClosedError: the event has begun, or is cancelled.
        NotFoundError: the event or the person is not visible.
    """
    found = await event(event_id, scope=by.scope)
    person = await bookable(staff_id, scope=by.scope)
    if not person.is_own:
        by.require(Permission.RECORD_TRAINING, organisation_id=person.organisation_id)
    walks_in = clock.now() >= found.starts_at
    if walks_in and not gives(found.organisation_id, scope=by.scope):
        raise EventClosedError("This event has begun; whoever gives it adds who came")
    refuse([_post_fault(person, found)])
    async with database.transaction():
        await database.serialise(str(event_id))
        return await _book(found, person, walks_in=walks_in, by=by)


async def cancel_booking(booking_id: UUID, *, by: Actor) -> None:
    """Cancel somebody's booking before the event begins; the first who waits has the place.

    Whoever may book the person cancels for them, whoever else gives the event as its provider.

    Raises:
        BookingEndedError: it is cancelled already, or the event has begun.
        NotFoundError: it is of nobody whom the person may see.
    """
    found = await booking(booking_id, scope=by.scope)
    at = await event(found.event_id, scope=by.scope)
    outcome = _cancelled_by(found, at, by)
    if clock.now() >= at.starts_at:
        raise BookingEndedError("This event has begun; say on its register who did not come")
    async with database.transaction():
        await database.serialise(str(at.id))
        rows = await Booking.select(Booking.outcome).where(Booking.id == booking_id)
        before = BookingOutcome(rows[0]["outcome"])
        if before not in OPEN:
            raise BookingEndedError
        await _set(booking_id, outcome)
        await _note("training_booking_cancelled", booking_id, found.organisation_id, outcome, by)
        if before is BookingOutcome.BOOKED:
            await database.run(
                "UPDATE training_events SET places_taken = places_taken - 1 WHERE id = {}", at.id
            )
            await fill_places(at.id, by=by)


async def fill_places(event_id: UUID, *, by: Actor) -> None:
    """Give the places that are free to who waited longest, within the current transaction."""
    rows = await database.run(
        "SELECT b.id, s.organisation FROM bookings b JOIN staff s ON s.id = b.staff"
        " WHERE b.event = {} AND b.outcome = {} ORDER BY b.booked_at, b.id LIMIT"
        " (SELECT places - places_taken FROM training_events WHERE id = {})",
        event_id,
        BookingOutcome.WAITLISTED.value,
        event_id,
    )
    for row in rows:
        await _set(row["id"], BookingOutcome.BOOKED, placed_at=clock.now())
        await database.run(_TAKE, event_id)
        await _note(
            "training_place_given", row["id"], row["organisation"], BookingOutcome.BOOKED, by
        )


def _post_fault(person: Bookable, found: EventView) -> FieldError | None:
    if person.is_in_post_on(completed_on(found.ends_at)):
        return None
    return FieldError("staff_id", "This person is not in post on the day of the event")


def _cancelled_by(found: BookingView, at: EventView, by: Actor) -> BookingOutcome:
    of_theirs = by.scope.covers(
        Permission.RECORD_TRAINING, side=None, organisation_id=found.organisation_id
    )
    if found.is_own or of_theirs:
        return BookingOutcome.CANCELLED_BY_STAFF
    if gives(at.organisation_id, scope=by.scope):
        return BookingOutcome.CANCELLED_BY_PROVIDER
    raise ForbiddenError


async def _book(found: EventView, person: Bookable, *, walks_in: bool, by: Actor) -> Booked:
    asked_before = await _asked_before(found.id, person.id, walks_in=walks_in)
    with database.refusing(TrainingEvent, training_event_places_in_range=_TOO_MANY):
        has_place = bool(await database.run(_WALK_IN if walks_in else _TAKE, found.id))
    if not has_place:
        await _require_planned(found.id)
    outcome = BookingOutcome.BOOKED if has_place else BookingOutcome.WAITLISTED
    now = clock.now()
    values: dict[str, Any] = {
        "outcome": outcome.value,
        "booked_by": by.account_id,
        "booked_at": now,
        "placed_at": now if has_place else None,
    }
    booking_id = asked_before or new_id()
    if asked_before:
        again = {**values, "version": Booking.version + 1}
        await Booking.update(database.assignments(again)).where(Booking.id == asked_before)
    else:
        await Booking(id=booking_id, event=found.id, staff=person.id, **values).save()
    await _note("training_booked", booking_id, person.organisation_id, outcome, by)
    return Booked(booking_id, outcome)


async def _asked_before(event_id: UUID, staff_id: UUID, *, walks_in: bool) -> UUID | None:
    """Answer the booking to take up again: one cancelled by the person, or one on the list."""
    rows = await Booking.select(Booking.id, Booking.outcome).where(
        Booking.event == event_id, Booking.staff == staff_id
    )
    if not rows:
        return None
    again = {BookingOutcome.CANCELLED_BY_STAFF, BookingOutcome.CANCELLED_BY_PROVIDER}
    if walks_in:
        again.add(BookingOutcome.WAITLISTED)
    if rows[0]["outcome"] not in again:
        raise AlreadyBookedError
    booking_id: UUID = rows[0]["id"]
    return booking_id


async def _require_planned(event_id: UUID) -> None:
    """Refuse unless the event only has no place left."""
    rows = await TrainingEvent.select(TrainingEvent.status).where(TrainingEvent.id == event_id)
    if rows[0]["status"] != EventStatus.PLANNED:
        raise EventClosedError("This event is cancelled, or has been held")


async def _set(
    booking_id: UUID, outcome: BookingOutcome, *, placed_at: datetime | None = None
) -> None:
    values: dict[str, object] = {"outcome": outcome.value, "version": Booking.version + 1}
    if placed_at:
        values["placed_at"] = placed_at
    await Booking.update(database.assignments(values)).where(Booking.id == booking_id)


async def _note(
    action: str, booking_id: UUID, organisation_id: UUID, outcome: BookingOutcome, by: Actor
) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.BOOKING, subject=booking_id,
        organisation_id=organisation_id, after={"outcome": outcome.value},
    )  # fmt: skip
