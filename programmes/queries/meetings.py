"""The meetings of each place as one statement: what every session was for whom (C5).

Sessions that were cancelled or are still to come are none, nor are those before somebody joined or
after their last day in London.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from piccolo.querystring import QueryString

from core import clock, database
from programmes.domain.attendance import ABSENCES, ATTENDED, CREDIT_SHARE, CREDITABLE, NOT_COUNTED
from programmes.domain.terms import AbsenceReason, AttendanceOutcome, SessionStatus

_MEETINGS = """
(WITH sittings AS MATERIALIZED (SELECT s.id, s.cohort, s.enrolment, s.unit, s.starts_at,
 s.is_catch_up, {day} AS held_on FROM sessions s WHERE s.status <> 'cancelled' AND {{}}),
met AS (SELECT e.id AS enrolment, s.id AS session, s.starts_at, s.held_on, s.is_catch_up,
 u.number AS unit, u.title, u.minutes AS unit_minutes, a.outcome, a.minutes_attended,
 a.minutes_late, a.absence_reason, a.acceptable, a.engaged, EXISTS (SELECT 1 FROM pauses z
 WHERE z.enrolment = e.id AND z.from_on <= s.held_on
 AND (z.to_on IS NULL OR z.to_on >= s.held_on)) AS paused
 FROM sittings s CROSS JOIN enrolments e CROSS JOIN units u
 LEFT JOIN attendances a ON a.session = s.id AND a.enrolment = e.id
 WHERE e.cohort = s.cohort AND u.id = s.unit AND (s.enrolment IS NULL OR s.enrolment = e.id)
 AND e.joined_on <= s.held_on AND (e.ended_on IS NULL OR e.ended_on >= s.held_on) AND {{}})
SELECT m.*, m.outcome IS NOT NULL AS marked,
 NOT m.is_catch_up AND NOT m.paused AND {counts} AS expected,
 {came} AS came, {complied} AS complied, {credit} AS credit FROM met m)
"""
"""``CROSS JOIN`` keeps SQLite to this order; on its own it may begin with all the marks."""
_STAYED = (
    "(CASE WHEN {m}.minutes_attended IS NULL THEN {m}.unit_minutes - COALESCE({m}.minutes_late, 0)"
    " WHEN {m}.minutes_attended > {m}.unit_minutes THEN {m}.unit_minutes"
    " ELSE {m}.minutes_attended END)"
)
_COUNTS = (
    "COALESCE({m}.outcome NOT IN {not_counted}, TRUE)"
    " AND COALESCE({m}.absence_reason <> '{stood_down}', TRUE)"
)
_COMPLIED = (
    "CASE WHEN {m}.outcome IS NULL THEN FALSE"
    " WHEN {m}.outcome IN {absences} THEN COALESCE({m}.acceptable, {m}.outcome = '{notified}')"
    " WHEN {m}.outcome = '{sent_home}' THEN FALSE"
    " ELSE COALESCE({m}.acceptable, TRUE) AND COALESCE({m}.engaged, TRUE) END"
)
_CREDIT = (
    "CASE WHEN {m}.outcome IN {creditable} AND {stayed} * {whole} >= {m}.unit_minutes * {part}"
    " THEN {stayed} END"
)
EVERY = QueryString("(1 = 1)")


def meetings(sessions: Sequence[QueryString], places: QueryString = EVERY) -> QueryString:
    """Answer the meetings, as a table, of sessions ``s`` and places ``e`` on these conditions.

    Each tells whether it was ``expected``, ``marked``, ``came`` to and ``complied`` with, and the
    minutes of ``credit`` for its unit, if any.
    """
    sql = _MEETINGS.format(day=database.london_day("s.starts_at"), **words("m"))
    return QueryString(sql, database.all_of([begun(), *sessions]), places)


def words(m: str) -> dict[str, str]:
    """Answer what ``domain.attendance`` says of a mark in SQL: of the columns of a table ``m``."""
    part, whole = CREDIT_SHARE
    return {
        "counts": _COUNTS.format(
            m=m, not_counted=_listed(NOT_COUNTED), stood_down=AbsenceReason.STOOD_DOWN.value
        ),
        "came": f"COALESCE({m}.outcome IN {_listed(ATTENDED)}, FALSE)",
        "complied": _COMPLIED.format(
            m=m, absences=_listed(ABSENCES), notified=AttendanceOutcome.ABSENT_NOTIFIED.value,
            sent_home=AttendanceOutcome.SENT_HOME_BEHAVIOUR.value,
        ),
        "credit": _CREDIT.format(
            m=m, creditable=_listed(CREDITABLE), stayed=_STAYED.format(m=m), part=part, whole=whole
        ),
    }  # fmt: skip


def held_within(since: date | None, until: date | None) -> list[QueryString]:
    """Answer the conditions on ``s`` that a session began within the days of a period."""
    found = []
    if since:
        found.append(QueryString("s.starts_at >= {}", clock.instant_of(since, "00:00")))
    if until and until < clock.today():
        end = clock.instant_of(until + timedelta(days=1), "00:00")
        found.append(QueryString("s.starts_at < {}", end))
    return found


def without_register() -> QueryString:
    """Answer the condition on ``s`` that its register was never saved: few, found by an index."""
    return QueryString(f"s.status = '{SessionStatus.SCHEDULED.value}'")


def begun() -> QueryString:
    """Answer the condition on ``s`` that a session is not still to come."""
    return QueryString("s.starts_at <= {}", clock.now())


def _listed(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in sorted(values)) + ")"
