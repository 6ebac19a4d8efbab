"""Who came to which session, for figures that set it beside something else."""

from datetime import datetime
from uuid import UUID

from core import clock, database
from core.scope import Scope
from programmes.domain.attendance import Mark
from programmes.domain.terms import AbsenceReason, AttendanceOutcome
from programmes.queries import visibility


async def turnout(*, since: datetime, scope: Scope) -> dict[tuple[UUID, UUID], bool]:
    """Answer for each counted mark of the sessions since an instant whether the person came.

    Keys are (participant, session). Counted is what attendance counts (C5).
    """
    rows = await database.run(
        "SELECT x.participant, a.session, a.outcome, a.absence_reason FROM attendances a"
        " JOIN sessions s ON s.id = a.session JOIN cohorts c ON c.id = s.cohort"
        " JOIN enrolments x ON x.id = a.enrolment JOIN participants p ON p.id = x.participant"
        " WHERE s.starts_at >= {} AND s.starts_at <= {} AND {} AND {}",
        since,
        clock.now(),
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    found = {}
    for row in rows:
        mark = Mark(
            AttendanceOutcome(row["outcome"]),
            absence_reason=AbsenceReason(row["absence_reason"]) if row["absence_reason"] else None,
        )
        if mark.counts:
            found[row["participant"], row["session"]] = mark.attended
    return found
