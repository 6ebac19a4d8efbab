"""Staff under ``/api/v1``: who they are, what they must hold, their end and their account."""

from datetime import date
from uuid import UUID

from litestar import Router, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires, signed_in
from api.schemas.base import CreatedOut, ListOut
from api.schemas.compliance import ItemOut, StaffComplianceOut
from api.schemas.staff import (
    AccountLinkIn,
    LeaveIn,
    OwnTrainingOut,
    StaffIn,
    StaffOut,
    StaffPatch,
)
from core import clock
from core.errors import NotFoundError
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries import people
from training.queries.own import own_training
from training.queries.people import Wanted
from training.services import posts
from training.services import staff as staff_service
from training.services.accounts import link_account

_SEES_STAFF = requires(Permission.VIEW_STAFF)
_MANAGES_STAFF = requires(Permission.MANAGE_STAFF)


@get("/staff", operation_id="list_staff", guards=[_SEES_STAFF])
async def list_staff(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    organisation_id: FromQuery[UUID | None] = None,
    team: FromQuery[str] = "",
    in_post_on: FromQuery[date | None] = None,
) -> ListOut[StaffOut]:
    """List staff by name; ``team`` is part of a team's name, ``in_post_on`` leaves out leavers."""
    wanted = Wanted(organisation_id=organisation_id, team=team, in_post_on=in_post_on)
    found = await people.staff(scope=actor.scope, cursor=cursor, wanted=wanted)
    return ListOut.of(found, StaffOut.of)


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


@patch("/staff/{staff_id:uuid}", operation_id="change_staff", guards=[_MANAGES_STAFF])
async def change_staff(
    staff_id: FromPath[UUID], data: JSONBody[StaffPatch], actor: NamedDependency[Actor]
) -> StaffOut:
    """Correct a member of staff and the post that stands for them; what is left out stays."""
    person = await people.staff_member(staff_id, scope=actor.scope)
    await staff_service.update(staff_id, data.applied_to(person), version=data.version, by=actor)
    return StaffOut.of(await people.staff_member(staff_id, scope=actor.scope))


@post("/staff/{staff_id:uuid}/leave", operation_id="end_staff", guards=[_MANAGES_STAFF],
      status_code=200)  # fmt: skip
async def end_staff(
    staff_id: FromPath[UUID], data: JSONBody[LeaveIn], actor: NamedDependency[Actor]
) -> StaffOut:
    """Write down somebody's last day in all their posts; their records stay."""
    await posts.leave(staff_id, data.ended_on, version=data.version, by=actor)
    return StaffOut.of(await people.staff_member(staff_id, scope=actor.scope))


@put("/staff/{staff_id:uuid}/account", operation_id="link_account", guards=[_MANAGES_STAFF])
async def link(
    staff_id: FromPath[UUID], data: JSONBody[AccountLinkIn], actor: NamedDependency[Actor]
) -> StaffOut:
    """Link the account with an e-mail to a member of staff, so that they see their own record."""
    await link_account(staff_id, data.email, version=data.version, by=actor)
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


@get("/me/training", operation_id="get_own_training", guards=[signed_in])
async def get_own_training(actor: NamedDependency[Actor]) -> OwnTrainingOut:
    """Answer one's own training and that of those whom one manages; 404 if linked to no record."""
    day = clock.today()
    own = await own_training(as_of=day, scope=actor.scope)
    if own is None:
        raise NotFoundError
    return OwnTrainingOut.of(own, day)


ROUTES = Router(
    "/",
    route_handlers=[
        list_staff, add_staff, get_staff, change_staff, end_staff, link, get_staff_compliance,
        get_own_training,
    ],
    tags=["training"],
)  # fmt: skip
