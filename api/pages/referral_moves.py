"""What is done with a referral, as pages: assess, move, write down what the referrer was told."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.guards import requires
from api.pages import eligibility, referral_words
from api.pages.forms import Form, options, refusal
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.errors import AppError, NotFoundError, StaleVersionError
from core.scope import Actor, Permission, Side
from programmes.domain.assessment import Assessment, path_after
from programmes.domain.case_terms import (
    AssessmentOutcome,
    NotStartedReason,
    ToldReferrer,
    UnsuitableReason,
)
from programmes.domain.moves import FORWARD
from programmes.domain.terms import CLOSED_REFERRALS, ReferralStatus
from programmes.queries.eligibility import eligibility_of
from programmes.queries.referrals import ReferralView, has_started
from programmes.services import referral_moves as services
from programmes.services.referral_moves import StatusChange
from programmes.services.referrals import Told, referral_to_change, tell_referrer

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_LONGEST_NOTE = 4000


@get("/referrals/{referral_id:uuid}/assess", guards=_MANAGE, include_in_schema=False)
async def assess_page(
    request: AnyRequest, referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form for what an assessment found."""
    view = await referral_to_change(referral_id, by=actor)
    typed = {"version": str(view.version), **typed_day("on", clock.today())}
    return await _assess_form(request, actor, view, typed)


