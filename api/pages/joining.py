"""Who joins a group: the people who wait for a place, the longest wait first."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import referral_words
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.scope import Actor, Permission
from programmes.queries.cohorts import CohortView
from programmes.queries.cohorts import cohort as cohort_of
from programmes.queries.waiting import WaiterView, WaitingList, waiting
from programmes.services import enrolments
from programmes.services.viewing import Listing, listed
from programmes.services.waiting import LONGEST_REASON, passing_over

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_HERE = "/cohorts/{cohort_id:uuid}/enrol"


@get(_HERE, guards=_MANAGE, include_in_schema=False)
async def enrol_page(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show who waits for a place, the longest wait first, and whether the group suits them."""
    cohort = await cohort_of(cohort_id, scope=actor.scope)
    return await _form(request, cohort, actor, {})


@post(_HERE, guards=_MANAGE, include_in_schema=False)
async def enrol(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Give the chosen person a place; ask why, where somebody waited longer."""
    form = Form(await request.form())
    cohort = await cohort_of(cohort_id, scope=actor.scope)
    passed: tuple[WaiterView, ...] = ()
    try:
        referral_id = form.id("referral_id", "who joins")
        joined_on = form.optional_day("joined_on", "the day of joining")
        because = form.text("because", "the reason", longest=LONGEST_REASON, optional=True)
        form.check()
        found = await waiting(cohort.programme_id, scope=actor.scope, group=cohort)
        person_id = _chosen(found, referral_id, form)
        passing = await passing_over(cohort_id, person_id, because, by=actor)
        passed = passing.passed
        if passed and not because:
            form.fail("because", "Enter why they are not given this place")
        form.check()
        await enrolments.enrol(
            cohort_id, person_id, referral_id=referral_id, joined_on=joined_on, passing=passing,
            by=actor,
        )  # fmt: skip
    except AppError as error:
        status, errors = refusal(error, field="referral_id")
        return await _form(
            request, cohort, actor, form.typed, passed=passed, status=status, errors=errors
        )
    return Redirect(f"/cohorts/{cohort_id}?saved=enrolment", status_code=303)


def _chosen(found: WaitingList, referral_id: UUID, form: Form) -> UUID:
    """Answer whose referral it is.

    Raises:
        InvalidInputError: they do not wait for a place.
    """
    people = {item.referral.id: item.referral.participant_id for item in found.ready}
    if referral_id not in people:
        form.fail("referral_id", "This person does not wait for a place any more")
        form.check()
    return people[referral_id]


async def _form(
    request: AnyRequest,
    cohort: CohortView,
    actor: Actor,
    typed: dict[str, str],
    *,
    passed: tuple[WaiterView, ...] = (),
    **how: Any,
) -> Page:
    found = await waiting(cohort.programme_id, scope=actor.scope, group=cohort)
    await listed(
        Listing.WAITING, len(found.ready), side=cohort.side,
        organisation_id=cohort.organisation_id, by=actor,
    )  # fmt: skip
    return page(
        request,
        "cohorts/enrol.html",
        cohort=cohort,
        typed=typed,
        figures=referral_words.wait_figures(found.waits),
        waiting=[_choice(item, typed.get("referral_id", "")) for item in found.ready],
        passed=[
            f"{item.referral.participant_name}, {referral_words.days(item.waited_days)}"
            for item in passed
        ],
        **how,
    )


def _choice(item: WaiterView, chosen: str) -> dict[str, Any]:
    told = [
        f"Waited {referral_words.days(item.waited_days)}",
        referral_words.STATUSES[item.referral.status],
        *referral_words.suits(item),
    ]
    return {
        "value": str(item.referral.id),
        "text": item.referral.participant_name,
        "hint": {"text": ". ".join(told) + "."},
        "checked": str(item.referral.id) == chosen,
    }


ROUTES = [enrol_page, enrol]
