"""Welfare checks: which survivors who missed a session are to be called (M14)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Scope, Side
from programmes.domain.case_terms import WelfareOutcome
from programmes.queries import visibility
from programmes.queries.progress import first_name_and_initial


@dataclass(frozen=True, slots=True)
class WelfareView:
    """That somebody who missed a session is to be called by ``due_on``, or how that went."""

    id: UUID
    enrolment_id: UUID
    participant_id: UUID
    name: str
    cohort_code: str
    side: Side
    organisation_id: UUID
    session_id: UUID
    missed_at: datetime
    due_on: date
    opened_at: datetime
    closed_at: datetime | None
    closed_by: UUID | None
    outcome: WelfareOutcome | None
    note: str
    version: int


_CHECK = (
    "SELECT k.id, k.enrolment, k.session, k.due_on, k.opened_at, k.closed_at, k.closed_by,"
    " k.outcome, k.note, k.version, s.starts_at, c.code, c.side, c.organisation,"
    " p.id AS participant, p.given_name, p.family_name, p.preferred_name FROM welfare_checks k"
    " JOIN enrolments e ON e.id = k.enrolment JOIN cohorts c ON c.id = e.cohort"
    " JOIN participants p ON p.id = e.participant JOIN sessions s ON s.id = k.session"
)


async def welfare_checks(
    *, scope: Scope, cursor: Cursor, closed: bool = False
) -> Page[WelfareView]:
    """Answer the checks within reach, open ones unless ``closed``, the longest due first."""
    conditions = [
        visibility.welfare(scope),
        visibility.unrestricted(scope),
        QueryString("k.closed_at IS NOT NULL" if closed else "k.closed_at IS NULL"),
    ]
    if after := cursor.after_instant():
        day = clock.london(after[0]).date()
        conditions.append(
            QueryString("(k.due_on > {} OR (k.due_on = {} AND k.id > {}))", day, day, after[1])
        )
    rows = await database.run(
        _CHECK + " WHERE {} ORDER BY k.due_on, k.id LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page(
        [_check(row) for row in rows],
        lambda view: (clock.instant_of(view.due_on, "00:00"), view.id),
    )


async def welfare_check(check_id: UUID, *, scope: Scope) -> WelfareView:
    """Answer one check.

    Raises:
        NotFoundError: it is not there, or not within reach.
    """
    rows = await database.run(
        _CHECK + " WHERE k.id = {} AND {} AND {}",
        check_id,
        visibility.welfare(scope),
        visibility.unrestricted(scope),
    )
    if not rows:
        raise NotFoundError
    return _check(rows[0])


def _check(row: database.Row) -> WelfareView:
    return WelfareView(
        id=row["id"],
        enrolment_id=row["enrolment"],
        participant_id=row["participant"],
        name=first_name_and_initial(row),
        cohort_code=row["code"],
        side=Side(row["side"]),
        organisation_id=row["organisation"],
        session_id=row["session"],
        missed_at=row["starts_at"],
        due_on=row["due_on"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        outcome=WelfareOutcome(row["outcome"]) if row["outcome"] else None,
        note=row["note"],
        version=row["version"],
    )
