"""The demonstration's training events, with who came and who waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core import clock
from training.demo.desk import Desk, Employer, Person
from training.demo.people import add_record
from training.domain.events import HAS_PLACE
from training.domain.terms import BookingOutcome, EventStatus, Evidence
from training.tables import Booking, TrainingEvent

_OUTCOMES = (
    *(BookingOutcome.ATTENDED_FULL,) * 6, BookingOutcome.LEFT_EARLY, BookingOutcome.NO_SHOW,
    BookingOutcome.CANCELLED_BY_STAFF,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Given:
    """An event in a few words; ``days`` from today, and how many are booked for its places."""

    course: str
    by: int
    days: int
    places: int
    booked: int
    status: EventStatus = EventStatus.PLANNED


_EVENTS = (
    _Given("AWARE", 0, -90, 12, 11, EventStatus.HELD),
    _Given("DASH", 1, -55, 16, 14, EventStatus.HELD),
    _Given("MARAC", 1, -21, 10, 10, EventStatus.HELD),
    _Given("L1", 3, -6, 20, 9),
    _Given("MANAGERS", 0, 9, 14, 6),
    _Given("DASH", 1, 16, 8, 11),
    _Given("AWARE", 0, 23, 20, 4, EventStatus.CANCELLED),
    _Given("CHILDREN", 3, 37, 18, 5),
    _Given("ASK", 1, 65, 15, 0),
)
"""One whose register is still to be marked, and one with a waiting list."""


def add_events(desk: Desk, employers: Sequence[Employer], people: Sequence[Person]) -> None:
    """Add past and coming events; people of every organisation come to them (S9)."""
    for number, given in enumerate(_EVENTS):
        first = 13 * number
        booked = people[first : first + given.booked]
        _add_event(desk, given, employers[given.by].organisation_id, booked)


def _add_event(desk: Desk, given: _Given, organisation_id: UUID, people: Sequence[Person]) -> None:
    day = desk.today + timedelta(days=given.days)
    event_id = desk.ids.new()
    outcomes = [_outcome(given, place) for place in range(len(people))]
    is_cancelled = given.status is EventStatus.CANCELLED
    online = {"link": "https://meet.example.org/training"} if given.course == "MARAC" else {}
    desk.rows.add(
        TrainingEvent,
        id=event_id,
        course=desk.courses[given.course],
        organisation=organisation_id,
        starts_at=clock.instant_of(day, "09:30"),
        ends_at=clock.instant_of(day, "15:30"),
        places=given.places,
        places_taken=sum(outcome in HAS_PLACE for outcome in outcomes),
        status=given.status.value,
        cancelled_reason="The trainer is away" if is_cancelled else "",
        created_at=clock.instant_of(day - timedelta(days=100), "10:00"),
        version=1,
        **(online or {"venue": "Learning centre, room 2"}),
    )
    for person, outcome in zip(people, outcomes, strict=True):
        booked_at = clock.instant_of(day - timedelta(days=95), "10:00")
        desk.rows.add(
            Booking,
            id=desk.ids.new(),
            event=event_id,
            staff=person.staff_id,
            outcome=outcome.value,
            booked_by=desk.recorded_by,
            booked_at=booked_at,
            placed_at=None if outcome is BookingOutcome.WAITLISTED else booked_at,
            version=1,
        )
        if outcome is BookingOutcome.ATTENDED_FULL:
            add_record(
                desk, person.staff_id, given.course, day, Evidence.REGISTER, event=event_id
            )  # fmt: skip


def _outcome(given: _Given, place: int) -> BookingOutcome:
    if given.status is EventStatus.CANCELLED:
        return BookingOutcome.CANCELLED_BY_PROVIDER
    if given.status is EventStatus.HELD:
        return _OUTCOMES[place % len(_OUTCOMES)]
    return BookingOutcome.BOOKED if place < given.places else BookingOutcome.WAITLISTED
