"""SQL of who holds what a rule asks on a day, of the staff whose one post is kept.

Each row is ``staff``, ``position`` and ``standing``: 0 had it once, 1 valid but soon to expire,
2 valid for longer. On days gone by from all records, else from each person's current one.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from piccolo.querystring import QueryString

from core import database
from training.domain.compliance import EXPIRING_WITHIN
from training.domain.requirements import Covering, Rule
from training.domain.terms import Basis
from training.domain.validity import add_months, earliest_valid

ANYBODY = QueryString("1 = 1")

_CURRENT = "SELECT x.staff, x.position, {} AS standing FROM current_records x WHERE x.course = {}"
_PAST = (
    "SELECT x.staff, COALESCE(t.position, NULL) AS position, {} AS standing"
    " FROM (SELECT r.staff, MAX(r.completed_on) AS completed_on FROM training_records r"
    " WHERE r.counts AND r.course = {} AND r.completed_on <= {} AND {} GROUP BY r.staff) x"
    " JOIN staff t ON t.id = x.staff WHERE t.in_position_since <= {}"
)
_HOURS = (
    "SELECT x.staff, COALESCE(t.position, NULL) AS position,"
    " CASE WHEN {} >= {} THEN 2 WHEN {} >= {} THEN 1 ELSE 0 END AS standing"
    " FROM training_records x JOIN staff t ON t.id = x.staff JOIN courses c ON c.id = x.course"
    " WHERE x.counts AND x.completed_on <= {} AND x.course IN {}"
    " AND t.in_position_since <= {} AND {} GROUP BY x.staff, t.position"
)
"""COALESCE keeps SQLite from trying each position of a list in an index, person by person."""
_ENOUGH = (
    "ROUND(SUM(CASE WHEN x.completed_on > {} AND x.course IN {}"
    " THEN COALESCE(x.hours, c.hours) ELSE 0 END), 2)"
)
_SOON = EXPIRING_WITHIN + timedelta(days=1)


def holders(rule: Rule, day: date, *, kept: bool, whose: QueryString = ANYBODY) -> QueryString:
    """Answer the statement; ``whose`` keeps rows by ``{0}.staff``, where that names the table."""
    if rule.basis is Basis.HOURS:
        return _hours(rule, day, whose)
    parts = [_one_course(covering, day, kept=kept, whose=whose) for covering in rule.courses]
    if len(parts) == 1:
        return parts[0]
    union = QueryString(" UNION ALL ".join(["{}"] * len(parts)), *parts)
    return QueryString(
        "SELECT m.staff, m.position, MAX(m.standing) AS standing FROM ({}) m"
        " GROUP BY m.staff, m.position",
        union,
    )


def _one_course(covering: Covering, day: date, *, kept: bool, whose: QueryString) -> QueryString:
    standing = _standing(covering, day)
    if kept:
        return QueryString(_CURRENT + " AND {}", standing, covering.course_id, _of("x", whose))
    return QueryString(_PAST, standing, covering.course_id, day, _of("r", whose), day)


def _of(table: str, whose: QueryString) -> QueryString:
    return whose if whose is ANYBODY else QueryString(f"{table}.staff = {{}}", whose)


def _standing(covering: Covering, day: date) -> QueryString:
    """Answer the SQL of how a completion stands: by two days of completion that decide it."""
    if covering.retired_on and covering.retired_on <= day:
        return QueryString("0")
    best = 1 if covering.retired_on and covering.retired_on <= day + _SOON else 2
    if covering.validity_months is None:
        return QueryString(str(best))
    valid = earliest_valid(day, covering.validity_months)
    lasting = earliest_valid(day + _SOON, covering.validity_months)
    return QueryString(
        f"CASE WHEN x.completed_on >= {{}} THEN {best} WHEN x.completed_on >= {{}} THEN 1"
        " ELSE 0 END",
        lasting,
        valid,
    )


def _hours(rule: Rule, day: date, whose: QueryString) -> QueryString:
    return QueryString(
        _HOURS,
        _enough(rule, day + _SOON),
        rule.hours,
        _enough(rule, day),
        rule.hours,
        day,
        database.in_list(covering.course_id for covering in rule.courses),
        day,
        _of("x", whose),
    )


def _enough(rule: Rule, day: date) -> QueryString:
    """Answer the SQL of the hours in the window of a day, of courses that still count then."""
    counted: Sequence[Covering] = [
        one for one in rule.courses if one.retired_on is None or one.retired_on > day
    ]
    window = add_months(day, -(rule.window_months or 0))
    return QueryString(_ENOUGH, window, database.in_list(one.course_id for one in counted))
