"""Many marks of few people, or ten times as many of the same people; made by the database."""

import asyncio
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from bench.prepared import Prepared, partnership, with_demonstration
from core import clock, database
from core.demonstration import source_of
from core.scope import Side
from programmes.demo.curricula import Outline, add_programme
from programmes.demo.scene import Curriculum, Scene, Team, empty_scene
from programmes.domain.terms import EnrolmentStatus, ExitReason, GroupModel, ProgrammeType
from programmes.services.counts import keep_counts_of_cohorts
from programmes.tables import Cohort, Enrolment, Participant, Referral

GROUP_SIZE = 12
_PROGRAMMES = 4
_NEWEST_DAYS = 710
_OLDEST_DAYS = 5 * 365
_COUNTED_AT_ONCE = 300_000
_SESSIONS = (
    "INSERT INTO sessions (id, cohort, unit, starts_at, minutes, status, cancelled_reason,"
    " revision, register_version, register_saved_at, is_catch_up, covered)"
    " SELECT {id}, c.id, u.id, {starts_at}, u.minutes, 'held', '', 1, 1, {starts_at}, FALSE, ''"
    " FROM cohorts c CROSS JOIN units u WHERE c.code LIKE 'GR %'"
    " AND u.programme_version = c.programme_version"
)
_MARKS = (
    "INSERT INTO attendances (id, session, enrolment, outcome, note, recorded_at)"
    " SELECT {id}, s.id, e.id, CASE WHEN e.started_on IS NULL THEN 'absent_not_notified'"
    " WHEN e.status = 'exited' AND u.number * 2 > %d THEN 'absent_not_notified'"
    " WHEN (u.number + e.version) %% 8 = 0 THEN 'absent_notified'"
    " WHEN (u.number + e.version) %% 11 = 0 THEN 'late' ELSE 'attended' END, '', s.starts_at"
    " FROM cohorts c CROSS JOIN enrolments e CROSS JOIN sessions s CROSS JOIN units u"
    " WHERE c.code LIKE 'GR %%' AND e.cohort = c.id AND s.cohort = c.id AND u.id = s.unit"
)
"""The ``version`` of a place tells its members apart."""
_POSTGRES = {
    "id": "('00000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid",
    "starts_at": "(c.starts_on + u.number * 7 - 7)::timestamp AT TIME ZONE 'UTC'"
    " + INTERVAL '10 hours'",
}
_SQLITE = {
    "id": "printf('00000000-0000-7000-8000-%012x', row_number() OVER ())",
    "starts_at": "datetime(c.starts_on, '+' || (u.number * 7 - 7) || ' days', '+10 hours')"
    " || '+00:00'",
}


@dataclass(frozen=True, slots=True)
class Size:
    """How many places in groups there are, and how many marks each of them has."""

    enrolments: int
    marks: int

    @property
    def rows(self) -> int:
        """Answer how many marks there are."""
        return self.enrolments * self.marks


async def with_marks(url: str, size: Size) -> Prepared:
    """Fill the database with the small demonstration and so many marks besides."""
    filled = await with_demonstration(url, "perpetrator.manager@example.org")
    async with database.connected(url), database.transaction():
        await _add_people(size)
    statements = [_SESSIONS, _MARKS % size.marks]
    if url.startswith("sqlite"):
        await asyncio.to_thread(_run_sqlite, url, statements)
    else:
        await _run_postgres(url, statements)
    async with database.connected(url):
        await _count(size)
        await database.run("ANALYZE")
    return filled


