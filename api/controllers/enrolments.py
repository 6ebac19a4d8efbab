"""Places in groups under ``/api/v1``: progress, pauses, transfers, endings, the partner offer."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut
from api.schemas.enrolments import (
    CompleteIn,
    ExitIn,
    PartnerOfferIn,
    PartnerOfferOut,
    PauseIn,
    PlanIn,
    ProgressOut,
    RecordIn,
    ResumeIn,
    RevokeIn,
    TransferIn,
)
from core import audit
from core.scope import Actor, Permission, Side
from programmes.queries.partner_offers import is_recorded, offer_place
from programmes.queries.progress import enrolment
from programmes.services import endings, gates, offers, pauses, revoking, transfers
from programmes.services.individual_plans import save_plan
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_LINKS = [requires(Permission.MANAGE_LINKS)]


@get("/enrolments/{enrolment_id:uuid}/progress", operation_id="get_progress", guards=_VIEW)
async def get_progress(enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]) -> ProgressOut:
    """Answer where one person stands; the view is audited."""
    found = await enrolment(enrolment_id, scope=actor.scope)
    await viewed(
        audit.Subject.ENROLMENT, enrolment_id, side=found.cohort.side,
        organisation_id=found.cohort.organisation_id, by=actor,
    )  # fmt: skip
    offered = None
    if found.cohort.side is Side.PERPETRATOR:
        offered = await is_recorded(enrolment_id, scope=actor.scope)
    return ProgressOut.of(found.member, offer_recorded=offered, plan=found.member.plan)


@post("/enrolments/{enrolment_id:uuid}/complete", operation_id="complete_enrolment",
      guards=_MANAGE, status_code=204)  # fmt: skip
async def complete_enrolment(
    enrolment_id: FromPath[UUID], data: JSONBody[CompleteIn], actor: NamedDependency[Actor]
) -> None:
    """Record that somebody has completed; only if every gate of the rule holds."""
    await endings.complete(enrolment_id, data.ending(), by=actor)


@post("/enrolments/{enrolment_id:uuid}/exit", operation_id="exit_enrolment", guards=_MANAGE,
      status_code=204)  # fmt: skip
async def exit_enrolment(
    enrolment_id: FromPath[UUID], data: JSONBody[ExitIn], actor: NamedDependency[Actor]
) -> None:
    """Record that somebody has left before completing."""
    await endings.leave(
        enrolment_id, data.ending(), data.reason, keep_open=data.keep_open, by=actor
    )


@post("/enrolments/{enrolment_id:uuid}/revoke", operation_id="revoke_ending", guards=_MANAGE,
      status_code=204)  # fmt: skip
async def revoke_ending(
    enrolment_id: FromPath[UUID], data: JSONBody[RevokeIn], actor: NamedDependency[Actor]
) -> None:
    """Take a wrong completion or exit back."""
    await revoking.revoke(enrolment_id, reason=data.reason, version=data.version, by=actor)


@post("/enrolments/{enrolment_id:uuid}/record", operation_id="record_gates", guards=_MANAGE,
      status_code=204)  # fmt: skip
async def record_gates(
    enrolment_id: FromPath[UUID], data: JSONBody[RecordIn], actor: NamedDependency[Actor]
) -> None:
    """Write down the end review and that the report was sent."""
    stored = await enrolment(enrolment_id, scope=actor.scope)
    await gates.record(enrolment_id, data.over(stored.member), version=data.version, by=actor)


@post("/enrolments/{enrolment_id:uuid}/pause", operation_id="pause_enrolment", guards=_MANAGE)
async def pause_enrolment(
    enrolment_id: FromPath[UUID], data: JSONBody[PauseIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Expect somebody at no session for a while; the place is kept."""
    return CreatedOut(id=await pauses.pause(enrolment_id, data.new(), by=actor))


@post("/enrolments/{enrolment_id:uuid}/resume", operation_id="resume_enrolment", guards=_MANAGE,
      status_code=204)  # fmt: skip
async def resume_enrolment(
    enrolment_id: FromPath[UUID], data: JSONBody[ResumeIn], actor: NamedDependency[Actor]
) -> None:
    """End the pause that is on, or the next to come."""
    await pauses.resume(enrolment_id, on=data.on, by=actor)


@post("/enrolments/{enrolment_id:uuid}/transfer", operation_id="transfer_enrolment",
      guards=_MANAGE)  # fmt: skip
async def transfer_enrolment(
    enrolment_id: FromPath[UUID], data: JSONBody[TransferIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Move somebody to another group of the programme; answers the place there."""
    return CreatedOut(id=await transfers.transfer(enrolment_id, data.transfer(), by=actor))


@post("/enrolments/{enrolment_id:uuid}/plan", operation_id="save_plan", guards=_MANAGE,
      status_code=204)  # fmt: skip
async def plan_sessions(
    enrolment_id: FromPath[UUID], data: JSONBody[PlanIn], actor: NamedDependency[Actor]
) -> None:
    """Write down how many sessions are planned for somebody, and what for."""
    await save_plan(enrolment_id, data.new(), version=data.version, by=actor)


@get("/enrolments/{enrolment_id:uuid}/partner-offer", operation_id="get_partner_offer",
     guards=_LINKS)  # fmt: skip
async def get_partner_offer(
    enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> PartnerOfferOut:
    """Answer what came of the offer to a partner; the view is audited."""
    found = await offer_place(enrolment_id, scope=actor.scope)
    await viewed(
        audit.Subject.ENROLMENT, enrolment_id, side=Side.PERPETRATOR,
        organisation_id=found.organisation_id, by=actor,
    )  # fmt: skip
    return PartnerOfferOut.of(found)


@post("/enrolments/{enrolment_id:uuid}/partner-offer", operation_id="record_partner_offer",
      guards=_LINKS, status_code=204)  # fmt: skip
async def record_partner_offer(
    enrolment_id: FromPath[UUID], data: JSONBody[PartnerOfferIn], actor: NamedDependency[Actor]
) -> None:
    """Record that support was offered to the partner of somebody who starts (D8)."""
    await offers.record_offer(enrolment_id, data.offer(), version=data.version, by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        get_progress, complete_enrolment, exit_enrolment, revoke_ending, record_gates,
        pause_enrolment, resume_enrolment, transfer_enrolment, plan_sessions,
        get_partner_offer, record_partner_offer,
    ],
    tags=["enrolments"],
)  # fmt: skip
