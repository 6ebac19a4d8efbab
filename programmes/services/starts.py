"""Keeps the day on which somebody started right, whatever is marked or corrected (C3)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from core import clock, database
from programmes.domain.attendance import CREDITABLE
from programmes.domain.terms import EnrolmentStatus
from programmes.tables import Enrolment


async def keep_starts(enrolment_ids: Sequence[UUID]) -> None:
    """Keep ``started_on`` and the status right: a start is the first group unit attended (C3)."""
    if not enrolment_ids:
        return
    rows = await database.run(
        "SELECT e.id, e.started_on, e.status, (SELECT MIN(s.starts_at) FROM attendances a"
        " JOIN sessions s ON s.id = a.session JOIN units u ON u.id = s.unit"
        " WHERE a.enrolment = e.id AND a.outcome IN {} AND u.kind = 'group'"
        ") AS first_at FROM enrolments e WHERE e.id IN {}",
        database.in_list(CREDITABLE),
        database.in_list(enrolment_ids),
    )
    changed: dict[tuple[date | None, str], list[UUID]] = {}
    for row in rows:
        first_at = database.as_instant(row["first_at"])
        started_on = clock.london(first_at).date() if first_at else None
        if started_on != row["started_on"]:
            status = _status(row["status"], bool(first_at))
            changed.setdefault((started_on, status), []).append(row["id"])
    for (started_on, status), ids in changed.items():  # a whole group starts on one day
        await Enrolment.update(
            database.assignments({"started_on": started_on, "status": status})
        ).where(Enrolment.id.is_in(ids))


def _status(status: str, started: bool) -> str:  # noqa: FBT001 - one fact, one caller
    waiting = {EnrolmentStatus.INVITED, EnrolmentStatus.ENROLLED}
    if started and status in waiting:
        return EnrolmentStatus.ACTIVE.value
    if not started and status == EnrolmentStatus.ACTIVE:
        return EnrolmentStatus.ENROLLED.value
    return status
