"""My people, and the links between perpetrators and survivors (D2)."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import case_words, safety_words
from api.pages.forms import Form, options, refusal
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page, short_day
from core import clock
from core.errors import AppError, InvalidInputError, NotFoundError
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission, Side
from programmes.domain.case_terms import Relationship
from programmes.queries import links as queries
from programmes.queries.links import LinkView
from programmes.queries.participants import ParticipantView, participant
from programmes.queries.workers import caseload
from programmes.services import links as services
from programmes.services import risk_flags
from programmes.services.viewing import Listing, listed

_LINKS = [requires(Permission.MANAGE_LINKS)]
_NOBODY = "There is nobody with exactly this reference and last name. Check both."


@get("/my-people", guards=[requires(Permission.VIEW_CASES)], include_in_schema=False)
async def my_people(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List the people whose worker this person is, with their links."""
    people = await caseload(scope=actor.scope)
    await listed(Listing.CASELOAD, len(people), by=actor)
    found = await queries.links(scope=actor.scope, cursor=Cursor(limit=MAX_LIMIT))
    by_survivor: dict[UUID, list[dict[str, Any]]] = {}
    for view in found.items:
        if view.ended_on is None:
            by_survivor.setdefault(view.survivor_id, []).append(_row(view))
    return page(
        request, "safety/my_people.html",
        people=[
            {
                "id": one.id, "name": one.name, "since": short_day(one.since),
                "side": case_words.SIDES[one.side], "links": by_survivor.get(one.id, []),
                "may_link": one.side is Side.SURVIVOR
                and actor.scope.has(Permission.MANAGE_LINKS),
            }
            for one in people
        ],
        both_sides=len(actor.scope.sides()) > 1,
        may_link=actor.scope.has(Permission.MANAGE_LINKS),
    )  # fmt: skip


@get("/links", guards=_LINKS, include_in_schema=False)
async def links_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """List the links; the view is audited."""
    found = await queries.links(scope=actor.scope, cursor=cursor)
    await listed(
        Listing.LINKS, len(found.items), by=actor, permission=Permission.MANAGE_LINKS
    )  # fmt: skip
    return page(
        request, "safety/links.html", rows=[_row(view) for view in found.items], next=found.next
    )


def _row(view: LinkView) -> dict[str, Any]:
    """Answer how a link is shown; the perpetrator by name only to whoever may see the case."""
    reference = f"Reference {view.perpetrator_reference}" if view.perpetrator_reference else ""
    return {
        "id": view.id,
        "survivor": view.survivor_name,
        "other": view.perpetrator_name or reference or "Without a reference",
        "relationship": safety_words.RELATIONSHIPS[view.relationship],
        "status": safety_words.CASES[view.status],
        "risk_flag": view.risk_flag,
        "ended": f"Ended on {case_words.day(view.ended_on)}" if view.ended_on else "",
    }


@get("/links/{link_id:uuid}", guards=_LINKS, include_in_schema=False)
async def link_page(
    request: AnyRequest, link_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a link; the view is audited."""
    return await _link(request, actor, link_id)


async def _link(
    request: AnyRequest,
    actor: Actor,
    link_id: UUID,
    *,
    typed: dict[str, str] | None = None,
    **how: Any,
) -> Page:
    view = await queries.link(link_id, scope=actor.scope)
    await services.viewed(view, by=actor)
    sees = actor.scope.covers(
        Permission.VIEW_CASES, side=Side.SURVIVOR, organisation_id=view.organisation_id
    )
    return page(
        request, "safety/link.html", link=_row(view), version=view.version,
        survivor_href=f"/participants/{view.survivor_id}" if sees else "",
        recorded=short_day(view.recorded_at), open=view.ended_on is None,
        typed=typed or typed_day("ended_on", clock.today()), **how,
    )  # fmt: skip


@post("/links/{link_id:uuid}/flag", guards=_LINKS, include_in_schema=False)
async def flag(request: AnyRequest, link_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Raise or lower the flag of a link's perpetrator."""
    form = Form(await request.form())
    view = await queries.link(link_id, scope=actor.scope)
    await risk_flags.set_flag(
        view.perpetrator_id, raised=form.typed.get("raised") == "yes", by=actor
    )
    return Redirect(f"/links/{link_id}?saved=flag", status_code=303)


@post("/links/{link_id:uuid}/end", guards=_LINKS, include_in_schema=False)
async def end(request: AnyRequest, link_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Record that a link holds no more."""
    form = Form(await request.form())
    try:
        ended_on = form.day("ended_on", "the day from which it holds no more")
        version = form.version()
        form.check()
        await services.end(link_id, ended_on, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="ended_on")
        return await _link(request, actor, link_id, typed=form.typed, status=status, errors=errors)
    return Redirect(f"/links/{link_id}?saved=link", status_code=303)


@get("/participants/{participant_id:uuid}/link", guards=_LINKS, include_in_schema=False)
async def new_link_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to record a survivor's link."""
    return await _new_link(request, actor, participant_id, {})


@post("/participants/{participant_id:uuid}/link", guards=_LINKS, include_in_schema=False)
async def new_link(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record a survivor's link with the perpetrator of exactly this reference and name."""
    form = Form(await request.form())
    await _survivor(participant_id, actor)
    try:
        reference = form.text("reference", "the reference", longest=40)
        family_name = form.text("family_name", "the last name", longest=80)
        relationship = form.choice("relationship", "how they are connected", Relationship)
        form.check()
        link_id = await _record(participant_id, reference, family_name, relationship, actor)
    except AppError as error:
        status, errors = refusal(error, field="reference")
        return await _new_link(
            request, actor, participant_id, form.typed, status=status, errors=errors
        )
    return Redirect(f"/links/{link_id}?saved=link", status_code=303)


async def _record(
    survivor_id: UUID, reference: str, family_name: str, relationship: Relationship, actor: Actor
) -> UUID:
    try:
        found = await services.find_perpetrator(reference, family_name, by=actor)
    except NotFoundError:
        raise InvalidInputError.of("reference", _NOBODY) from None
    return await services.record(found.id, survivor_id, relationship, by=actor)


async def _new_link(
    request: AnyRequest, actor: Actor, participant_id: UUID, typed: dict[str, str], **how: Any
) -> Page:
    person = await _survivor(participant_id, actor)
    kinds = [(kind.value, text) for kind, text in safety_words.RELATIONSHIPS.items()]
    return page(
        request, "safety/new_link.html", person=person, typed=typed,
        relationships=options(kinds, typed.get("relationship", "")), **how,
    )  # fmt: skip


async def _survivor(participant_id: UUID, actor: Actor) -> ParticipantView:
    person = await participant(participant_id, scope=actor.scope)
    if person.side is not Side.SURVIVOR:
        raise NotFoundError
    actor.require(Permission.MANAGE_LINKS, side=person.side, organisation_id=person.organisation_id)
    return person


ROUTES = [my_people, links_page, link_page, flag, end, new_link_page, new_link]
