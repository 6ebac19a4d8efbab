"""Holds the kept counters against the rows that they count."""

from core import database
from core.scope import Permission, Scope
from programmes.domain.attendance import CREDITABLE
from programmes.queries import visibility
from programmes.queries.counts import COLUMNS, counted

_PLACES = (
    "SELECT COUNT(*) AS found FROM cohorts c WHERE c.places_taken <>"
    " (SELECT COUNT(*) FROM enrolments e WHERE e.cohort = c.id AND e.status IN {}) AND {}"
)
_STARTS = (
    "WITH RECURSIVE came (id) AS (SELECT a.enrolment FROM attendances a"
    " JOIN sessions s ON s.id = a.session JOIN units u ON u.id = s.unit"
    " WHERE a.outcome IN {} AND u.kind = 'group'"
    " UNION SELECT e.id FROM came JOIN enrolments e ON e.continues = came.id)"
    " SELECT COUNT(*) AS found FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
    " WHERE (e.started_on IS NOT NULL) <> (e.id IN (SELECT came.id FROM came)) AND {}"
)
"""Whoever came, here or in a place that this one continues, has a start."""
_DIFFERS = " OR ".join(f"n.{column} <> k.{column}" for column in COLUMNS[1:])
_COUNTS = (
    "SELECT COUNT(*) AS found FROM ({}) k JOIN enrolments e ON e.id = k.enrolment"  # noqa: S608
    " JOIN cohorts c ON c.id = e.cohort LEFT JOIN enrolment_counts n ON n.enrolment = k.enrolment"
    " WHERE (n.enrolment IS NULL OR " + _DIFFERS + ") AND {}"
)


async def wrong_counters(*, scope: Scope) -> tuple[str, ...]:
    """Answer, in a sentence each, which kept counters differ from their rows."""
    visible = visibility.cohorts(scope, Permission.VIEW_CASES)
    places = (await database.run(_PLACES, visibility.OPEN, visible))[0]["found"]
    starts = (await database.run(_STARTS, database.in_list(CREDITABLE), visible))[0]["found"]
    counts = (await database.run(_COUNTS, counted(), visible))[0]["found"]
    found = []
    if places:
        found.append(f"The places taken of {places} cohorts differ from their enrolments")
    if starts:
        found.append(f"The start of {starts} enrolments differs from their marks")
    if counts:
        found.append(f"The counts of {counts} enrolments differ from their marks")
    return tuple(found)
