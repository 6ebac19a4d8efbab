"""Staff and their posts under ``/api/v1``."""

from datetime import date
from uuid import UUID

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.compliance import ItemOut, StaffComplianceOut
from api.schemas.staff import StaffIn, StaffOut, StaffPatch
from core import clock
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries import people
from training.services import staff as staff_service

_SEES_STAFF = requires(Permission.VIEW_STAFF)
_MANAGES_STAFF = requires(Permission.MANAGE_STAFF)


@get("/staff", operation_id="list_staff", guards=[_SEES_STAFF])
async def list_staff(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[StaffOut]:
    """List staff by name."""
    return ListOut.of(await people.staff(scope=actor.scope, cursor=cursor), StaffOut.of)


@post("/staff", operation_id="add_staff", guards=[_MANAGES_STAFF])
async def add_staff(data: JSONBody[StaffIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add a member of staff."""
    added = await staff_service.add(data.details(), organisation_id=data.organisation_id, by=actor)
    return CreatedOut(id=added)


@get("/staff/{staff_id:uuid}", operation_id="get_staff", guards=[_SEES_STAFF])
async def get_staff(staff_id: FromPath[UUID], actor: NamedDependency[Actor]) -> StaffOut:
    """Answer one member of staff; the look is audited."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    await staff_service.viewed(person, by=actor)
    return StaffOut.of(person)


@patch("/staff/{staff_id:uuid}", operation_id="change_staff",
       guards=[_MANAGES_STAFF])  # fmt: skip
async def change_staff(
    staff_id: FromPath[UUID], data: JSONBody[StaffPatch], actor: NamedDependency[Actor]
) -> StaffOut:
    """Change a member of staff; what is left out stays."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    await staff_service.update(staff_id, data.applied_to(person), version=data.version, by=actor)
    return StaffOut.of(await people.staff_member(staff_id, scope=actor.scope))


@get("/staff/{staff_id:uuid}/compliance", operation_id="get_staff_compliance",
     guards=[_SEES_STAFF])  # fmt: skip
async def get_staff_compliance(
    staff_id: FromPath[UUID], actor: NamedDependency[Actor], as_of: FromQuery[date | None] = None
) -> StaffComplianceOut:
    """Answer where one person stands with each requirement; the look is audited."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    await staff_service.viewed(person, by=actor)
    day = as_of or clock.today()
    items = await people.standings(person, as_of=day, scope=actor.scope)
    return StaffComplianceOut(as_of=day, items=[ItemOut.of(item) for item in items])


ROUTES = Router(
    "/",
    route_handlers=[list_staff, add_staff, get_staff, change_staff, get_staff_compliance],
    tags=["training"],
)
