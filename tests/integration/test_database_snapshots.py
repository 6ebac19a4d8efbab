"""What a report reads stood at one moment, whatever is written while it reads."""

import asyncio
from datetime import date

import pytest

from accounts.tables import Organisation
from core import clock, database, sql_days
from core.periods import quarter_of


async def add(name: str) -> None:
    await Organisation(name=name, created_at=clock.now()).save()


async def count() -> int:
    return int((await database.run("SELECT COUNT(*) AS found FROM organisations"))[0]["found"])


async def test_a_snapshot_does_not_see_what_others_write_meanwhile(db: None) -> None:
    async with database.snapshot():
        before = await count()
        await asyncio.create_task(outside(add("Meanwhile")))
        during = await count()

    assert (before, during, await count()) == (0, 0, 1)


async def outside(work: object) -> None:
    """Somebody else's doing: without the snapshot that is on here."""
    database.bound().current_transaction.set(None)
    await work  # type: ignore[misc]


async def test_nothing_is_written_in_a_snapshot_and_it_gives_back_what_it_took(db: None) -> None:
    for _ in range(12):
        with pytest.raises(database.DRIVER_ERRORS):
            async with database.snapshot():
                await add("Never")

    assert await count() == 0


async def test_inside_a_transaction_a_snapshot_reads_what_it_wrote(db: None) -> None:
    async with database.transaction():
        await add("Here")
        async with database.snapshot():
            assert await count() == 1


async def test_days_are_asked_alike_of_both_engines(db: None) -> None:
    days = [
        (date(1990, 6, 10), date(2026, 6, 9), 35),
        (date(1990, 6, 10), date(2026, 6, 10), 36),
        (date(2000, 2, 29), date(2021, 2, 28), 20),
        (date(2000, 2, 29), date(2021, 3, 1), 21),
    ]
    for born, on, years in days:
        given = f"'{born}'", f"'{on}'"
        if database.bound().engine_type == "postgres":
            given = f"DATE {given[0]}", f"DATE {given[1]}"
        [row] = await database.run(
            f"SELECT {sql_days.whole_years(*given)} AS years,"
            f" {sql_days.days_between(*given)} AS days, {sql_days.quarter_index(given[1])} AS q"
        )
        quarter = quarter_of(on)
        index = quarter.year * 4 + quarter.number - 1
        assert (row["years"], row["days"], row["q"]) == (years, (on - born).days, index)
