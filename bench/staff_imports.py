"""Imports of staff and of training records: rows a second, first and again."""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bench.service import new_postgres, new_sqlite, postgres
from core import clock, database
from core.ids import new_id
from core.imports import Importer, run
from core.scope import SYSTEM
from core.spreadsheets import Sheet, read, written
from migrations import run as migrations
from training.domain.importing import staff, training_records
from training.services.imports.staff import StaffImporter
from training.services.imports.training_records import TrainingRecordImporter

MOST_ROWS = 100_000
_TEAMS, _COURSES, _COMPLETIONS_EACH = 60, 20, 5
_SECTORS = ("housing", "health", "adult social care", "education", "council other")
_GROUPS = ("front-line", "front-line", "front-line", "manager", "admin")


def _staff(rows: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random("staff")  # noqa: S311 - invented people, no secret
    for number in range(rows):
        began = clock.today() - timedelta(days=chance.randrange(30, 6000))
        manager = str(number // 12) if number else ""
        said = {
            "payroll_number": str(number), "name": f"Colleague {number}",
            "email": f"c{number}@example.org", "team": f"Team {chance.randrange(_TEAMS)}",
            "sector": chance.choice(_SECTORS), "staff_group": chance.choice(_GROUPS),
            "role": f"Role {chance.randrange(8)}", "is_people_manager": "no",
            "started_on": f"{began:%d/%m/%Y}", "line_manager": manager, "organisation": "Measured",
        }  # fmt: skip
        yield tuple(said.get(column.name, "") for column in staff.COLUMNS)


def _records(rows: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random("records")  # noqa: S311 - invented people, no secret
    for number in range(rows):
        done = clock.today() - timedelta(days=chance.randrange(1500))
        said = {
            "payroll_number": str(number // _COMPLETIONS_EACH),
            "course_code": f"M{number % _COMPLETIONS_EACH * 4 + number // 7 % 4}",
            "completed_on": f"{done:%Y-%m-%d}", "hours": "3.5", "evidence": "certificate",
            "verified": "yes",
        }  # fmt: skip
        yield tuple(said.get(column.name, "") for column in training_records.COLUMNS)


async def measure(engine: str, url: str, rows: int = MOST_ROWS) -> None:
    """Import staff and their records into an empty database, and both again."""
    await asyncio.to_thread(migrations.upgrade, url)
    async with database.connected(url):
        async with database.transaction():
            await database.run(
                "INSERT INTO organisations (id, name, created_at) VALUES ({}, 'Measured', {})",
                new_id(), clock.now(),
            )  # fmt: skip
            for number in range(_COURSES):
                await database.run(
                    "INSERT INTO courses (id, code, name, rank, validity_months, hours, created_at,"
                    " version, level, pathway, provider, mode)"
                    " VALUES ({}, {}, {}, 1, 36, 3.5, {}, 1, '', '', '', 'in_person')",
                    new_id(), f"M{number}", f"Course {number}", clock.now(),
                )  # fmt: skip
        for what, importer, columns, body in (
            ("staff", StaffImporter, staff.COLUMNS, _staff(rows)),
            ("training records", TrainingRecordImporter, training_records.COLUMNS, _records(rows)),
        ):
            header = tuple(column.name for column in columns)
            sheet = read(written([header, *body]).encode())
            first, again = await _timed(importer(), sheet), await _timed(importer(), sheet)
            print(f"\n{engine}: import of {rows:,} rows of {what}")
            print(f"  first  {first:6.1f} s  {rows / first:8.0f} rows/s")
            print(f"  again  {again:6.1f} s  {rows / again:8.0f} rows/s   nothing changes")


async def _timed(importer: Importer, sheet: Sheet) -> float:
    began = time.perf_counter()
    result = await run(importer, sheet, by=SYSTEM)
    elapsed = time.perf_counter() - began
    if result.errors:
        raise SystemExit(f"bench: {result.refused} rows were refused: {result.errors[0]}")
    return elapsed


async def _both(folder: Path, server_url: str, rows: int) -> None:
    await measure("PostgreSQL", await new_postgres(server_url, "staff_imports"), rows)
    await measure("SQLite", new_sqlite(folder, "staff_imports"), rows)


def main() -> None:
    """Measure on both engines, without the rest of the figures."""
    options = argparse.ArgumentParser(prog="bench.staff_imports", description=__doc__)
    options.add_argument("--rows", type=int, default=MOST_ROWS)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench") as folder, postgres() as server_url:
        asyncio.run(_both(Path(folder), server_url, chosen.rows))


if __name__ == "__main__":
    main()
