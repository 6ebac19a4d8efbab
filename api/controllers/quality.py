"""The cases that do not fit together under ``/api/v1`` (C4)."""

from litestar import Router, get
from litestar.di import NamedDependency

from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.quality import FaultyCaseOut
from core.scope import Actor, Permission
from programmes.queries.quality import faulty_cases
from programmes.services.viewing import Listing, listed


@get("/data-quality", operation_id="list_faulty_cases", guards=[requires(Permission.VIEW_CASES)])
async def list_faulty_cases(actor: NamedDependency[Actor]) -> ListOut[FaultyCaseOut]:
    """List the cases that do not fit together, kind by kind, at most 500 of each."""
    found = await faulty_cases(scope=actor.scope)
    await listed(Listing.QUALITY, sum(bool(case.name) for case in found), by=actor)
    return ListOut(items=[FaultyCaseOut.of(case) for case in found], next=None)


ROUTES = Router("/", route_handlers=[list_faulty_cases], tags=["data quality"])
