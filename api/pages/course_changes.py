"""What a course covers, and from when it is retired, with what that does to compliance."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import rate_words
from core.errors import AppError
from core.scope import Actor, Permission
from training.domain.rule_faults import EARLIEST, LATEST
from training.queries.catalogue import CourseView, course, every_course
from training.queries.previews import retiring
from training.services.courses import CourseDetails, change_course, set_covers
from training.services.fields import day_fault, refuse

_MANAGES = [requires(Permission.MANAGE_COURSES)]


@get("/courses/{course_id:uuid}/covers", guards=_MANAGES, include_in_schema=False)
async def covers_page(
    request: AnyRequest, course_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what a course covers, to change it."""
    view = await course(course_id, scope=actor.scope)
    ticked = {str(id) for id in view.covers}
    return await _covers_form(request, view, ticked, actor, version=view.version)


@post("/courses/{course_id:uuid}/covers", guards=_MANAGES, include_in_schema=False)
async def save_covers(
    request: AnyRequest, course_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Save what a course covers."""
    form = Form(await request.form())
    view = await course(course_id, scope=actor.scope)
    try:
        version, covers = form.version(), _ids(form, "covers")
        form.check()
        await set_covers(course_id, covers, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="covers")
        return await _covers_form(
            request, view, set(form.many("covers")), actor,
            version=form.typed.get("version", ""), status=status, errors=errors,
        )  # fmt: skip
    return Redirect(f"/courses/{course_id}?saved=course", status_code=303)


def _ids(form: Form, field: str) -> list[UUID]:
    try:
        return [UUID(text) for text in form.many(field)]
    except ValueError:
        form.fail(field, "Choose courses from the list")
        return []


async def _covers_form(
    request: AnyRequest, view: CourseView, ticked: set[str], actor: Actor, **how: Any
) -> Page:
    items = [
        {"value": str(one.id), "text": one.name, "checked": str(one.id) in ticked}
        for one in await every_course(scope=actor.scope)
        if one.id != view.id
    ]
    return page(request, "training/course_covers.html", view=view, items=items, **how)


@get("/courses/{course_id:uuid}/retire", guards=_MANAGES, include_in_schema=False)
async def retire_page(
    request: AnyRequest, course_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask from which day a course counts no longer."""
    view = await course(course_id, scope=actor.scope)
    on = view.retired_on
    typed = {"version": str(view.version)}
    if on:
        typed |= {f"retired_on-{part}": str(getattr(on, part)) for part in ("day", "month", "year")}
    return page(request, "training/course_retire.html", view=view, typed=typed, effect=None)


@post("/courses/{course_id:uuid}/retire", guards=_MANAGES, include_in_schema=False)
async def retire(
    request: AnyRequest, course_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Say what retiring a course from a day would do; retire it, or offer it again, at last."""
    form = Form(await request.form())
    view = await course(course_id, scope=actor.scope)
    effect = None
    try:
        version, on = form.version(), form.optional_day("retired_on", "the day")
        form.check()
        if on is not None and form.typed.get("step") == "check":
            refuse([day_fault("retired_on", on, earliest=EARLIEST, latest=LATEST)])
            effect = await _effect(course_id, on, actor)
        else:
            details = replace(CourseDetails.of(view), retired_on=on)
            await change_course(course_id, details, version=version, by=actor)
            return Redirect(f"/courses/{course_id}?saved=course", status_code=303)
    except AppError as error:
        status, errors = refusal(error, field="retired_on")
        return page(
            request, "training/course_retire.html", view=view, typed=form.typed, effect=None,
            status=status, errors=errors,
        )  # fmt: skip
    return page(request, "training/course_retire.html", view=view, typed=form.typed, effect=effect)


async def _effect(course_id: UUID, on: date, actor: Actor) -> dict[str, Any]:
    found = await retiring(course_id, on, scope=actor.scope)
    lines = [
        {
            "requirement": one.requirement,
            "lose": one.lose,
            "before": rate_words(one.before.valid, one.before.counted),
            "after": rate_words(one.after.valid, one.after.counted),
        }
        for one in found
    ]
    return {"on": on, "lines": lines, "lose": sum(one.lose for one in found)}


ROUTES = [covers_page, save_covers, retire_page, retire]
