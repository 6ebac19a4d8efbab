"""Posts of one member of staff: another one, a change of role, a correction, the last day."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, refusal
from api.pages.post_fields import post_choices, post_values, typed_post
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError, FieldError, StaleVersionError
from core.scope import Actor, Permission
from training.queries.line_managers import number_of_reports
from training.queries.people import StaffView, staff_member
from training.services import posts, staff
from training.services.careers import PostDetails

_MANAGES_STAFF = [requires(Permission.MANAGE_STAFF)]
_ANOTHER, _CHANGE, _CORRECT = "another", "change", "correct"


@get("/staff/{staff_id:uuid}/posts/new", guards=_MANAGES_STAFF, include_in_schema=False)
async def another_post_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to give somebody another post beside those that they have."""
    person = await _seen(staff_id, actor)
    return _form(request, person, {"version": str(person.version)}, _ANOTHER)


@post("/staff/{staff_id:uuid}/posts/new", guards=_MANAGES_STAFF, include_in_schema=False)
async def another_post(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Give somebody another post."""
    person = await staff_member(staff_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        version, details = await _details(form, person, actor)
        await posts.add_post(staff_id, details, version=version, by=actor)
    except AppError as error:
        return _refused(request, person, form, _ANOTHER, error)
    return Redirect(f"/staff/{staff_id}?saved=post", status_code=303)


@get("/staff/{staff_id:uuid}/posts/{post_id:uuid}/role-change", guards=_MANAGES_STAFF,
     include_in_schema=False)  # fmt: skip
async def role_change_page(
    request: AnyRequest,
    staff_id: FromPath[UUID],
    post_id: FromPath[UUID],
    actor: NamedDependency[Actor],
) -> Page:
    """Show the form to change somebody's role, with what it is now."""
    person = await _seen(staff_id, actor)
    typed = await _typed(person, post_id, actor)
    kept = {key: value for key, value in typed.items() if not key.startswith("ended_on")}
    return _form(request, person, kept, _CHANGE, post_id=post_id)


@post("/staff/{staff_id:uuid}/posts/{post_id:uuid}/role-change", guards=_MANAGES_STAFF,
      include_in_schema=False)  # fmt: skip
async def role_change(
    request: AnyRequest,
    staff_id: FromPath[UUID],
    post_id: FromPath[UUID],
    actor: NamedDependency[Actor],
) -> Page:
    """Change somebody's role from a day."""
    person = await staff_member(staff_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        version, details = await _details(form, person, actor, first_day="on")
        await posts.change_role(staff_id, post_id, details, version=version, by=actor)
    except AppError as error:
        return _refused(request, person, form, _CHANGE, error, post_id=post_id)
    return Redirect(f"/staff/{staff_id}?saved=role", status_code=303)


@get("/staff/{staff_id:uuid}/posts/{post_id:uuid}/edit", guards=_MANAGES_STAFF,
     include_in_schema=False)  # fmt: skip
async def correct_post_page(
    request: AnyRequest,
    staff_id: FromPath[UUID],
    post_id: FromPath[UUID],
    actor: NamedDependency[Actor],
) -> Page:
    """Show the form to correct or end a post."""
    person = await _seen(staff_id, actor)
    typed = await _typed(person, post_id, actor)
    return _form(request, person, typed, _CORRECT, post_id=post_id)


@post("/staff/{staff_id:uuid}/posts/{post_id:uuid}/edit", guards=_MANAGES_STAFF,
      include_in_schema=False)  # fmt: skip
async def correct_post(
    request: AnyRequest,
    staff_id: FromPath[UUID],
    post_id: FromPath[UUID],
    actor: NamedDependency[Actor],
) -> Page:
    """Correct a post, or write down its last day."""
    person = await staff_member(staff_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        version, details = await _details(form, person, actor)
        await posts.correct_post(staff_id, post_id, details, version=version, by=actor)
    except AppError as error:
        return _refused(request, person, form, _CORRECT, error, post_id=post_id)
    return Redirect(f"/staff/{staff_id}?saved=post", status_code=303)


@get("/staff/{staff_id:uuid}/leave", guards=_MANAGES_STAFF, include_in_schema=False)
async def leave_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form for somebody's last day."""
    person = await _seen(staff_id, actor)
    return await _leave_form(request, person, {"version": str(person.version)}, actor)


@post("/staff/{staff_id:uuid}/leave", guards=_MANAGES_STAFF, include_in_schema=False)
async def leave(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Write down somebody's last day in all their posts."""
    person = await staff_member(staff_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        version = form.version()
        ended_on = form.day("ended_on", "their last day")
        form.check()
        await posts.leave(staff_id, ended_on, version=version, by=actor)
    except AppError as error:
        stale = isinstance(error, StaleVersionError)
        status, errors = refusal(error, field="version" if stale else "ended_on")
        return await _leave_form(request, person, form.typed, actor, status=status, errors=errors)
    return Redirect(f"/staff/{staff_id}?saved=left", status_code=303)


async def _seen(staff_id: UUID, actor: Actor) -> StaffView:
    person = await staff_member(staff_id, scope=actor.scope)
    await staff.viewed(person, by=actor)
    return person


async def _typed(person: StaffView, post_id: UUID, actor: Actor) -> dict[str, str]:
    typed = await typed_post(posts.details_of(person, post_id), scope=actor.scope)
    return {**typed, "version": str(person.version)}


async def _details(
    form: Form, person: StaffView, actor: Actor, *, first_day: str = "started_on"
) -> tuple[int, PostDetails]:
    version = form.version()
    values = await post_values(form, person.organisation_id, scope=actor.scope, first_day=first_day)
    form.check()
    return version, PostDetails(**values)


def _refused(
    request: AnyRequest,
    person: StaffView,
    form: Form,
    way: str,
    error: AppError,
    *,
    post_id: UUID | None = None,
) -> Page:
    stale = isinstance(error, StaleVersionError)
    status, errors = refusal(error, field="version" if stale else "team")
    return _form(request, person, form.typed, way, post_id=post_id, status=status, errors=errors)


def _form(
    request: AnyRequest,
    person: StaffView,
    typed: dict[str, str],
    way: str,
    *,
    post_id: UUID | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    return page(
        request, "training/post_form.html", person=person, typed=typed, way=way, post_id=post_id,
        errors=errors, status=status, **post_choices(typed),
    )  # fmt: skip


async def _leave_form(
    request: AnyRequest, person: StaffView, typed: dict[str, str], actor: Actor, **how: Any
) -> Page:
    reports = await number_of_reports(person.id, scope=actor.scope)
    return page(request, "training/leave.html", person=person, typed=typed, reports=reports, **how)


ROUTES = [
    another_post_page, another_post, role_change_page, role_change, correct_post_page, correct_post,
    leave_page, leave,
]  # fmt: skip
