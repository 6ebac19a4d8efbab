"""Training events: who has a place, when the register opens, what it changes, and what it shows.

Source: domain.md 2.5 and C8 (S9).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from core.clock import instant_of, london
from training.domain.terms import BookingOutcome

LONGEST_EVENT = timedelta(days=31)
"""A course of several days is one event; one of months is several."""

HAS_PLACE = frozenset(
    {
        BookingOutcome.BOOKED,
        BookingOutcome.ATTENDED_FULL,
        BookingOutcome.LEFT_EARLY,
        BookingOutcome.NO_SHOW,
    }
)
"""Who did not come had a place all the same: nobody else could have it."""

OPEN = frozenset({BookingOutcome.BOOKED, BookingOutcome.WAITLISTED})
"""What can be cancelled before the event begins."""

MARKS = (
    BookingOutcome.ATTENDED_FULL,
    BookingOutcome.LEFT_EARLY,
    BookingOutcome.NO_SHOW,
    BookingOutcome.CANCELLED_BY_STAFF,
    BookingOutcome.CANCELLED_BY_PROVIDER,
)
"""What a register says of somebody."""


def completed_on(ends_at: datetime) -> date:
    """Answer the day on which those who stay to the end complete the course."""
    return london(ends_at).date()


def register_opens_at(starts_at: datetime, ends_at: datetime) -> datetime:
    """Answer from when attendance can be marked: once it begins, of several days on the last."""
    return max(starts_at, instant_of(completed_on(ends_at), "00:00"))


def counts_still(day: date, retired_on: date | None) -> bool:
    """Tell whether a course completed on a day counts: from its retirement on it does not."""
    return retired_on is None or day < retired_on


@dataclass(frozen=True, slots=True)
class Changes:
    """What a register changes: marks by booking, whose completion begins or ends, and places."""

    outcomes: Mapping[UUID, BookingOutcome]
    completed: frozenset[UUID]
    not_completed: frozenset[UUID]
    places_taken: int


def changes(stored: Mapping[UUID, BookingOutcome], marks: Mapping[UUID, BookingOutcome]) -> Changes:
    """Answer what marks change of the bookings as they are stored; who is unmarked stays."""
    changed = {id: outcome for id, outcome in marks.items() if stored[id] is not outcome}
    now = {**stored, **changed}
    full = BookingOutcome.ATTENDED_FULL
    return Changes(
        outcomes=changed,
        completed=frozenset(id for id, outcome in changed.items() if outcome is full),
        not_completed=frozenset(id for id in changed if stored[id] is full),
        places_taken=sum(outcome in HAS_PLACE for outcome in now.values()),
    )


@dataclass(frozen=True, slots=True)
class Attendance:
    """How those came who had a place; ``booked`` counts them all, ``unmarked`` nobody marked."""

    attended_full: int = 0
    left_early: int = 0
    no_show: int = 0
    cancelled_by_staff: int = 0
    cancelled_by_provider: int = 0
    unmarked: int = 0

    @property
    def booked(self) -> int:
        """Answer everybody who had a place."""
        return self.expected + self.cancelled_by_provider

    @property
    def expected(self) -> int:
        """Answer the denominator of the attendance rate: booked - cancelled by the provider."""
        return (
            self.attended_full
            + self.left_early
            + self.no_show
            + self.cancelled_by_staff
            + self.unmarked
        )


def attendance(counts: Iterable[tuple[BookingOutcome, int]]) -> Attendance:
    """Add up outcomes of bookings that had a place, each with how many; who waited is not in it."""
    found = dict.fromkeys(BookingOutcome, 0)
    for outcome, count in counts:
        found[outcome] += count
    return Attendance(
        **{mark.value: found[mark] for mark in MARKS}, unmarked=found[BookingOutcome.BOOKED]
    )
