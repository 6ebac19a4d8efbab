"""What a person decides about one text."""

from uuid import UUID

from core import audit, database
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.reasons import Reason
from messaging.domain.states import UNSENT
from messaging.domain.terms import MessageState
from messaging.errors import MessageGoneError
from messaging.services import moves


async def cancel(message_id: UUID, *, own_cohorts: frozenset[UUID], by: Actor) -> None:
    """Stop a text that has not left; ``own_cohorts`` are those that the person facilitates.

    Raises:
        MessageGoneError: it has left or has ended already.
        NotFoundError: it is not there, or not visible.
    """
    view = await queries.message(message_id, scope=by.scope, own_cohorts=own_cohorts)
    by.require(Permission.MANAGE_PEOPLE, side=view.side, organisation_id=view.organisation_id)
    async with database.transaction():
        if not await _cancelled(message_id, by):
            raise MessageGoneError
        await audit.record(
            "text_cancelled",
            by=by,
            subject_type=audit.Subject.MESSAGE,
            subject=message_id,
            side=view.side,
            organisation_id=view.organisation_id,
            before={"state": view.state},
            after={"state": MessageState.CANCELLED},
        )


async def _cancelled(message_id: UUID, by: Actor) -> bool:
    """Cancel it in whichever unsent state it is by now; tell whether it was in one."""
    for state in sorted(UNSENT):
        if await moves.move(
            message_id,
            old=state,
            new=MessageState.CANCELLED,
            reason=Reason.BY_PERSON,
            actor=by.account_id,
        ):
            return True
    return False
