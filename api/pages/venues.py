"""Venues, and the days on which nothing takes place."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, options, refusal
from api.pages.places import places
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.scope import Actor, Permission
from programmes.errors import VenueNotAvailableError
from programmes.queries import programmes as queries
from programmes.queries.programmes import VenueView
from programmes.services import venues as services
from programmes.services.venues import VenueDetails

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PROGRAMMES)]


@get("/venues", guards=_VIEW, include_in_schema=False)
async def venues_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List venues, with the form to add one."""
    return await _venues(request, actor, {})


@post("/venues", guards=_MANAGE, include_in_schema=False)
async def add_venue(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a venue of one side."""
    form = Form(await request.form())
    where = await places(Permission.MANAGE_PROGRAMMES, scope=actor.scope)
    try:
        side, organisation_id = where.side(form), where.organisation_id(form)
        details = _details(form)
        form.check()
        await services.add_venue(organisation_id, side, details, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await _venues(request, actor, form.typed, status=status, errors=errors)
    return Redirect("/venues?saved=venue", status_code=303)


@get("/venues/{venue_id:uuid}/change", guards=_MANAGE, include_in_schema=False)
async def change_venue_page(
    request: AnyRequest, venue_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what is recorded of a venue, to change it."""
    found = await _venue(venue_id, actor)
    typed = {"name": found.name, "address": found.address, "postcode": found.postcode}
    return page(request, "programmes/venue.html", venue=found, typed=typed)


@post("/venues/{venue_id:uuid}/change", guards=_MANAGE, include_in_schema=False)
async def change_venue(
    request: AnyRequest, venue_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Change what is recorded of a venue."""
    form = Form(await request.form())
    found = await _venue(venue_id, actor)
    try:
        details = _details(form)
        form.check()
        await services.change_venue(venue_id, details, by=actor)
    except AppError as error:
        field = "postcode" if isinstance(error, VenueNotAvailableError) else "name"
        status, errors = refusal(error, field=field)
        return page(
            request, "programmes/venue.html", venue=found, typed=form.typed, status=status,
            errors=errors,
        )  # fmt: skip
    return Redirect("/venues?saved=venue-changed", status_code=303)


async def _venue(venue_id: UUID, actor: Actor) -> VenueView:
    found = await queries.venue(venue_id, scope=actor.scope)
    actor.require(
        Permission.MANAGE_PROGRAMMES, side=found.side, organisation_id=found.organisation_id
    )
    return found


def _details(form: Form) -> VenueDetails:
    return VenueDetails(
        name=form.text("name", "the name"),
        address=form.text("address", "the address", longest=500, optional=True),
        postcode=form.text("postcode", "the postcode", longest=20, optional=True),
    )


async def _venues(request: AnyRequest, actor: Actor, typed: dict[str, str], **how: Any) -> Page:
    found = await queries.venues(scope=actor.scope)
    where = await places(Permission.MANAGE_PROGRAMMES, scope=actor.scope)
    return page(
        request, "programmes/venues.html", typed=typed, places=where.choices(typed),
        both_sides=len(actor.scope.sides()) > 1,
        venues=[
            {
                "id": item.id,
                "name": item.name,
                "address": ", ".join(part for part in (item.address, item.postcode) if part),
                "side": case_words.SIDES[item.side],
                "may_change": actor.scope.covers(
                    Permission.MANAGE_PROGRAMMES, side=item.side,
                    organisation_id=item.organisation_id,
                ),
            }
            for item in found
        ],
        may_add=actor.scope.has(Permission.MANAGE_PROGRAMMES), **how,
    )  # fmt: skip


@get("/closures", guards=_VIEW, include_in_schema=False)
async def closures_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List closed days, with the form to add some."""
    return await _closures(request, actor, {})


@post("/closures", guards=_MANAGE, include_in_schema=False)
async def add_closure(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add days without sessions; timetables made later skip them."""
    form = Form(await request.form())
    try:
        organisation_id, venue_id = await _place(form, actor)
        from_on = form.day("from_on", "the first day")
        to_on = form.optional_day("to_on", "the last day") or from_on
        reason = form.text("reason", "the reason", optional=True)
        form.check()
        await services.add_closure(
            organisation_id, venue_id=venue_id, from_on=from_on, to_on=to_on, reason=reason,
            by=actor,
        )  # fmt: skip
    except AppError as error:
        status, errors = refusal(error, field="place")
        return await _closures(request, actor, form.typed, status=status, errors=errors)
    return Redirect("/closures?saved=closure", status_code=303)


async def _place(form: Form, actor: Actor) -> tuple[UUID, UUID | None]:
    """Answer the organisation, and the venue unless all of the organisation is closed."""
    chosen = form.id("place", "what is closed")
    for venue in await queries.venues(scope=actor.scope):
        if venue.id == chosen:
            return venue.organisation_id, chosen
    return chosen, None


async def _closures(request: AnyRequest, actor: Actor, typed: dict[str, str], **how: Any) -> Page:
    found = await queries.closures(scope=actor.scope)
    names, choices = await _closable(actor)
    return page(
        request, "programmes/closures.html", typed=typed,
        closures=[
            {"days": case_words.day(item.from_on) if item.from_on == item.to_on
             else f"{case_words.day(item.from_on)} to {case_words.day(item.to_on)}",
             "place": names.get(item.venue_id or item.organisation_id, "An organisation"),
             "reason": item.reason}
            for item in found
        ],
        places=options(choices.items(), typed.get("place", ""), blank="Choose what is closed"),
        may_add=actor.scope.has(Permission.MANAGE_PROGRAMMES), **how,
    )  # fmt: skip


async def _closable(actor: Actor) -> tuple[Mapping[UUID, str], Mapping[str, str]]:
    """Answer the names of what can be closed, and what this person may close."""
    scope = actor.scope
    where = await places(Permission.VIEW_CASES, scope=scope)
    venues = await queries.venues(scope=scope)
    names = {item.id: f"All of {item.name}" for item in where.organisations}
    names |= {venue.id: venue.name for venue in venues}
    managed = await places(Permission.MANAGE_PROGRAMMES, scope=scope)
    own = [item.id for item in managed.organisations]
    own += [
        venue.id
        for venue in venues
        if scope.covers(
            Permission.MANAGE_PROGRAMMES, side=venue.side, organisation_id=venue.organisation_id
        )
    ]
    return names, {str(id): names[id] for id in own}


ROUTES = [
    venues_page, add_venue, change_venue_page, change_venue,  closures_page, add_closure,
]  # fmt: skip
