"""What stood on staff before posts is kept on the way up to them, and on the way back."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from core import database
from core.ids import new_id
from core.scope import SYSTEM
from migrations import run as migrations
from training.queries.kept import wrong_holdings

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
BEGAN, ENDED = date(2020, 1, 6), date(2025, 3, 31)


async def add(table: str, **values: Any) -> None:
    marks = ", ".join(["{}"] * len(values))
    columns = ", ".join(values)
    await database.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *values.values())


async def add_staff_of_before() -> None:
    """Somebody in post, with two records of a course, and somebody who has left."""
    organisation, course = new_id(), new_id()
    await add("organisations", id=organisation, name="North Shire", created_at=NOW)
    await add(
        "courses", id=course, code="L1", name="Level 1", rank=1, validity_months=36, hours=3,
        created_at=NOW, version=1,
    )  # fmt: skip
    for number, ended_on in (("P1", None), ("P2", ENDED)):
        staff = new_id()
        await add(
            "staff", id=staff, organisation=organisation, payroll_number=number, name="Rowan Ash",
            email="", team="Front desk", sector="housing", staff_group="front_line",
            role="Housing Officer", is_people_manager=True, started_on=BEGAN, ended_on=ended_on,
            created_at=NOW, version=3,
        )  # fmt: skip
        for completed_on, verified in ((BEGAN, True), (ENDED, True), (date(2025, 9, 1), False)):
            await add(
                "training_records", id=new_id(), staff=staff, course=course,
                completed_on=completed_on, evidence="certificate", verified=verified,
                created_at=NOW,
            )  # fmt: skip


async def test_staff_keep_their_post_and_records_what_counts(database_url: str) -> None:
    await asyncio.to_thread(migrations.downgrade, database_url, "0014")
    async with database.connected(database_url):
        await add_staff_of_before()

    await asyncio.to_thread(migrations.upgrade, database_url)

    async with database.connected(database_url):
        posts = await database.run(
            "SELECT s.payroll_number, p.team, p.sector, p.staff_group, p.role, p.folded_role,"
            " p.is_people_manager, o.started_on, o.ended_on FROM posts o"
            " JOIN staff s ON s.id = o.staff JOIN positions p ON p.id = o.position"
            " ORDER BY s.payroll_number"
        )
        current = await database.run("SELECT completed_on FROM current_records")
        assert [tuple(post.values()) for post in posts] == [
            (number, "Front desk", "housing", "front_line", "Housing Officer", "housing officer",
             True, BEGAN, ended_on)
            for number, ended_on in (("P1", None), ("P2", ENDED))
        ]  # fmt: skip
        assert [row["completed_on"] for row in current] == [ENDED, ENDED]
        assert await wrong_holdings(scope=SYSTEM.scope) == ()

    await asyncio.to_thread(migrations.downgrade, database_url, "0014")

    async with database.connected(database_url):
        back = await database.run(
            "SELECT payroll_number, team, sector, role, is_people_manager, started_on, ended_on"
            " FROM staff ORDER BY payroll_number"
        )
    assert [tuple(row.values()) for row in back] == [
        (number, "Front desk", "housing", "Housing Officer", True, BEGAN, ended_on)
        for number, ended_on in (("P1", None), ("P2", ENDED))
    ]
