"""What the marks of each place add up to (C5), as one statement over the marks themselves.

It tells what ``programmes.domain.completion.progress`` tells of one person; a test over random
histories holds the two together. Reports read what is kept of it in ``enrolment_counts``.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from programmes.domain.attendance import (
    ABSENCES,
    ATTENDED,
    CREDIT_SHARE,
    CREDITABLE,
    NOT_COUNTED,
)
from programmes.domain.terms import AbsenceReason, AttendanceOutcome

COLUMNS = (
    "enrolment", "expected", "marked", "attended", "compliant", "sessions_attended",
    "units_credited", "units_by_group", "units_missed", "units_made_up", "minutes_credited",
    "enough_units", "complete_without_catch_up", "last_attended", "attended_before",
    "attended_after",
)  # fmt: skip

_PLACES = """
WITH RECURSIVE kept (id) AS (SELECT e.id FROM enrolments e WHERE {{}}
 UNION SELECT e.id FROM kept CROSS JOIN enrolments e WHERE e.continues = kept.id),
own AS (SELECT e.id, e.cohort, e.continues, c.programme_version AS version, {joined} AS from_at,
 {left} AS until_at, EXISTS (SELECT 1 FROM pauses z WHERE z.enrolment = e.id) AS pauses
 FROM kept CROSS JOIN enrolments e CROSS JOIN cohorts c WHERE e.id = kept.id AND c.id = e.cohort),
chain (enrolment, part) AS (SELECT own.id, own.continues FROM own WHERE own.continues IS NOT NULL
 UNION ALL SELECT chain.enrolment, e.continues FROM chain CROSS JOIN enrolments e
 WHERE e.id = chain.part AND e.continues <> chain.enrolment),
earlier AS (SELECT chain.enrolment, e.id, c.programme_version AS version, {joined} AS from_at,
 {left} AS until_at FROM chain CROSS JOIN enrolments e CROSS JOIN enrolments o CROSS JOIN cohorts c
 WHERE e.id = chain.part AND o.id = chain.enrolment AND c.id = o.cohort),
rules AS (SELECT v.id, COALESCE(v.min_units, (v.min_percent * COUNT(u.id) + 99) / 100) AS units,
 SUM(CASE WHEN u.mandatory THEN 1 ELSE 0 END) AS mandatory,
 COALESCE(v.min_hours, 0) * 60 AS minutes
 FROM programme_versions v LEFT JOIN units u ON u.programme_version = v.id
 WHERE v.id IN (SELECT own.version FROM own) GROUP BY v.id),
"""
"""Places with those that continue them; what each of them continues; and their rules.

``CROSS JOIN`` keeps SQLite to this order, and conditions that name two tables keep it from reading
a whole table into a filter; on its own it may begin with all the marks.
"""
_MET = """
met AS (SELECT p.id AS enrolment, u.number, s.starts_at, u.mandatory,
 CASE WHEN {inside} AND {expected} AND {counts} THEN 1 ELSE 0 END AS counted, 1 AS marked,
 CASE WHEN {inside} AND a.outcome IN {attended} THEN 1 ELSE 0 END AS came,
 CASE WHEN {complied} THEN 1 ELSE 0 END AS complied, s.is_catch_up,
 CASE WHEN {inside} AND {creditable} THEN {stayed} END AS credit,
 CASE WHEN a.outcome IN {coming} AND s.starts_at < p.from_at THEN 1 ELSE 0 END AS early,
 CASE WHEN a.outcome IN {coming} AND s.starts_at >= p.until_at THEN 1 ELSE 0 END AS late
 FROM own p CROSS JOIN attendances a CROSS JOIN sessions s CROSS JOIN units u
 WHERE a.enrolment = p.id AND s.id = a.session AND u.id = s.unit
 UNION ALL SELECT p.id, u.number, s.starts_at, u.mandatory, 1, 0, 0, 0, s.is_catch_up, NULL, 0, 0
 FROM own p CROSS JOIN sessions s CROSS JOIN units u WHERE s.cohort = p.cohort AND u.id = s.unit
 AND (s.enrolment IS NULL OR s.enrolment = p.id) AND s.starts_at >= p.from_at
 AND CASE WHEN s.status = 'held' AND (p.until_at IS NULL OR s.starts_at < p.until_at)
 AND {expected} THEN NOT EXISTS
 (SELECT 1 FROM attendances a WHERE a.session = s.id AND a.enrolment = p.id) ELSE FALSE END
 UNION ALL SELECT p.enrolment, u.number, s.starts_at, u.mandatory, 0, 1,
 CASE WHEN {inside} AND a.outcome IN {attended} THEN 1 ELSE 0 END, 0, s.is_catch_up,
 CASE WHEN {inside} AND {creditable} THEN {stayed} END, 0, 0
 FROM earlier p CROSS JOIN attendances a CROSS JOIN sessions s CROSS JOIN units t CROSS JOIN units u
 WHERE a.enrolment = p.id AND s.id = a.session AND t.id = s.unit
 AND u.programme_version = p.version AND u.number = t.number),
