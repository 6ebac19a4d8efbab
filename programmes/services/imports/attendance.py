"""Imports attendance: whole cohorts at a time, so that each register is saved once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal
from uuid import UUID

from core import clock
from core.columns import Cells, folded
from core.ids import new_id
from core.imports import Plan, Result, in_batches
from core.scope import Actor, Permission, Scope
from programmes.domain.attendance import ABSENCES
from programmes.domain.importing.attendance import (
    COLUMNS,
    AttendanceLine,
    KnownSession,
    read,
    session_meant,
)
from programmes.domain.importing.referrals import Fault
from programmes.domain.register import Entry, faults
from programmes.domain.terms import AttendanceOutcome
from programmes.queries import imported_registers, imports
from programmes.queries.imported_registers import KnownMark, KnownUnit
from programmes.queries.imports import KnownCohort, KnownEnrolment
from programmes.services.counts import alone_at
from programmes.services.imports.known import NOT_FOUND
from programmes.services.imports.register_rows import RegisterRows

_AT_ONCE = 5_000
_SEVERAL = "Several sides or organisations have it. Say for which one you import"
Done = Literal["created", "updated", "unchanged"]


class AttendanceImporter:
    """Compares rows with marks by cohort, session and person."""

    kind = "attendance"
    permission = Permission.IMPORT_CASES
    columns = COLUMNS

    def batches(self, rows: Iterable[Cells]) -> Sequence[Sequence[Cells]]:
        """Keep the rows of one cohort together."""
        return in_batches(rows, together="cohort_code", size=_AT_ONCE)

    async def plan(self, batch: Sequence[Cells], *, by: Actor, dry_run: bool) -> Plan:
        """Compare a batch with what is stored; no register of it can be saved meanwhile."""
        lines = [(read(cells, today=clock.today()), cells) for cells in batch]
        codes = {folded(line.cohort_code) for line, _ in lines if line}
        cohorts: dict[str, list[KnownCohort]] = defaultdict(list)
        for cohort in await imports.cohorts(scope=by.scope):
            if folded(cohort.code) in codes:
                cohorts[folded(cohort.code)].append(cohort)
        ids = sorted(cohort.id for found in cohorts.values() for cohort in found)
        if not dry_run:
            await alone_at(ids)
        units = await imported_registers.units(ids, scope=by.scope)
        rows = RegisterRows(by)
        planned = _Planned(cohorts, await _look_up(ids, scope=by.scope), units, rows)
        done = Counter([planned.row(line, cells) for line, cells in lines if line])
        errors = tuple(error for cells in batch for error in cells.errors)
        result = Result(len(batch), done["created"], done["updated"], done["unchanged"], errors)
        return Plan(result, rows.write)


@dataclass(slots=True)
class _Known:
    """The members, sessions and marks of a batch's cohorts."""

    members: dict[tuple[UUID, str], list[KnownEnrolment]]
    sessions: dict[tuple[UUID, UUID | None], list[KnownSession]]
    marks: dict[tuple[UUID, UUID], KnownMark]

    def own(self, enrolment: KnownEnrolment) -> list[KnownSession]:
        """Answer the sessions of one person."""
        return self.sessions[enrolment.cohort_id, enrolment.id]

    def group(self, enrolment: KnownEnrolment) -> list[KnownSession]:
        """Answer the sessions of the group that a person is in."""
        return self.sessions[enrolment.cohort_id, None]


async def _look_up(cohort_ids: Sequence[UUID], *, scope: Scope) -> _Known:
    members: dict[tuple[UUID, str], list[KnownEnrolment]] = defaultdict(list)
    for enrolment in await imported_registers.members(cohort_ids, scope=scope):
        members[enrolment.cohort_id, enrolment.reference].append(enrolment)
    sessions: dict[tuple[UUID, UUID | None], list[KnownSession]] = defaultdict(list)
    for cohort_id, session in await imported_registers.sessions(cohort_ids, scope=scope):
        sessions[cohort_id, session.enrolment_id].append(session)
    marks = await imported_registers.marks(cohort_ids, scope=scope)
    return _Known(
        members, sessions, {(mark.session_id, mark.entry.enrolment_id): mark for mark in marks}
    )


@dataclass(frozen=True, slots=True)
class _Meant:
    """Whose mark of which session a row is."""

    session: KnownSession
    enrolment: KnownEnrolment
    cohort: KnownCohort
    new_of: KnownUnit | None = None
    """The unit of a session of their own that is not recorded yet."""

    missed: UUID | None = None


