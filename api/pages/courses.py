"""Courses: the catalogue that all organisations share."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.course_forms import RANKS, course_form, details_of, typed_of
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import in_words
from core import clock
from core.errors import AppError
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.domain.prerequisites import covered_by
from training.queries.catalogue import (
    CourseView,
    course,
    courses,
    every_course,
    every_requirement,
)
from training.services.courses import add_course, change_course

_SEES = [requires(Permission.VIEW_STAFF)]
_MANAGES = [requires(Permission.MANAGE_COURSES)]


@get("/courses", guards=_SEES, include_in_schema=False)
async def courses_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show the courses."""
    found = await courses(scope=actor.scope, cursor=cursor)
    return page(
        request,
        "training/courses.html",
        rows=[_row(one) for one in found.items],
        next=found.next,
        can_add=actor.scope.has(Permission.MANAGE_COURSES),
    )


def _row(view: CourseView) -> dict[str, Any]:
    retired = view.retired_on
    return {
        "course": view,
        "validity": f"{view.validity_months} months" if view.validity_months else "Does not expire",
        "hours": f"{view.hours.normalize():f}",
        "mode": in_words(view.mode),
        "rank": dict(RANKS)[str(view.rank)],
        "retired": ""
        if retired is None
        else ("Retired since" if retired <= clock.today() else "Retires on"),
    }


@get("/courses/{course_id:uuid}", guards=_SEES, include_in_schema=False)
async def course_page(
    request: AnyRequest, course_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a course: who gives it, what it needs and covers, and which requirements it meets."""
    view = await course(course_id, scope=actor.scope)
    known = {one.id: one for one in await every_course(scope=actor.scope)}
    pairs = [(one.id, covered) for one in known.values() for covered in one.covers]
    asking = [
        one for one in await every_requirement(scope=actor.scope)
        if course_id in {covering.course_id for covering in one.rule.courses}
    ]  # fmt: skip
    return page(
        request,
        "training/course.html",
        view=view,
        row=_row(view),
        before=known[view.prerequisite_id] if view.prerequisite_id else None,
        after=[one for one in known.values() if one.prerequisite_id == course_id],
        covers=[known[id] for id in view.covers],
        covered_by=[one for one in known.values() if one.id in covered_by(course_id, pairs)],
        requirements=asking,
        can_change=actor.scope.has(Permission.MANAGE_COURSES),
    )


@get("/courses/new", guards=_MANAGES, include_in_schema=False)
async def new_course_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add a course."""
    return await course_form(request, {"mode": "in_person"}, scope=actor.scope)


@post("/courses/new", guards=_MANAGES, include_in_schema=False)
async def new_course(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a course."""
    form = Form(await request.form())
    try:
        details = details_of(form)
        form.check()
        await add_course(details, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="code")
        return await course_form(
            request, form.typed, scope=actor.scope, status=status, errors=errors
        )
    return Redirect("/courses?saved=course", status_code=303)


@get("/courses/{course_id:uuid}/edit", guards=_MANAGES, include_in_schema=False)
async def edit_course_page(
    request: AnyRequest, course_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to change a course."""
    view = await course(course_id, scope=actor.scope)
    return await course_form(request, typed_of(view), view=view, scope=actor.scope)


@post("/courses/{course_id:uuid}/edit", guards=_MANAGES, include_in_schema=False)
async def edit_course(
    request: AnyRequest, course_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Change a course."""
    form = Form(await request.form())
    view = await course(course_id, scope=actor.scope)
    try:
        details, version = details_of(form, view), form.version()
        form.check()
        await change_course(course_id, details, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await course_form(
            request, form.typed, view=view, scope=actor.scope, status=status, errors=errors
        )
    return Redirect(f"/courses/{course_id}?saved=course", status_code=303)


ROUTES = [
    courses_page, course_page, new_course_page, new_course, edit_course_page, edit_course,
]  # fmt: skip
