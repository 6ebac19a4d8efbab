"""Keeps what the marks of each place add up to, in the transaction that changes it.

Call these last in it. Registers of a group wait for each other, and whatever changes who is
expected there waits with them: so the marks that are counted are those that will be stored.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from programmes.queries.cohorts import SessionView
from programmes.queries.counts import COLUMNS, EVERY, counted, of_places

_KEPT = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS[1:])
_KEEP = (
    f"INSERT INTO enrolment_counts ({', '.join(COLUMNS)}) {{}}"
    f" ON CONFLICT (enrolment) DO UPDATE SET {_KEPT}"
)
_LOCK = (
    "WITH RECURSIVE kept (id) AS (SELECT e.id FROM enrolments e WHERE {}"
    " UNION SELECT e.id FROM kept JOIN enrolments e ON e.continues = kept.id)"
    " SELECT n.enrolment FROM kept JOIN enrolments e ON e.id = kept.id"
    " JOIN enrolment_counts n ON n.enrolment = e.id WHERE e.continues IS NOT NULL"
    " ORDER BY n.enrolment FOR UPDATE OF n"
)
"""A place that continues one of another group is counted from the registers of both."""


async def alone_at(cohort_ids: Iterable[UUID]) -> None:
    """Make whoever saves registers of these groups wait, and those who change who is expected."""
    for cohort_id in sorted(set(cohort_ids)):
        await database.serialise(f"registers of {cohort_id}")


async def keep_counts(enrolment_ids: Collection[UUID]) -> None:
    """Count the marks of these places anew, with those that continue them."""
    await _keep(of_places(sorted(enrolment_ids)))


async def keep_counts_of_session(session: SessionView) -> None:
    """Count anew for everybody whom a session expects, now that it has been held."""
    if session.enrolment_id:
        await keep_counts([session.enrolment_id])
        return
    day = clock.london(session.starts_at).date()
    await _keep(
        QueryString(
            "e.cohort = {} AND e.joined_on <= {} AND (e.ended_on IS NULL OR e.ended_on >= {})",
            session.cohort_id,
            day,
            day,
        )
    )


async def keep_counts_of_cohorts(cohort_ids: Collection[UUID]) -> None:
    """Count the marks of everybody in these groups anew."""
    await _keep(QueryString("e.cohort IN {}", database.in_list(sorted(cohort_ids))))


async def keep_all_counts() -> None:
    """Count every mark anew."""
    await _keep(EVERY)


async def _keep(places: QueryString) -> None:
    await database.plan_once()
    await database.lock(_LOCK, places)
    await database.run(_KEEP, counted(places))
