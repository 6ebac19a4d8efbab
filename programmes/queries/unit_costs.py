"""What a programme delivered in a period, to be held against what it cost (C7)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core import clock, database
from core.reports import Basis, Question
from core.scope import Scope
from programmes.domain.terms import SessionStatus
from programmes.queries import visibility
from programmes.queries.cases import Count, case_counts

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How often something happened in a period, and for how many minutes groups met."""

    counts: dict[str, int]
    minutes: int


async def delivered(
    programme_id: UUID, counts: tuple[Count, ...], *, since: date, until: date, scope: Scope
) -> Delivered:
    """Answer what of these counts happened in a period, and the minutes of group sessions held.

    Raises:
        NotFoundError: the programme is not there, or not visible.
    """
    question = Question(since, until, Basis.FLOW, programme_id=programme_id)
    found = await case_counts(counts, question, group_by=(), scope=scope)
    nothing = {count.key: 0 for count in counts}
    return Delivered(
        {**nothing, **found[0].counts} if found else nothing,
        await _minutes(programme_id, since=since, until=until, scope=scope),
    )


async def _minutes(programme_id: UUID, *, since: date, until: date, scope: Scope) -> int:
    rows = await database.run(
        "SELECT COALESCE(SUM(s.minutes), 0) AS minutes FROM sessions s"
        " JOIN cohorts c ON c.id = s.cohort JOIN programme_versions v ON v.id = c.programme_version"
        " JOIN programmes g ON g.id = v.programme WHERE g.id = {} AND s.status = {}"
        " AND s.enrolment IS NULL AND s.starts_at >= {} AND s.starts_at < {} AND {}",
        programme_id,
        SessionStatus.HELD.value,
        clock.instant_of(since, "00:00"),
        clock.instant_of(until + _DAY, "00:00"),
        visibility.reported(scope),
    )
    return int(rows[0]["minutes"])