@post("/referrals/{referral_id:uuid}/assess", guards=_MANAGE, include_in_schema=False)
async def assess(
    request: AnyRequest, referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record what an assessment found."""
    form = Form(await request.form())
    view = await referral_to_change(referral_id, by=actor)
    try:
        found = _assessment(form)
        version = form.version()
        form.check()
        await services.assess(referral_id, found, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="outcome")
        typed = _with_version(form, view, error)
        return await _assess_form(request, actor, view, typed, status=status, errors=errors)
    return Redirect(f"/referrals/{referral_id}?saved=assessment", status_code=303)


def _assessment(form: Form) -> Assessment:
    reason = form.typed.get("unsuitable_reason", "")
    return Assessment(
        outcome=form.choice("outcome", "what the assessment found", AssessmentOutcome),
        on=form.day("on", "the day of the assessment"),
        unsuitable_reason=form.choice("unsuitable_reason", "a reason", UnsuitableReason)
        if reason
        else None,
        note=form.text("note", "the note", longest=_LONGEST_NOTE, optional=True),
        partner_worker_told_on=form.optional_day("partner_worker_told_on", "the day"),
        no_partner_worker=form.typed.get("no_partner_worker") == "yes",
    )


async def _assess_form(
    request: AnyRequest, actor: Actor, view: ReferralView, typed: dict[str, str], **how: Any
) -> Page:
    chosen = typed.get("outcome", "")
    found = await eligibility_of(view.id, scope=actor.scope)
    return page(
        request, "referrals/assess.html", referral=view, typed=typed,
        outcomes=[
            {"value": outcome.value, "text": text, "hint": {"text": follows},
             "checked": outcome.value == chosen}
            for outcome, (text, follows) in referral_words.OUTCOMES.items()
            if path_after(view.status, outcome)
        ],
        reasons=options(
            [(item.value, text) for item, text in referral_words.UNSUITABLE.items()],
            typed.get("unsuitable_reason", ""), blank="No reason",
        ),
        eligibility=eligibility.shown(found), has_unmet=eligibility.has_unmet(found),
        asks_partner_worker=view.side is Side.PERPETRATOR,
        **how,
    )  # fmt: skip


@get("/referrals/{referral_id:uuid}/status", guards=_MANAGE, include_in_schema=False)
async def move_page(
    request: AnyRequest,
    referral_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    to: FromQuery[str] = "",
) -> Page:
    """Ask for the day and the reason before a referral is moved."""
    view = await referral_to_change(referral_id, by=actor)
    typed = {"version": str(view.version), "status": to, **typed_day("on", clock.today())}
    started = await has_started(referral_id, scope=actor.scope)
    return _move_form(request, view, typed, started=started)


@post("/referrals/{referral_id:uuid}/status", guards=_MANAGE, include_in_schema=False)
async def move(
    request: AnyRequest, referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Move a referral."""
    form = Form(await request.form())
    view = await referral_to_change(referral_id, by=actor)
    started = await has_started(referral_id, scope=actor.scope)
    try:
        change = _change(form, started=started)
        version = form.version()
        form.check()
        await services.set_status(referral_id, change, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="reason")
        typed = _with_version(form, view, error)
        return _move_form(request, view, typed, started=started, status=status, errors=errors)
    return Redirect(f"/referrals/{referral_id}?saved=move", status_code=303)


def _change(form: Form, *, started: bool) -> StatusChange:
    status = _step(form.typed)
    asks = status in CLOSED_REFERRALS and not started
    return StatusChange(
        status=status,
        on=form.day("on", "the day"),
        reason=form.text("reason", "why", longest=200, optional=status in FORWARD),
        note=form.text("note", "the note", longest=_LONGEST_NOTE, optional=True),
        not_started_reason=form.choice(
            "not_started_reason", "why they did not start", NotStartedReason
        )
        if asks
        else None,
    )


def _step(typed: dict[str, str]) -> ReferralStatus:
    """Answer the status of one of the steps that the referral's page offers.

    Raises:
        NotFoundError: there is no such step, so there is no such page.
    """
    for status in referral_words.STEPS:
        if status.value == typed.get("status"):
            return status
    raise NotFoundError


def _move_form(
    request: AnyRequest, view: ReferralView, typed: dict[str, str], *, started: bool, **how: Any
) -> Page:
    status = _step(typed)
    return page(
        request, "referrals/move.html", referral=view, typed=typed,
        step=referral_words.STEPS[status], now=referral_words.STATUSES[view.status],
        needs_reason=status not in FORWARD,
        not_started=options(
            [(item.value, text) for item, text in referral_words.NOT_STARTED.items()],
            typed.get("not_started_reason", ""), blank="Choose a reason",
        )
        if status in CLOSED_REFERRALS and not started
        else [],
        closes=status in CLOSED_REFERRALS,
        **how,
    )  # fmt: skip


@get("/referrals/{referral_id:uuid}/told", guards=_MANAGE, include_in_schema=False)
async def told_page(
    request: AnyRequest, referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form for what the referrer was told."""
    view = await referral_to_change(referral_id, by=actor)
    typed = {"told_whom": view.referrer_name, **typed_day("told_on", clock.today())}
    return _told_form(request, view, typed)


@post("/referrals/{referral_id:uuid}/told", guards=_MANAGE, include_in_schema=False)
async def told(
    request: AnyRequest, referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record what the referrer was told."""
    form = Form(await request.form())
    view = await referral_to_change(referral_id, by=actor)
    try:
        given = Told(
            told=form.choice("told", "what they were told", ToldReferrer),
            on=form.day("told_on", "the day"),
            whom=form.text("told_whom", "who was told", optional=True),
        )
        form.check()
        await tell_referrer(referral_id, given, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="told")
        return _told_form(request, view, form.typed, status=status, errors=errors)
    return Redirect(f"/referrals/{referral_id}?saved=told", status_code=303)


def _told_form(request: AnyRequest, view: ReferralView, typed: dict[str, str], **how: Any) -> Page:
    return page(
        request, "referrals/told.html", referral=view, typed=typed,
        choices=options(
            [(item.value, text) for item, text in referral_words.TOLD.items()],
            typed.get("told", ""),
        ),
        **how,
    )  # fmt: skip


def _with_version(form: Form, view: ReferralView, error: AppError) -> dict[str, str]:
    """Answer what was typed; after a stale save with the version that is stored now."""
    if isinstance(error, StaleVersionError):
        return {**form.typed, "version": str(view.version)}
    return dict(form.typed)


ROUTES = [assess_page, assess, move_page, move, told_page, told]
