"""Who joins a group: the people who wait for a place, the longest wait first."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, day_items, refusal
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.scope import Actor, Permission
from programmes.queries.cohorts import cohort as cohort_of
from programmes.queries.waiting import waiting
from programmes.services import enrolments
from programmes.services.viewing import Listing, listed


@get(
    "/cohorts/{cohort_id:uuid}/enrol",
    guards=[requires(Permission.MANAGE_PEOPLE)],
    include_in_schema=False,
)
async def enrol_page(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show who waits for a place, the longest wait first."""
    return await _enrol_form(request, cohort_id, actor, {})


@post(
    "/cohorts/{cohort_id:uuid}/enrol",
    guards=[requires(Permission.MANAGE_PEOPLE)],
    include_in_schema=False,
)
async def enrol(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Give the chosen person a place."""
    form = Form(await request.form())
    try:
        referral_id = form.id("referral_id", "who joins")
        joined_on = form.optional_day("joined_on", "the day of joining")
        form.check()
        cohort = await cohort_of(cohort_id, scope=actor.scope)
        chosen = {
            item.referral.id: item.referral.participant_id
            for item in (await waiting(cohort.programme_id, scope=actor.scope)).ready
        }
        if referral_id not in chosen:
            form.fail("referral_id", "This person does not wait for a place any more")
            form.check()
        await enrolments.enrol(
            cohort_id, chosen[referral_id], referral_id=referral_id, joined_on=joined_on,
            by=actor,
        )  # fmt: skip
    except AppError as error:
        status, errors = refusal(error, field="referral_id")
        return await _enrol_form(
            request, cohort_id, actor, form.typed, status=status, errors=errors
        )
    return Redirect(f"/cohorts/{cohort_id}?saved=enrolment", status_code=303)


async def _enrol_form(
    request: AnyRequest, cohort_id: UUID, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    cohort = await cohort_of(cohort_id, scope=actor.scope)
    found = (await waiting(cohort.programme_id, scope=actor.scope)).ready
    await listed(
        Listing.WAITING, len(found), side=cohort.side, organisation_id=cohort.organisation_id,
        by=actor,
    )  # fmt: skip
    wrong = any(error.field == "joined_on" for error in how.get("errors", ()))
    chosen = typed.get("referral_id", "")
    return page(
        request,
        "cohorts/enrol.html",
        cohort=cohort,
        waiting=[
            {
                "value": str(item.referral.id),
                "text": item.referral.participant_name,
                "hint": {"text": f"Referred {item.referral.received_on:%d %B %Y}"},
                "checked": str(item.referral.id) == chosen,
            }
            for item in found
        ],
        days=day_items(typed, "joined_on", wrong=wrong),
        **how,
    )


ROUTES = [enrol_page, enrol]
