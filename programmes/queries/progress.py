"""Each person's progress in a cohort, in a constant number of queries whatever its size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import clock, database
from core.errors import NotFoundError
from core.scope import Scope
from programmes.domain.attendance import Mark
from programmes.domain.completion import (
    END_REVIEW,
    REPORT_SENT,
    Meeting,
    Progress,
    progress,
)
from programmes.domain.pauses import is_paused
from programmes.domain.terms import (
    OPEN_ENROLMENTS,
    AttendanceOutcome,
    EnrolmentStatus,
    ExitReason,
    SessionStatus,
)
from programmes.queries import cohorts, visibility
from programmes.queries.marks import earlier_meetings, marks_of
from programmes.queries.pauses import PauseView, not_over, pauses_of
from programmes.queries.programmes import units_of


@dataclass(frozen=True, slots=True)
class MemberView:
    """One person's place in a cohort, with their progress and their mark for each session.

    ``status`` is ``paused`` on the days of a pause; ``pause`` is the one that is on or to come.
    """

    enrolment_id: UUID
    participant_id: UUID
    name: str
    joined_on: date
    status: EnrolmentStatus
    started_on: date | None
    ended_on: date | None
    exit_reason: ExitReason | None
    end_review_on: date | None
    report_sent_on: date | None
    referral_id: UUID | None
    continues_id: UUID | None
    version: int
    pause: PauseView | None
    planned_sessions: int | None
    plan: str
    progress: Progress
    outcomes: dict[UUID, AttendanceOutcome]
    risk_flag: bool
    """That there is something not to disclose, never what (D4)."""


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """One enrolment with the cohort that it is in."""

    member: MemberView
    cohort: cohorts.CohortView


_ENROLMENT = (
    "SELECT e.id, e.participant, e.cohort, e.joined_on, e.status, e.started_on, e.ended_on,"
    " e.exit_reason, e.end_review_on, e.report_sent_on, e.referral, e.continues, e.version,"
    " e.planned_sessions, e.plan,"
    " p.given_name, p.family_name, p.preferred_name,"
    " (SELECT COUNT(*) FROM risk_flags f WHERE f.participant = p.id AND f.lowered_at IS NULL)"
    " AS flags FROM enrolments e"
    " JOIN participants p ON p.id = e.participant"
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
    ids = [row["id"] for row in rows]
    marks = await marks_of(ids, scope=scope)
    pauses = await pauses_of(ids, scope=scope)
    continuing = [row["id"] for row in rows if row["continues"]]
    earlier = await earlier_meetings(continuing, scope=scope)
    found = []
    for row in rows:
        own = [view for view in sessions if is_expected_at(view, row)]
        paused = pauses.get(row["id"], ())
        meetings = [_meeting(view, marks.get(row["id"], {}), paused) for view in own]
        stand = progress(
            [*meetings, *earlier.get(row["id"], ())],
            units=curriculum,
            rule=cohort.rule,
            recorded=_recorded(row),
            closed=row["ended_on"] is not None,
        )
        found.append(_member(row, own, marks.get(row["id"], {}), paused, stand))
    return tuple(found)


def _member(
    row: database.Row,
    own: Iterable[cohorts.SessionView],
    marks: dict[UUID, Mark],
    pauses: Sequence[PauseView],
    stand: Progress,
) -> MemberView:
    return MemberView(
        enrolment_id=row["id"],
        participant_id=row["participant"],
        name=first_name_and_initial(row),
        joined_on=row["joined_on"],
        status=_status(row, pauses),
        started_on=row["started_on"],
        ended_on=row["ended_on"],
        exit_reason=ExitReason(row["exit_reason"]) if row["exit_reason"] else None,
        end_review_on=row["end_review_on"],
        report_sent_on=row["report_sent_on"],
        referral_id=row["referral"],
        continues_id=row["continues"],
        version=row["version"],
        pause=not_over(pauses),
        planned_sessions=row["planned_sessions"],
        plan=row["plan"],
        progress=stand,
        outcomes={view.id: marks[view.id].outcome for view in own if view.id in marks},
        risk_flag=bool(row["flags"]),
    )


def _status(row: database.Row, pauses: Sequence[PauseView]) -> EnrolmentStatus:
    """Answer where somebody stands today: a pause begins and ends by its days alone."""
    stored = EnrolmentStatus(row["status"])
    paused = stored in OPEN_ENROLMENTS and is_paused([view.days for view in pauses], clock.today())
    return EnrolmentStatus.PAUSED if paused else stored


def is_expected_at(session: cohorts.SessionView, enrolment: database.Row) -> bool:
    """Tell whether a session lies in the enrolment's window and is the group's or the person's."""
    if session.enrolment_id not in (None, enrolment["id"]):
        return False
    day = clock.london(session.starts_at).date()
    ended_on = enrolment["ended_on"]
    return bool(enrolment["joined_on"] <= day and (ended_on is None or day <= ended_on))


def _meeting(
    view: cohorts.SessionView, marks: dict[UUID, Mark], pauses: Sequence[PauseView]
) -> Meeting:
    return Meeting(
        unit_number=view.unit_number,
        past=view.starts_at <= clock.now(),
        cancelled=view.status is SessionStatus.CANCELLED,
        catch_up=view.is_catch_up,
        mark=marks.get(view.id),
        pause=is_paused([item.days for item in pauses], clock.london(view.starts_at).date()),
    )


def _recorded(row: database.Row) -> frozenset[str]:
    written = ((END_REVIEW, row["end_review_on"]), (REPORT_SENT, row["report_sent_on"]))
    return frozenset(gate for gate, day in written if day is not None)


def first_name_and_initial(row: database.Row) -> str:
    """Answer a person's first name and initial, as registers print it (D10).

    Whoever came with a spreadsheet has only a reference, which stands for the first name.
    """
    first = str(row["preferred_name"] or row["given_name"])
    return f"{first} {row['family_name'][:1]}." if row["family_name"] else first
