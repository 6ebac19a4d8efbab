"""Saves a register: all rows or none, never over somebody else's save."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import InvalidInputError
from core.scope import Actor, Permission
from programmes.domain.attendance import CREDITABLE
from programmes.domain.register import LONGEST_NOTE, Changes, Entry, changes, faults
from programmes.domain.terms import SessionStatus
from programmes.errors import SessionCancelledError, SessionNotBegunError, StaleRegisterError
from programmes.queries.cohorts import SessionView
from programmes.queries.registers import RegisterView, register
from programmes.services import counts, marks, reach, reviews, welfare
from programmes.services.fields import text_fault
from programmes.services.marks import stored_entries
from programmes.services.starts import keep_starts

_NOT_SAVED = "Somebody else saved this register after you opened it; your marks are not saved"


@dataclass(frozen=True, slots=True)
class Submission:
    """A filled-in register, with the version that it was read in.

    ``covered`` says what the group did; ``None`` leaves what is written there.
    """

    version: int
    entries: tuple[Entry, ...]
    correction_reason: str = ""
    covered: str | None = None


async def save(session_id: UUID, submission: Submission, *, by: Actor) -> int:
    """Save a register and answer its new version; the same content again changes nothing.

    Raises:
        EditWindowOverError: a saved mark would change later than the programme allows.
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
    refuse_unmarkable(session)
    _refuse_faults(submission, stored)
    found = changes(submission.entries, stored_entries(stored))
    log_changes = submission.covered is not None and submission.covered != session.covered
    if session.register_version and not found.entries and not log_changes:
        return session.register_version
    if submission.version != session.register_version:
        raise StaleRegisterError(_NOT_SAVED)
    marks.refuse_late_corrections(found, stored, by=by)
    async with database.transaction():
        # Two sessions of a cohort saved side by side would each miss the other's first mark.
        await database.serialise(f"registers of {session.cohort_id}")
        if not await _advance(session, submission, by):
            raise StaleRegisterError(_NOT_SAVED)
        # Only now is it certain that the marks were read in the version that is changed.
        _refuse_without_reason(found, submission)
        await _follow(found, stored, submission, by)
        await _keep_counts(session, found)
        await _record(session, found, log_changes=log_changes, by=by)
    return submission.version + 1


def refuse_unmarkable(session: SessionView) -> None:
    """Refuse a session that is cancelled or has not begun.

    Raises:
        SessionCancelledError, SessionNotBegunError: there is nothing to mark.
    """
    if session.status is SessionStatus.CANCELLED:
        raise SessionCancelledError
    if session.starts_at > clock.now():
        raise SessionNotBegunError


def _refuse_faults(submission: Submission, stored: RegisterView) -> None:
    expected = frozenset(row.enrolment_id for row in stored.rows)
    errors = [
        *faults(submission.entries, expected=expected, side=stored.session.side),
        text_fault("correction_reason", submission.correction_reason, longest=200, required=False),
        text_fault(
            "covered", submission.covered or "", longest=LONGEST_NOTE, required=False, lines=True
        ),
    ]
    wrong = [error for error in errors if error]
    if wrong:
        raise InvalidInputError("Some of the marks need correcting", errors=wrong)


def _refuse_without_reason(found: Changes, submission: Submission) -> None:
    if found.corrected and not submission.correction_reason.strip():
        raise InvalidInputError.of(
            "correction_reason", "Say why a mark that was saved before is changed"
        )


async def _advance(session: SessionView, submission: Submission, by: Actor) -> bool:
    """Raise the register's version, if it is still the one that was read."""
    covered = session.covered if submission.covered is None else submission.covered
    touched = await database.run(
        "UPDATE sessions SET register_version = {}, status = {}, register_saved_at = {},"
        " register_saved_by = {}, covered = {} WHERE id = {} AND register_version = {}"
        " AND status <> {} RETURNING id",
        submission.version + 1,
        SessionStatus.HELD.value,
        clock.now(),
        by.account_id,
        covered,
        session.id,
        submission.version,
        SessionStatus.CANCELLED.value,
    )
    return bool(touched)


async def _follow(found: Changes, stored: RegisterView, submission: Submission, by: Actor) -> None:
    """Write the marks and all that follows from them."""
    session = stored.session
    await marks.write(session.id, found.entries, stored, by=by)
    await marks.keep_corrected(found, stored, reason=submission.correction_reason, by=by)
    came = [entry.enrolment_id for entry in found.new if entry.outcome in CREDITABLE]
    corrected = [new.enrolment_id for _, new in found.corrected]
    marked_on = None if corrected else clock.london(session.starts_at).date()
    await keep_starts([*came, *corrected], marked_on=marked_on, by=by)
    await reviews.follow_marks(session, found, by=by)
    await welfare.follow_marks(found, stored, by=by)


async def _keep_counts(session: SessionView, found: Changes) -> None:
    """Keep the counters right: at the first save also of those who were expected and not marked."""
    if session.register_version == 0:
        await counts.keep_counts_of_session(session)
    else:
        await counts.keep_counts([entry.enrolment_id for entry in found.entries])


async def _record(session: SessionView, found: Changes, *, log_changes: bool, by: Actor) -> None:
    after: dict[str, Any] = {
        str(entry.enrolment_id): entry.outcome for entry in found.entries
    }  # fmt: skip
    if log_changes:
        after["changed"] = ["covered"]
    await audit.record(
        "register_saved", by=by, subject_type=audit.Subject.SESSION, subject=session.id,
        side=session.side, organisation_id=session.organisation_id, after=after,
    )  # fmt: skip
