"""Completing a programme, leaving it, and taking either back, as pages."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.guards import requires
from api.pages.case_words import EXIT_GROUPS, day
from api.pages.forms import Form
from api.pages.place_forms import Answered, place_form, place_of
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, words
from core import clock
from core.errors import AppError
from core.scope import Actor, Permission, Side
from programmes.domain.exits import reasons_for
from programmes.domain.terms import ExitReason
from programmes.services import endings, revoking
from programmes.services.endings import Ending

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_OPENED = Answered()


@get("/enrolments/{enrolment_id:uuid}/complete", guards=_MANAGE, include_in_schema=False)
async def complete_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to record that somebody has completed."""
    return await _complete_form(request, actor, enrolment_id, _OPENED)


@post("/enrolments/{enrolment_id:uuid}/complete", guards=_MANAGE, include_in_schema=False)
async def complete(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record that somebody has completed."""
    form = Form(await request.form())
    try:
        ending = Ending(
            form.day("on", "the day of completion"),
            form.version(),
            form.optional_day("end_review_on", "the day of the end review"),
            form.optional_day("report_sent_on", "the day on which the report was sent"),
            partial=form.typed.get("partial") == "yes",
        )
        form.check()
        await endings.complete(enrolment_id, ending, by=actor)
    except AppError as error:
        return await _complete_form(request, actor, enrolment_id, Answered(form.typed, error))
    return Redirect(f"/enrolments/{enrolment_id}?saved=completion", status_code=303)


async def _complete_form(
    request: AnyRequest, actor: Actor, enrolment_id: UUID, answered: Answered
) -> Page:
    found = await place_of(enrolment_id, actor)
    member = found.member
    begin = {
        **typed_day("on", clock.today()),
        **typed_day("end_review_on", member.end_review_on),
        **typed_day("report_sent_on", member.report_sent_on),
    }
    return place_form(
        request, "complete", found, answered, at="on", begin=begin,
        missing=member.progress.missing,
    )  # fmt: skip


@get("/enrolments/{enrolment_id:uuid}/exit", guards=_MANAGE, include_in_schema=False)
async def exit_page(
    request: AnyRequest,
    enrolment_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    reason: FromQuery[str] = "",
) -> Page:
    """Show the form to record that somebody has left, with ``reason`` chosen already."""
    return await _exit_form(request, actor, enrolment_id, _OPENED, chosen=reason)


@post("/enrolments/{enrolment_id:uuid}/exit", guards=_MANAGE, include_in_schema=False)
async def leave(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record that somebody has left before completing."""
    form = Form(await request.form())
    try:
        reason = form.choice("reason", "why they left", ExitReason)
        ending = Ending(form.day("on", "the day on which they left"), form.version())
        form.check()
        keep_open = form.typed.get("keep_open") == "yes"
        await endings.leave(enrolment_id, ending, reason, keep_open=keep_open, by=actor)
    except AppError as error:
        return await _exit_form(request, actor, enrolment_id, Answered(form.typed, error))
    return Redirect(f"/enrolments/{enrolment_id}?saved=exit", status_code=303)


async def _exit_form(
    request: AnyRequest, actor: Actor, enrolment_id: UUID, answered: Answered, *, chosen: str = ""
) -> Page:
    found = await place_of(enrolment_id, actor)
    chosen = answered.typed.get("reason", chosen)
    return place_form(
        request, "exit", found, answered, at="on", begin=typed_day("on", clock.today()),
        reasons=_reasons(found.cohort.side, chosen), on_referral=bool(found.member.referral_id),
    )  # fmt: skip


def _reasons(side: Side, chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "label": EXIT_GROUPS[group],
            "items": [(reason.value, words(reason), reason == chosen) for reason in reasons],
        }
        for group, reasons in reasons_for(side).items()
    ]


@get("/enrolments/{enrolment_id:uuid}/revoke", guards=_MANAGE, include_in_schema=False)
async def revoke_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to take an ending back."""
    return await _revoke_form(request, actor, enrolment_id, _OPENED)


@post("/enrolments/{enrolment_id:uuid}/revoke", guards=_MANAGE, include_in_schema=False)
async def revoke(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Take a wrong completion or exit back."""
    form = Form(await request.form())
    try:
        reason, version = form.text("reason", "why it is wrong", longest=200), form.version()
        form.check()
        await revoking.revoke(enrolment_id, reason=reason, version=version, by=actor)
    except AppError as error:
        return await _revoke_form(request, actor, enrolment_id, Answered(form.typed, error))
    return Redirect(f"/enrolments/{enrolment_id}?saved=reopened", status_code=303)


async def _revoke_form(
    request: AnyRequest, actor: Actor, enrolment_id: UUID, answered: Answered
) -> Page:
    found = await place_of(enrolment_id, actor, ended=True)
    ended_on = found.member.ended_on
    return place_form(
        request, "revoke", found, answered, at="reason",
        said=words(found.member.status), ended_on=day(ended_on) if ended_on else "",
    )  # fmt: skip


ROUTES = [complete_page, complete, exit_page, leave, revoke_page, revoke]
