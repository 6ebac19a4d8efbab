"""Adds a requirement and changes one: what it does is shown before it is saved."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.requirement_forms import (
    day_typed,
    details_of,
    requirement_form,
    ticked_in,
    ticked_of,
    typed_of,
)
from api.pages.training_words import rag_tag, rate_words
from core import clock
from core.errors import AppError
from core.scope import Actor, Permission
from training.domain.compliance import Figures, Targets
from training.domain.rule_faults import RequirementDetails
from training.queries.catalogue import RequirementView, requirement
from training.queries.compliance import Compliance
from training.queries.previews import Preview, preview
from training.services import requirements

_MANAGES = [requires(Permission.MANAGE_REQUIREMENTS)]
_NOT_KEPT = ("_csrf_token", "step")


@get("/requirements/new", guards=_MANAGES, include_in_schema=False)
async def new_requirement_page(
    request: AnyRequest, actor: NamedDependency[Actor], like: FromQuery[UUID | None] = None
) -> Page:
    """Show the form to add a requirement, filled in like another one if that is wanted."""
    today = day_typed("effective_from", clock.today())
    if like is None:
        return await requirement_form(request, actor, today, {})
    view = await requirement(like, scope=actor.scope)
    day = clock.today()
    name = f"{view.name} from {day:%B %Y}"
    typed = {**typed_of(view), **today, "name": name}
    return await requirement_form(request, actor, typed, ticked_of(view.rule.filter))


@post("/requirements/new", guards=_MANAGES, include_in_schema=False)
async def new_requirement(
    request: AnyRequest, actor: NamedDependency[Actor], targets: NamedDependency[Targets]
) -> Page:
    """Add a requirement; or show what it would do first."""
    return await _step(request, actor, targets, None)


@get("/requirements/{requirement_id:uuid}/edit", guards=_MANAGES, include_in_schema=False)
async def edit_requirement_page(
    request: AnyRequest, requirement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to change a requirement."""
    view = await requirements.to_change(requirement_id, by=actor)
    ticked = ticked_of(view.rule.filter)
    return await requirement_form(request, actor, typed_of(view), ticked, view=view)


@post("/requirements/{requirement_id:uuid}/edit", guards=_MANAGES, include_in_schema=False)
async def edit_requirement(
    request: AnyRequest,
    requirement_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
) -> Page:
    """Change a requirement; or show what that would do first."""
    view = await requirements.to_change(requirement_id, by=actor)
    return await _step(request, actor, targets, view)


async def _step(
    request: AnyRequest, actor: Actor, targets: Targets, view: RequirementView | None
) -> Page:
    form = Form(await request.form())
    step = form.typed.get("step", "save")
    if step == "edit":
        return await requirement_form(request, actor, form.typed, ticked_in(form), view=view)
    try:
        details = details_of(form)
        version = form.version() if view else 0
        form.check()
        if step == "check":
            details = await requirements.checked(details, by=actor)
            found = await preview(details, replaces=view, scope=actor.scope)
            return _checked(request, form, found, view, targets)
        place = await _saved(details, view, version, actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await requirement_form(
            request, actor, form.typed, ticked_in(form), view=view, status=status, errors=errors
        )
    return Redirect(f"{place}?saved=requirement", status_code=303)


async def _saved(
    details: RequirementDetails, view: RequirementView | None, version: int, actor: Actor
) -> str:
    if view is None:
        await requirements.add_requirement(details, by=actor)
        return "/requirements"
    await requirements.change_requirement(view.id, details, version=version, by=actor)
    return f"/requirements/{view.id}"


def _checked(
    request: AnyRequest,
    form: Form,
    found: Preview,
    view: RequirementView | None,
    targets: Targets,
) -> Page:
    days = [found.begins] + [found.due] * (found.due.as_of != found.begins.as_of)
    return page(
        request,
        "training/requirement_check.html",
        name=form.typed["name"],
        view=view,
        kept=[pair for pair in form.entries() if pair[0] not in _NOT_KEPT],
        days=[_day(one, targets) for one in days],
        today=clock.today(),
        before=found.before and _figures(found.before, targets),
        all_before=_figures(found.all_before, targets),
        all_after=_figures(found.all_after, targets),
    )


def _day(found: Compliance, targets: Targets) -> dict[str, Any]:
    return {
        "day": found.as_of,
        "total": _figures(found.total, targets),
        "lines": [
            {"organisation": group.organisation.name, **_figures(figures, targets)}
            for group, figures in found.rows
            if group.organisation
        ],
    }


def _figures(figures: Figures, targets: Targets) -> dict[str, Any]:
    return {
        "counts": figures,
        "required": figures.required,
        "overdue": figures.overdue_never + figures.expired,
        "headline": rate_words(figures.valid, figures.counted),
        "strict": rate_words(figures.valid, figures.in_scope),
        "rag": rag_tag(targets.rag(figures.headline)),
    }


ROUTES = [
    new_requirement_page, new_requirement, edit_requirement_page, edit_requirement,
]  # fmt: skip
