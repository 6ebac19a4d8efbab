"""Requirements: which staff must hold which course, by when; and their last day."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import organisations
from api.guards import requires
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.requirement_forms import day_typed
from api.pages.requirement_words import row
from core import clock
from core.errors import AppError, ForbiddenError
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries.catalogue import RequirementView, every_course, requirement, requirements
from training.services.requirements import end_requirement, to_change

_SEES = [requires(Permission.VIEW_STAFF)]
_MANAGES = [requires(Permission.MANAGE_REQUIREMENTS)]


@get("/requirements", guards=_SEES, include_in_schema=False)
async def requirements_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show the requirements that touch the person's organisations."""
    found = await requirements(scope=actor.scope, cursor=cursor)
    names = await _names(actor)
    return page(
        request,
        "training/requirements.html",
        rows=[row(view, names) for view in found.items],
        next=found.next,
        can_add=actor.scope.has(Permission.MANAGE_REQUIREMENTS),
    )


async def _names(actor: Actor) -> Mapping[UUID, str]:
    return {seen.id: seen.name for seen in await organisations(scope=actor.scope)}


@get("/requirements/{requirement_id:uuid}", guards=_SEES, include_in_schema=False)
async def requirement_page(
    request: AnyRequest, requirement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a requirement: whom it asks for what, and by when."""
    return await _one(request, requirement_id, actor, day_typed("effective_to", clock.today()))


@post("/requirements/{requirement_id:uuid}/end", guards=_MANAGES, include_in_schema=False)
async def end(
    request: AnyRequest, requirement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Let a requirement ask nothing after a day."""
    form = Form(await request.form())
    try:
        version, last = form.version(), form.day("effective_to", "its last day")
        form.check()
        await end_requirement(requirement_id, last, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="effective_to")
        return await _one(request, requirement_id, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/requirements/{requirement_id}?saved=requirement", status_code=303)


async def _one(
    request: AnyRequest, requirement_id: UUID, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    view = await requirement(requirement_id, scope=actor.scope)
    known = await every_course(scope=actor.scope)
    met_by = {one.course_id for one in view.rule.courses} - {view.course_id}
    return page(
        request,
        "training/requirement.html",
        view=view,
        row=row(view, await _names(actor)),
        courses=[one for one in known if one.id in met_by],
        can_change=await _may_change(view, actor),
        typed=typed,
        **how,
    )


async def _may_change(view: RequirementView, actor: Actor) -> bool:
    try:
        await to_change(view.id, by=actor)
    except ForbiddenError:
        return False
    return True


ROUTES = [requirements_page, requirement_page, end]
