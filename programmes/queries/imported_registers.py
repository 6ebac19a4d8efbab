"""What an import of attendance compares its rows with: a batch of whole cohorts at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import clock, database
from core.scope import Permission, Scope
from programmes.domain.importing.attendance import KnownSession
from programmes.domain.register import Entry
from programmes.domain.terms import AbsenceReason, AttendanceOutcome, UnitKind
from programmes.queries import visibility
from programmes.queries.imports import KnownEnrolment, in_parts, known_enrolment


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of a cohort's curriculum."""

    id: UUID
    number: int
    minutes: int
    is_one_to_one: bool


@dataclass(frozen=True, slots=True)
class KnownMark:
    """A mark as it is stored, with who wrote it down and when."""

    id: UUID
    session_id: UUID
    entry: Entry
    recorded_by: UUID | None
    recorded_at: datetime


async def members(cohort_ids: Collection[UUID], *, scope: Scope) -> list[KnownEnrolment]:
    """Answer who has or had a place in these cohorts, the oldest first."""
    found = []
    for part in in_parts(cohort_ids):
        rows = await database.run(
            "SELECT e.id, e.participant, e.cohort, e.referral, p.reference, e.joined_on, e.status,"
            " e.ended_on, e.exit_reason, e.version FROM enrolments e"
            " JOIN participants p ON p.id = e.participant"
            " WHERE e.cohort IN {} AND p.reference <> '' AND {} ORDER BY e.id",
            database.in_list(part),
            visibility.participants(scope, Permission.IMPORT_CASES),
        )
        found += [known_enrolment(row) for row in rows]
    return found


async def sessions(
    cohort_ids: Collection[UUID], *, scope: Scope
) -> list[tuple[UUID, KnownSession]]:
    """Answer the sessions of these cohorts that are not cancelled, each with its cohort."""
    found = []
    now = clock.now()
    for part in in_parts(cohort_ids):
        rows = await database.run(
            "SELECT s.id, s.cohort, u.number, s.starts_at, s.enrolment, s.is_catch_up"
            " FROM sessions s JOIN units u ON u.id = s.unit JOIN cohorts c ON c.id = s.cohort"
            " WHERE s.cohort IN {} AND s.status <> 'cancelled' AND {} ORDER BY s.starts_at, s.id",
            database.in_list(part),
            visibility.sessions(scope, Permission.IMPORT_CASES),
        )
        found += [
            (
                row["cohort"],
                KnownSession(
                    row["id"], row["number"], clock.london(row["starts_at"]).date(),
                    row["starts_at"] <= now, row["enrolment"], bool(row["is_catch_up"]),
                ),
            )
            for row in rows
        ]  # fmt: skip
    return found


async def units(cohort_ids: Collection[UUID], *, scope: Scope) -> dict[tuple[UUID, int], KnownUnit]:
    """Answer the units of these cohorts, by cohort and number."""
    found: dict[tuple[UUID, int], KnownUnit] = {}
    for part in in_parts(cohort_ids):
        rows = await database.run(
            "SELECT c.id AS cohort, u.id, u.number, u.minutes, u.kind FROM cohorts c"
            " JOIN units u ON u.programme_version = c.programme_version WHERE c.id IN {} AND {}",
            database.in_list(part),
            visibility.cohorts(scope, Permission.IMPORT_CASES),
        )
        found |= {
            (row["cohort"], row["number"]): KnownUnit(
                row["id"], row["number"], row["minutes"], row["kind"] == UnitKind.ONE_TO_ONE
            )
            for row in rows
        }
    return found


async def marks(cohort_ids: Collection[UUID], *, scope: Scope) -> list[KnownMark]:
    """Answer the marks on the registers of these cohorts."""
    found = []
    for part in in_parts(cohort_ids):
        rows = await database.run(
            "SELECT a.id, a.session, a.enrolment, a.outcome, a.minutes_attended, a.minutes_late,"
            " a.absence_reason, a.acceptable, a.engaged, a.note, a.recorded_by, a.recorded_at"
            " FROM attendances a JOIN sessions s ON s.id = a.session"
            " JOIN cohorts c ON c.id = s.cohort JOIN enrolments e ON e.id = a.enrolment"
            " WHERE s.cohort IN {} AND {} AND {}",
            database.in_list(part),
            visibility.cohorts(scope, Permission.IMPORT_CASES),
            visibility.named(scope, "e.participant"),
        )
        found += [_mark(row) for row in rows]
    return found


def _mark(row: database.Row) -> KnownMark:
    reason, acceptable, engaged = row["absence_reason"], row["acceptable"], row["engaged"]
    entry = Entry(
        enrolment_id=row["enrolment"],
        outcome=AttendanceOutcome(row["outcome"]),
        minutes_attended=row["minutes_attended"],
        absence_reason=AbsenceReason(reason) if reason else None,
        acceptable=None if acceptable is None else bool(acceptable),
        engaged=None if engaged is None else bool(engaged),
        note=row["note"],
        minutes_late=row["minutes_late"],
    )
    return KnownMark(row["id"], row["session"], entry, row["recorded_by"], row["recorded_at"])
