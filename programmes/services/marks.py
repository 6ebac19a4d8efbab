"""Writes the marks of a register, and keeps what a corrected one was before."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.ids import new_id
from core.scope import Actor, Permission
from programmes.domain.register import Changes, Entry
from programmes.errors import EditWindowOverError
from programmes.queries.cohorts import SessionView
from programmes.queries.registers import MarkView, RegisterView
from programmes.tables import MarkChange

_COMPARED = (
    "outcome", "minutes_attended", "minutes_late", "absence_reason", "acceptable", "engaged",
    "note",
)  # fmt: skip


def stored_entries(stored: RegisterView) -> dict[UUID, Entry]:
    """Answer the marks of a stored register as entries, to compare with what is filled in."""
    return {row.enrolment_id: _entry(row.enrolment_id, row.mark) for row in stored.rows if row.mark}


def _entry(enrolment_id: UUID, stored: MarkView) -> Entry:
    return Entry(
        enrolment_id=enrolment_id,
        outcome=stored.mark.outcome,
        minutes_attended=stored.mark.minutes_attended,
        absence_reason=stored.mark.absence_reason,
        acceptable=stored.mark.acceptable,
        engaged=stored.mark.engaged,
        note=stored.note,
        minutes_late=stored.mark.minutes_late,
    )


def refuse_late_corrections(found: Changes, stored: RegisterView, *, by: Actor) -> None:
    """Refuse to change saved marks after the programme's window, but to managers.

    Raises:
        EditWindowOverError: the window is over; the detail says since when.
    """
    last = stored.correctable_until
    if not found.corrected or clock.today() <= last:
        return
    session = stored.session
    if not by.scope.covers(
        Permission.CORRECT_LATE, side=session.side, organisation_id=session.organisation_id
    ):
        raise EditWindowOverError(
            f"Saved marks could be changed until {last.day} {last:%B %Y}. Ask a programme manager"
            " to correct them; marks that nobody has saved yet can still be added"
        )


async def write(
    session_id: UUID, entries: Sequence[Entry], stored: RegisterView, *, by: Actor
) -> dict[UUID, UUID]:
    """Write every mark as one statement; answer the marks' ids by enrolment."""
    if not entries:
        return {}
    known = {row.enrolment_id: row.mark.id for row in stored.rows if row.mark}
    ids = {entry.enrolment_id: known.get(entry.enrolment_id) or new_id() for entry in entries}
    rows = [
        (
            ids[entry.enrolment_id], session_id, entry.enrolment_id, entry.outcome.value,
            entry.minutes_attended, entry.minutes_late,
            entry.absence_reason and entry.absence_reason.value,
            entry.acceptable, entry.engaged, entry.note, by.account_id, clock.now(),
        )
        for entry in entries
    ]  # fmt: skip
    await database.run(
        "INSERT INTO attendances (id, session, enrolment, outcome, minutes_attended, minutes_late,"
        " absence_reason, acceptable, engaged, note, recorded_by, recorded_at) VALUES {}"
        " ON CONFLICT (session, enrolment) DO UPDATE SET outcome = excluded.outcome,"
        " minutes_attended = excluded.minutes_attended, minutes_late = excluded.minutes_late,"
        " absence_reason = excluded.absence_reason, acceptable = excluded.acceptable,"
        " engaged = excluded.engaged, note = excluded.note,"
        " recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at",
        database.values_list(rows),
    )
    return ids


async def keep_corrected(found: Changes, stored: RegisterView, *, reason: str, by: Actor) -> None:
    """Keep each corrected mark as it was, with why it was changed; one event for each.

    The event holds outcomes and the names of what changed: values that retention is to remove
    are in the history alone (D11, D13).
    """
    if not found.corrected:
        return
    marks = {row.enrolment_id: row.mark for row in stored.rows if row.mark}
    await MarkChange.insert(
        *[_change(marks[old.enrolment_id], old, reason, by) for old, _ in found.corrected]
    )
    for old, new in found.corrected:
        await audit.record(
            "mark_corrected", by=by, subject_type=audit.Subject.ATTENDANCE,
            subject=marks[new.enrolment_id].id, before={"outcome": old.outcome},
            after={"outcome": new.outcome, "changed": _changed(old, new)}, **_where(stored.session),
        )  # fmt: skip


def _change(mark: MarkView, old: Entry, reason: str, by: Actor) -> MarkChange:
    return MarkChange(
        attendance=mark.id,
        outcome=old.outcome,
        minutes_attended=old.minutes_attended,
        minutes_late=old.minutes_late,
        absence_reason=old.absence_reason,
        acceptable=old.acceptable,
        engaged=old.engaged,
        note=old.note,
        recorded_by=mark.recorded_by,
        recorded_at=mark.recorded_at,
        reason=reason.strip(),
        changed_by=by.account_id,
        changed_at=clock.now(),
    )


def _changed(old: Entry, new: Entry) -> list[str]:
    return [field for field in _COMPARED if getattr(old, field) != getattr(new, field)]


def _where(session: SessionView) -> dict[str, Any]:
    return {"side": session.side, "organisation_id": session.organisation_id}
