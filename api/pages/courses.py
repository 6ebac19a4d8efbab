"""Courses: the catalogue that all organisations share."""

from collections.abc import Sequence
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_fields import hours
from core.errors import AppError, FieldError
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries.catalogue import CourseView, courses
from training.services import catalogue
from training.services.catalogue import NewCourse

_RANKS = (
    ("1", "1: no casework; respond to a disclosure"),
    ("2", "2: know how to ask"),
    ("3", "3: initial response and risk"),
    ("4", "4: specialist"),
)
_LONGEST_VALIDITY_MONTHS = 240


@get("/courses", guards=[requires(Permission.VIEW_STAFF)], include_in_schema=False)
async def courses_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show the courses."""
    found = await courses(scope=actor.scope, cursor=cursor)
    return page(
        request,
        "training/courses.html",
        rows=[_row(course) for course in found.items],
        next=found.next,
        can_add=actor.scope.has(Permission.MANAGE_COURSES),
    )


def _row(course: CourseView) -> dict[str, Any]:
    validity = f"{course.validity_months} months" if course.validity_months else "Does not expire"
    return {"course": course, "validity": validity, "hours": f"{course.hours.normalize():f}"}


@get("/courses/new", guards=[requires(Permission.MANAGE_COURSES)], include_in_schema=False)
async def new_course_page(request: AnyRequest) -> Page:
    """Show the form to add a course."""
    return _form(request, {})


@post("/courses/new", guards=[requires(Permission.MANAGE_COURSES)], include_in_schema=False)
async def new_course(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a course."""
    form = Form(await request.form())
    try:
        new = NewCourse(
            code=form.text("code", "a code", longest=24),
            name=form.text("name", "a name"),
            rank=form.whole("rank", "a level", lowest=1, highest=len(_RANKS)),
            validity_months=form.optional_whole(
                "validity_months", "months", lowest=1, highest=_LONGEST_VALIDITY_MONTHS
            ),
            hours=hours(form, "hours"),
        )
        form.check()
        await catalogue.add_course(new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="code")
        return _form(request, form.typed, status=status, errors=errors)
    return Redirect("/courses?saved=course", status_code=303)


def _form(
    request: AnyRequest,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    ranks = options(_RANKS, typed.get("rank", ""), blank="Select a level")
    return page(
        request, "training/course_form.html", typed=typed, ranks=ranks, errors=errors,
        status=status,
    )  # fmt: skip


ROUTES = [courses_page, new_course_page, new_course]
