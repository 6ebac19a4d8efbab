"""Saves a register: all rows or none, never over somebody else's save."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import InvalidInputError
from core.ids import new_id
from core.scope import Actor, Permission
from programmes.domain.register import Changes, Entry, changes, faults
from programmes.domain.terms import SessionStatus
from programmes.errors import SessionCancelledError, SessionNotBegunError, StaleRegisterError
from programmes.queries.cohorts import SessionView
from programmes.queries.registers import MarkView, RegisterRow, RegisterView, register
from programmes.services import reach
from programmes.services.fields import text_fault
from programmes.services.starts import keep_starts
from programmes.tables import Session

_NOT_SAVED = "Somebody else saved this register after you opened it; your marks are not saved"


@dataclass(frozen=True, slots=True)
class Submission:
    """A filled-in register, with the version that it was read in."""

    version: int
    entries: tuple[Entry, ...]
    correction_reason: str = ""


async def save(session_id: UUID, submission: Submission, *, by: Actor) -> int:
    """Save a register and answer its new version; the same content again changes nothing.

    Raises:
        InvalidInputError: a line is not valid, or a correction lacks its reason.
        SessionCancelledError, SessionNotBegunError: there is nothing to mark.
        StaleRegisterError: somebody else saved it in the meantime.
    """
    stored = await register(session_id, scope=by.scope)
    session = stored.session
    by.require(
        Permission.MARK_REGISTERS, side=session.side, organisation_id=session.organisation_id
    )
    await reach.require_cohort(session.cohort_id, Permission.MARK_REGISTERS, by=by)
    _refuse_unmarkable(session)
    _refuse_faults(submission, stored)
    found = changes(submission.entries, stored_entries(stored))
    if session.register_version and not found.entries:
        return session.register_version
    if submission.version != session.register_version:
        raise StaleRegisterError(_NOT_SAVED)
    async with database.transaction():
        # Two sessions of a cohort saved side by side would each miss the other's first mark.
        await database.serialise(f"registers of {session.cohort_id}")
        if not await _advance(session_id, submission.version, by):
            raise StaleRegisterError(_NOT_SAVED)
        # Only now is it certain that the marks were read in the version that is changed.
        _refuse_without_reason(found, submission)
        ids = await _write(session_id, found.entries, stored, by)
        await keep_starts([entry.enrolment_id for entry in found.entries], by=by)
        await _record(session, found, submission.correction_reason, ids, by)
    return submission.version + 1


def _refuse_unmarkable(session: SessionView) -> None:
    if session.status is SessionStatus.CANCELLED:
        raise SessionCancelledError
    if session.starts_at > clock.now():
        raise SessionNotBegunError


def _refuse_faults(submission: Submission, stored: RegisterView) -> None:
    expected = frozenset(row.enrolment_id for row in stored.rows)
    errors = list(faults(submission.entries, expected=expected, side=stored.session.side))
    reason = text_fault(
        "correction_reason", submission.correction_reason, longest=200, required=False
    )
    if errors or reason:
        raise InvalidInputError(
            "Some of the marks need correcting", errors=[*errors, *([reason] if reason else [])]
        )


def _refuse_without_reason(found: Changes, submission: Submission) -> None:
    if found.corrected and not submission.correction_reason.strip():
        raise InvalidInputError.of(
            "correction_reason", "Say why a mark that was saved before is changed"
        )


def stored_entries(stored: RegisterView) -> dict[UUID, Entry]:
    """Answer the marks of a stored register as entries, to compare with what is filled in."""
    return {row.enrolment_id: _entry(row, row.mark) for row in stored.rows if row.mark}


def _entry(row: RegisterRow, stored: MarkView) -> Entry:
    return Entry(
        enrolment_id=row.enrolment_id,
        outcome=stored.mark.outcome,
        minutes_attended=stored.mark.minutes_attended,
        absence_reason=stored.mark.absence_reason,
        acceptable=stored.mark.acceptable,
        engaged=stored.engaged,
        note=stored.note,
    )


async def _advance(session_id: UUID, version: int, by: Actor) -> bool:
    """Raise the register's version, if it is still the one that was read."""
    touched = await (
        Session.update(
            {
                Session.register_version: version + 1,
                Session.status: SessionStatus.HELD,
                Session.register_saved_at: clock.now(),
                Session.register_saved_by: by.account_id,
            }
        )
        .where(
            Session.id == session_id,
            Session.register_version == version,
            Session.status != SessionStatus.CANCELLED,
        )
        .returning(Session.id)
    )
    return bool(touched)


async def _write(
    session_id: UUID, entries: Sequence[Entry], stored: RegisterView, by: Actor
) -> dict[UUID, UUID]:
    """Write every mark as one statement; answer the marks' ids by enrolment."""
    if not entries:
        return {}
    known = {row.enrolment_id: row.mark.id for row in stored.rows if row.mark}
    ids = {entry.enrolment_id: known.get(entry.enrolment_id) or new_id() for entry in entries}
    rows = [
        (
            ids[entry.enrolment_id], session_id, entry.enrolment_id, entry.outcome.value,
            entry.minutes_attended, entry.absence_reason and entry.absence_reason.value,
            entry.acceptable, entry.engaged, entry.note, by.account_id, clock.now(),
        )
        for entry in entries
    ]  # fmt: skip
    await database.run(
        "INSERT INTO attendances (id, session, enrolment, outcome, minutes_attended,"
        " absence_reason, acceptable, engaged, note, recorded_by, recorded_at) VALUES {}"
        " ON CONFLICT (session, enrolment) DO UPDATE SET outcome = excluded.outcome,"
        " minutes_attended = excluded.minutes_attended,"
        " absence_reason = excluded.absence_reason, acceptable = excluded.acceptable,"
        " engaged = excluded.engaged, note = excluded.note,"
        " recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at",
        database.values_list(rows),
    )
    return ids


async def _record(
    session: SessionView, found: Changes, reason: str, ids: dict[UUID, UUID], by: Actor
) -> None:
    where: dict[str, Any] = {"side": session.side, "organisation_id": session.organisation_id}
    await audit.record(
        "register_saved", by=by, subject_type=audit.Subject.SESSION, subject=session.id,
        after={str(entry.enrolment_id): entry.outcome for entry in found.entries}, **where,
    )  # fmt: skip
    for old, new in found.corrected:
        before, after = audit.changed(_shape(old), _shape(new))
        await audit.record(
            "mark_corrected", by=by, subject_type=audit.Subject.ATTENDANCE,
            subject=ids[new.enrolment_id], before=before, after=after, reason=reason.strip(),
            **where,
        )  # fmt: skip


def _shape(entry: Entry) -> dict[str, Any]:
    return {
        "outcome": entry.outcome,
        "minutes_attended": entry.minutes_attended,
        "absence_reason": entry.absence_reason,
        "acceptable": entry.acceptable,
        "engaged": entry.engaged,
        "note": entry.note,
    }