latest AS (SELECT m.enrolment, MAX(m.starts_at) AS at FROM met m WHERE m.counted * m.came = 1
 GROUP BY m.enrolment),
"""
"""At what they were marked; at what they were to be; and at what they were in earlier places."""
_ADDED = """
by_unit AS (SELECT m.enrolment, m.number, SUM(m.counted) AS expected,
 SUM(m.counted * m.marked) AS marked, SUM(m.counted * m.came) AS attended,
 SUM(m.counted * m.marked * m.complied) AS compliant, SUM(m.came) AS sessions_attended,
 SUM(CASE WHEN m.starts_at <= l.at THEN m.counted ELSE 0 END) AS last_attended,
 SUM(m.early) AS early, SUM(m.late) AS late,
 MAX(CASE WHEN m.mandatory THEN 1 ELSE 0 END) AS mandatory, MAX(m.credit) AS minutes,
 MAX(CASE WHEN m.is_catch_up THEN NULL ELSE m.credit END) AS by_group
 FROM met m LEFT JOIN latest l ON l.enrolment = m.enrolment GROUP BY m.enrolment, m.number),
added AS (SELECT b.enrolment, SUM(b.expected) AS expected, SUM(b.marked) AS marked,
 SUM(b.attended) AS attended, SUM(b.compliant) AS compliant,
 SUM(b.sessions_attended) AS sessions_attended, COUNT(b.minutes) AS units,
 COUNT(b.by_group) AS units_by_group,
 SUM(CASE WHEN b.marked > 0 AND b.by_group IS NULL THEN 1 ELSE 0 END) AS missed,
 SUM(CASE WHEN b.marked > 0 AND b.by_group IS NULL AND b.minutes IS NOT NULL THEN 1 ELSE 0 END)
 AS made_up, SUM(b.minutes) AS minutes, SUM(b.by_group) AS minutes_by_group,
 SUM(CASE WHEN b.minutes IS NOT NULL THEN b.mandatory ELSE 0 END) AS mandatory,
 SUM(CASE WHEN b.by_group IS NOT NULL THEN b.mandatory ELSE 0 END) AS mandatory_by_group,
 SUM(b.last_attended) AS last_attended, SUM(b.early) AS early, SUM(b.late) AS late
 FROM by_unit b GROUP BY b.enrolment)
