"""Pauses, moves to another group, and what completion needs beside attendance, as pages."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, options
from api.pages.place_forms import Answered, place_form, place_of
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page
from core import clock
from core.errors import AppError
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission
from programmes.queries.cohorts import CohortView, cohorts
from programmes.services import gates, pauses, transfers
from programmes.services.gates import Gates
from programmes.services.pauses import NewPause
from programmes.services.transfers import Transfer

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_OPENED = Answered()


@get("/enrolments/{enrolment_id:uuid}/pause", guards=_MANAGE, include_in_schema=False)
async def pause_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to pause a place."""
    return await _pause_form(request, actor, enrolment_id, _OPENED)


@post("/enrolments/{enrolment_id:uuid}/pause", guards=_MANAGE, include_in_schema=False)
async def pause(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Expect somebody at no session for a while."""
    form = Form(await request.form())
    try:
        new = NewPause(
            form.day("from_on", "the first day of the pause"),
            form.optional_day("to_on", "the last day of the pause"),
            form.text("reason", "why they are away", longest=200),
        )
        form.check()
        await pauses.pause(enrolment_id, new, by=actor)
    except AppError as error:
        return await _pause_form(request, actor, enrolment_id, Answered(form.typed, error))
    return Redirect(f"/enrolments/{enrolment_id}?saved=paused", status_code=303)


async def _pause_form(
    request: AnyRequest, actor: Actor, enrolment_id: UUID, answered: Answered
) -> Page:
    found = await place_of(enrolment_id, actor)
    begin = typed_day("from_on", clock.today())
    return place_form(request, "pause", found, answered, at="from_on", begin=begin)


@get("/enrolments/{enrolment_id:uuid}/resume", guards=_MANAGE, include_in_schema=False)
async def resume_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to end a pause."""
    return await _resume_form(request, actor, enrolment_id, _OPENED)


@post("/enrolments/{enrolment_id:uuid}/resume", guards=_MANAGE, include_in_schema=False)
async def resume(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """End the pause that is on, or the next to come."""
    form = Form(await request.form())
    try:
        on = form.day("on", "the first day on which they are back")
        form.check()
        await pauses.resume(enrolment_id, on=on, by=actor)
    except AppError as error:
        return await _resume_form(request, actor, enrolment_id, Answered(form.typed, error))
    return Redirect(f"/enrolments/{enrolment_id}?saved=resumed", status_code=303)


async def _resume_form(
    request: AnyRequest, actor: Actor, enrolment_id: UUID, answered: Answered
) -> Page:
    found = await place_of(enrolment_id, actor)
    on = found.member.pause
    return place_form(
        request, "resume", found, answered, at="on", begin=typed_day("on", clock.today()),
        pause=case_words.pause(on) if on else "There is no pause, now or to come.",
    )  # fmt: skip


@get("/enrolments/{enrolment_id:uuid}/transfer", guards=_MANAGE, include_in_schema=False)
async def transfer_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the groups to which somebody can move."""
    return await _transfer_form(request, actor, enrolment_id, _OPENED)


@post("/enrolments/{enrolment_id:uuid}/transfer", guards=_MANAGE, include_in_schema=False)
async def transfer(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Move somebody to another group; their units carry over."""
    form = Form(await request.form())
    try:
        wanted = Transfer(
            form.id("cohort_id", "a group"),
            form.version(),
            form.optional_day("joined_on", "the day of joining"),
        )
        form.check()
        made = await transfers.transfer(enrolment_id, wanted, by=actor)
    except AppError as error:
        return await _transfer_form(request, actor, enrolment_id, Answered(form.typed, error))
    return Redirect(f"/enrolments/{made}?saved=transferred", status_code=303)


async def _transfer_form(
    request: AnyRequest, actor: Actor, enrolment_id: UUID, answered: Answered
) -> Page:
    found = await place_of(enrolment_id, actor)
    known = await cohorts(
        scope=actor.scope, cursor=Cursor(limit=MAX_LIMIT), current_on=clock.today()
    )
    here = found.cohort
    groups = [
        (str(one.id), _said(one))
        for one in known.items
        if one.programme_id == here.programme_id and one.id != here.id and one.places_left > 0
    ]
    return place_form(
        request, "transfer", found, answered, at="cohort_id",
        groups=options(groups, answered.typed.get("cohort_id", "")),
    )  # fmt: skip


def _said(group: CohortView) -> str:
    left = f"{group.places_left} place{'s' * (group.places_left != 1)} left"
    days = ", ".join(f"{case_words.WEEKDAYS[slot.weekday]}s at {slot.at}" for slot in group.slots)
    return f"{group.code}: {days}, from {case_words.day(group.starts_on)}, {left}"


@get("/enrolments/{enrolment_id:uuid}/record", guards=_MANAGE, include_in_schema=False)
async def record_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form for the end review and the report."""
    return await _record_form(request, actor, enrolment_id, _OPENED)


@post("/enrolments/{enrolment_id:uuid}/record", guards=_MANAGE, include_in_schema=False)
async def record(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Write down the end review and that the report was sent."""
    form = Form(await request.form())
    try:
        new = Gates(
            form.optional_day("end_review_on", "the day of the end review"),
            form.optional_day("report_sent_on", "the day on which the report was sent"),
            form.text("told_whom", "who received the report", optional=True),
        )
        version = form.version()
        form.check()
        await gates.record(enrolment_id, new, version=version, by=actor)
    except AppError as error:
        return await _record_form(request, actor, enrolment_id, Answered(form.typed, error))
    return Redirect(f"/enrolments/{enrolment_id}?saved=recorded", status_code=303)


async def _record_form(
    request: AnyRequest, actor: Actor, enrolment_id: UUID, answered: Answered
) -> Page:
    found = await place_of(enrolment_id, actor, ended=True)
    begin = {
        **typed_day("end_review_on", found.member.end_review_on),
        **typed_day("report_sent_on", found.member.report_sent_on),
    }
    return place_form(request, "record", found, answered, at="end_review_on", begin=begin)


ROUTES = [
    pause_page, pause, resume_page, resume, transfer_page, transfer, record_page, record,
]  # fmt: skip
