"""Imports of attendance: rows a second, beside the same rows by the bare driver in the same run."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from bench.prepared import GROUP_SIZE, Prepared
from core import clock, database
from core.imports import run
from core.scope import SYSTEM
from core.spreadsheets import Sheet, read, written
from programmes.services.imports.attendance import AttendanceImporter

MOST_ROWS = 100_000
_HEADER = ("cohort_code", "session_on", "unit_number", "participant_reference", "outcome")
_OUTCOMES = ("attended", "Attended", "late", "DNA", "apologies", "present")
_COLUMNS = ("id", "session", "enrolment", "outcome", "note", "recorded_at")


async def sheet_of(filled: Prepared, *, most_rows: int) -> tuple[Sheet, list[tuple[Any, ...]]]:
    """Answer a CSV of marks that nobody has made yet, read, and the same as rows of the table."""
    async with database.connected(filled.url):
        await database.run(
            "UPDATE participants SET reference = CAST(id AS VARCHAR(36)) WHERE reference = ''"
        )
        rows = await database.run(
            "SELECT c.code, s.starts_at, u.number, p.reference, s.id AS session, e.id AS enrolment"
            " FROM sessions s JOIN units u ON u.id = s.unit JOIN cohorts c ON c.id = s.cohort"
            " JOIN enrolments e ON e.cohort = c.id JOIN participants p ON p.id = e.participant"
            " WHERE c.code LIKE 'ME %' AND s.starts_at < {} AND s.register_version = 0"
            " ORDER BY s.starts_at, s.id LIMIT {}",
            clock.now() - timedelta(hours=1),
            most_rows,
        )
    texts = [
        (row["code"], f"{clock.london(row['starts_at']):%d/%m/%Y}", str(row["number"]),
         str(row["reference"]), _OUTCOMES[place % len(_OUTCOMES)])
        for place, row in enumerate(rows)
    ]  # fmt: skip
    at = datetime.now(UTC)
    bare = [(_id(place), row["session"], row["enrolment"], "attended", "", at)
            for place, row in enumerate(rows)]  # fmt: skip
    return read(written([_HEADER, *texts]).encode()), bare


def _id(place: int) -> str:
    return f"00000000-0000-7000-8000-{place:012x}"


async def measure(engine: str, filled: Prepared) -> None:
    """Insert the rows by the bare driver, undo that, import them, and import them again."""
    sheet, rows = await sheet_of(filled, most_rows=MOST_ROWS)
    bare = await _bare(engine, filled.url, rows)
    first, again = await _import(filled.url, sheet), await _import(filled.url, sheet)
    count = len(rows)
    print(f"\n{engine}: import of {count:,} rows of attendance, {count // GROUP_SIZE:,} registers")
    print(
        f"  first  {first:6.1f} s  {count / first:8.0f} rows/s"
        f"   bare driver {count / bare:8.0f} rows/s   ratio {bare / first:.2f}"
    )
    print(f"  again  {again:6.1f} s  {count / again:8.0f} rows/s   nothing changes")


async def _import(url: str, sheet: Sheet) -> float:
    async with database.connected(url):
        began = time.perf_counter()
        result = await run(AttendanceImporter(), sheet, by=SYSTEM)
        elapsed = time.perf_counter() - began
    if result.errors:
        raise SystemExit(f"bench: {result.refused} rows were refused: {result.errors[0]}")
    return elapsed


async def _bare(engine: str, url: str, rows: Sequence[tuple[Any, ...]]) -> float:
    if engine == "PostgreSQL":
        return await _copied(url, rows)
    return await asyncio.to_thread(_executed, url, rows)


async def _copied(url: str, rows: Sequence[tuple[Any, ...]]) -> float:
    connection = await asyncpg.connect(url)
    began = time.perf_counter()
    async with connection.transaction():
        await connection.copy_records_to_table("attendances", records=rows, columns=_COLUMNS)
    elapsed = time.perf_counter() - began
    await connection.execute("DELETE FROM attendances WHERE note = '' AND id = ANY($1::uuid[])",
                             [row[0] for row in rows])  # fmt: skip
    await connection.execute("VACUUM ANALYZE attendances")
    await connection.close()
    return elapsed


def _executed(url: str, rows: Sequence[tuple[Any, ...]]) -> float:
    connection = sqlite3.connect(Path(url.removeprefix("sqlite:///")), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = 1"):
        connection.execute(f"PRAGMA {pragma}")
    texts = [tuple(str(value) for value in row) for row in rows]
    names, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO attendances ({names}) VALUES ({marks})", texts)  # noqa: S608 - our own names
    connection.execute("COMMIT")
    elapsed = time.perf_counter() - began
    connection.executemany("DELETE FROM attendances WHERE id = ?", [(text[0],) for text in texts])
    connection.close()
    return elapsed
