"""What of the recorded cases does not fit together, case by case (C4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Permission, Scope
from programmes.bank_holidays import is_bank_holiday
from programmes.domain.attendance import CREDIT_SHARE, CREDITABLE
from programmes.domain.terms import EnrolmentStatus, Nation, SessionStatus
from programmes.domain.working_days import working_days_since
from programmes.queries import visibility
from programmes.queries.progress import first_name_and_initial

REGISTER_WITHIN_WORKING_DAYS = 2
ACTIVE_AFTER_DAYS = 28
MOST_CASES = 500
"""As many cases of one fault are looked at; a list as long as this is not worked through.

A report says of such a list that there are so many or more.
"""


class Fault(StrEnum):
    """The kinds of what does not fit together."""

    NEVER_STARTED = "completed_without_start"
    TOO_FEW_UNITS = "completed_with_fewer_units"
    AFTER_EXIT = "attendance_after_exit"
    BEFORE_JOINING = "attendance_before_enrolment"
    NO_REGISTER = "no_register"
    STILL_ACTIVE = "still_active"
    NO_REFERRAL = "no_referral"


@dataclass(frozen=True, slots=True)
class FaultyCase:
    """One case: a place in a group, or a session; ``on`` is the day that does not fit."""

    fault: Fault
    subject: UUID
    cohort_code: str
    name: str
    on: date | None


_PLACE = (
    "SELECT e.id, c.code, p.given_name, p.family_name, p.preferred_name, e.joined_on, e.ended_on"
    " FROM enrolments e JOIN participants p ON p.id = e.participant"
    " JOIN cohorts c ON c.id = e.cohort JOIN programme_versions v ON v.id = c.programme_version"
)
_CREDITED = (
    "(WITH RECURSIVE chain (part) AS (SELECT e.id UNION ALL SELECT o.continues FROM chain"
    " JOIN enrolments o ON o.id = chain.part WHERE o.continues IS NOT NULL)"
    " SELECT COUNT(DISTINCT u.number) FROM chain JOIN attendances a ON a.enrolment = chain.part"
    " JOIN sessions s ON s.id = a.session JOIN units u ON u.id = s.unit WHERE {})"
)
_CREDITS = (
    "(a.outcome IN {} AND s.status <> 'cancelled'"
    " AND COALESCE(a.minutes_attended, u.minutes) * {} >= u.minutes * {})"
)
_REQUIRED = (
    "COALESCE(v.min_units, (v.min_percent * (SELECT COUNT(*) FROM units u"
    " WHERE u.programme_version = v.id) + 99) / 100)"
)
_ENOUGH = (
    "SELECT m.id FROM (SELECT e.id, e.cohort, COUNT(DISTINCT u.number) AS credited"  # noqa: S608
    " FROM enrolments e CROSS JOIN cohorts c CROSS JOIN attendances a CROSS JOIN sessions s"
    " CROSS JOIN units u WHERE e.status = {} AND c.id = e.cohort AND a.enrolment = e.id"
    " AND s.id = a.session AND u.id = s.unit AND {} AND {} GROUP BY e.id) m"
    " JOIN cohorts c ON c.id = m.cohort JOIN programme_versions v ON v.id = c.programme_version"
    " WHERE m.credited >= " + _REQUIRED
)
"""Completed places whose own marks are enough: nearly all, found at once.

Only the others are looked at together with what they continue. ``CROSS JOIN`` keeps SQLite to
this order; on its own it may begin with the sessions, which takes four times as long.
"""
_OVER = (
    "e.status IN {} AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.cohort = c.id"
    " AND (s.enrolment IS NULL OR s.enrolment = e.id) AND s.status <> 'cancelled'"
    " AND s.starts_at >= {}) AND EXISTS (SELECT 1 FROM sessions s"
    " WHERE s.cohort = c.id AND s.enrolment IS NULL)"
)
_OUTSIDE = (
    "SELECT e.id, c.code, p.given_name, p.family_name, p.preferred_name, e.joined_on, e.ended_on,"
    " MIN(s.starts_at) AS first_at, MAX(s.starts_at) AS last_at FROM enrolments e"
    " CROSS JOIN cohorts c CROSS JOIN participants p CROSS JOIN sessions s"
    " CROSS JOIN attendances a WHERE c.id = e.cohort AND p.id = e.participant"
    " AND s.cohort = c.id AND (s.starts_at < {joined} OR s.starts_at >= {ended})"
    " AND a.session = s.id AND a.enrolment = e.id AND a.outcome IN {{}} AND {{}} AND {{}}"
    " GROUP BY e.id, c.id, p.id ORDER BY e.id LIMIT {{}}"
)
"""An hour's width, so that no day in London is missed; each is looked at again by its own day."""