@dataclass(slots=True)
class _Planned:
    """A batch under way: what is known, and what will be written."""

    cohorts: dict[str, list[KnownCohort]]
    known: _Known
    units: dict[tuple[UUID, int], KnownUnit]
    rows: RegisterRows
    seen: dict[tuple[UUID, UUID], int] = field(default_factory=dict)

    def row(self, line: AttendanceLine, cells: Cells) -> Done | None:
        """Plan one row; ``None`` where it cannot be imported, and noted."""
        cohorts = self.cohorts.get(folded(line.cohort_code), [])
        if len(cohorts) != 1:
            cells.fail("cohort_code", _SEVERAL if cohorts else NOT_FOUND)
            return None
        cohort = cohorts[0]
        members = self.known.members.get((cohort.id, line.reference))
        if not members:
            cells.fail("participant_reference", NOT_FOUND)
            return None
        meant = self._session(line, members, cohort)
        if isinstance(meant, Fault):
            cells.fail(meant.column, meant.message)
            return None
        first = self.seen.setdefault((meant.session.id, meant.enrolment.id), line.row)
        if first != line.row:
            cells.fail("participant_reference", f"Row {first} is the same mark")
            return None
        return self._mark(line, cells, meant)

    def _session(
        self, line: AttendanceLine, members: Sequence[KnownEnrolment], cohort: KnownCohort
    ) -> _Meant | Fault:
        """Answer the session that a row means, and the enrolment of the person on that day."""
        fault = None
        for enrolment in reversed(members):
            sessions = self.known.own(enrolment) + self.known.group(enrolment)
            found = session_meant(line, enrolment.id, sessions)
            if isinstance(found, Fault):
                fault = found
                continue
            day = found.day if found else line.session_on
            if day is not None and _is_in(enrolment, day):
                if found is None:
                    return self._new_catch_up(line, enrolment, day, cohort)
                return _Meant(found, enrolment, cohort)
        return fault or Fault("participant_reference", f"Has no place in {cohort.code} on that day")

    def _new_catch_up(
        self, line: AttendanceLine, enrolment: KnownEnrolment, day: date, cohort: KnownCohort
    ) -> _Meant | Fault:
        unit = self.units.get((cohort.id, line.unit_number or 0))
        if unit is None:
            return Fault("unit_number", "The programme has no such unit")
        session = KnownSession(
            new_id(), unit.number, day, has_begun=True, enrolment_id=enrolment.id,
            is_catch_up=not unit.is_one_to_one,
        )  # fmt: skip
        missed = [
            known.id
            for known in self.known.group(enrolment)
            if known.unit_number == unit.number and _is_in(enrolment, known.day)
        ]
        return _Meant(session, enrolment, cohort, unit, missed[-1] if missed else None)

    def _mark(self, line: AttendanceLine, cells: Cells, meant: _Meant) -> Done | None:
        cohort = meant.cohort
        stored = self.known.marks.get((meant.session.id, meant.enrolment.id))
        entry = corrected(stored.entry, line) if stored else _entry(line, meant.enrolment.id)
        expected = frozenset({meant.enrolment.id})
        for fault in faults([entry], expected=expected, side=cohort.place.side):
            cells.fail(fault.field.rpartition(".")[2], fault.message)
        if cells.errors:
            return None
        if meant.new_of:
            self.rows.add_own_session(meant.session, meant.new_of, cohort, missed=meant.missed)
            self.known.own(meant.enrolment).append(meant.session)
        if stored is None:
            self.rows.add(meant.session.id, entry, cohort)
            return "created"
        if entry == stored.entry:
            return "unchanged"
        self.rows.correct(stored, entry, cohort)
        return "updated"


def _is_in(enrolment: KnownEnrolment, day: date) -> bool:
    ended_on = enrolment.ended_on
    return enrolment.joined_on <= day and (ended_on is None or day <= ended_on)


def _entry(line: AttendanceLine, enrolment_id: UUID) -> Entry:
    return Entry(enrolment_id, line.outcome, minutes_attended=line.minutes_attended, note=line.note)


def corrected(stored: Entry, line: AttendanceLine) -> Entry:
    """Answer a stored mark as a row corrects it; what the row does not say stays as it is.

    With another outcome what was written of the old one falls away.
    """
    note = line.note or stored.note
    if line.outcome is stored.outcome:
        if line.minutes_attended is None:
            return replace(stored, note=note)
        return replace(stored, minutes_attended=line.minutes_attended, note=note)
    is_absence = line.outcome in ABSENCES and stored.outcome in ABSENCES
    return replace(
        stored,
        outcome=line.outcome,
        minutes_attended=line.minutes_attended,
        minutes_late=None if line.outcome is not AttendanceOutcome.LATE else stored.minutes_late,
        absence_reason=stored.absence_reason if is_absence else None,
        acceptable=None,
        note=note,
    )
