"""Payloads of training events, bookings and their registers."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from api.schemas.base import In, Out, ShortText
from training.domain.terms import BookingOutcome, EventStatus
from training.queries.bookings import BookingView
from training.queries.events import EventView
from training.services.bookings import Booked
from training.services.event_registers import EventMark
from training.services.events import MOST_PLACES, EventDetails

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Venue = Annotated[str, msgspec.Meta(max_length=160)]
Link = Annotated[str, msgspec.Meta(max_length=300)]
Places = Annotated[int, msgspec.Meta(ge=1, le=MOST_PLACES)]


class TrainingEventIn(In, frozen=True, kw_only=True):
    """A date of a course to plan; it has a venue, a link that begins with https://, or both."""

    course_id: UUID
    organisation_id: UUID
    starts_at: Instant
    ends_at: Instant
    venue: Venue = ""
    link: Link = ""
    places: Places

    def details(self) -> EventDetails:
        """Answer it as the service takes it."""
        return EventDetails(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            venue=self.venue,
            link=self.link,
            places=self.places,
        )


class TrainingEventPatch(In, frozen=True, kw_only=True):
    """What to change of an event; what is left out stays."""

    version: int
    starts_at: Instant | UnsetType = UNSET
    ends_at: Instant | UnsetType = UNSET
    venue: Venue | UnsetType = UNSET
    link: Link | UnsetType = UNSET
    places: Places | UnsetType = UNSET

    def applied_to(self, view: EventView) -> EventDetails:
        """Answer the event's details with what is to change."""
        changes: dict[str, Any] = {
            field: value
            for field, value in msgspec.structs.asdict(self).items()
            if value is not UNSET and field != "version"
        }
        return replace(EventDetails.of(view), **changes)


class TrainingEventOut(Out, frozen=True, kw_only=True):
    """An event with how many places are left and how many people wait for one."""

    id: UUID
    course_id: UUID
    organisation_id: UUID
    starts_at: datetime
    ends_at: datetime
    venue: str
    link: str
    places: int
    places_left: int
    waiting: int
    status: EventStatus
    cancelled_reason: str
    version: int

    @classmethod
    def of(cls, view: EventView) -> "TrainingEventOut":
        """Shape an event."""
        return cls(
            id=view.id,
            course_id=view.course_id,
            organisation_id=view.organisation_id,
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            venue=view.venue,
            link=view.link,
            places=view.places,
            places_left=view.places_left,
            waiting=view.waiting,
            status=view.status,
            cancelled_reason=view.cancelled_reason,
            version=view.version,
        )


class CancelIn(In, frozen=True, kw_only=True):
    """Why an event does not take place; no names."""

    reason: ShortText


class BookingIn(In, frozen=True, kw_only=True):
    """Who is to be booked."""

    staff_id: UUID


class BookedOut(Out, frozen=True, kw_only=True):
    """The booking that was made: ``booked``, or ``waitlisted`` where no place is left."""

    id: UUID
    outcome: BookingOutcome

    @classmethod
    def of(cls, booked: Booked) -> "BookedOut":
        """Shape a booking that was made."""
        return cls(id=booked.id, outcome=booked.outcome)


class BookingOut(Out, frozen=True, kw_only=True):
    """One person's booking."""

    id: UUID
    staff_id: UUID
    name: str
    organisation_id: UUID
    outcome: BookingOutcome
    booked_at: datetime

    @classmethod
    def of(cls, view: BookingView) -> "BookingOut":
        """Shape a booking."""
        return cls(
            id=view.id,
            staff_id=view.staff_id,
            name=view.name,
            organisation_id=view.organisation_id,
            outcome=view.outcome,
            booked_at=view.booked_at,
        )


class EventMarkIn(In, frozen=True, kw_only=True):
    """What became of one booking."""

    booking_id: UUID
    outcome: BookingOutcome

    def mark(self) -> EventMark:
        """Answer it as the service takes it."""
        return EventMark(self.booking_id, self.outcome)


class EventRegisterIn(In, frozen=True, kw_only=True):
    """A register to save, all marks or none; whoever is not in it stays as they are."""

    version: int
    marks: Annotated[list[EventMarkIn], msgspec.Meta(max_length=MOST_PLACES)]


class EventRegisterOut(Out, frozen=True, kw_only=True):
    """Everybody who was given a place, and what became of it."""

    version: int
    event: TrainingEventOut
    marks: list[BookingOut]


class EventRegisterSavedOut(Out, frozen=True, kw_only=True):
    """The version of the register as it is saved now."""

    version: int
