"""Training events: what comes and what was, one of them, and the forms to plan and change it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from accounts.queries import organisations
from api.guards import requires
from api.pages.event_words import event_row, outcome_tag, when_in_full
from api.pages.forms import Form, options, refusal
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.errors import AppError, FieldError, StaleVersionError
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.domain.contact import is_wall_time
from training.domain.events import OPEN, completed_on
from training.domain.terms import EventStatus
from training.queries import events as queries
from training.queries.bookings import BookingView, bookings
from training.queries.catalogue import every_course
from training.queries.events import EventView, gives
from training.services import events
from training.services.events import MOST_PLACES, EventDetails

_SEES = [requires(Permission.VIEW_STAFF)]
_GIVES = [requires(Permission.RECORD_TRAINING)]


@get("/training-events", guards=_SEES, include_in_schema=False)
async def events_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    past: FromQuery[str] = "",
) -> Page:
    """Show the events that come, the next one first; or the past ones, the last one first."""
    found = await queries.events(scope=actor.scope, cursor=cursor, past=past == "yes")
    return page(
        request,
        "training/events.html",
        rows=[event_row(view) for view in found.items],
        next=found.next,
        past=past == "yes",
        can_plan=actor.scope.has(Permission.RECORD_TRAINING),
    )


@get("/training-events/new", guards=_GIVES, include_in_schema=False)
async def new_event_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to plan an event."""
    return await _event_form(request, actor, {"places": "20"})


