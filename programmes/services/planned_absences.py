"""Records an absence that somebody told of before the session."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.domain.register import LONGEST_NOTE
from programmes.domain.terms import AbsenceReason, SessionStatus
from programmes.errors import AbsencePlannedError, SessionBegunError, SessionCancelledError
from programmes.queries.registers import RegisterView, register
from programmes.services import reach
from programmes.services.fields import refuse, text_fault
from programmes.tables import PlannedAbsence


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """Who will not come, and why; ``acceptable`` on the perpetrators' side only."""

    enrolment_id: UUID
    reason: AbsenceReason
    acceptable: bool | None = None
    note: str = ""


async def add(session_id: UUID, new: NewAbsence, *, by: Actor) -> UUID:
    """Record a planned absence; the register shows it, and counts it once it is saved.

    Raises:
        AbsencePlannedError: it is recorded already.
        InvalidInputError: the person is not expected, or a field is not valid.
        SessionBegunError, SessionCancelledError: it is too late, or there is nothing to miss.
    """
    stored = await _to_come(session_id, by)
    refuse(_faults(new, stored))
    row = PlannedAbsence(
        id=new_id(), session=session_id, enrolment=new.enrolment_id, reason=new.reason,
        acceptable=new.acceptable, note=new.note.strip(), recorded_by=by.account_id,
        recorded_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(
            PlannedAbsence, one_planned_absence_per_session=AbsencePlannedError()
        ):
            await row.save()
        await _record("absence_planned", stored, row.id, new.enrolment_id, by)
        await announce(sessions={session_id})
    return row.id


async def remove(session_id: UUID, planned_id: UUID, *, by: Actor) -> None:
    """Take a planned absence back, because the person will come after all.

    Raises:
        NotFoundError: it is not there, or not visible.
        SessionBegunError, SessionCancelledError: it is too late, or there is nothing to miss.
    """
    stored = await _to_come(session_id, by)
    planned = {row.planned.id: row.enrolment_id for row in stored.rows if row.planned}
    if planned_id not in planned:
        raise NotFoundError
    async with database.transaction():
        await PlannedAbsence.delete().where(PlannedAbsence.id == planned_id)
        await _record("planned_absence_removed", stored, planned_id, planned[planned_id], by)
        await announce(sessions={session_id})


async def _to_come(session_id: UUID, by: Actor) -> RegisterView:
    stored = await register(session_id, scope=by.scope)
    session = stored.session
    by.require(
        Permission.MARK_REGISTERS, side=session.side, organisation_id=session.organisation_id
    )
    await reach.require_cohort(session.cohort_id, Permission.MARK_REGISTERS, by=by)
    if session.status is SessionStatus.CANCELLED:
        raise SessionCancelledError
    if session.starts_at <= clock.now():
        raise SessionBegunError
    return stored


def _faults(new: NewAbsence, stored: RegisterView) -> Iterable[FieldError | None]:
    if new.enrolment_id not in {row.enrolment_id for row in stored.rows}:
        yield FieldError("enrolment_id", "This person is not expected at this session")
    if new.acceptable is not None and stored.session.side is Side.SURVIVOR:
        yield FieldError("acceptable", "Nobody judges absences in this group")
    yield text_fault("note", new.note, longest=LONGEST_NOTE, required=False, lines=True)


async def _record(
    action: str, stored: RegisterView, planned_id: UUID, enrolment_id: UUID, by: Actor
) -> None:
    session = stored.session
    await audit.record(
        action, by=by, subject_type=audit.Subject.SESSION, subject=session.id,
        side=session.side, organisation_id=session.organisation_id,
        after={"planned_absence": planned_id, "enrolment": enrolment_id},
    )  # fmt: skip
