"""The register of one session: who is expected, their marks, and which are still to be made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from core import clock, database
from core.scope import Permission, Scope
from programmes.domain.attendance import Mark
from programmes.domain.terms import AbsenceReason, EnrolmentStatus, Nation, SessionStatus
from programmes.queries import cohorts, visibility
from programmes.queries.marks import mark_of
from programmes.queries.progress import first_name_and_initial, is_expected_at

_MOST_UNMARKED = 100


@dataclass(frozen=True, slots=True)
class MarkView:
    """A mark as it is stored; ``is_corrected`` where it has a history."""

    id: UUID
    mark: Mark
    note: str
    recorded_by: UUID | None
    recorded_at: datetime
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class PlannedView:
    """An absence that somebody told of before the session."""

    id: UUID
    reason: AbsenceReason
    acceptable: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One person on a register; ``mark`` is ``None`` while nobody has marked them."""

    enrolment_id: UUID
    participant_id: UUID
    name: str
    mark: MarkView | None
    planned: PlannedView | None


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register: its session, the version to save it with, and its rows by first name.

    The session tells who saved it last, and when. Its saved marks can be corrected until
    ``correctable_until``, then by managers only.
    """

    session: cohorts.SessionView
    version: int
    rows: tuple[RegisterRow, ...]
    long_outcomes: bool
    correctable_until: date


@dataclass(frozen=True, slots=True)
class UnmarkedView:
    """A session of an earlier day whose register is not marked."""

    session_id: UUID
    cohort_code: str
    starts_at: datetime
    nation: Nation
    is_own: bool


async def register(
    session_id: UUID, *, scope: Scope, permission: Permission = Permission.VIEW_CASES
) -> RegisterView:
    """Answer the register of a visible session: two statements, whatever the group's size.

    Raises:
        NotFoundError: the session is not there, or not visible.
    """
    session = await cohorts.session(session_id, scope=scope, permission=permission)
    people = await _people(session, scope)
    return RegisterView(
        session=session,
        version=session.register_version,
        rows=tuple(
            RegisterRow(
                enrolment_id=row["id"],
                participant_id=row["participant"],
                name=first_name_and_initial(row),
                mark=_mark(row) if row["mark"] else None,
                planned=_planned(row) if row["planned"] else None,
            )
            for row in people
            if row["mark"] or _belongs(session, row)
        ),
        long_outcomes=session.long_outcomes,
        correctable_until=clock.london(session.starts_at).date()
        + timedelta(days=session.edit_window_days),
    )


async def _people(session: cohorts.SessionView, scope: Scope) -> list[database.Row]:
    """Answer everybody with a place in the group: their mark, and if they are away on that day."""
    day = clock.london(session.starts_at).date()
    return await database.run(
        "SELECT e.id, e.participant, e.joined_on, e.ended_on, e.status, EXISTS (SELECT 1"
        " FROM pauses z WHERE z.enrolment = e.id AND z.from_on <= {} AND"
        " (z.to_on IS NULL OR z.to_on >= {})) AS in_pause, p.given_name,"
        " p.family_name, p.preferred_name, n.id AS planned, n.reason AS planned_reason,"
        " n.acceptable AS planned_acceptable, n.note AS planned_note, a.id AS mark, a.outcome,"
        " a.minutes_attended, a.minutes_late, a.absence_reason, a.acceptable, a.engaged, a.note,"
        " a.recorded_by, a.recorded_at,"
        " EXISTS (SELECT 1 FROM mark_changes m WHERE m.attendance = a.id) AS corrected"
        " FROM enrolments e JOIN participants p ON p.id = e.participant"
        " LEFT JOIN planned_absences n ON n.enrolment = e.id AND n.session = {}"
        " LEFT JOIN attendances a ON a.enrolment = e.id AND a.session = {}"
        " WHERE e.cohort = {} AND {}"
        " ORDER BY p.given_name, p.family_name, e.id",
        day,
        day,
        session.id,
        session.id,
        session.cohort_id,
        visibility.unrestricted(scope),
    )


def _belongs(session: cohorts.SessionView, enrolment: database.Row) -> bool:
    """Tell whether somebody is on this register; a paused person is not expected."""
    if session.enrolment_id is not None:
        return bool(session.enrolment_id == enrolment["id"])
    away = enrolment["status"] in {EnrolmentStatus.PAUSED, EnrolmentStatus.INVITED}
    return not (away or enrolment["in_pause"]) and is_expected_at(session, enrolment)


def _mark(row: database.Row) -> MarkView:
    return MarkView(
        id=row["mark"],
        mark=mark_of(row),
        note=row["note"],
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
        is_corrected=bool(row["corrected"]),
    )


def _planned(row: database.Row) -> PlannedView:
    acceptable = row["planned_acceptable"]
    return PlannedView(
        id=row["planned"],
        reason=AbsenceReason(row["planned_reason"]),
        acceptable=None if acceptable is None else bool(acceptable),
        note=row["planned_note"],
    )


async def taken_by(session: cohorts.SessionView, *, scope: Scope) -> tuple[UUID, ...]:
    """Answer the accounts that take a visible session: its own, or else its cohort's."""
    rows = await database.run(
        "SELECT f.account, 0 AS place FROM session_facilitators f"
        " JOIN sessions s ON s.id = f.session JOIN cohorts c ON c.id = s.cohort"
        " WHERE s.id = {} AND {} UNION ALL SELECT f.account, 1 FROM cohort_facilitators f"
        " JOIN cohorts c ON c.id = f.cohort WHERE c.id = {} AND {}",
        session.id,
        visibility.cohorts(scope),
        session.cohort_id,
        visibility.cohorts(scope),
    )
    first = min((row["place"] for row in rows), default=0)
    return tuple(row["account"] for row in rows if row["place"] == first)


async def unmarked(*, scope: Scope) -> tuple[UnmarkedView, ...]:
    """Answer the sessions of earlier days that this person may mark and nobody has.

    The longest ago come first, at most a hundred.
    """
    rows = await database.run(
        "SELECT s.id, c.code, s.starts_at, c.nation, s.enrolment FROM sessions s"
        " JOIN cohorts c ON c.id = s.cohort WHERE s.status = {} AND s.starts_at < {} AND {}"
        " AND (s.enrolment IS NULL OR EXISTS (SELECT 1 FROM enrolments e"
        " JOIN participants p ON p.id = e.participant WHERE e.id = s.enrolment AND {}))"
        " ORDER BY s.starts_at, s.id LIMIT {}",
        SessionStatus.SCHEDULED.value,
        clock.instant_of(clock.today(), "00:00"),
        visibility.cohorts(scope, Permission.MARK_REGISTERS),
        visibility.unrestricted(scope),
        _MOST_UNMARKED,
    )
    return tuple(
        UnmarkedView(
            session_id=row["id"],
            cohort_code=row["code"],
            starts_at=row["starts_at"],
            nation=Nation(row["nation"]),
            is_own=row["enrolment"] is not None,
        )
        for row in rows
    )
