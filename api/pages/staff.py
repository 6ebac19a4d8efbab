"""Staff: the list, the forms to add somebody and to correct who they are, and their account."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import organisations
from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.post_fields import day_parts, post_choices, post_values
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import in_words
from core import clock
from core.errors import AppError, FieldError, StaleVersionError
from core.pagination import Cursor
from core.scope import Actor, Permission, Scope
from training.queries import people
from training.queries.leavers import number_open
from training.queries.people import StaffView, Wanted
from training.services import staff
from training.services.accounts import link_account
from training.services.staff import StaffDetails

_SEES_STAFF = [requires(Permission.VIEW_STAFF)]
_MANAGES_STAFF = [requires(Permission.MANAGE_STAFF)]


@get("/staff", guards=_SEES_STAFF, include_in_schema=False)
async def staff_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show who is in post today, by name."""
    return await _list(request, actor, day_parts("in_post_on", clock.today()))


@post("/staff", guards=_SEES_STAFF, status_code=200, include_in_schema=False)
async def search(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the staff that were asked for.

    A form that is sent, because a name has no place in an address.
    """
    form = Form(await request.form())
    return await _list(request, actor, form.typed, form=form)


async def _list(
    request: AnyRequest, actor: Actor, typed: dict[str, str], *, form: Form | None = None
) -> Page:
    """Show a list; where what was asked cannot be answered, everybody in post today."""
    wanted, cursor, status = Wanted(in_post_on=clock.today()), Cursor(), 200
    errors: Sequence[FieldError] = ()
    try:
        if form:
            wanted, cursor = _wanted(form), Cursor(after=form.typed.get("after") or None)
        found = await people.staff(scope=actor.scope, cursor=cursor, wanted=wanted)
    except AppError as error:
        status, errors = refusal(error, field="q")
        wanted = Wanted(in_post_on=clock.today())
        found = await people.staff(scope=actor.scope, cursor=Cursor(), wanted=wanted)
    manages = actor.scope.has(Permission.MANAGE_STAFF)
    return page(
        request,
        "training/staff.html",
        rows=[_row(view, wanted.in_post_on or clock.today()) for view in found.items],
        next=found.next,
        typed={field: value for field, value in typed.items() if field != "after"},
        asked=wanted != Wanted(in_post_on=clock.today()),
        day=wanted.in_post_on,
        organisations=await _organisations(actor.scope, typed),
        can_add=manages,
        leavers=await number_open(scope=actor.scope) if manages else 0,
        errors=errors,
        status=status,
    )


def _wanted(form: Form) -> Wanted:
    day = form.optional_day("in_post_on", "the day")
    chosen = form.typed.get("organisation_id", "")
    wanted = Wanted(
        search=form.typed.get("q", ""),
        organisation_id=form.id("organisation_id", "an organisation") if chosen else None,
        team=form.typed.get("team", ""),
        in_post_on=None if form.typed.get("everybody") == "yes" else day or clock.today(),
    )
    form.check()
    return wanted


async def _organisations(scope: Scope, typed: dict[str, str]) -> list[dict[str, Any]]:
    """Answer the organisations to choose from; none where there is only one."""
    seen = [(str(seen.id), seen.name) for seen in await organisations(scope=scope)]
    if len(seen) <= 1:
        return []
    return options(seen, typed.get("organisation_id", ""), blank="All organisations")


def _row(view: StaffView, day: date) -> dict[str, Any]:
    return {
        "staff": view,
        "sector": in_words(view.post.position.sector),
        "staff_group": in_words(view.post.position.staff_group),
        "more": sum(held.post.is_held_on(day) for held in view.posts) > 1,
    }


@get("/staff/new", guards=_MANAGES_STAFF, include_in_schema=False)
async def new_staff_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add a member of staff."""
    return await _new_form(request, actor, {"fte": "1"})


@post("/staff/new", guards=_MANAGES_STAFF, include_in_schema=False)
async def new_staff(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a member of staff."""
    form = Form(await request.form())
    try:
        organisation_id = form.id("organisation_id", "an organisation")
        details = StaffDetails(
            **_person(form), **await post_values(form, organisation_id, scope=actor.scope)
        )
        form.check()
        staff_id = await staff.add(details, organisation_id=organisation_id, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="payroll_number")
        return await _new_form(request, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/staff/{staff_id}?saved=staff", status_code=303)


async def _new_form(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    managed = [
        (str(seen.id), seen.name)
        for seen in await organisations(scope=actor.scope)
        if actor.scope.covers(Permission.MANAGE_STAFF, side=None, organisation_id=seen.id)
    ]
    chosen = typed.get("organisation_id") or (managed[0][0] if len(managed) == 1 else "")
    choices: dict[str, Any] = post_choices(typed)
    return page(
        request, "training/staff_form.html", typed=typed, person=None,
        organisations=options(managed, chosen, blank="Select an organisation"),
        errors=errors, status=status, **choices,
    )  # fmt: skip


@get("/staff/{staff_id:uuid}/edit", guards=_MANAGES_STAFF, include_in_schema=False)
async def edit_staff_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to correct who somebody is."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    await staff.viewed(person, by=actor)
    typed = {
        "payroll_number": person.payroll_number,
        "name": person.name,
        "email": person.email,
        "version": str(person.version),
    }
    return page(request, "training/staff_form.html", typed=typed, person=person)


@post("/staff/{staff_id:uuid}/edit", guards=_MANAGES_STAFF, include_in_schema=False)
async def edit_staff(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Correct who somebody is; their posts stay."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        version = form.version()
        details = replace(StaffDetails.of(person), **_person(form))
        form.check()
        await staff.update(staff_id, details, version=version, by=actor)
    except AppError as error:
        stale = isinstance(error, StaleVersionError)
        status, errors = refusal(error, field="version" if stale else "payroll_number")
        return page(
            request, "training/staff_form.html", typed=form.typed, person=person, errors=errors,
            status=status,
        )  # fmt: skip
    return Redirect(f"/staff/{staff_id}?saved=staff", status_code=303)


def _person(form: Form) -> dict[str, Any]:
    return {
        "payroll_number": form.text("payroll_number", "a payroll number", longest=32),
        "name": form.text("name", "a name"),
        "email": form.text("email", "an e-mail address", longest=254, optional=True),
    }


@get("/staff/{staff_id:uuid}/account", guards=_MANAGES_STAFF, include_in_schema=False)
async def account_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show whether an account is linked, and the form to link one."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    await staff.viewed(person, by=actor)
    typed = {"version": str(person.version), "email": person.email}
    return page(request, "training/account.html", person=person, typed=typed)


@post("/staff/{staff_id:uuid}/account", guards=_MANAGES_STAFF, include_in_schema=False)
async def link(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Link an account, or end the link."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        version = form.version()
        ends = form.typed.get("ends") == "yes"
        email = None if ends else form.text("email", "the e-mail of their account", longest=254)
        form.check()
        await link_account(staff_id, email, version=version, by=actor)
    except AppError as error:
        stale = isinstance(error, StaleVersionError)
        status, errors = refusal(error, field="version" if stale else "email")
        return page(
            request, "training/account.html", person=person, typed=form.typed, errors=errors,
            status=status,
        )  # fmt: skip
    return Redirect(f"/staff/{staff_id}?saved=account", status_code=303)


ROUTES = [
    staff_page, search, new_staff_page, new_staff, edit_staff_page, edit_staff, account_page, link,
]  # fmt: skip
