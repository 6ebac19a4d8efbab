"""Each person's progress in a cohort, in a constant number of queries whatever its size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core import clock, database
from core.errors import NotFoundError
from core.scope import Scope
from programmes.domain.attendance import Mark
from programmes.domain.completion import (
    END_REVIEW,
    REPORT_SENT,
    CompletionRule,
    CurriculumUnit,
    Meeting,
    Progress,
    progress,
)
from programmes.domain.terms import (
    AbsenceReason,
    AttendanceOutcome,
    EnrolmentStatus,
    ExitReason,
    SessionStatus,
)
from programmes.queries import cohorts, visibility
from programmes.queries.programmes import units_of


@dataclass(frozen=True, slots=True)
class MemberView:
    """One person's place in a cohort, with their progress and their mark for each session."""

    enrolment_id: UUID
    participant_id: UUID
    name: str
    joined_on: date
    status: EnrolmentStatus
    started_on: date | None
    ended_on: date | None
    exit_reason: ExitReason | None
    version: int
    progress: Progress
    outcomes: dict[UUID, AttendanceOutcome]


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """One enrolment with the cohort that it is in."""

    member: MemberView
    cohort: cohorts.CohortView


_ENROLMENT = (
    "SELECT e.id, e.participant, e.cohort, e.joined_on, e.status, e.started_on, e.ended_on,"
    " e.exit_reason, e.end_review_on, e.report_sent_on, e.version, p.given_name, p.family_name,"
    " p.preferred_name FROM enrolments e JOIN participants p ON p.id = e.participant"
    " JOIN cohorts c ON c.id = e.cohort"
)


async def members(cohort_id: UUID, *, scope: Scope) -> tuple[MemberView, ...]:
    """Answer everybody who has or had a place in a visible cohort, by first name."""
    cohort = await cohorts.cohort(cohort_id, scope=scope)
    rows = await database.run(
        _ENROLMENT + " WHERE c.id = {} AND {} AND {} ORDER BY p.given_name, p.family_name, e.id",
        cohort_id,
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    return await _members(rows, cohort, scope=scope)


async def enrolment(enrolment_id: UUID, *, scope: Scope) -> EnrolmentView:
    """Answer one enrolment with its progress.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _ENROLMENT + " WHERE e.id = {} AND {} AND {}",
        enrolment_id,
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    if not rows:
        raise NotFoundError
    cohort = await cohorts.cohort(rows[0]["cohort"], scope=scope)
    return EnrolmentView((await _members(rows, cohort, scope=scope))[0], cohort)


async def enrolments_of(participant_id: UUID, *, scope: Scope) -> tuple[EnrolmentView, ...]:
    """Answer the visible enrolments of one person, newest first."""
    rows = await database.run(
        _ENROLMENT + " WHERE e.participant = {} AND {} AND {} ORDER BY e.id DESC",
        participant_id,
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    found = []
    for row in rows:
        cohort = await cohorts.cohort(row["cohort"], scope=scope)
        found.append(EnrolmentView((await _members([row], cohort, scope=scope))[0], cohort))
    return tuple(found)


async def _members(
    rows: Sequence[database.Row], cohort: cohorts.CohortView, *, scope: Scope
) -> tuple[MemberView, ...]:
    units = (await units_of([cohort.version_id], scope=scope)).get(cohort.version_id, ())
    curriculum = [unit.for_progress for unit in units]
    sessions = await cohorts.sessions_of(cohort.id, scope=scope)
    marks = await _marks_of([row["id"] for row in rows])
    return tuple(
        _member(row, sessions, marks.get(row["id"], {}), curriculum, cohort.rule) for row in rows
    )


async def _marks_of(enrolment_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, Mark]]:
    if not enrolment_ids:
        return {}
    rows = await database.run(
        "SELECT enrolment, session, outcome, minutes_attended, absence_reason, acceptable"
        " FROM attendances WHERE enrolment IN {}",
        database.in_list(enrolment_ids),
    )
    found: dict[UUID, dict[UUID, Mark]] = {}
    for row in rows:
        found.setdefault(row["enrolment"], {})[row["session"]] = mark_of(row)
    return found


def mark_of(row: database.Row) -> Mark:
    """Answer the mark out of its columns."""
    acceptable = row["acceptable"]
    return Mark(
        AttendanceOutcome(row["outcome"]),
        row["minutes_attended"],
        None if acceptable is None else bool(acceptable),
        AbsenceReason(row["absence_reason"]) if row["absence_reason"] else None,
    )


def _member(
    row: database.Row,
    sessions: Iterable[cohorts.SessionView],
    marks: dict[UUID, Mark],
    units: Sequence[CurriculumUnit],
    rule: CompletionRule,
) -> MemberView:
    own = [view for view in sessions if is_expected_at(view, row)]
    return MemberView(
        enrolment_id=row["id"],
        participant_id=row["participant"],
        name=first_name_and_initial(row),
        joined_on=row["joined_on"],
        status=EnrolmentStatus(row["status"]),
        started_on=row["started_on"],
        ended_on=row["ended_on"],
        exit_reason=ExitReason(row["exit_reason"]) if row["exit_reason"] else None,
        version=row["version"],
        progress=progress(
            [_meeting(view, marks, clock.now()) for view in own],
            units=units,
            rule=rule,
            recorded=_recorded(row),
            closed=row["ended_on"] is not None,
        ),
        outcomes={view.id: marks[view.id].outcome for view in own if view.id in marks},
    )


def is_expected_at(session: cohorts.SessionView, enrolment: database.Row) -> bool:
    """Tell whether a session lies in the enrolment's window and is the group's or the person's."""
    if session.enrolment_id not in (None, enrolment["id"]):
        return False
    day = clock.london(session.starts_at).date()
    ended_on = enrolment["ended_on"]
    return bool(enrolment["joined_on"] <= day and (ended_on is None or day <= ended_on))


def _meeting(view: cohorts.SessionView, marks: dict[UUID, Mark], now: datetime) -> Meeting:
    return Meeting(
        unit_number=view.unit_number,
        past=view.starts_at <= now,
        cancelled=view.status is SessionStatus.CANCELLED,
        catch_up=view.is_catch_up,
        mark=marks.get(view.id),
    )


def _recorded(row: database.Row) -> frozenset[str]:
    written = ((END_REVIEW, row["end_review_on"]), (REPORT_SENT, row["report_sent_on"]))
    return frozenset(gate for gate, day in written if day is not None)


def first_name_and_initial(row: database.Row) -> str:
    """Answer a person's first name and initial, as registers print it (D10)."""
    return f"{row['preferred_name'] or row['given_name']} {row['family_name'][:1]}."
