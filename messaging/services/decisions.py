"""What a person decides about one text: let it go, stop it, or say what became of it."""

from enum import StrEnum
from uuid import UUID

from core import audit, clock, database
from core.errors import ForbiddenError, NotFoundError
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.reasons import REASON_WORDS, Reason
from messaging.domain.states import UNSENT_IN_ORDER
from messaging.domain.terms import MessageState
from messaging.errors import MessageGoneError, TextMovedOnError, TextNotReleasableError
from messaging.queries import MessageView
from messaging.services import moves

RELEASABLE = frozenset({Reason.CLOSED_DAY, Reason.RESTORED})
"""Holds that only a person's word ends; of all others the cause has to be put right."""


class Outcome(StrEnum):
    """What somebody found out about a text that nobody knew to have left."""

    SENT = "sent"
    NOT_SENT = "not_sent"


_STATE_OF = {Outcome.SENT: MessageState.ACCEPTED, Outcome.NOT_SENT: MessageState.CANCELLED}


async def release(message_id: UUID, *, own_cohorts: frozenset[UUID], by: Actor) -> None:
    """Let a held text go at its time, or now; the gates still judge it before it leaves.

    ``own_cohorts`` are those that the person facilitates.

    Raises:
        TextMovedOnError: it is not held.
        TextNotReleasableError: what holds it has to be put right, or its time has gone by.
        ForbiddenError: the person may see it, but decides about other texts only.
        NotFoundError: it is not there, or not visible.
    """
    view = await _decidable(message_id, own_cohorts, by)
    if view.state is not MessageState.HELD:
        raise TextMovedOnError
    if view.reason not in RELEASABLE:
        raise TextNotReleasableError(f"{view.words.text}. {view.words.next_step}")
    now = clock.now()
    if view.expires_at <= now:
        words = REASON_WORDS[Reason.PAST]
        raise TextNotReleasableError(f"{words.text}. {words.next_step}")
    new = MessageState.PLANNED if view.send_after > now else MessageState.QUEUED
    async with database.transaction():
        if not await moves.move(
            message_id, old=MessageState.HELD, new=new, reason=Reason.RELEASED,
            actor=by.account_id, released_at=now, released_by=by.account_id,
        ):  # fmt: skip
            raise TextMovedOnError
        await _record("text_released", view, new, by)


async def cancel(message_id: UUID, *, own_cohorts: frozenset[UUID], by: Actor) -> None:
    """Stop a text that has not left; ``own_cohorts`` are those that the person facilitates.

    Raises:
        MessageGoneError: it has left or has ended already.
        ForbiddenError: the person may see it, but decides about other texts only.
        NotFoundError: it is not there, or not visible.
    """
    view = await _decidable(message_id, own_cohorts, by)
    async with database.transaction():
        if not await _cancelled(message_id, by):
            raise MessageGoneError
        await _record("text_cancelled", view, MessageState.CANCELLED, by)


async def resolve(
    message_id: UUID, outcome: Outcome, *, own_cohorts: frozenset[UUID], by: Actor
) -> None:
    """Record what somebody found out about a text that nobody knew to have left.

    Raises:
        TextMovedOnError: it is known by now, or was never in doubt.
        ForbiddenError: the person may see it, but decides about other texts only.
        NotFoundError: it is not there, or not visible.
    """
    view = await _decidable(message_id, own_cohorts, by)
    new = _STATE_OF[outcome]
    async with database.transaction():
        if not await moves.move(
            message_id, old=MessageState.UNRESOLVED, new=new, reason=Reason.RESOLVED,
            actor=by.account_id,
        ):  # fmt: skip
            raise TextMovedOnError
        await _record("text_resolved", view, new, by)


async def _decidable(message_id: UUID, own_cohorts: frozenset[UUID], by: Actor) -> MessageView:
    """Answer a visible text; refuse one that the person sees but may not decide about."""
    await queries.message(message_id, scope=by.scope, own_cohorts=own_cohorts)
    try:
        return await queries.message(
            message_id, scope=by.scope, own_cohorts=own_cohorts,
            permission=Permission.DECIDE_MESSAGES,
        )  # fmt: skip
    except NotFoundError:
        raise ForbiddenError from None


async def _cancelled(message_id: UUID, by: Actor) -> bool:
    """Cancel it in whichever unsent state it is by now; tell whether it was in one."""
    for state in UNSENT_IN_ORDER:
        if await moves.move(
            message_id,
            old=state,
            new=MessageState.CANCELLED,
            reason=Reason.BY_PERSON,
            actor=by.account_id,
        ):
            return True
    return False


async def _record(action: str, view: MessageView, new: MessageState, by: Actor) -> None:
    await audit.record(
        action,
        by=by,
        subject_type=audit.Subject.MESSAGE,
        subject=view.id,
        side=view.side,
        organisation_id=view.organisation_id,
        before={"state": view.state},
        after={"state": new},
    )
