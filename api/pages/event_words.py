"""How the pages of training events say where an event and a booking stand."""

from collections.abc import Mapping
from typing import Any

from api.pages.rendering import long_day, short_day, wall_time
from core import clock
from training.domain.terms import BookingOutcome, EventStatus
from training.queries.bookings import BookingView
from training.queries.events import EventView

OUTCOMES: Mapping[BookingOutcome, tuple[str, str]] = {
    BookingOutcome.BOOKED: ("Booked", "blue"),
    BookingOutcome.WAITLISTED: ("On the waiting list", "yellow"),
    BookingOutcome.ATTENDED_FULL: ("Attended", "green"),
    BookingOutcome.LEFT_EARLY: ("Left early", "orange"),
    BookingOutcome.NO_SHOW: ("Did not come", "red"),
    BookingOutcome.CANCELLED_BY_STAFF: ("Cancelled by staff", "grey"),
    BookingOutcome.CANCELLED_BY_PROVIDER: ("Cancelled by provider", "grey"),
}


def outcome_tag(row: BookingView) -> dict[str, str]:
    """Answer the GOV.UK tag of what became of a booking."""
    return _tag(*OUTCOMES[row.outcome])


def event_tag(found: EventView) -> dict[str, str]:
    """Answer the GOV.UK tag of where an event stands."""
    if found.status is EventStatus.CANCELLED:
        return _tag("Cancelled", "red")
    if found.status is EventStatus.HELD:
        return _tag("Register marked", "green")
    if clock.now() >= found.ends_at:
        return _tag("Register to mark", "orange")
    if clock.now() >= found.starts_at:
        return _tag("Under way", "blue")
    if found.places_left:
        return _tag("Places left", "green")
    return _tag("Full", "yellow")


def event_row(found: EventView) -> dict[str, Any]:
    """Answer an event as lists show it."""
    return {
        "event": found,
        "tag": event_tag(found),
        "at": when(found),
        "where": found.venue or "By link",
        "places": places(found),
    }


def when(found: EventView) -> str:
    """Answer when an event is, such as ``Thu 11 Jun 2026, 09:30 to 12:30``."""
    return _when(short_day(found.starts_at), short_day(found.ends_at), found)


def when_in_full(found: EventView) -> str:
    """Answer when an event is, with the day of the week written out."""
    return _when(long_day(found.starts_at), long_day(found.ends_at), found)


def _when(begins: str, ends: str, found: EventView) -> str:
    day = "" if begins == ends else f"{ends}, "
    return f"{begins}, {wall_time(found.starts_at)} to {day}{wall_time(found.ends_at)}"


def places(found: EventView) -> str:
    """Answer how many places are left, and how many people wait; once over, how many had one."""
    if found.status is EventStatus.CANCELLED:
        return "None"
    if clock.now() >= found.ends_at:
        return f"{found.places_taken} of {found.places} taken"
    left = f"{found.places_left} of {found.places} left"
    return f"{left}, {found.waiting} waiting" if found.waiting else left


def _tag(text: str, colour: str) -> dict[str, str]:
    return {"text": text, "classes": f"govuk-tag--{colour} app-nowrap"}
