"""One's own training records: what one completed, and a form to declare another."""

from collections.abc import Sequence

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.certificates import MOST_BODY_BYTES, optional_file
from api.guards import signed_in
from api.pages.forms import Form, options, refusal
from api.pages.record_words import record_lines
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_fields import optional_hours
from core import clock
from core.errors import AppError, FieldError, NotFoundError
from core.pagination import MAX_LIMIT, Cursor
from core.scope import SYSTEM, Actor
from training.queries.catalogue import every_course
from training.queries.certificates import certificates_of
from training.queries.own import own_staff_id
from training.queries.records import own_records
from training.services import records as record_service


@get("/my-training/records", guards=[signed_in], include_in_schema=False)
async def own_records_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show one's own training records, and the form to declare another."""
    return await _page(request, actor, {})


@post("/my-training/records", guards=[signed_in], include_in_schema=False,
      request_max_body_size=MOST_BODY_BYTES)  # fmt: skip
async def declare(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Declare that one completed a course."""
    values = await request.form()
    form = Form(values)
    try:
        course_id = form.id("course_id", "a course")
        completed_on = form.day("completed_on", "the day on which you completed it")
        hours = optional_hours(form, "hours")
        form.check()
        await record_service.declare(
            course_id, completed_on, hours, file=await optional_file(values), by=actor
        )
    except AppError as error:
        status, errors = refusal(error, field="completed_on")
        return await _page(request, actor, form.typed, status=status, errors=errors)
    return Redirect("/my-training/records?saved=declared", status_code=303)


async def _page(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    if await own_staff_id(scope=actor.scope) is None:
        raise NotFoundError
    found = await own_records(scope=actor.scope, cursor=Cursor(limit=MAX_LIMIT))
    files = await certificates_of([view.id for view in found.items], scope=actor.scope)
    today = clock.today()
    courses = [
        (str(course.id), course.name)
        for course in await every_course(scope=SYSTEM.scope)
        if course.retired_on is None or course.retired_on > today
    ]
    return page(
        request, "training/own_records.html", errors=errors, status=status, typed=typed,
        lines=record_lines(found.items, files),
        courses=options(courses, typed.get("course_id", ""), blank="Select a course"),
    )  # fmt: skip


ROUTES = [own_records_page, declare]
