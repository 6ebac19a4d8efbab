"""Venues and closures under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut, organisation_or_own
from api.schemas.venues import ClosureIn, ClosureOut, VenueChangeIn, VenueIn, VenueOut
from core.scope import Actor, Permission
from programmes.queries import programmes as queries
from programmes.services import venues as services

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PROGRAMMES)]


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
        id=await services.add_venue(organisation_id, data.side, data.details(), by=actor)
    )


@patch("/venues/{venue_id:uuid}", operation_id="change_venue", guards=_MANAGE, status_code=204)
async def change_venue(
    venue_id: FromPath[UUID], data: JSONBody[VenueChangeIn], actor: NamedDependency[Actor]
) -> None:
    """Change what is recorded of a venue."""
    await services.change_venue(venue_id, data.details(), by=actor)


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
        list_venues, add_venue, change_venue, list_closures, add_closure,
    ],
    tags=["venues"],
)  # fmt: skip
