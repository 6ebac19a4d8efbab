"""Cohorts: the list, one cohort, a new one with its timetable, adding people, cancelling."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages.forms import Form, day_items, options, refusal
from api.pages.rendering import AnyRequest, Page, page
from core import audit
from core.errors import AppError
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.domain.session_changes import Cancel
from programmes.domain.terms import Nation
from programmes.domain.timetable import Slot
from programmes.queries import cohorts as queries
from programmes.queries.programmes import programmes, venues
from programmes.queries.progress import members
from programmes.services import cohorts as services
from programmes.services import sessions as session_services
from programmes.services.cohorts import NewCohort, Plan
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_COHORTS)]
_MOST_SLOTS = 3
_NATIONS = (
    (Nation.ENGLAND_AND_WALES.value, "England and Wales"),
    (Nation.SCOTLAND.value, "Scotland"),
    (Nation.NORTHERN_IRELAND.value, "Northern Ireland"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@get("/cohorts", guards=_VIEW, include_in_schema=False)
async def cohorts_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """List cohorts, newest first."""
    found = await queries.cohorts(scope=actor.scope, cursor=cursor)
    return page(
        request, "cohorts/list.html", cohorts=found.items, next=found.next,
        may_create=actor.scope.has(Permission.MANAGE_COHORTS),
    )  # fmt: skip


@get("/cohorts/{cohort_id:uuid}", guards=_VIEW, include_in_schema=False)
async def cohort_page(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a cohort: timetable, members with their progress, who attended what."""
    cohort = await queries.cohort(cohort_id, scope=actor.scope)
    sessions = await queries.sessions_of(cohort_id, scope=actor.scope)
    people = await members(cohort_id, scope=actor.scope)
    facilitators = await queries.facilitators_of(cohort_id, scope=actor.scope)
    names = await account_names(set(facilitators), scope=actor.scope)
    await viewed(
        audit.Subject.COHORT, cohort_id, side=cohort.side,
        organisation_id=cohort.organisation_id, by=actor,
    )  # fmt: skip
    return page(
        request,
        "cohorts/cohort.html",
        cohort=cohort,
        weekly=[f"{WEEKDAYS[slot.weekday]}s at {slot.at}" for slot in cohort.slots],
        facilitators=sorted(names.values()),
        sessions=sessions,
        members=people,
        group=[view for view in sessions if view.enrolment_id is None],
        may_change=actor.scope.covers(
            Permission.MANAGE_COHORTS, side=cohort.side, organisation_id=cohort.organisation_id
        ),
    )


@get("/cohorts/new", guards=_MANAGE, include_in_schema=False)
async def new_cohort_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form for a new cohort."""
    return await _new_form(request, actor, {"capacity": "12", "nation": Nation.ENGLAND_AND_WALES})


@post("/cohorts/new", guards=_MANAGE, include_in_schema=False)
async def new_cohort(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Preview the timetable, or create the cohort with it."""
    form = Form(await request.form())
    try:
        new = _new_cohort(form)
        if form.typed.get("action") != "create":
            plan = await services.preview(new, by=actor)
            return await _new_form(request, actor, form.typed, plan=plan)
        cohort_id = await services.create(new, by=actor)
    except AppError as error:
        status, errors = refusal(error)
        return await _new_form(request, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/cohorts/{cohort_id}?saved=cohort", status_code=303)


def _new_cohort(form: Form) -> NewCohort:
    new = NewCohort(
        programme_id=form.id("programme_id", "a programme"),
        organisation_id=None,
        venue_id=form.id("venue_id", "a venue") if form.typed.get("venue_id") else None,
        code=form.text("code", "a code", longest=24),
        starts_on=form.day("starts_on", "the first day"),
        slots=_slots(form),
        capacity=form.whole("capacity", "places", lowest=1, highest=500),
        facilitator_ids=(),
        nation=form.choice("nation", "a nation", Nation),
    )
    form.check()
    return new


def _slots(form: Form) -> tuple[Slot, ...]:
    found = []
    for place in range(_MOST_SLOTS):
        weekday = form.typed.get(f"weekday-{place}", "")
        at = form.typed.get(f"at-{place}", "")
        if weekday in set("0123456") and at:
            found.append(Slot(int(weekday), at))
        elif weekday or at:
            form.fail(f"slots[{place}].at", "Choose both the weekday and the time")
    if not found and not form.errors:
        form.fail("slots[0].at", "Choose the weekday and the time of the group")
    return tuple(found)


async def _new_form(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    *,
    plan: Plan | None = None,
    **how: Any,
) -> Page:
    known = await programmes(scope=actor.scope)
    places = await venues(scope=actor.scope)
    wrong = any(error.field == "starts_on" for error in how.get("errors", ()))
    return page(
        request,
        "cohorts/new.html",
        typed=typed,
        programmes=options(
            [(str(item.id), item.name) for item in known],
            typed.get("programme_id", ""),
            blank="Choose a programme",
        ),
        venues=options(
            [(str(item.id), item.name) for item in places],
            typed.get("venue_id", ""),
            blank="No venue",
        ),
        nations=options(_NATIONS, typed.get("nation", "")),
        days=day_items(typed, "starts_on", wrong=wrong),
        slots=[_slot_row(place, typed) for place in range(_MOST_SLOTS)],
        plan=plan,
        **how,
    )


def _slot_row(place: int, typed: dict[str, str]) -> dict[str, Any]:
    chosen = typed.get(f"weekday-{place}", "")
    listed = [(str(number), name) for number, name in enumerate(WEEKDAYS)]
    return {
        "place": place,
        "label": "Every week on" if place == 0 else "and on (optional)",
        "weekdays": options(listed, chosen, blank="Weekday"),
        "at": typed.get(f"at-{place}", ""),
    }


@get("/sessions/{session_id:uuid}/cancel", guards=_MANAGE, include_in_schema=False)
async def cancel_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask for the reason before cancelling a session."""
    session = await queries.session(session_id, scope=actor.scope)
    return page(request, "cohorts/cancel.html", session=session, typed={})


@post("/sessions/{session_id:uuid}/cancel", guards=_MANAGE, include_in_schema=False)
async def cancel(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Cancel a session."""
    form = Form(await request.form())
    session = await queries.session(session_id, scope=actor.scope)
    try:
        reason = form.text("reason", "why the session does not take place", longest=200)
        form.check()
        await session_services.change(session_id, Cancel(reason), by=actor)
    except AppError as error:
        status, errors = refusal(error, field="reason")
        return page(
            request, "cohorts/cancel.html", session=session, typed=form.typed, status=status,
            errors=errors,
        )  # fmt: skip
    return Redirect(f"/cohorts/{session.cohort_id}?saved=session", status_code=303)


ROUTES = [
    cohorts_page, new_cohort_page, new_cohort, cohort_page, cancel_page, cancel,
]  # fmt: skip
