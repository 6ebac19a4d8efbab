"""Compliance of 50,000 staff beside the best SQL that we know over all of their records."""

import random
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.ids import new_id
from core.scope import SYSTEM
from training.domain.compliance import EXPIRING_WITHIN, Figures
from training.domain.terms import Sector
from training.domain.validity import earliest_valid
from training.queries.compliance import compliance
from training.tables import (
    Course,
    CurrentRecord,
    Position,
    Post,
    Requirement,
    Staff,
    TrainingRecord,
)

STAFF, REQUIREMENTS, TEAMS = 50_000, 20, 200
_ORGANISATIONS = 10
_VALIDITY_MONTHS, _DUE_DAYS = 36, 90
_SECTORS = (Sector.HEALTH, Sector.HOUSING, Sector.ADULT_SOCIAL_CARE, Sector.POLICE)
_TWICE, _EVER = 0.25, 0.94
_ROUNDS = 5
_AT_ONCE = 50_000
_PAST = timedelta(days=200)
_BY_TEAM = "p.organisation, p.team"
_ASKED = QueryString(
    " JOIN positions p ON p.id = s.position JOIN requirements r ON (CAST(r.sectors AS TEXT) = '[]'"
    " OR CAST(r.sectors AS TEXT) LIKE '%\"' || p.sector || '\"%')"
)
_HELD = (
    "SELECT r.id, {}, COUNT(*) AS held, SUM(CASE WHEN l.completed_on >= {} THEN 1 ELSE 0 END)"
    " AS lasting, SUM(CASE WHEN l.completed_on >= {} THEN 1 ELSE 0 END) AS valid"
    " FROM (SELECT course, staff, MAX(completed_on) AS completed_on FROM training_records"
    " WHERE counts AND completed_on <= {} GROUP BY course, staff) l"
    " JOIN staff s ON s.id = l.staff{} AND r.course = l.course"
    " WHERE s.in_position_since <= {} GROUP BY r.id, {}"
)
_REQUIRED = (
    "SELECT r.id, {}, COUNT(*) AS required FROM staff s{}"
    " WHERE s.in_position_since <= {} GROUP BY r.id, {}"
)
_NOT_YET_DUE = (
    "SELECT r.id, {}, SUM(CASE WHEN l.completed_on IS NULL THEN 1 ELSE 0 END) AS never,"
    " SUM(CASE WHEN l.completed_on < {} THEN 1 ELSE 0 END) AS lapsed FROM staff s{}"
    " LEFT JOIN (SELECT course, staff, MAX(completed_on) AS completed_on FROM training_records"
    " WHERE counts AND completed_on <= {} AND staff IN"
    " (SELECT id FROM staff WHERE in_position_since >= {}) GROUP BY course, staff) l"
    " ON l.staff = s.id AND l.course = r.course"
    " WHERE s.in_position_since <= {} AND s.in_position_since >= {} GROUP BY r.id, {}"
)


async def measure(engine: str, url: str) -> None:
    """Fill one migrated, empty database, and count it our way and by hand, in turn."""
    async with database.connected(url):
        records = await _fill()
        await database.bound().run_ddl("VACUUM ANALYZE" if engine == "PostgreSQL" else "ANALYZE")
        print(
            f"\n{engine}: compliance of {STAFF:,} staff with {REQUIREMENTS} requirements"
            f" and {records:,} records"
        )
        today = clock.today()
        for label, day, columns, by in (
            ("today by team", today, _BY_TEAM, ["requirement", "team"]),
            ("today by organisation", today, "p.organisation", ["requirement", "organisation"]),
            ("200 days ago by team", today - _PAST, _BY_TEAM, ["requirement", "team"]),
        ):
            await _compare(label, day, columns, by)


async def _compare(label: str, day: date, columns: str, by: list[str]) -> None:
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        found, seconds = await _timed(
            lambda: compliance(scope=SYSTEM.scope, as_of=day, group_by=by)
        )
        ours.append(seconds)
        rows, seconds = await _timed(lambda: _raw(day, columns))
        theirs.append(seconds)
        assert found.total == _added_up(*rows)  # noqa: S101 - else they are not to be compared
    mine, best = statistics.median(ours), statistics.median(theirs)
    print(
        f"  {label:24} {mine * 1000:6.0f} ms   SQL over all records {best * 1000:6.0f} ms"
        f"   {best / mine:.1f} times as fast"
    )


async def _timed(work: Callable[[], Awaitable[Any]]) -> tuple[Any, float]:
    began = time.perf_counter()
    return await work(), time.perf_counter() - began


