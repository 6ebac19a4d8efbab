"""Dates on which a course is given, and who has a place."""

from typing import ClassVar

from piccolo.columns import UUID, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of
from core.ids import new_id
from training.domain.terms import BookingOutcome, EventStatus
from training.tables.catalogue import Course
from training.tables.people import Staff


class TrainingEvent(Table, tablename="training_events"):
    """One date of a course; ``organisation`` gives it, staff of others may book too.

    ``places_taken`` is kept: bookings that have a place.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("training_events_starts_at_idx", ("starts_at", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    course = ForeignKey(Course, on_delete=OnDelete.restrict, null=False)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    venue = Varchar(length=160, default="")
    link = Varchar(length=300, default="")
    places = Integer(default=None)
    places_taken = Integer(default=0)
    status = Varchar(length=12, choices=EventStatus, default=EventStatus.PLANNED)
    cancelled_reason = Varchar(length=200, default="")
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    training_event_status_is_known = Check(one_of("status", list(EventStatus)))
    training_event_times_in_order = Check('"ends_at" > "starts_at"')
    training_event_places_in_range = Check('"places" BETWEEN 1 AND 1000')
    training_event_has_places = Check('"places_taken" >= 0 AND "places_taken" <= "places"')


class Booking(Table, tablename="bookings"):
    """One person's place at a training event, or their turn on its waiting list.

    ``placed_at`` is when they were given the place; who only ever waited has none.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("bookings_staff_idx", ("staff", "event")),)

    id = UUID(primary_key=True, default=new_id)
    event = ForeignKey(TrainingEvent, on_delete=OnDelete.restrict, null=False)
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False)
    outcome = Varchar(length=24, choices=BookingOutcome, default=None)
    booked_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    booked_at = Timestamptz(default=None)
    placed_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)

    booking_once = Unique([event, staff])
    booking_outcome_is_known = Check(one_of("outcome", list(BookingOutcome)))
