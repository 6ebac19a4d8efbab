"""What a person decides about one text."""

from uuid import UUID

from core import audit, database
from core.errors import ForbiddenError, NotFoundError
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
        ForbiddenError: the person may see it, but manages other people only.
        NotFoundError: it is not there, or not visible.
    """
    view = await queries.message(message_id, scope=by.scope, own_cohorts=own_cohorts)
    await _require(message_id, own_cohorts, by)
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


async def _require(message_id: UUID, own_cohorts: frozenset[UUID], by: Actor) -> None:
    """Refuse a visible text of somebody whom the person may not manage."""
    try:
        await queries.message(
            message_id, scope=by.scope, own_cohorts=own_cohorts, permission=Permission.MANAGE_PEOPLE
        )
    except NotFoundError:
        raise ForbiddenError from None


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
