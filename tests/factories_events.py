"""Makes training events and bookings with one call each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from core.scope import SYSTEM
from tests.factories import Json, at, make_organisation
from tests.factories_training import make_course, make_staff
from training.queries.bookings import BookingView, bookings
from training.queries.events import EventView, event
from training.services.bookings import Booked, book
from training.services.events import EventDetails, plan
from training.tables import Booking, TrainingEvent

TOMORROW = at("2026-06-11 09:30")
"""When an event begins, if a test does not say; the clock stands on the day before."""
AFTERWARDS = at("2026-06-11 17:00")


def details(
    *,
    starts_at: datetime = TOMORROW,
    ends_at: datetime | None = None,
    places: int = 12,
    **other: Any,
) -> EventDetails:
    ends_at = ends_at or starts_at.replace(hour=starts_at.hour + 3)
    return EventDetails(
        starts_at=starts_at, ends_at=ends_at, places=places,
        **{"venue": "Harbour Hall", "link": "", **other},
    )  # fmt: skip


async def make_event(
    *,
    organisation_id: UUID | None = None,
    course_id: UUID | None = None,
    booked: int = 0,
    **other: Any,
) -> UUID:
    """An event; so many new people of the organisation that gives it are booked."""
    organisation_id = organisation_id or await make_organisation()
    event_id = await plan(
        course_id or await make_course(), details(**other),
        organisation_id=organisation_id, by=SYSTEM,
    )  # fmt: skip
    for _ in range(booked):
        await book(event_id, await make_staff(organisation_id=organisation_id), by=SYSTEM)
    return event_id


async def somebody_books(event_id: UUID, *, organisation_id: UUID | None = None) -> Booked:
    return await book(event_id, await make_staff(organisation_id=organisation_id), by=SYSTEM)


async def seen(event_id: UUID) -> EventView:
    return await event(event_id, scope=SYSTEM.scope)


async def booked_on(event_id: UUID) -> tuple[BookingView, ...]:
    return await bookings(await seen(event_id), scope=SYSTEM.scope)


async def outcomes(event_id: UUID) -> list[str]:
    """What became of each booking, the first made first."""
    rows = (
        await Booking.select(Booking.outcome)
        .where(Booking.event == event_id)
        .order_by(Booking.booked_at, Booking.id)
    )
    return [row["outcome"] for row in rows]


async def places(event_id: UUID) -> tuple[int, int]:
    """Places taken, and places."""
    rows = await TrainingEvent.select().where(TrainingEvent.id == event_id)
    return rows[0]["places_taken"], rows[0]["places"]


def event_json(organisation_id: UUID, course_id: UUID, **other: object) -> Json:
    return {
        "course_id": str(course_id),
        "organisation_id": str(organisation_id),
        "starts_at": "2026-06-11T09:30:00+01:00",
        "ends_at": "2026-06-11T12:30:00+01:00",
        "venue": "Harbour Hall",
        "link": "",
        "places": 12,
        **other,
    }
