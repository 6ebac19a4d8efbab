"""Staff: the list, one person with what they must hold, and the forms to add and change."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import organisations
from api.guards import requires
from api.pages.forms import Form, day_items, options, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_fields import optional_hours
from api.pages.training_words import choices, in_words, status_tag
from core import clock
from core.errors import AppError, FieldError, StaleVersionError
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission, Scope
from training.domain.terms import Evidence, Sector, StaffGroup
from training.queries import people
from training.queries import records as record_reads
from training.queries.catalogue import every_course
from training.queries.people import StaffView, Wanted
from training.services import records, staff
from training.services.records import NewRecord
from training.services.staff import StaffDetails

_SEES_STAFF = [requires(Permission.VIEW_STAFF)]
_MANAGES_STAFF = [requires(Permission.MANAGE_STAFF)]
_RECORDS_TRAINING = [requires(Permission.RECORD_TRAINING)]


@get("/staff", guards=_SEES_STAFF, include_in_schema=False)
async def staff_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show staff by name."""
    return await _list(request, actor, cursor)


@post("/staff", guards=_SEES_STAFF, status_code=200, include_in_schema=False)
async def search(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the staff whose name or payroll number has what was typed.

    A form that is sent, because a name has no place in an address.
    """
    form = Form(await request.form())
    wanted = form.typed.get("q", "")
    cursor = Cursor(after=form.typed.get("after") or None)
    try:
        return await _list(request, actor, cursor, wanted=wanted)
    except AppError as error:
        status, errors = refusal(error, field="q")
        return await _list(request, actor, Cursor(), typed=wanted, status=status, errors=errors)


async def _list(
    request: AnyRequest,
    actor: Actor,
    cursor: Cursor,
    *,
    wanted: str = "",
    typed: str = "",
    **how: Any,
) -> Page:
    found = await people.staff(scope=actor.scope, cursor=cursor, wanted=Wanted(search=wanted))
    return page(
        request,
        "training/staff.html",
        rows=[_row(view) for view in found.items],
        next=found.next,
        q=wanted,
        typed=wanted or typed,
        can_add=actor.scope.has(Permission.MANAGE_STAFF),
        **how,
    )


def _row(view: StaffView) -> dict[str, Any]:
    return {
        "staff": view,
        "sector": in_words(view.post.position.sector),
        "staff_group": in_words(view.post.position.staff_group),
    }


@get("/staff/new", guards=_MANAGES_STAFF, include_in_schema=False)
async def new_staff_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add a member of staff."""
    return await _staff_form(request, actor, {})


@post("/staff/new", guards=_MANAGES_STAFF, include_in_schema=False)
async def new_staff(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a member of staff."""
    form = Form(await request.form())
    try:
        organisation_id = form.id("organisation_id", "an organisation")
        details = _details(form)
        form.check()
        staff_id = await staff.add(details, organisation_id=organisation_id, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="payroll_number")
        return await _staff_form(request, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/staff/{staff_id}?saved=staff", status_code=303)


@get("/staff/{staff_id:uuid}/edit", guards=_MANAGES_STAFF, include_in_schema=False)
async def edit_staff_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to change a member of staff."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    await staff.viewed(person, by=actor)
    return await _staff_form(request, actor, _typed(person), person=person)


@post("/staff/{staff_id:uuid}/edit", guards=_MANAGES_STAFF, include_in_schema=False)
async def edit_staff(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Change a member of staff, or write down their last day."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        version = form.version()
        details = _details(form)
        form.check()
        await staff.update(staff_id, details, version=version, by=actor)
    except AppError as error:
        stale = isinstance(error, StaleVersionError)
        status, errors = refusal(error, field="version" if stale else "payroll_number")
        return await _staff_form(
            request, actor, form.typed, person=person, status=status, errors=errors
        )
    return Redirect(f"/staff/{staff_id}?saved=staff", status_code=303)


async def _staff_form(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    *,
    person: StaffView | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    wrong = {error.field for error in errors}
    return page(
        request,
        "training/staff_form.html",
        typed=typed,
        person=person,
        organisations=await _organisation_options(actor.scope, typed),
        sectors=options(choices(Sector), typed.get("sector", ""), blank="Select a sector"),
        staff_groups=options(
            choices(StaffGroup), typed.get("staff_group", ""), blank="Select a staff group"
        ),
        days={
            field: day_items(typed, field, wrong=field in wrong)
            for field in ("started_on", "ended_on")
        },
        errors=errors,
        status=status,
    )


async def _organisation_options(scope: Scope, typed: dict[str, str]) -> list[dict[str, Any]]:
    managed = [
        (str(seen.id), seen.name)
        for seen in await organisations(scope=scope)
        if scope.covers(Permission.MANAGE_STAFF, side=None, organisation_id=seen.id)
    ]
    chosen = typed.get("organisation_id") or (managed[0][0] if len(managed) == 1 else "")
    return options(managed, chosen, blank="Select an organisation")


def _details(form: Form) -> StaffDetails:
    return StaffDetails(
        payroll_number=form.text("payroll_number", "a payroll number", longest=32),
        name=form.text("name", "a name"),
        team=form.text("team", "a team", longest=80, optional=True),
        sector=form.choice("sector", "a sector", Sector),
        staff_group=form.choice("staff_group", "a staff group", StaffGroup),
        role=form.text("role", "a role", longest=80, optional=True),
        is_people_manager=form.typed.get("is_people_manager") == "yes",
        started_on=form.day("started_on", "the first day"),
        ended_on=form.optional_day("ended_on", "the last day"),
    )


def _typed(person: StaffView) -> dict[str, str]:
    """Answer what a person's form holds before anything is typed."""
    post, position = person.post, person.post.position
    return {
        "payroll_number": person.payroll_number,
        "name": person.name,
        "team": position.team,
        "role": position.role,
        "sector": position.sector,
        "staff_group": position.staff_group,
        "is_people_manager": "yes" if position.is_people_manager else "",
        "version": str(person.version),
        **_day_parts("started_on", post.started_on),
        **_day_parts("ended_on", post.ended_on),
    }


def _day_parts(field: str, day: date | None) -> dict[str, str]:
    if day is None:
        return {}
    return {
        f"{field}-day": str(day.day),
        f"{field}-month": str(day.month),
        f"{field}-year": str(day.year),
    }


@get("/staff/{staff_id:uuid}", guards=_SEES_STAFF, include_in_schema=False)
async def person_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one person: what they must hold and by when, and what they hold."""
    return await _person(request, staff_id, actor, {})


@post("/staff/{staff_id:uuid}/records", guards=_RECORDS_TRAINING, include_in_schema=False)
async def add_record(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record that the person completed a course."""
    form = Form(await request.form())
    try:
        new = NewRecord(
            staff_id=staff_id,
            course_id=form.id("course_id", "a course"),
            completed_on=form.day("completed_on", "the day it was completed"),
            hours=optional_hours(form, "hours"),
            evidence=form.choice("evidence", "what shows it", Evidence),
            verified=form.typed.get("verified") == "yes",
        )
        form.check()
        await records.add_record(new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="completed_on")
        return await _person(request, staff_id, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/staff/{staff_id}?saved=record", status_code=303)


async def _person(
    request: AnyRequest,
    staff_id: UUID,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    scope = actor.scope
    person = await people.staff_member(staff_id, scope=scope)
    await staff.viewed(person, by=actor)
    held = await record_reads.records(
        scope=scope, cursor=Cursor(limit=MAX_LIMIT), staff_id=staff_id
    )
    courses = [(str(course.id), course.name) for course in await every_course(scope=scope)]
    here = person.organisation_id
    return page(
        request,
        "training/person.html",
        row=_row(person),
        items=[
            {"item": item, "tag": status_tag(item.standing.status)}
            for item in await people.standings(person, as_of=clock.today(), scope=scope)
        ],
        records=[{"record": view, "evidence": in_words(view.evidence)} for view in held.items],
        typed=typed,
        courses=options(courses, typed.get("course_id", ""), blank="Select a course"),
        evidence=options(choices(Evidence), typed.get("evidence", ""), blank="Select evidence"),
        days=day_items(typed, "completed_on", wrong="completed_on" in {e.field for e in errors}),
        can_change=scope.covers(Permission.MANAGE_STAFF, side=None, organisation_id=here),
        can_record=scope.covers(Permission.RECORD_TRAINING, side=None, organisation_id=here),
        errors=errors,
        status=status,
    )


ROUTES = [
    staff_page, search, new_staff_page, new_staff, edit_staff_page, edit_staff, person_page,
    add_record,
]  # fmt: skip
