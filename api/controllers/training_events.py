"""Training events, bookings and their registers under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires, signed_in
from api.schemas.base import CreatedOut, ListOut
from api.schemas.training_events import (
    BookedOut,
    BookingIn,
    BookingOut,
    CancelIn,
    EventRegisterIn,
    EventRegisterOut,
    EventRegisterSavedOut,
    TrainingEventIn,
    TrainingEventOut,
    TrainingEventPatch,
)
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries import bookings as booking_queries
from training.queries import events as queries
from training.services import bookings, event_registers, events

_SEES = [requires(Permission.VIEW_STAFF)]
_GIVES = [requires(Permission.RECORD_TRAINING)]


@get("/training-events", operation_id="list_training_events", guards=_SEES)
async def list_events(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    past: FromQuery[bool] = False,  # noqa: FBT002 - a query parameter
    course_id: FromQuery[UUID | None] = None,
) -> ListOut[TrainingEventOut]:
    """List the events of all organisations: those that are not over, or the past ones."""
    found = await queries.events(scope=actor.scope, cursor=cursor, past=past, course_id=course_id)
    return ListOut.of(found, TrainingEventOut.of)


@post("/training-events", operation_id="plan_training_event", guards=_GIVES)
async def plan_event(data: JSONBody[TrainingEventIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Plan a date of a course."""
    planned = await events.plan(
        data.course_id, data.details(), organisation_id=data.organisation_id, by=actor
    )
    return CreatedOut(id=planned)


@get("/training-events/{event_id:uuid}", operation_id="get_training_event", guards=_SEES)
async def get_event(event_id: FromPath[UUID], actor: NamedDependency[Actor]) -> TrainingEventOut:
    """Answer one event."""
    return TrainingEventOut.of(await queries.event(event_id, scope=actor.scope))


@patch("/training-events/{event_id:uuid}", operation_id="change_training_event", guards=_GIVES)
async def change_event(
    event_id: FromPath[UUID], data: JSONBody[TrainingEventPatch], actor: NamedDependency[Actor]
) -> TrainingEventOut:
    """Change an event; what is left out stays. More places go to who waits."""
    found = await queries.event(event_id, scope=actor.scope)
    await events.change(event_id, data.applied_to(found), version=data.version, by=actor)
    return TrainingEventOut.of(await queries.event(event_id, scope=actor.scope))


@post("/training-events/{event_id:uuid}/cancel", operation_id="cancel_training_event",
      guards=_GIVES)  # fmt: skip
async def cancel_event(
    event_id: FromPath[UUID], data: JSONBody[CancelIn], actor: NamedDependency[Actor]
) -> None:
    """Cancel an event and with it every booking."""
    await events.cancel(event_id, data.reason, by=actor)


@get("/training-events/{event_id:uuid}/bookings", operation_id="list_bookings", guards=_SEES)
async def list_bookings(
    event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[BookingOut]:
    """List the bookings of an event: of your own staff, or all where you give it."""
    found = await queries.event(event_id, scope=actor.scope)
    rows = await booking_queries.bookings(found, scope=actor.scope)
    return ListOut(items=[BookingOut.of(row) for row in rows], next=None)


@post("/training-events/{event_id:uuid}/bookings", operation_id="book", guards=[signed_in])
async def book(
    event_id: FromPath[UUID], data: JSONBody[BookingIn], actor: NamedDependency[Actor]
) -> BookedOut:
    """Book one of your staff, or yourself: a place, or a turn on the waiting list."""
    return BookedOut.of(await bookings.book(event_id, data.staff_id, by=actor))


@post("/bookings/{booking_id:uuid}/cancel", operation_id="cancel_booking", guards=[signed_in])
async def cancel_booking(booking_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Cancel a booking before the event begins; the first who waits has the place."""
    await bookings.cancel_booking(booking_id, by=actor)


@get("/training-events/{event_id:uuid}/register", operation_id="get_event_register",
     guards=_GIVES)  # fmt: skip
async def get_register(event_id: FromPath[UUID], actor: NamedDependency[Actor]) -> EventRegisterOut:
    """Answer the register of an event that you give."""
    found, rows = await booking_queries.register(event_id, scope=actor.scope)
    return EventRegisterOut(
        version=found.version,
        event=TrainingEventOut.of(found),
        marks=[BookingOut.of(row) for row in rows],
    )


@put("/training-events/{event_id:uuid}/register", operation_id="save_event_register",
     guards=_GIVES)  # fmt: skip
async def save_register(
    event_id: FromPath[UUID], data: JSONBody[EventRegisterIn], actor: NamedDependency[Actor]
) -> EventRegisterSavedOut:
    """Save a register: all marks or none; the same ones again change nothing."""
    marks = [mark.mark() for mark in data.marks]
    saved = await event_registers.save(event_id, marks, version=data.version, by=actor)
    return EventRegisterSavedOut(version=saved)


ROUTES = Router(
    "/",
    route_handlers=[
        list_events, plan_event, get_event, change_event, cancel_event, list_bookings, book,
        cancel_booking, get_register, save_register,
    ],
    tags=["training"],
)  # fmt: skip
