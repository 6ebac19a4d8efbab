"""The sessions that are planned for one person, as a page."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form
from api.pages.place_forms import Answered, place_form, place_of
from api.pages.rendering import AnyRequest, Page
from core.errors import AppError
from core.scope import Actor, Permission
from programmes.services.individual_plans import (
    LONGEST_PLAN,
    MOST_SESSIONS,
    IndividualPlan,
    save_plan,
)

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]


@get("/enrolments/{enrolment_id:uuid}/plan", guards=_MANAGE, include_in_schema=False)
async def plan_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form for somebody's plan."""
    return await _form(request, actor, enrolment_id, Answered())


@post("/enrolments/{enrolment_id:uuid}/plan", guards=_MANAGE, include_in_schema=False)
async def plan(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Write down somebody's plan."""
    form = Form(await request.form())
    try:
        new = IndividualPlan(
            form.optional_whole(
                "planned_sessions", "the number of sessions", lowest=1, highest=MOST_SESSIONS
            ),
            form.text("plan", "what they are for", longest=LONGEST_PLAN, optional=True),
        )
        version = form.version()
        form.check()
        await save_plan(enrolment_id, new, version=version, by=actor)
    except AppError as error:
        return await _form(request, actor, enrolment_id, Answered(form.typed, error))
    return Redirect(f"/enrolments/{enrolment_id}?saved=recorded", status_code=303)


async def _form(request: AnyRequest, actor: Actor, enrolment_id: UUID, answered: Answered) -> Page:
    found = await place_of(enrolment_id, actor)
    planned = found.member.planned_sessions
    begin = {
        "planned_sessions": "" if planned is None else str(planned), "plan": found.member.plan,
    }  # fmt: skip
    return place_form(request, "plan", found, answered, at="planned_sessions", begin=begin)


ROUTES = [plan_page, plan]
