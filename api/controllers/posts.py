"""Posts of staff, and who has left, under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.staff import (
    LeaverDecisionIn,
    LeaverProposalOut,
    PostIn,
    PostPatch,
    RoleChangeIn,
    StaffOut,
)
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.queries.leavers import open_proposals
from training.queries.people import staff_member
from training.services import leavers, posts

_MANAGES_STAFF = requires(Permission.MANAGE_STAFF)


@post("/staff/{staff_id:uuid}/posts", operation_id="add_post", guards=[_MANAGES_STAFF])
async def add_post(
    staff_id: FromPath[UUID], data: JSONBody[PostIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Give somebody another post beside those that they have."""
    added = await posts.add_post(staff_id, data.details(), version=data.version, by=actor)
    return CreatedOut(id=added)


@post("/staff/{staff_id:uuid}/posts/{post_id:uuid}/role-change", operation_id="change_role",
      guards=[_MANAGES_STAFF], status_code=200)  # fmt: skip
async def change_role(
    staff_id: FromPath[UUID],
    post_id: FromPath[UUID],
    data: JSONBody[RoleChangeIn],
    actor: NamedDependency[Actor],
) -> StaffOut:
    """End a post the day before and begin the one that follows it."""
    person = await staff_member(staff_id, scope=actor.scope)
    details = data.details(posts.details_of(person, post_id))
    await posts.change_role(staff_id, post_id, details, version=data.version, by=actor)
    return StaffOut.of(await staff_member(staff_id, scope=actor.scope))


@patch("/staff/{staff_id:uuid}/posts/{post_id:uuid}", operation_id="correct_post",
       guards=[_MANAGES_STAFF])  # fmt: skip
async def correct_post(
    staff_id: FromPath[UUID],
    post_id: FromPath[UUID],
    data: JSONBody[PostPatch],
    actor: NamedDependency[Actor],
) -> StaffOut:
    """Correct a post or write down its last day; what is left out stays."""
    person = await staff_member(staff_id, scope=actor.scope)
    details = data.on_top_of(posts.details_of(person, post_id))
    await posts.correct_post(staff_id, post_id, details, version=data.version, by=actor)
    return StaffOut.of(await staff_member(staff_id, scope=actor.scope))


@get("/leaver-proposals", operation_id="list_leaver_proposals", guards=[_MANAGES_STAFF])
async def list_leaver_proposals(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[LeaverProposalOut]:
    """List who was missing from a full list of staff and is not decided about."""
    found = await open_proposals(scope=actor.scope, cursor=cursor)
    return ListOut.of(found, LeaverProposalOut.of)


@post("/leaver-proposals/{proposal_id:uuid}", operation_id="decide_leaver",
      guards=[_MANAGES_STAFF], status_code=204)  # fmt: skip
async def decide_leaver(
    proposal_id: FromPath[UUID], data: JSONBody[LeaverDecisionIn], actor: NamedDependency[Actor]
) -> None:
    """Write down the last day of somebody who has left, or that they stay."""
    await leavers.decide(proposal_id, data.decision, ended_on=data.ended_on, by=actor)


ROUTES = Router(
    "/",
    route_handlers=[add_post, change_role, correct_post, list_leaver_proposals, decide_leaver],
    tags=["training"],
)
