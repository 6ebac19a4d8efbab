"""Writes down on a register that its session did not take place, and whose reason it was."""

from dataclasses import dataclass
from uuid import UUID

from core import audit, clock, database
from core.scope import Actor, Permission
from programmes.domain.case_terms import NotHeldBecauseOf
from programmes.domain.terms import SessionStatus
from programmes.errors import SessionMarkedError, StaleRegisterError
from programmes.queries.cohorts import SessionView, session
from programmes.services import reach
from programmes.services.fields import refuse, text_fault
from programmes.services.registers import refuse_unmarkable
from programmes.tables import Session


@dataclass(frozen=True, slots=True)
class NotHeld:
    """Why a session did not take place, with the version of its register that was read."""

    because_of: NotHeldBecauseOf
    reason: str
    version: int


async def save(session_id: UUID, how: NotHeld, *, by: Actor) -> int:
    """Cancel a session that has begun and was not held; the same again changes nothing.

    Raises:
        SessionCancelledError, SessionNotBegunError: there is nothing to mark.
        SessionMarkedError: somebody is marked, so it was held.
        StaleRegisterError: somebody else saved the register in the meantime.
    """
    found = await session(session_id, scope=by.scope)
    by.require(Permission.MARK_REGISTERS, side=found.side, organisation_id=found.organisation_id)
    await reach.require_cohort(found.cohort_id, Permission.MARK_REGISTERS, by=by)
    refuse([text_fault("reason", how.reason, longest=200)])
    if _says_the_same(found, how):
        return found.register_version
    refuse_unmarkable(found)
    if found.register_version:
        raise SessionMarkedError("This session has a register, so it took place")
    async with database.transaction():
        if not await _cancel(session_id, how):
            raise StaleRegisterError
        await audit.record(
            "session_not_held", by=by, subject_type=audit.Subject.SESSION, subject=session_id,
            side=found.side, organisation_id=found.organisation_id,
            before={"status": SessionStatus.SCHEDULED},
            after={"status": SessionStatus.CANCELLED, "because_of": how.because_of},
            reason=how.reason.strip(),
        )  # fmt: skip
    return found.register_version


def _says_the_same(found: SessionView, how: NotHeld) -> bool:
    return found.status is SessionStatus.CANCELLED and (
        found.not_held_because_of,
        found.cancelled_reason,
    ) == (how.because_of, how.reason.strip())


async def _cancel(session_id: UUID, how: NotHeld) -> bool:
    touched = await (
        Session.update(
            {
                Session.status: SessionStatus.CANCELLED,
                Session.cancelled_reason: how.reason.strip(),
                Session.not_held_because_of: how.because_of,
                Session.revision: Session.revision + 1,
                Session.revised_at: clock.now(),
            }
        )
        .where(
            Session.id == session_id,
            Session.status == SessionStatus.SCHEDULED,
            Session.register_version == how.version,
        )
        .returning(Session.id)
    )
    return bool(touched)