"""
_COUNTED = """
SELECT k.id AS enrolment, COALESCE(a.expected, 0) AS expected, COALESCE(a.marked, 0) AS marked,
 COALESCE(a.attended, 0) AS attended, COALESCE(a.compliant, 0) AS compliant,
 COALESCE(a.sessions_attended, 0) AS sessions_attended, COALESCE(a.units, 0) AS units_credited,
 COALESCE(a.units_by_group, 0) AS units_by_group, COALESCE(a.missed, 0) AS units_missed,
 COALESCE(a.made_up, 0) AS units_made_up, COALESCE(a.minutes, 0) AS minutes_credited,
 COALESCE(a.units, 0) >= r.units AND COALESCE(a.mandatory, 0) >= r.mandatory
 AND COALESCE(a.minutes, 0) >= r.minutes AS enough_units,
 COALESCE(a.units_by_group, 0) >= r.units AND COALESCE(a.mandatory_by_group, 0) >= r.mandatory
 AND COALESCE(a.minutes_by_group, 0) >= r.minutes AS complete_without_catch_up,
 COALESCE(a.last_attended, 0) AS last_attended, COALESCE(a.early, 0) AS attended_before,
 COALESCE(a.late, 0) AS attended_after
 FROM own k JOIN rules r ON r.id = k.version LEFT JOIN added a ON a.enrolment = k.id WHERE TRUE
"""
_INSIDE = (
    "s.status <> 'cancelled' AND s.starts_at >= p.from_at"
    " AND (p.until_at IS NULL OR s.starts_at < p.until_at)"
)
_EXPECTED = (
    "NOT s.is_catch_up AND CASE WHEN p.pauses THEN NOT EXISTS (SELECT 1 FROM pauses z"
    " WHERE z.enrolment = p.id AND s.starts_at >= {since}"
    " AND (z.to_on IS NULL OR s.starts_at < {until})) ELSE TRUE END"
)
_COUNTS = "a.outcome NOT IN {not_counted} AND COALESCE(a.absence_reason <> '{stood_down}', TRUE)"
_COMPLIED = (
    "CASE WHEN a.outcome IN {absences} THEN COALESCE(a.acceptable, a.outcome = '{notified}')"
    " WHEN a.outcome = '{sent_home}' THEN FALSE"
    " ELSE COALESCE(a.acceptable, TRUE) AND COALESCE(a.engaged, TRUE) END"
)
_STAYED = (
    "CASE WHEN a.minutes_attended IS NULL THEN u.minutes - COALESCE(a.minutes_late, 0)"
    " WHEN a.minutes_attended > u.minutes THEN u.minutes ELSE a.minutes_attended END"
)
EVERY = QueryString("(1 = 1)")


def counted(places: QueryString = EVERY) -> QueryString:
    """Answer the statement that tells ``COLUMNS`` from the marks.

    ``places`` is a condition on enrolments ``e``; those that continue them are told as well.
    """
    return QueryString(_statement(database.bound().engine_type), places)


@cache
def _statement(_engine_type: str) -> str:
    """Answer the words of the statement, put together once for each engine."""
    window = {
        "joined": database.london_midnight("e.joined_on"),
        "left": database.london_midnight("e.ended_on", days=1),
    }
    return _PLACES.format(**window) + _MET.format(**_rules()) + _ADDED + _COUNTED


def _rules() -> dict[str, str]:
    """Answer what ``domain.attendance`` and ``domain.pauses`` say of a mark ``a``, in SQL."""
    part, whole = CREDIT_SHARE
    coming = _listed(CREDITABLE)
    return {
        "inside": _INSIDE,
        "attended": _listed(ATTENDED),
        "coming": coming,
        "stayed": _STAYED,
        "creditable": f"a.outcome IN {coming} AND {_STAYED} * {whole} >= u.minutes * {part}",
        "expected": _EXPECTED.format(
            since=database.london_midnight("z.from_on"),
            until=database.london_midnight("z.to_on", days=1),
        ),
        "counts": _COUNTS.format(
            not_counted=_listed(NOT_COUNTED), stood_down=AbsenceReason.STOOD_DOWN.value
        ),
        "complied": _COMPLIED.format(
            absences=_listed(ABSENCES),
            notified=AttendanceOutcome.ABSENT_NOTIFIED.value,
            sent_home=AttendanceOutcome.SENT_HOME_BEHAVIOUR.value,
        ),
    }


def _listed(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in sorted(values)) + ")"


def of_places(enrolment_ids: Sequence[UUID]) -> QueryString:
    """Answer the condition on ``e`` that names these places."""
    return QueryString("e.id IN {}", database.in_list(enrolment_ids))
