"""Marks as the rules take them, with those of the places that a place continues."""

from collections.abc import Sequence
from uuid import UUID

from core import clock, database
from core.scope import Scope
from programmes.domain.attendance import Mark
from programmes.domain.completion import Meeting
from programmes.domain.terms import AbsenceReason, AttendanceOutcome, SessionStatus
from programmes.queries import visibility

CHAIN = (
    "WITH RECURSIVE chain (enrolment, part) AS (SELECT e.id, e.id FROM enrolments e"
    " WHERE e.id IN {} UNION ALL SELECT chain.enrolment, e.continues FROM chain"
    " JOIN enrolments e ON e.id = chain.part WHERE e.continues IS NOT NULL) "
)
"""Every place with itself and those that it continues, after a transfer or a re-join."""


async def marks_of(enrolment_ids: Sequence[UUID], *, scope: Scope) -> dict[UUID, dict[UUID, Mark]]:
    """Answer the marks of visible places, by session."""
    if not enrolment_ids:
        return {}
    rows = await database.run(
        "SELECT a.enrolment, a.session, a.outcome, a.minutes_attended, a.absence_reason,"
        " a.acceptable, a.engaged, a.minutes_late FROM attendances a"
        " JOIN enrolments e ON e.id = a.enrolment"
        " JOIN cohorts c ON c.id = e.cohort WHERE a.enrolment IN {} AND {}",
        database.in_list(enrolment_ids),
        visibility.cohorts(scope),
    )
    found: dict[UUID, dict[UUID, Mark]] = {}
    for row in rows:
        found.setdefault(row["enrolment"], {})[row["session"]] = mark_of(row)
    return found


async def earlier_meetings(
    enrolment_ids: Sequence[UUID], *, scope: Scope
) -> dict[UUID, list[Meeting]]:
    """Answer what was marked in the places that visible ones continue, within their windows.

    Whoever sees a place sees what was carried into it, from whichever group.
    """
    if not enrolment_ids:
        return {}
    rows = await database.run(
        CHAIN  # noqa: S608 - our own words
        + "SELECT chain.enrolment, e.joined_on, e.ended_on, s.starts_at, s.is_catch_up,"
        " u.number, a.outcome, a.minutes_attended, a.absence_reason, a.acceptable,"
        " a.engaged, a.minutes_late"
        " FROM chain JOIN enrolments o ON o.id = chain.enrolment JOIN cohorts c ON c.id = o.cohort"
        " JOIN enrolments e ON e.id = chain.part JOIN attendances a ON a.enrolment = e.id"
        " JOIN sessions s ON s.id = a.session JOIN units u ON u.id = s.unit"
        " WHERE chain.part <> chain.enrolment AND s.status <> {} AND {}",
        database.in_list(enrolment_ids),
        SessionStatus.CANCELLED.value,
        visibility.cohorts(scope),
    )
    found: dict[UUID, list[Meeting]] = {}
    for row in rows:
        day = clock.london(row["starts_at"]).date()
        if row["joined_on"] <= day and (row["ended_on"] is None or day <= row["ended_on"]):
            found.setdefault(row["enrolment"], []).append(_meeting(row))
    return found


def _meeting(row: database.Row) -> Meeting:
    return Meeting(
        unit_number=row["number"],
        past=True,
        catch_up=bool(row["is_catch_up"]),
        mark=mark_of(row),
        earlier=True,
    )


def mark_of(row: database.Row) -> Mark:
    """Answer the mark out of its columns."""
    acceptable, engaged = row["acceptable"], row["engaged"]
    return Mark(
        AttendanceOutcome(row["outcome"]),
        row["minutes_attended"],
        None if acceptable is None else bool(acceptable),
        AbsenceReason(row["absence_reason"]) if row["absence_reason"] else None,
        None if engaged is None else bool(engaged),
        row["minutes_late"],
    )