async def _add_people(size: Size) -> None:
    scene: Scene = empty_scene(source_of(1, "growth"))
    team = Team(await partnership(), Side.PERPETRATOR, ())
    curricula = [add_programme(scene, _outline(n, size), team) for n in range(_PROGRAMMES)]
    for number in range(size.enrolments // GROUP_SIZE):
        _add_group(scene, curricula[number % _PROGRAMMES], number, size)
    await scene.rows.insert()


def _outline(number: int, size: Size) -> Outline:
    return Outline(
        name=f"Growth {number}",
        type=ProgrammeType.BEHAVIOUR_CHANGE,
        model=GroupModel.CLOSED,
        unit_count=size.marks,
        units_required=size.marks * 3 // 4,
        capacity=GROUP_SIZE,
        cost_pence=None,
        venue=f"Growth Room {number}",
        code=f"G{number}",
    )


def _add_group(scene: Scene, curriculum: Curriculum, number: int, size: Size) -> None:
    days = _NEWEST_DAYS + number * 7919 % (_OLDEST_DAYS - _NEWEST_DAYS)
    starts_on = scene.today - timedelta(days=days)
    cohort_id = scene.ids.new()
    scene.rows.add(
        Cohort, id=cohort_id, programme_version=curriculum.version_id,
        organisation=curriculum.team.organisation_id, side=curriculum.team.side.value,
        code=f"GR {number:05}", starts_on=starts_on, nation="england-and-wales", slots="[]",
        capacity=GROUP_SIZE, created_at=clock.instant_of(starts_on, "09:00"),
    )  # fmt: skip
    for member in range(1, GROUP_SIZE + 1):
        place = {"cohort": cohort_id, "joined_on": starts_on, "version": member}
        _add_member(scene, curriculum, place, ended_on=starts_on + timedelta(weeks=size.marks))


def _add_member(
    scene: Scene, curriculum: Curriculum, place: dict[str, Any], *, ended_on: Any
) -> None:
    """Add somebody who completed; of twelve, four left and one never started."""
    member = place["version"]
    came, completed = member != GROUP_SIZE, member <= GROUP_SIZE - 5
    person_id, referral_id = scene.ids.new(), scene.ids.new()
    at = clock.instant_of(place["joined_on"], "09:00")
    received_on = place["joined_on"] - timedelta(days=30)
    scene.rows.add(
        Participant, id=person_id, organisation=curriculum.team.organisation_id,
        side=curriculum.team.side.value, given_name=f"Person{member}", family_name="Example",
        created_at=at,
    )  # fmt: skip
    scene.rows.add(
        Referral, id=referral_id, participant=person_id, programme=curriculum.programme_id,
        source="probation", mandate="voluntary", received_on=received_on,
        assessed_on=received_on, suitable=True, created_at=at,
        status="programme_complete" if completed else "deselected",
    )  # fmt: skip
    status = EnrolmentStatus.COMPLETED if completed else EnrolmentStatus.EXITED
    scene.rows.add(
        Enrolment, id=scene.ids.new(), participant=person_id, referral=referral_id, **place,
        status=status.value, started_on=place["joined_on"] if came else None, ended_on=ended_on,
        exit_reason=None if completed else ExitReason.DISENGAGED.value, created_at=at,
    )  # fmt: skip


async def _run_postgres(url: str, statements: list[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        # The rows fit together; looking each reference up would take as long again.
        await connection.execute("SET session_replication_role = replica")
        for statement in statements:
            await connection.execute(statement.format(**_POSTGRES))
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _run_sqlite(url: str, statements: list[str]) -> None:
    connection = sqlite3.connect(Path(url.removeprefix("sqlite:///")), isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    for statement in statements:
        connection.execute(statement.format(**_SQLITE))
    connection.close()


async def _count(size: Size) -> None:
    """Count the marks group by group, as nobody counts millions within a minute."""
    rows = await database.run("SELECT id FROM cohorts WHERE code LIKE 'GR %' ORDER BY id")
    ids = [row["id"] for row in rows]
    step = max(_COUNTED_AT_ONCE // (GROUP_SIZE * size.marks), 1)
    for start in range(0, len(ids), step):
        async with database.transaction():
            await keep_counts_of_cohorts(ids[start : start + step])
