"""Referrals, their assessment and their moves, and waiting lists under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.referrals import (
    AssessmentIn,
    ReferralChangeIn,
    ReferralDetailOut,
    ReferralIn,
    ReferralOut,
    StatusIn,
    ToldIn,
    ToldOut,
)
from api.schemas.waiting import WaitingOut
from core import audit
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.domain.terms import ReferralStatus
from programmes.queries import referrals as queries
from programmes.queries.amendments import amendments_of
from programmes.queries.cohorts import cohort as cohort_of
from programmes.queries.eligibility import eligibility_of
from programmes.queries.programmes import programme as programme_of
from programmes.queries.waiting import WaitingList, passes_of, waiting
from programmes.services import referral_moves
from programmes.services import referrals as services
from programmes.services.viewing import Listing, listed, viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PEOPLE)]


@get("/referrals", operation_id="list_referrals", guards=_VIEW)
async def list_referrals(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    status: FromQuery[ReferralStatus | None] = None,
    participant_id: FromQuery[UUID | None] = None,
) -> ListOut[ReferralOut]:
    """List referrals, oldest first; the view is audited."""
    found = await queries.referrals(
        scope=actor.scope, cursor=cursor, status=status, participant_id=participant_id
    )
    await listed(Listing.REFERRALS, len({item.participant_id for item in found.items}), by=actor)
    return ListOut.of(found, ReferralOut.of)


@post("/referrals", operation_id="add_referral", guards=_MANAGE)
async def add_referral(data: JSONBody[ReferralIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Record a referral."""
    return CreatedOut(
        id=await services.add_referral(
            data.participant_id, data.programme_id, data.details(), by=actor
        )
    )


@get("/referrals/{referral_id:uuid}", operation_id="get_referral", guards=_VIEW)
async def get_referral(
    referral_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ReferralDetailOut:
    """Answer a referral with its history; the view is audited."""
    return await _detail(referral_id, actor)


async def _detail(referral_id: UUID, actor: Actor) -> ReferralDetailOut:
    view = await queries.referral(referral_id, scope=actor.scope)
    moves = await queries.moves_of(scope=actor.scope, referral_id=referral_id)
    told = await queries.told_of(referral_id, scope=actor.scope)
    await viewed(
        audit.Subject.REFERRAL, referral_id, side=view.side,
        organisation_id=view.organisation_id, by=actor,
    )  # fmt: skip
    return ReferralDetailOut.shaped(
        view, moves=moves, told=told,
        passes=await passes_of(referral_id, scope=actor.scope),
        amendments=await amendments_of(referral_id, scope=actor.scope),
        found=await eligibility_of(referral_id, scope=actor.scope),
    )  # fmt: skip


@patch("/referrals/{referral_id:uuid}", operation_id="amend_referral", guards=_MANAGE)
async def amend_referral(
    referral_id: FromPath[UUID],
    data: JSONBody[ReferralChangeIn],
    actor: NamedDependency[Actor],
) -> ReferralOut:
    """Change what is written down of a referral."""
    stored = await queries.referral(referral_id, scope=actor.scope)
    await services.amend(
        referral_id, data.over(stored), version=data.version, why=data.amendment_reason, by=actor
    )
    return ReferralOut.of(await queries.referral(referral_id, scope=actor.scope))


@post("/referrals/{referral_id:uuid}/status", operation_id="move_referral", guards=_MANAGE,
      status_code=200)  # fmt: skip
async def move_referral(
    referral_id: FromPath[UUID], data: JSONBody[StatusIn], actor: NamedDependency[Actor]
) -> ReferralOut:
    """Move a referral by hand, one allowed move at a time."""
    await referral_moves.set_status(
        referral_id, data.change(), version=data.version, by=actor
    )  # fmt: skip
    return ReferralOut.of(await queries.referral(referral_id, scope=actor.scope))


@post("/referrals/{referral_id:uuid}/assessment", operation_id="assess_referral", guards=_MANAGE,
      status_code=200)  # fmt: skip
async def assess_referral(
    referral_id: FromPath[UUID], data: JSONBody[AssessmentIn], actor: NamedDependency[Actor]
) -> ReferralOut:
    """Record what an assessment found; the referral moves to where that leads."""
    await referral_moves.assess(
        referral_id, data.assessment(), version=data.version, by=actor
    )  # fmt: skip
    return ReferralOut.of(await queries.referral(referral_id, scope=actor.scope))


@post("/referrals/{referral_id:uuid}/told", operation_id="tell_referrer", guards=_MANAGE)
async def tell_referrer(
    referral_id: FromPath[UUID], data: JSONBody[ToldIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Record what the referrer was told."""
    return CreatedOut(id=await services.tell_referrer(referral_id, data.given(), by=actor))


@get("/referrals/{referral_id:uuid}/told", operation_id="list_told", guards=_VIEW)
async def list_told(referral_id: FromPath[UUID], actor: NamedDependency[Actor]) -> ListOut[ToldOut]:
    """List what the referrer was told, newest first."""
    return ListOut(items=(await _detail(referral_id, actor)).told, next=None)


@get("/cohorts/{cohort_id:uuid}/waiting-list", operation_id="list_waiting", guards=_VIEW)
async def list_waiting(
    cohort_id: FromPath[UUID], actor: NamedDependency[Actor], area: FromQuery[str] = ""
) -> WaitingOut:
    """List who waits for a place on this cohort's programme, and whether its times suit them."""
    group = await cohort_of(cohort_id, scope=actor.scope)
    found = await waiting(group.programme_id, scope=actor.scope, group=group, area=area)
    await note_waiting_list(found, actor)
    return WaitingOut.of(found)


@get("/programmes/{programme_id:uuid}/waiting-list", operation_id="list_waiting_for_programme",
     guards=_VIEW)  # fmt: skip
async def list_waiting_for_programme(
    programme_id: FromPath[UUID], actor: NamedDependency[Actor], area: FromQuery[str] = ""
) -> WaitingOut:
    """List who waits for a place on a programme, the longest wait first."""
    await programme_of(programme_id, scope=actor.scope)
    found = await waiting(programme_id, scope=actor.scope, area=area)
    await note_waiting_list(found, actor)
    return WaitingOut.of(found)


async def note_waiting_list(found: WaitingList, actor: Actor) -> None:
    """Write down that somebody was shown a waiting list (D11)."""
    await listed(Listing.WAITING, len(found.ready) + len(found.not_ready), by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        list_referrals, add_referral, get_referral, amend_referral, move_referral,
        assess_referral, tell_referrer, list_told, list_waiting, list_waiting_for_programme,
    ],
    tags=["referrals"],
)  # fmt: skip
