"""What the sessions of a period add up to for each place: who was to come, and how it was marked.

A place has one row, or one for each week or quarter where the figures are parted by them.
"""

from collections.abc import Mapping, Sequence

from piccolo.querystring import QueryString

from core import database, sql_days
from core.reports import Question
from core.scope import Scope
from programmes.queries.cases import of_whom
from programmes.queries.groupings import Grouping
from programmes.queries.meetings import begun, held_within, words

_SITTINGS = """
(WITH sittings AS MATERIALIZED (SELECT s.id, s.cohort, s.enrolment, s.starts_at, s.is_catch_up,
 {day} AS held_on, u.number AS unit, u.minutes AS unit_minutes,
 CASE WHEN COUNT(*) OVER (PARTITION BY s.cohort, u.number) > 1 THEN 1 ELSE 0 END AS shared
 FROM sessions s CROSS JOIN units u WHERE u.id = s.unit AND s.status <> 'cancelled' AND {{}}
 AND s.cohort IN (SELECT c.id FROM cohorts c JOIN programme_versions v
 ON v.id = c.programme_version JOIN programmes g ON g.id = v.programme WHERE {{}}))
"""
"""``shared`` is 1 where the cohort had another session of the same unit, which few have."""
_INSIDE = (
    "(s.enrolment IS NULL OR s.enrolment = e.id)"
    " AND e.joined_on <= s.held_on AND (e.ended_on IS NULL OR e.ended_on >= s.held_on)"
)
_PAUSED = (
    "CASE WHEN e.id IN (SELECT y.enrolment FROM pauses y) THEN EXISTS (SELECT 1 FROM pauses z"
    " WHERE z.enrolment = e.id AND z.from_on <= s.held_on"
    " AND (z.to_on IS NULL OR z.to_on >= s.held_on)) ELSE FALSE END AS paused"
)
"""Few have pauses, so that most are told without a look at each."""
_TO_COME = (
    f"SELECT e.id AS enrolment, s.held_on, s.is_catch_up, {_PAUSED}"  # noqa: S608
    f" FROM enrolments e CROSS JOIN sittings s WHERE s.cohort = e.cohort AND {_INSIDE}"
)
_MARKS = (
    "SELECT e.id AS enrolment, s.id AS session, s.held_on, s.starts_at, s.is_catch_up, s.unit,"  # noqa: S608
    " s.unit_minutes, s.shared, a.outcome, a.minutes_attended, a.minutes_late, a.absence_reason,"
    f" a.acceptable, a.engaged, {_PAUSED} FROM {{tables}} WHERE a.enrolment = e.id"
    f" AND s.id = a.session AND (s.cohort = e.cohort) IS TRUE AND {_INSIDE}"
)
"""``IS TRUE`` keeps PostgreSQL from taking what always holds for something that leaves few rows."""
_BY_PLACES = "enrolments e CROSS JOIN attendances a CROSS JOIN sittings s"
_BY_SITTINGS = "sittings s CROSS JOIN attendances a CROSS JOIN enrolments e"
"""SQLite keeps to these orders: place by place it need not sort, and few sessions come first."""
_OF_THEM = " AND (e.cohort IN (SELECT t.cohort FROM sittings t)) IS TRUE"
_CREDITED = (
    "SELECT k.*, ROW_NUMBER() OVER (PARTITION BY k.enrolment, k.unit"
    " ORDER BY k.credit DESC, k.starts_at, k.session) AS place FROM"
    " (SELECT m.*, {credit} AS credit FROM ({marks} AND s.shared = 1) m) k"
    " WHERE k.credit IS NOT NULL"
)
"""Of a unit met more than once the session counts at which it was credited most."""
_SUMS = ("expected", "marked", "attended", "compliant", "minutes")
_EXPECTED = "NOT m.is_catch_up AND NOT m.paused"


def sittings(question: Question, *, group_by: Sequence[str], scope: Scope) -> QueryString:
    """Answer the table of ``_SUMS``, for the sessions of a question's days within the scope.

    Whoever was to come is counted without a look at the marks, and marks that do not count are
    taken off again: to look for the mark of each would take twice as long. A place has several
    rows, one of them at most with marks.
    """
    said = words("m")
    worth = f"{_EXPECTED} AND {said['counts']}"
    tables = (
        (_TO_COME, {"expected": f"CASE WHEN {_EXPECTED} THEN 1 ELSE 0 END"}),
        (
            _MARKS.format(tables=_BY_PLACES) + _OF_THEM,
            {
                "expected": f"CASE WHEN {_EXPECTED} AND NOT ({said['counts']}) THEN -1 ELSE 0 END",
                "marked": f"CASE WHEN {worth} THEN 1 ELSE 0 END",
                "attended": f"CASE WHEN {worth} AND {said['came']} THEN 1 ELSE 0 END",
                "compliant": f"CASE WHEN {worth} AND {said['complied']} THEN 1 ELSE 0 END",
                "minutes": f"CASE WHEN m.shared = 0 THEN {said['credit']} END",
            },
        ),
        (
            _CREDITED.format(credit=said["credit"], marks=_MARKS.format(tables=_BY_SITTINGS)),
            {"minutes": "CASE WHEN m.place = 1 THEN m.credit END"},
        ),
    )
    by = ", ".join(["m.enrolment", *_times(group_by)])
    return QueryString(
        _SITTINGS.format(day=database.london_day("s.starts_at"))
        + " UNION ALL ".join(_by_place(rows, sums, by) for rows, sums in tables)
        + ")",
        database.all_of([begun(), *held_within(question.since, question.until)]),
        database.all_of(of_whom(question, scope=scope)),
    )


def _times(group_by: Sequence[str]) -> list[str]:
    times = {Grouping.QUARTER: sql_days.quarter_index, Grouping.WEEK: sql_days.monday}
    return [times[one]("m.held_on") for one in times if one in group_by]


def _by_place(rows: str, sums: Mapping[str, str], by: str) -> str:
    added = ", ".join(
        f"COALESCE(SUM({sums[key]}), 0) AS {key}" if key in sums else f"0 AS {key}" for key in _SUMS
    )
    return (
        f"SELECT m.enrolment, MIN(m.held_on) AS held_on, {added}"  # noqa: S608 - our own words
        f" FROM ({rows}) m GROUP BY {by}"
    )
