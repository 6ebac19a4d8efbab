"""Exemptions: exempting somebody for a while, and ending it earlier."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.errors import AppError, FieldError
from core.scope import Actor, Permission
from training.queries import people
from training.queries.catalogue import every_requirement
from training.queries.exemptions import exemption
from training.services import exemptions, staff
from training.services.exemptions import USUAL_MONTHS, NewExemption, last_day

_GUARDS = [requires(Permission.MANAGE_STAFF)]
_EVERY = "every"


@get("/staff/{staff_id:uuid}/exemptions", guards=_GUARDS, include_in_schema=False)
async def new_exemption_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to exempt somebody, from today and for six months unless changed."""
    today = clock.today()
    typed = {
        **_parts("from_on", today),
        **_parts("to_on", last_day(today, months=USUAL_MONTHS)),
    }
    return await _form(request, staff_id, actor, typed)


@post("/staff/{staff_id:uuid}/exemptions", guards=_GUARDS, include_in_schema=False)
async def add_exemption(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Exempt somebody for a while."""
    form = Form(await request.form())
    try:
        every = form.typed.get("requirement_id") == _EVERY
        new = NewExemption(
            staff_id=staff_id,
            requirement_id=None if every else form.id("requirement_id", "a requirement"),
            from_on=form.day("from_on", "the first day"),
            to_on=form.day("to_on", "the last day"),
            reason=form.text("reason", "a reason", longest=200),
        )
        form.check()
        await exemptions.add_exemption(new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="from_on")
        return await _form(request, staff_id, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/staff/{staff_id}?saved=exemption", status_code=303)


async def _form(
    request: AnyRequest,
    staff_id: UUID,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    person = await people.staff_member(staff_id, scope=actor.scope)
    here = person.organisation_id
    actor.require(Permission.MANAGE_STAFF, organisation_id=here)
    await staff.viewed(person, by=actor)
    asked = [
        (str(view.id), view.name)
        for view in await every_requirement(scope=actor.scope)
        if here in (view.rule.filter.organisation_ids or {here})
    ]
    return page(
        request, "training/exemption_form.html", errors=errors, status=status, typed=typed,
        person=person,
        requirements=options(
            [(_EVERY, "Every requirement"), *asked],
            typed.get("requirement_id", ""),
            blank="Select a requirement",
        ),
    )  # fmt: skip


@get("/exemptions/{exemption_id:uuid}/end", guards=_GUARDS, include_in_schema=False)
async def end_page(
    request: AnyRequest, exemption_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to end an exemption earlier."""
    return await _end_form(request, exemption_id, actor, {})


@post("/exemptions/{exemption_id:uuid}/end", guards=_GUARDS, include_in_schema=False)
async def end(
    request: AnyRequest, exemption_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """End an exemption earlier."""
    view = await exemption(exemption_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        to_on = form.day("to_on", "the last day")
        form.check()
        await exemptions.end_exemption(exemption_id, to_on, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="to_on")
        return await _end_form(
            request, exemption_id, actor, form.typed, status=status, errors=errors
        )
    return Redirect(f"/staff/{view.staff_id}?saved=exemption", status_code=303)


async def _end_form(
    request: AnyRequest,
    exemption_id: UUID,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    view = await exemption(exemption_id, scope=actor.scope)
    actor.require(Permission.MANAGE_STAFF, organisation_id=view.organisation_id)
    person = await people.staff_member(view.staff_id, scope=actor.scope)
    await staff.viewed(person, by=actor)
    return page(
        request, "training/exemption_end.html", errors=errors, status=status, typed=typed,
        person=person, exemption=view,
    )  # fmt: skip


def _parts(field: str, day: date) -> dict[str, str]:
    return {
        f"{field}-day": str(day.day),
        f"{field}-month": str(day.month),
        f"{field}-year": str(day.year),
    }


ROUTES = [new_exemption_page, add_exemption, end_page, end]
