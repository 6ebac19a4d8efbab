"""The raw limits: the same rows by the bare driver, and the same figures by the best SQL."""

import asyncio
import sqlite3
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from bench.http import Load
from bench.prepared import Prepared

_UPSERT = (
    "INSERT INTO attendances (id, session, enrolment, outcome, minutes_attended, absence_reason,"
    " acceptable, engaged, note, recorded_by, recorded_at) {rows}"
    " ON CONFLICT (session, enrolment) DO UPDATE SET outcome = excluded.outcome,"
    " minutes_attended = excluded.minutes_attended, absence_reason = excluded.absence_reason,"
    " acceptable = excluded.acceptable, engaged = excluded.engaged, note = excluded.note,"
    " recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at"
)
_POSTGRES = _UPSERT.format(
    rows="SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[],"
    " $6::text[], $7::bool[], $8::bool[], $9::text[], $10::uuid[], $11::timestamptz[])"
)
_SQLITE = _UPSERT.format(rows="VALUES " + ", ".join(["(?,?,?,?,?,?,?,?,?,?,?)"] * 12))

COMPLETION = (
    "SELECT r.programme, count(*) AS referred, count(r.assessed_on) AS assessed,"
    " sum(CASE WHEN r.suitable THEN 1 ELSE 0 END) AS suitable,"
    " sum(CASE WHEN e.started_on IS NOT NULL THEN 1 ELSE 0 END) AS started,"
    " sum(CASE WHEN e.status = 'completed' THEN 1 ELSE 0 END) AS completed,"
    " sum(CASE WHEN e.started_on IS NOT NULL AND e.status IN"
    " ('invited', 'enrolled', 'active', 'paused') THEN 1 ELSE 0 END) AS active,"
    " sum(CASE WHEN e.started_on IS NOT NULL AND e.exit_reason IN ('died', 'provider_withdrew',"
    " 'programme_closed', 'transferred', 'admin_error', 'duplicate') THEN 1 ELSE 0 END) AS neutral"
    " FROM referrals r LEFT JOIN enrolments e ON e.referral = r.id GROUP BY r.programme"
)
"""All counts of R1, R2 and R3 per programme, from what is kept on each enrolment."""

FROM_MARKS = (
    "SELECT v.programme, count(*) AS people,"
    " sum(CASE WHEN m.units >= v.min_units THEN 1 ELSE 0 END) AS completed"
    " FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
    " JOIN programme_versions v ON v.id = c.programme_version"
    " LEFT JOIN (SELECT a.enrolment, count(DISTINCT s.unit) AS units FROM attendances a"
    " JOIN sessions s ON s.id = a.session WHERE a.outcome IN ('attended', 'late', 'left_early')"
    " GROUP BY a.enrolment) m ON m.enrolment = e.id GROUP BY v.programme"
)
"""The same from the marks themselves, as it would be were nothing kept."""


def rows_of(session_id: str, marks: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Answer the rows of one register as text and numbers."""
    at = datetime.now(UTC)
    return [
        (
            str(uuid.uuid4()), session_id, mark["enrolment_id"], mark["outcome"],
            mark.get("minutes_attended"), None, None, mark.get("engaged"), "", None, at,
        )
        for mark in marks
    ]  # fmt: skip


_ENOUGH = 400
"""Registers of one round by the bare driver: on a fast machine it would use up all there are."""


def _next(prepared: Prepared) -> list[tuple[Any, ...]]:
    path, body = next(prepared.work())
    return rows_of(path.split("/")[4], body["marks"])


async def postgres_upserts(prepared: Prepared, *, clients: int, for_seconds: float) -> Load:
    """Upsert registers with asyncpg, one ``unnest`` statement in its own transaction each."""
    load = Load()
    ends = time.perf_counter() + for_seconds

    async def client() -> None:
        connection = await asyncpg.connect(prepared.url)
        while time.perf_counter() < ends and len(load.seconds) < _ENOUGH:
            columns = [list(column) for column in zip(*_next(prepared), strict=True)]
            began = time.perf_counter()
            async with connection.transaction():
                await connection.execute(_POSTGRES, *columns)
            load.note(200, time.perf_counter() - began)
        await connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    load.elapsed = time.perf_counter() - began
    return load


def sqlite_upserts(prepared: Prepared, *, for_seconds: float) -> Load:
    """Upsert registers with ``sqlite3``: one connection, WAL, ``synchronous=FULL``."""
    load = Load()
    connection = _sqlite(prepared.url)
    began = time.perf_counter()
    while time.perf_counter() - began < for_seconds and len(load.seconds) < _ENOUGH:
        values = [
            value.isoformat(" ") if isinstance(value, datetime) else value
            for row in _next(prepared)
            for value in row
        ]
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_SQLITE, values)
        connection.execute("COMMIT")
        load.note(200, time.perf_counter() - started)
    load.elapsed = time.perf_counter() - began
    connection.close()
    return load


def _sqlite(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(Path(url.removeprefix("sqlite:///")), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = 1"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA busy_timeout = 10000")
    return connection


async def postgres_query(url: str, sql: str, *, for_seconds: float) -> Load:
    """Run a query with asyncpg again and again."""
    connection = await asyncpg.connect(url)
    load = Load()
    ends = time.perf_counter() + for_seconds
    while time.perf_counter() < ends or not load.seconds:
        began = time.perf_counter()
        await connection.fetch(sql)
        load.note(200, time.perf_counter() - began)
    await connection.close()
    return load


def sqlite_query(url: str, sql: str, *, for_seconds: float) -> Load:
    """Run a query with ``sqlite3`` again and again."""
    connection = _sqlite(url)
    return _again(lambda: connection.execute(sql).fetchall(), for_seconds)


def _again(work: Callable[[], object], for_seconds: float) -> Load:
    load = Load()
    ends = time.perf_counter() + for_seconds
    while time.perf_counter() < ends or not load.seconds:
        began = time.perf_counter()
        work()
        load.note(200, time.perf_counter() - began)
    return load
