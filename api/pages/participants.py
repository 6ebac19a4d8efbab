"""The people whom programmes are for: the list, one person, adding, changing."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api import pausing
from api.guards import requires
from api.pages import case_words, pause_words, referral_words
from api.pages.forms import Form, refusal
from api.pages.places import places, typed_day
from api.pages.rendering import AnyRequest, Page, page, words
from core import audit, clock
from core.errors import AppError, StaleVersionError
from core.pagination import Cursor
from core.scope import Actor, Permission
from core.settings import Settings
from programmes.domain.equality import QUESTIONS
from programmes.queries import participants as queries
from programmes.queries.equality import answers_of_person
from programmes.queries.needs import needs_of_person
from programmes.queries.participants import ParticipantView
from programmes.queries.programmes import venues
from programmes.queries.progress import EnrolmentView, enrolments_of
from programmes.queries.referrals import ReferralView
from programmes.queries.referrals import referrals as referrals_of
from programmes.services import participants as services
from programmes.services.participants import PersonDetails
from programmes.services.viewing import Listing, listed, viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_MOST_REFERRALS = 200


@get("/participants", guards=_VIEW, include_in_schema=False)
async def participants_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """List everybody whom the person may see."""
    return await _list(request, actor, cursor)


@post("/participants", guards=_VIEW, status_code=200, include_in_schema=False)
async def search(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List those whose names contain every word that was typed.

    A form that is sent, because a name has no place in an address.
    """
    form = Form(await request.form())
    wanted = form.typed.get("search", "")
    try:
        return await _list(
            request, actor, Cursor(after=form.typed.get("after") or None), wanted=wanted
        )
    except AppError as error:
        status, errors = refusal(error, field="search")
        return await _list(request, actor, Cursor(), typed=wanted, status=status, errors=errors)


async def _list(
    request: AnyRequest,
    actor: Actor,
    cursor: Cursor,
    *,
    wanted: str = "",
    typed: str = "",
    **how: Any,
) -> Page:
    found = await queries.participants(scope=actor.scope, cursor=cursor, search=wanted)
    await listed(Listing.SEARCH if wanted else Listing.PEOPLE, len(found.items), by=actor)
    return page(
        request,
        "participants/list.html",
        search=wanted,
        typed=wanted or typed,
        next=found.next,
        both_sides=len(actor.scope.sides()) > 1,
        people=[
            {"id": item.id, "name": item.name, "side": case_words.SIDES[item.side]}
            for item in found.items
        ],
        may_add=actor.scope.has(Permission.MANAGE_PEOPLE),
        may_import=actor.scope.has(Permission.IMPORT_CASES),
        **how,
    )


