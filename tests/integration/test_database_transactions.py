"""Transactions: all or nothing, one writer at a time, nothing left behind by who is cancelled."""

import asyncio

import pytest
from piccolo.engine.exceptions import TransactionError

from accounts.tables import Organisation
from core import clock, database


async def add(name: str) -> None:
    await Organisation(name=name, created_at=clock.now()).save()


async def names() -> list[str]:
    rows = await Organisation.select(Organisation.name).order_by(Organisation.name)
    return [row["name"] for row in rows]


async def test_a_nested_transaction_is_refused_and_the_outer_one_still_counts(db: None) -> None:
    async with database.transaction():
        await add("Before")
        with pytest.raises(TransactionError):
            database.transaction()
        await add("After")

    assert await names() == ["After", "Before"]


async def test_a_failure_leaves_nothing_of_the_transaction(db: None) -> None:
    with pytest.raises(LookupError):
        async with database.transaction():
            await add("Half")
            raise LookupError

    assert await names() == []


async def test_a_transaction_reads_its_own_writes_and_nobody_else_does(db: None) -> None:
    async def look() -> list[str]:
        return await names()

    outside = asyncio.Event()
    seen: list[list[str]] = []

    async def watcher() -> None:
        await outside.wait()
        seen.append(await look())

    watching = asyncio.create_task(watcher())
    async with database.transaction():
        await add("Unseen")
        assert await names() == ["Unseen"]
        outside.set()
        await asyncio.wait_for(watching, 5)

    assert seen == [[]]
    assert await names() == ["Unseen"]


async def test_a_report_that_begins_with_with_waits_for_no_writer(db: None) -> None:
    async def report() -> int:
        rows = await database.run(
            "WITH listed AS (SELECT name FROM organisations) SELECT COUNT(*) AS n FROM listed"
        )
        return int(rows[0]["n"])

    counting = asyncio.Event()

    async def reader() -> int:
        await counting.wait()
        return await report()

    task = asyncio.create_task(reader())
    async with database.transaction():
        await add("Held")
        counting.set()
        assert await asyncio.wait_for(task, 5) == 0


async def test_sixteen_writers_at_once_lose_nothing(db: None) -> None:
    async def write(number: int) -> None:
        for turn in range(5):
            async with database.transaction():
                await add(f"{number:02}-{turn}")

    await asyncio.gather(*(write(number) for number in range(16)))

    assert len(await names()) == 80


async def test_writes_outside_a_transaction_take_turns_too(db: None) -> None:
    await asyncio.gather(*(add(f"Alone {number}") for number in range(16)))

    assert len(await names()) == 16


async def test_a_cancelled_transaction_is_undone_and_lets_the_next_one_begin(db: None) -> None:
    begun = asyncio.Event()

    async def slow() -> None:
        async with database.transaction():
            await add("Cancelled")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(5), database.transaction():
        await add("Next")
    assert await names() == ["Next"]


@pytest.mark.parametrize("steps", range(1, 12))
async def test_being_cancelled_at_any_step_leaves_the_database_usable(db: None, steps: int) -> None:
    """Also while the transaction begins and while it commits; more often than the pool is deep."""

    async def write(number: int) -> None:
        async with database.transaction():
            await add(f"Step {steps}.{number}")

    for number in range(12):
        task = asyncio.create_task(write(number))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async with asyncio.timeout(10), database.transaction():
        await add("Usable")
    assert "Usable" in await names()


async def test_serialised_transactions_wait_for_each_other(db: None) -> None:
    """Each reads before it writes; none reads what another is about to change."""

    async def count_up() -> None:
        async with database.transaction():
            await database.serialise("counter")
            await add(f"Number {len(await names()):02}")

    await asyncio.gather(*(count_up() for _ in range(8)))

    assert await names() == [f"Number {number:02}" for number in range(8)]


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_what_a_transaction_locks_and_sets_ends_with_it(db: None) -> None:
    """Connections of the pool are given back as they are."""
    held = (
        "SELECT COUNT(*) AS locks, current_setting('plan_cache_mode') AS mode,"
        " pg_backend_pid() AS pid FROM pg_locks"
        " WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    )
    async with database.transaction():
        await database.serialise("key")
        await database.plan_once()
        (during,) = await database.run(held)
    (after,) = await database.run(held)

    assert (during["locks"], during["mode"]) == (1, "force_generic_plan")
    assert after == {"locks": 0, "mode": "auto", "pid": during["pid"]}


async def pragma(name: str) -> object:
    rows = await database.run(f"SELECT * FROM pragma_{name}")
    return next(iter(rows[0].values()))


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_the_writer_is_durable_and_keeps_references(db: None) -> None:
    async with database.transaction():
        found = [await pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_reader_cannot_write(db: None) -> None:
    assert [await pragma("query_only"), await pragma("foreign_keys")] == [1, 1]


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_failing_commit_rolls_back_and_frees_the_writer(db: None) -> None:
    with pytest.raises(database.INTEGRITY_ERRORS):
        async with database.transaction():
            await database.run("PRAGMA defer_foreign_keys = 1")
            await database.run(
                "INSERT INTO grants (id, account, role, side, organisation)"
                " VALUES ('g', 'nobody', 'auditor', 'none', NULL)"
            )

    async with asyncio.timeout(5), database.transaction():
        await add("Next")
    assert await database.run("SELECT id FROM grants") == []
