"""Connecting: what cannot be used is said in one line, and soon; what was closed opens again."""

import asyncio
import socket
import threading
from pathlib import Path

import asyncpg
import pytest

from core import database, postgres_engine
from core.database import DatabaseError
from core.engines import SqliteEngine
from core.postgres_engine import PostgresEngine
from tests.conftest import database_of, execute


async def test_a_database_that_was_closed_opens_again(database_url: str) -> None:
    for _ in range(2):
        async with database.connected(database_url):
            assert await database.run("SELECT 1 AS one") == [{"one": 1}]


async def test_a_server_that_is_not_there_is_a_fault_within_seconds() -> None:
    async with asyncio.timeout(15):
        with pytest.raises(DatabaseError, match="PostgreSQL does not answer"):
            await database.connect("postgresql://nobody:secret@127.0.0.1:1/none")


async def test_a_server_that_never_answers_is_a_fault_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_engine, "_CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        async with asyncio.timeout(10):
            with pytest.raises(DatabaseError, match="PostgreSQL does not answer: TimeoutError"):
                await database.connect(f"postgresql://nobody:secret@127.0.0.1:{port}/none")


async def test_an_address_that_is_none_is_a_fault() -> None:
    with pytest.raises(DatabaseError, match="PostgreSQL does not answer"):
        await database.connect("postgresql://nobody:secret@127.0.0.1:port/none")


async def test_an_unknown_database_is_a_fault(postgres_url: str) -> None:
    with pytest.raises(DatabaseError, match="does not exist"):
        await database.connect(database_of(postgres_url, "never_made"))


async def test_an_old_server_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_engine, "_OLDEST_POSTGRES", 99)
    engine = PostgresEngine(postgres_url)

    with pytest.raises(DatabaseError, match="PostgreSQL 99 or newer is needed"):
        await engine.start()
    assert engine.pool is None


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_a_dropped_connection_is_opened_anew(
    db: None, database_url: str, postgres_url: str
) -> None:
    await database.run("SELECT 1")
    await execute(
        postgres_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{database_url.rpartition('/')[2].partition('?')[0]}'",
    )
    await asyncio.sleep(0.2)

    assert await database.run("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_a_connection_lost_in_a_transaction_is_told_as_it_is(
    db: None, postgres_url: str
) -> None:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        async with database.transaction():
            (row,) = await database.run("SELECT pg_backend_pid() AS pid")
            await execute(postgres_url, f"SELECT pg_terminate_backend({row['pid']})")
            await asyncio.sleep(0.2)
            await database.run("SELECT 1")

    async with database.transaction():
        assert await database.run("SELECT 1 AS one") == [{"one": 1}]


async def test_a_pool_that_is_closed_begins_no_transaction(postgres_url: str) -> None:
    with pytest.raises(DatabaseError, match="No pool"):
        async with PostgresEngine(postgres_url).transaction():
            raise AssertionError


async def test_a_file_that_is_no_database_is_a_fault_and_leaves_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, but long enough to look at. " * 100)
    before = threading.active_count()

    with pytest.raises(DatabaseError, match=r"notes\.txt cannot be used"):
        await SqliteEngine(path).start()

    for _ in range(100):
        if threading.active_count() <= before:
            break
        await asyncio.sleep(0.02)
    assert threading.active_count() <= before


async def test_a_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be used"):
        await database.connect(f"sqlite:///{tmp_path}")


def test_without_a_connection_nothing_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database._Bound, "engine", None)

    with pytest.raises(DatabaseError, match="No database is connected"):
        database.bound()