@get("/participants/new", guards=_MANAGE, include_in_schema=False)
async def new_participant_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add a person."""
    return await _new_form(request, actor, {})


@post("/participants/new", guards=_MANAGE, include_in_schema=False)
async def new_participant(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a person."""
    form = Form(await request.form())
    where = await places(Permission.MANAGE_PEOPLE, scope=actor.scope)
    try:
        side, organisation_id = where.side(form), where.organisation_id(form)
        details = _details(form)
        form.check()
        person_id = await services.add_participant(organisation_id, side, details, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="given_name")
        return await _new_form(request, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/participants/{person_id}?saved=person", status_code=303)


async def _new_form(request: AnyRequest, actor: Actor, typed: dict[str, str], **how: Any) -> Page:
    where = await places(Permission.MANAGE_PEOPLE, scope=actor.scope)
    return page(
        request, "participants/new.html", typed=typed, choices=where.choices(typed), **how
    )  # fmt: skip


def _details(form: Form) -> PersonDetails:
    return PersonDetails(
        given_name=form.text("given_name", "the first name", longest=80),
        family_name=form.text("family_name", "the last name", longest=80),
        preferred_name=form.text("preferred_name", "the name used", longest=80, optional=True),
        born_on=form.optional_day("born_on", "the date of birth"),
        reference=form.text("reference", "the reference", longest=40, optional=True),
        area=form.text("area", "the area", longest=80, optional=True),
    )


@get("/participants/{participant_id:uuid}", guards=_VIEW, include_in_schema=False)
async def participant_page(
    request: AnyRequest,
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Show a person; the view is audited."""
    person = await queries.participant(participant_id, scope=actor.scope)
    contact = await queries.safe_contact(participant_id, scope=actor.scope)
    referrals = await referrals_of(
        scope=actor.scope, cursor=Cursor(limit=_MOST_REFERRALS), participant_id=participant_id
    )
    groups = await enrolments_of(participant_id, scope=actor.scope)
    needs = await needs_of_person(participant_id, scope=actor.scope)
    answered = await answers_of_person(participant_id, scope=actor.scope)
    await viewed(
        audit.Subject.PARTICIPANT, participant_id, side=person.side,
        organisation_id=person.organisation_id, by=actor,
    )  # fmt: skip
    return page(
        request, "participants/person.html", person=person,
        side=case_words.SIDES[person.side] if len(actor.scope.sides()) > 1 else "",
        born_on=case_words.day(person.born_on) if person.born_on else "Not recorded",
        texts=await pause_words.on_page(pausing.of_person(person), scope=actor.scope),
        contact=contact, number=case_words.telephone(contact.number),
        texting=case_words.texting(
            contact, today=clock.today(), lasting_days=settings.sms.consent_days[person.side]
        ),
        hours=case_words.windows(contact.windows),
        needs=referral_words.needs(needs, await venues(scope=actor.scope)),
        referrals=[_referral(item) for item in referrals.items],
        groups=[_group(item) for item in groups],
        asked=answered.asked, questions=len(QUESTIONS), may_change=_may_change(actor, person),
        may_export=actor.scope.covers(
            Permission.EXPORT_PEOPLE, side=person.side, organisation_id=person.organisation_id
        ),
    )  # fmt: skip


def _referral(view: ReferralView) -> dict[str, Any]:
    return {
        "href": f"/referrals/{view.id}",
        "programme": view.programme_name,
        "received_on": view.received_on,
        "source": referral_words.source(view.source),
        "mandate": words(view.mandate),
        "status": referral_words.STATUSES[view.status],
    }


def _group(view: EnrolmentView) -> dict[str, Any]:
    found = view.member.progress
    return {
        "href": f"/enrolments/{view.member.enrolment_id}",
        "cohort": f"{view.cohort.programme_name}, {view.cohort.code}",
        "units": f"{len(found.units_credited)} of {found.units_required} required",
        "sessions": f"{found.attended} of {found.marked} marked",
        "member": view.member,
        "ending": case_words.ending(view.member),
    }


def _may_change(actor: Actor, person: ParticipantView) -> bool:
    return actor.scope.covers(
        Permission.MANAGE_PEOPLE, side=person.side, organisation_id=person.organisation_id
    )


async def to_change(participant_id: UUID, actor: Actor) -> ParticipantView:
    """Answer a person whom the actor may change.

    Raises:
        NotFoundError: they are not there, or not visible.
        ForbiddenError: the actor may only look.
    """
    person = await queries.participant(participant_id, scope=actor.scope)
    actor.require(
        Permission.MANAGE_PEOPLE, side=person.side, organisation_id=person.organisation_id
    )
    return person


@get("/participants/{participant_id:uuid}/edit", guards=_MANAGE, include_in_schema=False)
async def edit_participant_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to change what is written down of a person."""
    person = await to_change(participant_id, actor)
    typed = {
        "version": str(person.version), "given_name": person.given_name,
        "family_name": person.family_name, "preferred_name": person.preferred_name,
        "reference": person.reference, "area": person.area,
        **typed_day("born_on", person.born_on),
    }  # fmt: skip
    return page(request, "participants/edit.html", person=person, typed=typed, meanwhile="")


@post("/participants/{participant_id:uuid}/edit", guards=_MANAGE, include_in_schema=False)
async def edit_participant(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Change what is written down of a person."""
    form = Form(await request.form())
    await to_change(participant_id, actor)
    try:
        details = _details(form)
        version = form.version()
        form.check()
        await services.update_participant(participant_id, details, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="given_name")
        stored = await to_change(participant_id, actor)
        typed, meanwhile = dict(form.typed), ""
        if isinstance(error, StaleVersionError):
            typed["version"] = str(stored.version)
            meanwhile = _as_stored(stored)
        return page(
            request, "participants/edit.html", person=stored, typed=typed, meanwhile=meanwhile,
            status=status, errors=errors,
        )  # fmt: skip
    return Redirect(f"/participants/{participant_id}?saved=person", status_code=303)


def _as_stored(person: ParticipantView) -> str:
    used = f", known as {person.preferred_name}" if person.preferred_name else ""
    born = f", born on {case_words.day(person.born_on)}" if person.born_on else ""
    reference = f", reference {person.reference}" if person.reference else ""
    area = f", of {person.area}" if person.area else ""
    return f"{person.given_name} {person.family_name}{used}{born}{reference}{area}"


ROUTES = [
    participants_page, search, new_participant_page, new_participant, participant_page,
    edit_participant_page, edit_participant,
]  # fmt: skip
