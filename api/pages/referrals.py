"""Referrals as pages: a new one, where it stands with its history, changing what is recorded."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages import amendment_words, case_words, eligibility, referral_words
from api.pages.forms import Form, options, refusal
from api.pages.participants import to_change
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page, words
from core import audit, clock
from core.errors import AppError, StaleVersionError
from core.scope import Actor, Permission
from programmes.domain.assessment import LEADS_TO, path_after
from programmes.domain.case_terms import Consent
from programmes.domain.terms import Mandate, ReferralSource
from programmes.queries import referrals as queries
from programmes.queries.amendments import amendments_of
from programmes.queries.eligibility import eligibility_of
from programmes.queries.programmes import programmes
from programmes.queries.referrals import MoveView, ReferralView, ToldView
from programmes.queries.waiting import passes_of
from programmes.services.referrals import (
    LONGEST,
    ReferralDetails,
    add_referral,
    amend,
    referral_to_change,
)
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PEOPLE)]


@get("/participants/{participant_id:uuid}/refer", guards=_MANAGE, include_in_schema=False)
async def refer_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to refer a person to a programme."""
    typed = {"consent": Consent.NOT_RECORDED.value, **typed_day("received_on", clock.today())}
    return await _refer_form(request, actor, participant_id, typed)


@post("/participants/{participant_id:uuid}/refer", guards=_MANAGE, include_in_schema=False)
async def refer(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record a referral of a person to a programme."""
    form = Form(await request.form())
    await to_change(participant_id, actor)
    try:
        programme_id = form.id("programme_id", "a programme")
        details = _details(form)
        form.check()
        made = await add_referral(participant_id, programme_id, details, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="programme_id")
        return await _refer_form(
            request, actor, participant_id, form.typed, status=status, errors=errors
        )
    return Redirect(f"/referrals/{made}?saved=referral", status_code=303)


async def _refer_form(
    request: AnyRequest, actor: Actor, participant_id: UUID, typed: dict[str, str], **how: Any
) -> Page:
    person = await to_change(participant_id, actor)
    here = (person.side, person.organisation_id)
    known = [
        (str(item.id), item.name)
        for item in await programmes(scope=actor.scope)
        if (item.side, item.organisation_id) == here
    ]
    return page(
        request, "referrals/new.html", person=person, typed=typed,
        programmes=options(known, typed.get("programme_id", ""), blank="Choose a programme"),
        **_choices(typed), **how,
    )  # fmt: skip


def _choices(typed: dict[str, str]) -> dict[str, Any]:
    return {
        "sources": options(
            [(item.value, referral_words.source(item)) for item in ReferralSource],
            typed.get("source", ""), blank="Choose who referred",
        ),
        "mandates": options(
            [(item.value, words(item)) for item in Mandate], typed.get("mandate", "")
        ),
        "consents": options(
            [(item.value, text) for item, text in referral_words.CONSENTS.items()],
            typed.get("consent", ""),
        ),
    }  # fmt: skip


def _details(form: Form) -> ReferralDetails:
    return ReferralDetails(
        source=form.choice("source", "who referred", ReferralSource),
        mandate=form.choice("mandate", "why they attend", Mandate),
        received_on=form.day("received_on", "the day of the referral"),
        mandate_ends_on=form.optional_day("mandate_ends_on", "the day on which it ends"),
        consent=form.choice("consent", "whether the person agreed", Consent)
        if form.typed.get("consent")
        else Consent.NOT_RECORDED,
        consent_on=form.optional_day("consent_on", "the day on which they were asked"),
        **{
            field: form.text(field, _LABELS[field], longest=longest, optional=True)
            for field, longest in LONGEST.items()
        },
    )


_LABELS = {
    "reference": "the reference", "referrer_name": "the name", "referrer_agency": "the agency",
    "referrer_contact": "the contact", "reason": "the reason",
}  # fmt: skip


@get("/referrals/{referral_id:uuid}", guards=_VIEW, include_in_schema=False)
async def referral_page(
    request: AnyRequest, referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show where a referral stands, what may be done with it, and its history."""
    view = await queries.referral(referral_id, scope=actor.scope)
    moves = await queries.moves_of(scope=actor.scope, referral_id=referral_id)
    told = await queries.told_of(referral_id, scope=actor.scope)
    passes = await passes_of(referral_id, scope=actor.scope)
    place = await queries.open_place_of(referral_id, scope=actor.scope)
    amended = await amendments_of(referral_id, scope=actor.scope)
    people = {item.by for lines in (told, moves, amended) for item in lines if item.by}
    names = await account_names(people, scope=actor.scope)
    await viewed(
        audit.Subject.REFERRAL, referral_id, side=view.side,
        organisation_id=view.organisation_id, by=actor,
    )  # fmt: skip
    return page(
        request, "referrals/referral.html", referral=view, place=place,
        stands=referral_words.STATUSES[view.status], facts=_facts(view),
        may_change=actor.scope.covers(
            Permission.MANAGE_PEOPLE, side=view.side, organisation_id=view.organisation_id
        ),
        may_assess=place is None
        and any(path_after(view.status, outcome) for outcome in LEADS_TO),
        steps=[] if place else referral_words.steps(view),
        moves=[_move(item, names) for item in moves],
        told=[_told(item, names) for item in told],
        passes=passes,
        amended=[amendment_words.said(item, names) for item in amended],
        eligibility=eligibility.shown(await eligibility_of(referral_id, scope=actor.scope)),
    )  # fmt: skip


def _facts(view: ReferralView) -> list[tuple[str, str]]:
    outcome = view.assessment_outcome
    ends = f", until {case_words.day(view.mandate_ends_on)}" if view.mandate_ends_on else ""
    asked = f", asked on {case_words.day(view.consent_on)}" if view.consent_on else ""
    assessed = f" on {case_words.day(view.assessed_on)}" if view.assessed_on else ""
    known = [
        ("Reference", view.reference),
        ("Received", case_words.day(view.received_on)),
        ("Who referred", referral_words.source(view.source)),
        ("Agency", view.referrer_agency),
        ("Name", view.referrer_name),
        ("How to reach them", view.referrer_contact),
        ("Why they attend", words(view.mandate) + ends),
        ("Did the person agree?", referral_words.CONSENTS[view.consent] + asked),
        ("Reason for the referral", view.reason),
        ("Assessment", referral_words.OUTCOMES[outcome][0] + assessed if outcome else ""),
        (
            "Why not suitable",
            referral_words.UNSUITABLE[view.unsuitable_reason] if view.unsuitable_reason else "",
        ),
        ("Note of the assessment", view.assessment_note),
        (
            "Partner worker told",
            case_words.day(view.partner_worker_told_on) if view.partner_worker_told_on else "",
        ),
        (
            "Why they did not start",
            referral_words.NOT_STARTED[view.not_started_reason] if view.not_started_reason else "",
        ),
    ]
    return [(label, text) for label, text in known if text]


def _move(item: MoveView, names: dict[UUID, str]) -> dict[str, Any]:
    again = item.before is item.after
    return {
        "on": item.on,
        "what": referral_words.STATUSES[item.after] + (" (as before)" if again else ""),
        "why": [text for text in (item.reason, item.note) if text],
        "who": names.get(item.by, "") if item.by else "The service itself",
    }


def _told(item: ToldView, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "on": item.on,
        "what": referral_words.TOLD[item.told],
        "whom": item.whom,
        "who": names.get(item.by, "") if item.by else "The service itself",
    }


@get("/referrals/{referral_id:uuid}/edit", guards=_MANAGE, include_in_schema=False)
async def edit_page(
    request: AnyRequest, referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to change what is written down of a referral."""
    view = await referral_to_change(referral_id, by=actor)
    return _edit_form(request, view, _typed(view))


@post("/referrals/{referral_id:uuid}/edit", guards=_MANAGE, include_in_schema=False)
async def edit(
    request: AnyRequest, referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Change what is written down of a referral."""
    form = Form(await request.form())
    await referral_to_change(referral_id, by=actor)
    try:
        details = _details(form)
        version = form.version()
        why = form.text("amendment_reason", "why it changes", longest=200, optional=True)
        form.check()
        await amend(referral_id, details, version=version, why=why, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="source")
        view = await referral_to_change(referral_id, by=actor)
        typed = dict(form.typed)
        stale = isinstance(error, StaleVersionError)
        if stale:
            typed["version"] = str(view.version)
        return _edit_form(
            request, view, typed, meanwhile=_facts(view) if stale else [], status=status,
            errors=errors,
        )  # fmt: skip
    return Redirect(f"/referrals/{referral_id}?saved=referral", status_code=303)


def _edit_form(request: AnyRequest, view: ReferralView, typed: dict[str, str], **how: Any) -> Page:
    values = {"meanwhile": [], **_choices(typed), **how}
    return page(request, "referrals/edit.html", referral=view, typed=typed, **values)


def _typed(view: ReferralView) -> dict[str, str]:
    return {
        "version": str(view.version),
        "source": view.source.value,
        "mandate": view.mandate.value,
        "consent": view.consent.value,
        **{field: getattr(view, field) for field in LONGEST},
        **typed_day("received_on", view.received_on),
        **typed_day("mandate_ends_on", view.mandate_ends_on),
        **typed_day("consent_on", view.consent_on),
    }


ROUTES = [refer_page, refer, referral_page, edit_page, edit]
