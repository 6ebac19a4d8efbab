"""One member of staff: what they must hold and by when, their posts, and what they hold."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, day_items, options, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_fields import optional_hours
from api.pages.training_words import choices, in_words, status_tag
from core import clock
from core.errors import AppError, FieldError
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission
from training.domain.terms import Evidence
from training.queries import people
from training.queries import records as record_reads
from training.queries.catalogue import every_course
from training.queries.people import StaffView
from training.services import records, staff
from training.services.records import NewRecord


@get("/staff/{staff_id:uuid}", guards=[requires(Permission.VIEW_STAFF)], include_in_schema=False)
async def person_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one person: what they must hold and by when, and what they hold."""
    return await _person(request, staff_id, actor, {})


@post("/staff/{staff_id:uuid}/records", guards=[requires(Permission.RECORD_TRAINING)],
      include_in_schema=False)  # fmt: skip
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
        staff=person,
        posts=_posts(person),
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


def _posts(person: StaffView) -> list[dict[str, Any]]:
    """Answer the posts, those held today first, then the latest."""
    today = clock.today()
    rows = [
        {
            "view": view,
            "sector": in_words(view.post.position.sector),
            "staff_group": in_words(view.post.position.staff_group),
            "share": f"{view.post.position.fte.normalize():f}",
            "held": view.post.is_held_on(today),
            "to_come": view.post.started_on > today,
            "changed": any(other.post.follows == view.post.id for other in person.posts),
        }
        for view in reversed(person.posts)
    ]
    return sorted(rows, key=lambda row: not row["held"])


ROUTES = [person_page, add_record]
