"""Programmes, venues and closures under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut, organisation_or_own
from api.schemas.programmes import (
    ClosureIn,
    ClosureOut,
    ProgrammeIn,
    ProgrammeOut,
    VenueIn,
    VenueOut,
)
from core.scope import Actor, Permission
from programmes.queries import programmes as queries
from programmes.services import programmes as services

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PROGRAMMES)]


@get("/programmes", operation_id="list_programmes", guards=_VIEW)
async def list_programmes(actor: NamedDependency[Actor]) -> ListOut[ProgrammeOut]:
    """List programmes in their newest versions."""
    found = await queries.programmes(scope=actor.scope)
    units = await queries.units_of([item.version_id for item in found], scope=actor.scope)
    items = [ProgrammeOut.of(item, units.get(item.version_id, ())) for item in found]
    return ListOut(items=items, next=None)


@get("/programmes/{programme_id:uuid}", operation_id="get_programme", guards=_VIEW)
async def get_programme(
    programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ProgrammeOut:
    """Answer a programme with its curriculum."""
    found = await queries.programme(programme_id, scope=actor.scope)
    units = await queries.units_of([found.version_id], scope=actor.scope)
    return ProgrammeOut.of(found, units.get(found.version_id, ()))


@post("/programmes", operation_id="add_programme", guards=_MANAGE)
async def add_programme(data: JSONBody[ProgrammeIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add a programme with its curriculum and its completion rule."""
    return CreatedOut(id=await services.add_programme(data.new(by=actor), by=actor))


@get("/venues", operation_id="list_venues", guards=_VIEW)
async def list_venues(actor: NamedDependency[Actor]) -> ListOut[VenueOut]:
    """List venues."""
    found = await queries.venues(scope=actor.scope)
    return ListOut(items=[VenueOut.of(item) for item in found], next=None)


@post("/venues", operation_id="add_venue", guards=_MANAGE)
async def add_venue(data: JSONBody[VenueIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add a venue of one side."""
    organisation_id = organisation_or_own(
        data.organisation_id, Permission.MANAGE_PROGRAMMES, data.side, by=actor
    )
    return CreatedOut(
        id=await services.add_venue(
            organisation_id, data.side, name=data.name, address=data.address, by=actor
        )
    )


@get("/closures", operation_id="list_closures", guards=_VIEW)
async def list_closures(actor: NamedDependency[Actor]) -> ListOut[ClosureOut]:
    """List days without sessions."""
    found = await queries.closures(scope=actor.scope)
    return ListOut(items=[ClosureOut.of(item) for item in found], next=None)


@post("/closures", operation_id="add_closure", guards=_MANAGE)
async def add_closure(data: JSONBody[ClosureIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add days without sessions; timetables made later skip them."""
    return CreatedOut(
        id=await services.add_closure(
            data.organisation_id, venue_id=data.venue_id, from_on=data.from_on, to_on=data.to_on,
            reason=data.reason, by=actor,
        )
    )  # fmt: skip


ROUTES = Router(
    "/",
    route_handlers=[
        list_programmes, get_programme, add_programme, list_venues, add_venue, list_closures,
        add_closure,
    ],
    tags=["programmes"],
)  # fmt: skip
