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
from programmes.domain.terms import EnrolmentStatus, Nation
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
    " JOIN enrolment_counts n ON n.enrolment = e.id"
)
_REQUIRED = (
    "COALESCE(v.min_units, (v.min_percent * (SELECT COUNT(*) FROM units u"
    " WHERE u.programme_version = v.id) + 99) / 100)"
)
_OUTSIDE = "e.id IN (SELECT o.enrolment FROM enrolment_counts o WHERE o.{} > 0)"
"""Few, and found by an index."""
_OVER = (
    "e.status IN {} AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.cohort = c.id"
    " AND (s.enrolment IS NULL OR s.enrolment = e.id) AND s.status <> 'cancelled'"
    " AND s.starts_at >= {}) AND EXISTS (SELECT 1 FROM sessions s"
    " WHERE s.cohort = c.id AND s.enrolment IS NULL)"
)


async def faulty_cases(
    *, scope: Scope, permission: Permission = Permission.VIEW_CASES
) -> tuple[FaultyCase, ...]:
    """Answer every case that does not fit together, kind by kind: seven statements.

    Restricted records are left out for those who may not read them, also from the counts.
    """
    visible = visibility.cohorts(scope, permission)
    unrestricted = visibility.unrestricted(scope)
    found: list[FaultyCase] = []
    for fault, condition in _conditions().items():
        rows = await database.run(
            _PLACE + " WHERE {} AND {} AND {} ORDER BY e.id LIMIT {}",
            condition,
            visible,
            unrestricted,
            MOST_CASES,
        )
        found += [_place(fault, row) for row in rows]
    return (*found, *await _unmarked(visible))


def _conditions() -> Mapping[Fault, QueryString]:
    """Answer for each fault that a place alone shows the condition on it."""
    completed = EnrolmentStatus.COMPLETED.value
    return {
        Fault.NEVER_STARTED: QueryString("e.status = {} AND e.started_on IS NULL", completed),
        Fault.TOO_FEW_UNITS: QueryString(
            f"e.status = {{}} AND NOT n.enough_units AND n.units_credited < {_REQUIRED}", completed
        ),
        Fault.AFTER_EXIT: QueryString(_OUTSIDE.format("attended_after")),
        Fault.BEFORE_JOINING: QueryString(_OUTSIDE.format("attended_before")),
        Fault.STILL_ACTIVE: QueryString(
            _OVER, visibility.OPEN, clock.now() - timedelta(days=ACTIVE_AFTER_DAYS)
        ),
        Fault.NO_REFERRAL: QueryString(
            "e.referral IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM enrolments n WHERE n.participant = e.participant"
            " AND n.continues = e.id)"
        ),
    }


def _place(fault: Fault, row: database.Row) -> FaultyCase:
    return FaultyCase(
        fault, row["id"], row["code"], first_name_and_initial(row),
        row["ended_on"] or row["joined_on"],
    )  # fmt: skip


async def _unmarked(visible: QueryString) -> list[FaultyCase]:
    """Answer the sessions whose register nobody saved within the working days of their nation."""
    today = clock.today()
    rows = await database.run(
        "SELECT s.id, c.code, c.nation, s.starts_at FROM sessions s JOIN cohorts c"
        " ON c.id = s.cohort WHERE s.status = 'scheduled' AND s.starts_at < {} AND {}"
        " ORDER BY s.starts_at, s.id LIMIT {}",
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
