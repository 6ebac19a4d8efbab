"""Reports over ten times as many marks of the same people, beside the best SQL over the marks."""

import argparse
import asyncio
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from bench import raw
from bench.growth_data import Size, with_marks
from bench.http import Load
from bench.prepared import Prepared, migrate
from bench.service import new_postgres, new_sqlite, peak_megabytes, postgres, serving_process
from core import database
from core.reports import Question
from core.scope import SYSTEM
from jobs.reports import REPORTS, Asking

SMALL = Size(60_000, 10)
LARGE = Size(60_000, 100)

_RUNS = 3
_EXPORTS = ("session-rate", "register-matrix")
_PIECE = 1 << 16
_COMING = "('attended', 'late', 'left_early')"
_OF_CASES = (
    "SELECT r.programme, COUNT(*) AS referred, COUNT(r.assessed_on) AS assessed,"  # noqa: S608
    " SUM(CASE WHEN r.suitable THEN 1 ELSE 0 END) AS suitable,"
    " SUM(CASE WHEN m.units > 0 THEN 1 ELSE 0 END) AS started,"
    " SUM(CASE WHEN e.status = 'completed' AND m.units >= v.min_units THEN 1 ELSE 0 END)"
    " AS completed FROM referrals r LEFT JOIN enrolments e ON e.referral = r.id"
    " LEFT JOIN cohorts c ON c.id = e.cohort"
    " LEFT JOIN programme_versions v ON v.id = c.programme_version"
    " LEFT JOIN (SELECT a.enrolment, COUNT(DISTINCT s.unit) AS units FROM attendances a"
    f" JOIN sessions s ON s.id = a.session WHERE a.outcome IN {_COMING} AND s.status = 'held'"
    " GROUP BY a.enrolment) m ON m.enrolment = e.id GROUP BY r.programme"
)
_OF_MARKS = (
    "SELECT v.programme, SUM(m.marked) AS marked, SUM(m.attended) AS attended"  # noqa: S608
    " FROM enrolments e"
    " JOIN cohorts c ON c.id = e.cohort JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN (SELECT a.enrolment, COUNT(*) AS marked,"
    f" SUM(CASE WHEN a.outcome IN {_COMING} THEN 1 ELSE 0 END) AS attended FROM attendances a"
    " JOIN sessions s ON s.id = a.session WHERE s.status = 'held' GROUP BY a.enrolment) m"
    " ON m.enrolment = e.id GROUP BY v.programme"
)
"""The same figures as they would be told were nothing kept: starts and completions from units."""
_REPORTS = {"completion": _OF_CASES, "funnel": _OF_CASES, "attendance": _OF_MARKS}


async def measure(
    folder: Path, server_url: str, *, sizes: tuple[Size, Size], for_seconds: float
) -> None:
    """Run the reports over both sizes on both engines, and write out the smaller one."""
    for engine in ("PostgreSQL", "SQLite"):
        found = []
        for place, size in enumerate(sizes):
            began = time.perf_counter()
            name = f"growth_{place}"
            url = (
                await new_postgres(server_url, name)
                if engine == "PostgreSQL"
                else new_sqlite(folder, name)
            )
            await asyncio.to_thread(migrate, url)
            filled = await with_marks(url, size)
            made = time.perf_counter() - began
            print(f"\n{engine}: {size.rows:,} marks of {size.enrolments:,} places ({made:.0f} s)")
            found.append(await _reports(engine, filled, for_seconds))
            if place == 0:
                await _exports(filled)
        print(f"\n{engine}: {sizes[1].rows:,} marks against {sizes[0].rows:,}")
        for slug in _REPORTS:
            print(f"  {slug:<11} {found[1][slug] / found[0][slug]:5.2f} times as long")


async def _reports(engine: str, filled: Prepared, for_seconds: float) -> dict[str, float]:
    """Answer how many milliseconds each report takes, and print it beside the best SQL."""
    found = {}
    for slug, sql in _REPORTS.items():
        async with database.connected(filled.url):
            ours = _median(await _run(slug, for_seconds))
        if engine == "PostgreSQL":
            bare = await raw.postgres_query(filled.url, sql, for_seconds=for_seconds)
        else:
            bare = await asyncio.to_thread(
                raw.sqlite_query, filled.url, sql, for_seconds=for_seconds
            )
        best = _median(bare)
        print(
            f"  {slug:<11} {ours:8.1f} ms   SQL over the marks {best:8.1f} ms"
            f"   {best / ours:5.1f} times as fast"
        )
        found[slug] = ours
    return found


async def _run(slug: str, for_seconds: float) -> Load:
    """Run a report as the service does, again and again."""
    load = Load()
    ends = time.perf_counter() + for_seconds
    while time.perf_counter() < ends or len(load.seconds) < _RUNS:
        began = time.perf_counter()
        async with database.snapshot():
            await REPORTS[slug].run(Question(), Asking(SYSTEM.scope))
        load.note(200, time.perf_counter() - began)
    return load


def _median(load: Load) -> float:
    return statistics.median(load.seconds) * 1000


async def _exports(filled: Prepared) -> None:
    """Write out every row of the reports of people, each by a server of its own."""
    for slug in _EXPORTS:
        for kind in ("csv", "xlsx"):
            with serving_process(filled.url) as (port, process):
                before = peak_megabytes(process)
                began = time.perf_counter()
                path = f"/api/v1/reports/{slug}?format={kind}"
                size, lines = await asyncio.to_thread(_download, port, filled.token, path)
                took, peak = time.perf_counter() - began, peak_megabytes(process)
            rows = f"{lines:,} lines, " if kind == "csv" else ""
            print(
                f"  {slug}.{kind}: {rows}{size / 1e6:.1f} MB in {took:.1f} s;"
                f" at most {peak:.0f} MB of memory, {before:.0f} MB before"
            )


def _download(port: int, token: str, path: str) -> tuple[int, int]:
    """Answer how many bytes and lines a file has, keeping none of it."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"}
    )
    size = lines = 0
    with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 - as above
        while piece := answer.read(_PIECE):
            size += len(piece)
            lines += piece.count(b"\n")
    return size, lines


def main() -> None:
    """Measure the growth alone, of any size."""
    options = argparse.ArgumentParser(prog="bench.growth", description=__doc__)
    options.add_argument("--enrolments", type=int, default=SMALL.enrolments)
    options.add_argument("--marks", type=int, nargs=2, default=[SMALL.marks, LARGE.marks])
    options.add_argument("--seconds", type=float, default=2.0, help="length of each measure")
    chosen = options.parse_args()
    fewer, more = (Size(chosen.enrolments, marks) for marks in chosen.marks)
    with tempfile.TemporaryDirectory(prefix="bench") as folder, postgres() as server_url:
        asyncio.run(
            measure(Path(folder), server_url, sizes=(fewer, more), for_seconds=chosen.seconds)
        )


if __name__ == "__main__":
    main()
