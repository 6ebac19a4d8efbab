"""Programmes and their versions under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.programmes import ProgrammeIn, ProgrammeOut, VersionAddedOut, VersionIn
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


@get("/programmes/{programme_id:uuid}/versions", operation_id="list_versions", guards=_VIEW)
async def list_versions(
    programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[ProgrammeOut]:
    """List a programme in each of its versions, the newest first."""
    found = await queries.versions_of(programme_id, scope=actor.scope)
    units = await queries.units_of([item.version_id for item in found], scope=actor.scope)
    items = [ProgrammeOut.of(item, units.get(item.version_id, ())) for item in found]
    return ListOut(items=items, next=None)


@post("/programmes/{programme_id:uuid}/versions", operation_id="add_version", guards=_MANAGE)
async def add_version(
    programme_id: FromPath[UUID], data: JSONBody[VersionIn], actor: NamedDependency[Actor]
) -> VersionAddedOut:
    """Add a version; cohorts that exist keep theirs."""
    return VersionAddedOut(
        version_number=await services.add_version(
            programme_id, data.curriculum(), version=data.version, by=actor
        )
    )


ROUTES = Router(
    "/",
    route_handlers=[list_programmes, get_programme, add_programme, list_versions, add_version],
    tags=["programmes"],
)
