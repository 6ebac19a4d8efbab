"""Decides whether somebody who was missing from a full list of staff has left."""

from datetime import date
from uuid import UUID

from core import clock, database
from core.errors import InvalidInputError
from core.scope import Actor, Permission
from training.domain.terms import LeaverDecision
from training.errors import LeaverDecidedError
from training.queries.leavers import proposal
from training.queries.people import staff_member
from training.services.careers import note
from training.services.posts import end_posts
from training.tables import LeaverProposal


async def decide(
    proposal_id: UUID, decision: LeaverDecision, *, ended_on: date | None, by: Actor
) -> None:
    """Write down the last day of somebody who has left, or that they stay.

    Raises:
        InvalidInputError: the last day is missing, wrong, or of somebody who stays.
        LeaverDecidedError: it is decided already.
        NotFoundError: there is no such proposal in the person's organisations.
        StaleVersionError: somebody changed the person's record in the meantime.
    """
    found = await proposal(proposal_id, scope=by.scope)
    person = await staff_member(found.staff_id, scope=by.scope)
    by.require(Permission.MANAGE_STAFF, organisation_id=person.organisation_id)
    _refuse_wrong_day(decision, ended_on)
    async with database.transaction():
        claimed = await (
            LeaverProposal.update(
                database.assignments(
                    {
                        "decision": decision.value,
                        "decided_by": by.account_id,
                        "decided_at": clock.now(),
                    }
                )
            )
            .where(LeaverProposal.id == proposal_id, LeaverProposal.decision.is_null())
            .returning(LeaverProposal.id)
        )
        if not claimed:
            raise LeaverDecidedError
        await note("leaver_decided", person, by=by, after={"decision": decision})
        if ended_on:
            await end_posts(person, ended_on, by=by)


def _refuse_wrong_day(decision: LeaverDecision, ended_on: date | None) -> None:
    if decision is LeaverDecision.ENDED and ended_on is None:
        raise InvalidInputError.of("ended_on", "Enter their last day")
    if decision is LeaverDecision.STAYS and ended_on is not None:
        raise InvalidInputError.of("ended_on", "Leave the last day empty for somebody who stays")
