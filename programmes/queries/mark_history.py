"""What a mark was before each correction, who corrected it, when and why (D11)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import database
from core.errors import NotFoundError
from core.scope import Scope
from programmes.domain.attendance import Mark
from programmes.queries import cohorts, visibility
from programmes.queries.marks import mark_of
from programmes.queries.progress import first_name_and_initial


@dataclass(frozen=True, slots=True)
class MarkState:
    """A mark as it stood for a time: who recorded it, and why it was changed to this.

    ``reason`` is empty for the first.
    """

    mark: Mark
    note: str
    recorded_by: UUID | None
    recorded_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class MarkHistory:
    """One mark with all that it ever was, the present state first."""

    attendance_id: UUID
    enrolment_id: UUID
    name: str
    session: cohorts.SessionView
    states: tuple[MarkState, ...]


_COLUMNS = (
    "outcome, {0}.minutes_attended, {0}.minutes_late, {0}.absence_reason, {0}.acceptable,"
    " {0}.engaged, {0}.note, {0}.recorded_by, {0}.recorded_at"
)


async def mark_history(attendance_id: UUID, *, scope: Scope) -> MarkHistory:
    """Answer the history of one mark.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    found = await database.run(
        f"SELECT a.id, a.session, a.enrolment, a.{_COLUMNS.format('a')}, p.given_name,"  # noqa: S608 - our own words
        " p.family_name, p.preferred_name FROM attendances a"
        " JOIN enrolments e ON e.id = a.enrolment JOIN cohorts c ON c.id = e.cohort"
        " JOIN participants p ON p.id = e.participant WHERE a.id = {} AND {} AND {}",
        attendance_id,
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    if not found:
        raise NotFoundError
    present = found[0]
    earlier = await database.run(
        f"SELECT m.reason, m.{_COLUMNS.format('m')} FROM mark_changes m"  # noqa: S608 - our own words
        " WHERE m.attendance = {} ORDER BY m.id DESC",
        attendance_id,
    )
    # A change keeps what was there before it, and why that was not left so.
    reasons = [*(row["reason"] for row in earlier), ""]
    return MarkHistory(
        attendance_id=attendance_id,
        enrolment_id=present["enrolment"],
        name=first_name_and_initial(present),
        session=await cohorts.session(present["session"], scope=scope),
        states=tuple(
            _state(row, reason) for row, reason in zip([present, *earlier], reasons, strict=True)
        ),
    )


def _state(row: database.Row, reason: str) -> MarkState:
    return MarkState(
        mark=mark_of(row),
        note=row["note"],
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
        reason=reason,
    )
