"""The offers to the partners of those who start, for those who keep links only (D8)."""

from datetime import timedelta
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, options, refusal
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page
from api.pages.todo import Task, TaskGroup
from core import audit, clock
from core.errors import AppError, StaleVersionError
from core.scope import Actor, Permission, Side
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.queries.partner_offers import OfferPlace, offer_place, places_without_offer
from programmes.services.offers import Offer, record_offer
from programmes.services.viewing import viewed

_LINKS = [requires(Permission.MANAGE_LINKS)]
_LISTED_AHEAD = timedelta(weeks=8)
_HEADING = "Partner-contact offer not recorded"
_OUTCOMES = {
    PartnerOfferOutcome.OFFERED: "Offered, no answer yet",
    PartnerOfferOutcome.ACCEPTED: "Accepted",
    PartnerOfferOutcome.DECLINED: "Declined",
    PartnerOfferOutcome.NOT_SAFE: "Not safe to make contact",
    PartnerOfferOutcome.NO_DETAILS: "No contact details",
}


async def offer_tasks(actor: Actor) -> TaskGroup:
    """Answer who has started without the offer to their partner: they are not on the programme.

    Those who keep links are led to the offer, others to the place: what came of it is not theirs.
    """
    keeps_links = actor.scope.has(Permission.MANAGE_LINKS)
    permission = Permission.MANAGE_LINKS if keeps_links else Permission.MANAGE_PEOPLE
    if not actor.scope.covers_side(permission, Side.PERPETRATOR):
        return TaskGroup(_HEADING, ())
    found = await places_without_offer(
        scope=actor.scope, permission=permission, joined_by=clock.today()
    )
    end = "/partner-offer" if keeps_links else ""
    return TaskGroup(
        _HEADING,
        tuple(
            Task(
                f"{place.name}, {place.programme_name}",
                f"/enrolments/{place.enrolment_id}{end}",
                due=f"Started on {case_words.day(place.started_on)}",
            )
            for place in found
            if place.started_on
        ),
    )


@get("/partner-offers", guards=_LINKS, include_in_schema=False)
async def offers_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List for whose partners no offer is recorded, the first to join first."""
    found = await places_without_offer(
        scope=actor.scope, permission=Permission.MANAGE_LINKS,
        joined_by=clock.today() + _LISTED_AHEAD,
    )  # fmt: skip
    return page(
        request, "enrolments/partner_offers.html",
        places=[
            {
                "id": place.enrolment_id, "name": place.name, "programme": place.programme_name,
                "joins": case_words.day(place.joined_on),
                "started": case_words.day(place.started_on) if place.started_on else "Not yet",
            }
            for place in found
        ],
    )  # fmt: skip


@get("/enrolments/{enrolment_id:uuid}/partner-offer", guards=_LINKS, include_in_schema=False)
async def offer_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the offer to a partner and what came of it; the view is audited."""
    found = await offer_place(enrolment_id, scope=actor.scope)
    await viewed(
        audit.Subject.ENROLMENT, enrolment_id, side=Side.PERPETRATOR,
        organisation_id=found.organisation_id, by=actor,
    )  # fmt: skip
    return _form(request, found, _typed(found))


@post("/enrolments/{enrolment_id:uuid}/partner-offer", guards=_LINKS, include_in_schema=False)
async def record(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record that support was offered to the partner."""
    form = Form(await request.form())
    try:
        offer = Offer(
            form.choice("outcome", "what came of it", PartnerOfferOutcome),
            form.day("offered_on", "the day of the offer"),
            basic_information_given=form.typed.get("basic_information_given") == "yes",
        )
        if form.typed.get("basic_information_given") not in {"yes", "no"}:
            form.fail("basic_information_given", "Select whether basic information was given")
        version = form.version(lowest=0)
        form.check()
        await record_offer(enrolment_id, offer, version=version, by=actor)
    except AppError as error:
        found = await offer_place(enrolment_id, scope=actor.scope)
        return _form(request, found, form.typed, error)
    return Redirect("/partner-offers?saved=partner-offer", status_code=303)


def _typed(place: OfferPlace) -> dict[str, str]:
    if place.offer is None:
        return {"version": "0", **typed_day("offered_on", clock.today())}
    return {
        "version": str(place.offer.version),
        "outcome": place.offer.outcome.value,
        "basic_information_given": "yes" if place.offer.basic_information_given else "no",
        **typed_day("offered_on", place.offer.offered_on),
    }


def _form(
    request: AnyRequest, place: OfferPlace, given: dict[str, str], error: AppError | None = None
) -> Page:
    status, errors = refusal(error, field="outcome") if error else (200, ())
    typed = dict(given)
    if isinstance(error, StaleVersionError):
        typed["version"] = str(place.offer.version if place.offer else 0)
    answers = [("yes", "Yes"), ("no", "No")]
    return page(
        request, "enrolments/partner_offer.html", place=place, typed=typed,
        joined_on=case_words.day(place.joined_on),
        outcomes=options([(key.value, said) for key, said in _OUTCOMES.items()],
                         typed.get("outcome", "")),
        answers=options(answers, typed.get("basic_information_given", "")),
        status=status, errors=errors,
    )  # fmt: skip


ROUTES = [offers_page, offer_page, record]
