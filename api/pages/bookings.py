"""Booking people on training events: by a lead for their staff, and by a person for themselves."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires, signed_in
from api.pages.event_words import event_row, outcome_tag, when_in_full
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_events import show_event
from api.pages.training_words import status_tag
from core import clock
from core.errors import AppError, ForbiddenError
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.domain.events import OPEN, completed_on
from training.domain.terms import BookingOutcome, EventStatus
from training.queries import people
from training.queries.bookings import (
    BookingView,
    bookable_self,
    booking,
    bookings,
    own_bookings,
    still_needing,
)
from training.queries.events import EventView, event, events
from training.queries.people import Wanted
from training.services.bookings import book, cancel_booking

_BOOKS = [requires(Permission.RECORD_TRAINING)]
_SAVED = {BookingOutcome.BOOKED: "booked", BookingOutcome.WAITLISTED: "waitlisted"}


@get("/training-events/{event_id:uuid}/book", guards=_BOOKS, include_in_schema=False)
async def book_page(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show who still needs the course first, and a search for everybody else."""
    return await _choose(request, event_id, actor, {})


@post("/training-events/{event_id:uuid}/book", guards=_BOOKS, include_in_schema=False)
async def book_somebody(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Book the person whose button was pressed, or show whom a search finds.

    A form that is sent, because a name has no place in an address.
    """
    form = Form(await request.form())
    if "staff_id" not in form.typed:
        try:
            form.check()
            return await _choose(request, event_id, actor, form.typed, status=200)
        except AppError as error:
            status, errors = refusal(error, field="q")
            return await _choose(request, event_id, actor, {}, status=status, errors=errors)
    try:
        staff_id = form.id("staff_id", "somebody")
        form.check()
        booked = await book(event_id, staff_id, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="book")
        return await _choose(request, event_id, actor, {}, status=status, errors=errors)
    return Redirect(
        f"/training-events/{event_id}/book?saved={_SAVED[booked.outcome]}", status_code=303
    )


async def _choose(
    request: AnyRequest, event_id: UUID, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    scope = actor.scope
    found = await event(event_id, scope=scope)
    asked = {row.staff_id: row for row in await bookings(found, scope=scope)}
    wanted = typed.get("q", "")
    matching = (
        await people.staff(
            scope=scope,
            cursor=Cursor(),
            wanted=Wanted(search=wanted, in_post_on=completed_on(found.ends_at)),
        )
        if wanted
        else None
    )
    return page(
        request,
        "training/event_book.html",
        row=event_row(found),
        at=when_in_full(found),
        full=not found.places_left,
        begun=clock.now() >= found.starts_at,
        typed=typed,
        matching=[
            {"staff": one, "tag": _asked(asked.get(one.id))}
            for one in (matching.items if matching else ())
        ],
        more=bool(matching and matching.next),
        needing=[
            {"one": one, "tag": status_tag(one.standing.status)}
            for one in await still_needing(found, scope=scope)
        ],
        **how,
    )


def _asked(row: BookingView | None) -> dict[str, str] | None:
    """Answer the tag of who is booked already; ``None`` for who can be."""
    taken_up = {BookingOutcome.CANCELLED_BY_STAFF, BookingOutcome.CANCELLED_BY_PROVIDER}
    return None if row is None or row.outcome in taken_up else outcome_tag(row)


@post("/bookings/{booking_id:uuid}/cancel", guards=[signed_in], include_in_schema=False)
async def cancel(
    request: AnyRequest, booking_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Cancel a booking, and go back to where the button was."""
    form = Form(await request.form())
    own = form.typed.get("from") == "own" or not actor.scope.has(Permission.VIEW_STAFF)
    row = await booking(booking_id, scope=actor.scope)
    try:
        await cancel_booking(booking_id, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="bookings")
        if own:
            return await _own(request, actor, status=status, errors=errors)
        found = await event(row.event_id, scope=actor.scope)
        return await show_event(request, found, actor, status=status, errors=errors)
    back = "/my-training/events" if own else f"/training-events/{row.event_id}"
    return Redirect(f"{back}?saved=booking-cancelled", status_code=303)


@get("/my-training/events", guards=[signed_in], include_in_schema=False)
async def own_events_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show a person their own bookings, and the events that they can book."""
    return await _own(request, actor)


@post("/my-training/events", guards=[signed_in], include_in_schema=False)
async def book_oneself(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Book the person who asks."""
    form = Form(await request.form())
    person = await bookable_self(scope=actor.scope)
    if person is None:
        raise ForbiddenError
    try:
        event_id = form.id("event_id", "an event")
        form.check()
        booked = await book(event_id, person.id, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="bookings")
        return await _own(request, actor, status=status, errors=errors)
    return Redirect(f"/my-training/events?saved={_SAVED[booked.outcome]}", status_code=303)


async def _own(request: AnyRequest, actor: Actor, **how: Any) -> Page:
    person = await bookable_self(scope=actor.scope)
    coming = await events(scope=actor.scope, cursor=Cursor()) if person else None
    own = {row.event_id: row for row in await own_bookings(scope=actor.scope)} if person else {}
    return page(
        request,
        "training/own_events.html",
        linked=person is not None,
        rows=[_own_row(found, own.get(found.id)) for found in (coming.items if coming else ())],
        **how,
    )


def _own_row(found: EventView, own: BookingView | None) -> dict[str, Any]:
    coming = clock.now() < found.starts_at
    asked = _asked(own)
    return {
        **event_row(found),
        "booking": own,
        "own_tag": asked,
        "can_book": coming and found.status is EventStatus.PLANNED and asked is None,
        "can_cancel": coming and own is not None and own.outcome in OPEN,
    }


ROUTES = [book_page, book_somebody, cancel, own_events_page, book_oneself]
