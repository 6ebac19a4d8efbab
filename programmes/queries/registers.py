"""The register of one session: who is expected, and their marks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import clock, database
from core.scope import Permission, Scope
from programmes.domain.attendance import Mark
from programmes.domain.terms import EnrolmentStatus
from programmes.queries import cohorts, visibility
from programmes.queries.marks import mark_of
from programmes.queries.progress import first_name_and_initial, is_expected_at


@dataclass(frozen=True, slots=True)
class MarkView:
    """A mark as it is stored."""

    id: UUID
    mark: Mark
    engaged: bool | None
    note: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One person on a register; ``mark`` is ``None`` while nobody has marked them."""

    enrolment_id: UUID
    participant_id: UUID
    name: str
    mark: MarkView | None


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register: its session, the version to save it with, and its rows by first name.

    The session tells who saved it last, and when.
    """

    session: cohorts.SessionView
    version: int
    rows: tuple[RegisterRow, ...]


async def register(
    session_id: UUID, *, scope: Scope, permission: Permission = Permission.VIEW_CASES
) -> RegisterView:
    """Answer the register of a visible session: three statements, whatever the group's size.

    Raises:
        NotFoundError: the session is not there, or not visible.
    """
    session = await cohorts.session(session_id, scope=scope, permission=permission)
    day = clock.london(session.starts_at).date()
    enrolments = await database.run(
        "SELECT e.id, e.participant, e.joined_on, e.ended_on, e.status, EXISTS (SELECT 1"
        " FROM pauses z WHERE z.enrolment = e.id AND z.from_on <= {} AND"
        " (z.to_on IS NULL OR z.to_on >= {})) AS in_pause, p.given_name,"
        " p.family_name, p.preferred_name FROM enrolments e"
        " JOIN participants p ON p.id = e.participant WHERE e.cohort = {} AND {}"
        " ORDER BY p.given_name, p.family_name, e.id",
        day,
        day,
        session.cohort_id,
        visibility.unrestricted(scope),
    )
    marks = await _marks(session_id)
    return RegisterView(
        session=session,
        version=session.register_version,
        rows=tuple(
            RegisterRow(
                enrolment_id=row["id"],
                participant_id=row["participant"],
                name=first_name_and_initial(row),
                mark=_mark(marks[row["id"]]) if row["id"] in marks else None,
            )
            for row in enrolments
            if row["id"] in marks or _belongs(session, row)
        ),
    )


def _belongs(session: cohorts.SessionView, enrolment: database.Row) -> bool:
    """Tell whether somebody is on this register; a paused person is not expected."""
    if session.enrolment_id is not None:
        return bool(session.enrolment_id == enrolment["id"])
    away = enrolment["status"] in {EnrolmentStatus.PAUSED, EnrolmentStatus.INVITED}
    return not (away or enrolment["in_pause"]) and is_expected_at(session, enrolment)


async def _marks(session_id: UUID) -> dict[UUID, database.Row]:
    rows = await database.run(
        "SELECT id, enrolment, outcome, minutes_attended, absence_reason, acceptable, engaged,"
        " note, recorded_at FROM attendances WHERE session = {}",
        session_id,
    )
    return {row["enrolment"]: row for row in rows}


def _mark(row: database.Row) -> MarkView:
    engaged = row["engaged"]
    return MarkView(
        id=row["id"],
        mark=mark_of(row),
        engaged=None if engaged is None else bool(engaged),
        note=row["note"],
        recorded_at=row["recorded_at"],
    )