@post("/training-events/new", guards=_GIVES, include_in_schema=False)
async def new_event(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Plan an event."""
    form = Form(await request.form())
    try:
        course_id = form.id("course_id", "a course")
        organisation_id = form.id("organisation_id", "who gives it")
        details = _details(form)
        event_id = await events.plan(course_id, details, organisation_id=organisation_id, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="starts_at")
        return await _event_form(request, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/training-events/{event_id}?saved=event", status_code=303)


@get("/training-events/{event_id:uuid}", guards=_SEES, include_in_schema=False)
async def event_page(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one event with the bookings that this person may know."""
    found = await queries.event(event_id, scope=actor.scope)
    return await show_event(request, found, actor)


async def show_event(request: AnyRequest, found: EventView, actor: Actor, **how: Any) -> Page:
    """Show one event; ``how`` holds the errors of what was tried there."""
    rows = await bookings(found, scope=actor.scope)
    given = gives(found.organisation_id, scope=actor.scope)
    planned = found.status is EventStatus.PLANNED
    begun = clock.now() >= found.starts_at
    return page(
        request,
        "training/event.html",
        row=event_row(found),
        at=when_in_full(found),
        bookings=[
            {"booking": one, "tag": outcome_tag(one), "can_cancel": _can_cancel(one, found, actor)}
            for one in rows
        ],
        gives=given,
        can_book=(planned and not begun and actor.scope.has(Permission.RECORD_TRAINING))
        or (given and begun and found.status is not EventStatus.CANCELLED),
        can_change=given and planned,
        begun=begun,
        can_mark=given
        and found.status is not EventStatus.CANCELLED
        and clock.now() >= found.register_opens_at,
        retired=found.retired_on and completed_on(found.ends_at) >= found.retired_on,
        **how,
    )


def _can_cancel(one: BookingView, found: EventView, actor: Actor) -> bool:
    of_theirs = actor.scope.covers(
        Permission.RECORD_TRAINING, side=None, organisation_id=one.organisation_id
    )
    may = one.is_own or of_theirs or gives(found.organisation_id, scope=actor.scope)
    return may and one.outcome in OPEN and clock.now() < found.starts_at


@get("/training-events/{event_id:uuid}/edit", guards=_GIVES, include_in_schema=False)
async def edit_event_page(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to change an event."""
    found = await _given(event_id, actor)
    return await _event_form(request, actor, _typed(found), found=found)


@post("/training-events/{event_id:uuid}/edit", guards=_GIVES, include_in_schema=False)
async def edit_event(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Change an event; more places go to who waits."""
    found = await _given(event_id, actor)
    form = Form(await request.form())
    try:
        version = form.version()
        details = _details(form)
        await events.change(event_id, details, version=version, by=actor)
    except AppError as error:
        stale = isinstance(error, StaleVersionError)
        status, errors = refusal(error, field="version" if stale else "starts_at")
        return await _event_form(
            request, actor, form.typed, found=found, status=status, errors=errors
        )
    return Redirect(f"/training-events/{event_id}?saved=event", status_code=303)


@get("/training-events/{event_id:uuid}/cancel", guards=_GIVES, include_in_schema=False)
async def cancel_event_page(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask why an event does not take place."""
    return _cancel_form(request, await _given(event_id, actor), {})


@post("/training-events/{event_id:uuid}/cancel", guards=_GIVES, include_in_schema=False)
async def cancel_event(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Cancel an event and with it every booking."""
    found = await _given(event_id, actor)
    form = Form(await request.form())
    try:
        reason = form.text("reason", "why it does not take place", longest=200)
        form.check()
        await events.cancel(event_id, reason, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="reason")
        return _cancel_form(request, found, form.typed, status=status, errors=errors)
    return Redirect(f"/training-events/{event_id}?saved=event-cancelled", status_code=303)


def _cancel_form(request: AnyRequest, found: EventView, typed: dict[str, str], **how: Any) -> Page:
    return page(
        request, "training/event_cancel.html", row=event_row(found), typed=typed,
        at=when_in_full(found), **how,
    )  # fmt: skip


async def _given(event_id: UUID, actor: Actor) -> EventView:
    """Answer an event that the person may change."""
    found = await queries.event(event_id, scope=actor.scope)
    actor.require(Permission.RECORD_TRAINING, organisation_id=found.organisation_id)
    return found


def _details(form: Form) -> EventDetails:
    day = form.day("starts_at", "the day")
    last_on = form.optional_day("last_on", "the last day") or day
    begins, ends = form.typed.get("at", ""), form.typed.get("ends_at", "")
    for field, text in (("at", begins), ("ends_at", ends)):
        if not is_wall_time(text):
            form.fail(field, "Write the time like 09:30")
    venue = form.text("venue", "a venue", longest=160, optional=True)
    link = form.text("link", "a link", longest=300, optional=True)
    places = form.whole("places", "the number of places", lowest=1, highest=MOST_PLACES)
    form.check()
    return EventDetails(
        starts_at=clock.instant_of(day, begins),
        ends_at=clock.instant_of(last_on, ends),
        venue=venue,
        link=link,
        places=places,
    )


def _typed(found: EventView) -> dict[str, str]:
    """Answer what an event's form holds before anything is typed."""
    begins, ends = clock.london(found.starts_at), clock.london(found.ends_at)
    several = ends.date() - begins.date() >= timedelta(days=1)
    return {
        **typed_day("starts_at", begins.date()),
        **(typed_day("last_on", ends.date()) if several else {}),
        "at": f"{begins:%H:%M}",
        "ends_at": f"{ends:%H:%M}",
        "venue": found.venue,
        "link": found.link,
        "places": str(found.places),
        "version": str(found.version),
    }


async def _event_form(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    *,
    found: EventView | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    managed = [
        (str(seen.id), seen.name)
        for seen in await organisations(scope=actor.scope)
        if gives(seen.id, scope=actor.scope)
    ]
    chosen = typed.get("organisation_id") or (managed[0][0] if len(managed) == 1 else "")
    courses = [
        (str(one.id), one.name)
        for one in await every_course(scope=actor.scope)
        if one.retired_on is None or one.retired_on > clock.today()
    ]
    return page(
        request,
        "training/event_form.html",
        typed=typed,
        found=found,
        row=event_row(found) if found else {},
        organisations=options(managed, chosen, blank="Select an organisation"),
        courses=options(courses, typed.get("course_id", ""), blank="Select a course"),
        errors=errors,
        status=status,
    )


ROUTES = [
    events_page, new_event_page, new_event, event_page, edit_event_page, edit_event,
    cancel_event_page, cancel_event,
]  # fmt: skip
