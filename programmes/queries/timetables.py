"""What a cohort's timetable is asked besides its sessions."""

from uuid import UUID

from core import clock, database
from core.scope import Scope
from programmes.domain.entry import EntrySession, begins_module
from programmes.domain.terms import SessionStatus, UnitKind
from programmes.queries import visibility


async def entry_sessions(cohort_id: UUID, *, scope: Scope) -> tuple[EntrySession, ...]:
    """Answer the sessions of a visible cohort's group, as ``entry_fault`` takes them."""
    rows = await database.run(
        "SELECT s.starts_at, s.status, u.number, u.module FROM cohorts c"
        " JOIN units u ON u.programme_version = c.programme_version"
        " LEFT JOIN sessions s ON s.cohort = c.id AND s.unit = u.id AND s.enrolment IS NULL"
        " WHERE c.id = {} AND u.kind = {} AND {} ORDER BY u.number",
        cohort_id,
        UnitKind.GROUP.value,
        visibility.cohorts(scope),
    )
    units = {row["number"]: row["module"] for row in rows}
    beginning = dict(zip(units, begins_module(list(units.values())), strict=True))
    found = [
        EntrySession(clock.london(row["starts_at"]).date(), beginning[row["number"]])
        for row in rows
        if row["starts_at"] is not None and row["status"] != SessionStatus.CANCELLED
    ]
    return tuple(sorted(found, key=lambda session: session.day))