async def _raw(day: date, columns: str) -> tuple[list[database.Row], ...]:
    """Answer the same figures by three statements over all records."""
    valid = earliest_valid(day, _VALIDITY_MONTHS)
    lasting = earliest_valid(day + EXPIRING_WITHIN + timedelta(days=1), _VALIDITY_MONTHS)
    due, by = day - timedelta(days=_DUE_DAYS), QueryString(columns)
    return (
        await database.run(_HELD, by, lasting, valid, day, _ASKED, day, by),
        await database.run(_REQUIRED, by, _ASKED, day, by),
        await database.run(_NOT_YET_DUE, by, valid, _ASKED, day, due, day, due, by),
    )


def _added_up(*statements: list[database.Row]) -> Figures:
    total = Counter(dict.fromkeys(("required", "held", "valid", "lasting", "never", "lapsed"), 0))
    for rows in statements:
        for row in rows:
            total.update({key: int(row[key]) for key in total.keys() & row.keys()})
    return Figures(
        compliant=total["lasting"],
        expiring_soon=total["valid"] - total["lasting"],
        in_grace=total["never"] + total["lapsed"],
        overdue_never=total["required"] - total["held"] - total["never"],
        expired=total["held"] - total["valid"] - total["lapsed"],
    )


async def _fill() -> int:
    """Insert staff in teams, courses with a requirement each, and records; answer how many."""
    chance = random.Random(5)  # noqa: S311 - invented people
    today = clock.today()
    organisations = [await _organisation(f"Council {n}") for n in range(_ORGANISATIONS)]
    courses = await _courses(today)
    positions = [
        (new_id(), organisations[n % _ORGANISATIONS], f"Team {n}",
         _SECTORS[n % len(_SECTORS)].value, "front_line", "Officer", "officer", False, Decimal(1))
        for n in range(TEAMS)
    ]  # fmt: skip
    staff, posts, records, current = [], [], [], []
    for number in range(STAFF):
        position_id, organisation_id = positions[number % TEAMS][:2]
        began = today - timedelta(days=chance.randint(0, 4_000))
        id = new_id()
        staff.append(
            (id, organisation_id, f"P{number}", f"Colleague {number}", "", clock.now(), 1,
             position_id, began, began)
        )  # fmt: skip
        posts.append((new_id(), id, position_id, began))
        for course_id in courses:
            times = 2 if chance.random() < _TWICE else 1
            days = sorted(today - timedelta(days=chance.randint(0, 1_500)) for _ in range(times))
            if chance.random() < _EVER:
                done = [(new_id(), id, course_id, day) for day in dict.fromkeys(days)]
                records += done
                current.append((*done[-1], position_id))
    await _insert(positions, staff, posts, records, current)
    return len(records)


async def _organisation(name: str) -> UUID:
    rows = await database.run(
        "INSERT INTO organisations (id, name, created_at) VALUES ({}, {}, {}) RETURNING id",
        new_id(), name, clock.now(),
    )  # fmt: skip
    found: UUID = rows[0]["id"]
    return found


async def _courses(today: date) -> list[UUID]:
    """Add courses; half of their requirements ask everybody, half one sector."""
    courses = []
    for number in range(REQUIREMENTS):
        course = Course(
            code=f"C{number}", name=f"Course {number}", rank=1, validity_months=_VALIDITY_MONTHS,
            hours=Decimal(3), created_at=clock.now(),
        )  # fmt: skip
        await course.save()
        await Requirement(
            name=f"Requirement {number}", course=course.id, due_within_days_of_start=_DUE_DAYS,
            sectors="[]" if number % 2 else f'["{_SECTORS[number // 2 % len(_SECTORS)].value}"]',
            effective_from=today - timedelta(days=3_000), created_at=clock.now(),
        ).save()  # fmt: skip
        courses.append(course.id)
    return courses


async def _insert(
    positions: list[Any], staff: list[Any], posts: list[Any], records: list[Any], current: list[Any]
) -> None:
    async with database.transaction():
        await database.bulk_insert(
            Position,
            ("id", "organisation", "team", "sector", "staff_group", "role", "folded_role",
             "is_people_manager", "fte"),
            positions,
        )  # fmt: skip
        await database.bulk_insert(
            Staff,
            ("id", "organisation", "payroll_number", "name", "email", "created_at", "version",
             "position", "in_position_since", "appointed_on"),
            staff,
        )  # fmt: skip
        await database.bulk_insert(Post, ("id", "staff", "position", "started_on"), posts)
        now = clock.now()
        for at in range(0, len(records), _AT_ONCE):
            await database.bulk_insert(
                TrainingRecord,
                ("id", "staff", "course", "completed_on", "evidence", "verified", "counts",
                 "created_at", "withdrawn_reason"),
                [(*record, "certificate", True, True, now, "")
                 for record in records[at : at + _AT_ONCE]],
            )  # fmt: skip
        for at in range(0, len(current), _AT_ONCE):
            await database.bulk_insert(
                CurrentRecord,
                ("id", "staff", "course", "completed_on", "position"),
                current[at : at + _AT_ONCE],
            )