async def faulty_cases(
    *, scope: Scope, permission: Permission = Permission.VIEW_CASES
) -> tuple[FaultyCase, ...]:
    """Answer every case that does not fit together, kind by kind: six statements.

    Restricted records are left out for those who may not read them, also from the counts.
    """
    visible = visibility.cohorts(scope, permission)
    unrestricted = visibility.unrestricted(scope)
    found: list[FaultyCase] = []
    for fault, condition in _conditions(visible).items():
        rows = await database.run(
            _PLACE + " WHERE {} AND {} AND {} ORDER BY e.id LIMIT {}",
            condition,
            visible,
            unrestricted,
            MOST_CASES,
        )
        found += [_place(fault, row) for row in rows]
    found += await _outside(visible, unrestricted)
    return (*found, *await _unmarked(visible))


def _conditions(visible: QueryString) -> Mapping[Fault, QueryString]:
    """Answer for each fault that a place alone shows the condition on it."""
    completed = EnrolmentStatus.COMPLETED.value
    needed, whole = CREDIT_SHARE
    counted = QueryString(_CREDITS, database.in_list(CREDITABLE), whole, needed)
    return {
        Fault.NEVER_STARTED: QueryString("e.status = {} AND e.started_on IS NULL", completed),
        Fault.TOO_FEW_UNITS: QueryString(
            "e.status = {} AND CASE WHEN e.id IN ({}) THEN FALSE ELSE {} END",
            completed,
            QueryString(_ENOUGH, completed, counted, visible),
            QueryString(f"{_CREDITED} < {_REQUIRED}", counted),
        ),
        Fault.STILL_ACTIVE: QueryString(
            _OVER, visibility.OPEN, clock.now() - timedelta(days=ACTIVE_AFTER_DAYS)
        ),
        Fault.NO_REFERRAL: QueryString(
            "e.referral IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM enrolments n WHERE n.participant = e.participant"
            " AND n.continues = e.id)"
        ),
    }


async def _outside(visible: QueryString, unrestricted: QueryString) -> list[FaultyCase]:
    """Answer the places with an attendance before their first day or after their last."""
    rows = await database.run(
        _OUTSIDE.format(
            joined=database.utc_midnight("e.joined_on"),
            ended=database.utc_midnight("e.ended_on", hours=23),
        ),
        database.in_list(CREDITABLE),
        visible,
        unrestricted,
        MOST_CASES,
    )
    found = []
    for row in rows:
        first, last = (database.as_instant(row[name]) for name in ("first_at", "last_at"))
        if first and clock.london(first).date() < row["joined_on"]:
            found.append(_place(Fault.BEFORE_JOINING, row))
        if last and row["ended_on"] and clock.london(last).date() > row["ended_on"]:
            found.append(_place(Fault.AFTER_EXIT, row))
    return found


def _place(fault: Fault, row: database.Row) -> FaultyCase:
    return FaultyCase(
        fault, row["id"], row["code"], first_name_and_initial(row),
        row["ended_on"] or row["joined_on"],
    )  # fmt: skip


async def _unmarked(visible: QueryString) -> list[FaultyCase]:
    """Answer the sessions whose register nobody saved within the working days of their nation."""
    today = clock.today()
    rows = await database.run(
        "SELECT s.id, c.code, c.nation, s.starts_at FROM sessions s"
        " JOIN cohorts c ON c.id = s.cohort WHERE s.status = {} AND s.starts_at < {} AND {}"
        " ORDER BY s.starts_at, s.id LIMIT {}",
        SessionStatus.SCHEDULED.value,
        clock.now() - timedelta(days=REGISTER_WITHIN_WORKING_DAYS),
        visible,
        MOST_CASES,
    )
    found = []
    for row in rows:
        day = clock.london(row["starts_at"]).date()
        holiday = partial(is_bank_holiday, nation=Nation(row["nation"]))
        passed = working_days_since(day, today, is_holiday=holiday)
        if passed > REGISTER_WITHIN_WORKING_DAYS:
            found.append(FaultyCase(Fault.NO_REGISTER, row["id"], row["code"], "", day))
    return found
