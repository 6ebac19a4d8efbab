"""Reports over ten times as many marks of the same people, beside the best SQL over the marks."""

import argparse
import asyncio
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import growth_sql, raw
from bench.growth_data import Size, with_marks
from bench.http import Load
from bench.prepared import Prepared, migrate
from bench.service import new_postgres, new_sqlite, peak_megabytes, postgres, serving_process
from core import database
from core.reports import Basis, Question
from core.scope import SYSTEM
from jobs.reports import REPORTS, Asking, usual_basis

SMALL = Size(60_000, 10)
LARGE = Size(60_000, 100)

_ROUNDS = 3
_EXPORTS = (("session-rate", "csv"), ("register-matrix", "csv"), ("register-matrix", "xlsx"))
_PIECE = 1 << 16
_FLOW = Question(basis=Basis.FLOW)
_REPORTS: Mapping[str, tuple[str, Question, str]] = {
    "completion": ("completion", Question(), growth_sql.OF_CASES),
    "funnel": ("funnel", Question(), growth_sql.OF_CASES),
    "attendance": ("attendance", Question(), growth_sql.OF_MARKS),
}
"""Those whose cost is not to grow with marks, beside the same figures from the marks."""
_BESIDE: Mapping[str, tuple[str, Question, str]] = {
    **_REPORTS,
    "attendance, flow": ("attendance", _FLOW, growth_sql.OF_SESSIONS),
    "group-size": ("group-size", _FLOW, growth_sql.OF_MEMBERS),
    "retention-curve": ("retention-curve", Question(), growth_sql.OF_LASTING),
    "catch-up": ("catch-up", Question(), growth_sql.OF_UNITS),
}
_OTHERS: Mapping[str, tuple[str, Question, str]] = {
    slug: (slug, Question(basis=usual_basis(slug)), "") for slug in REPORTS if slug not in _BESIDE
}


async def measure(
    folder: Path, server_url: str, *, sizes: tuple[Size, Size], for_seconds: float
) -> None:
    """Run the reports over both sizes on both engines, and write out the smaller one."""
    for engine in ("PostgreSQL", "SQLite"):
        made = []
        for place, size in enumerate(sizes):
            began = time.perf_counter()
            name = f"growth_{place}"
            url = (
                await new_postgres(server_url, name)
                if engine == "PostgreSQL"
                else new_sqlite(folder, name)
            )
            await asyncio.to_thread(migrate, url)
            made.append(await with_marks(url, size))
            took = time.perf_counter() - began
            print(f"\n{engine}: {size.rows:,} marks of {size.enrolments:,} places ({took:.0f} s)")
            if place == 0:
                await _reports(engine, made[0], {**_BESIDE, **_OTHERS}, for_seconds)
                await _exports(made[0])
            else:
                await _reports(engine, made[1], _REPORTS, for_seconds)
        print(f"\n{engine}: {sizes[1].rows:,} marks against {sizes[0].rows:,}, in turn")
        await _growth(made, for_seconds)


async def _growth(made: Sequence[Prepared], for_seconds: float) -> None:
    """Print how much longer each report takes over the second, both in turn."""
    for name, (slug, question, _) in _REPORTS.items():
        loads: list[list[Load]] = [[] for _ in made]
        for _ in range(_ROUNDS):
            for place, one in enumerate(made):
                async with database.connected(one.url):
                    loads[place].append(await _run(slug, question, for_seconds / _ROUNDS))
        fewer, more = (_median(some) for some in loads)
        print(f"  {name:<20} {fewer:8.1f} and {more:8.1f} ms   {more / fewer:5.2f} times as long")


async def _reports(
    engine: str,
    filled: Prepared,
    asked: Mapping[str, tuple[str, Question, str]],
    for_seconds: float,
) -> None:
    """Print how many milliseconds each report takes, beside the best SQL."""
    for name, (slug, question, sql) in asked.items():
        loads, bare = [], []
        for _ in range(_ROUNDS):
            async with database.connected(filled.url):
                loads.append(await _run(slug, question, for_seconds / _ROUNDS))
            if sql:
                bare.append(await _bare(engine, filled.url, sql, for_seconds / _ROUNDS))
        ours = _median(loads)
        beside = ""
        if bare:
            best = _median(bare)
            beside = f"   SQL over the marks {best:8.1f} ms   {best / ours:5.1f} times as fast"
        print(f"  {name:<20} {ours:8.1f} ms{beside}", flush=True)


async def _bare(engine: str, url: str, sql: str, for_seconds: float) -> Load:
    if engine == "PostgreSQL":
        return await raw.postgres_query(url, sql, for_seconds=for_seconds)
    return await asyncio.to_thread(raw.sqlite_query, url, sql, for_seconds=for_seconds)


async def _run(slug: str, question: Question, for_seconds: float) -> Load:
    """Run a report as the service does, again and again."""
    load = Load()
    ends = time.perf_counter() + for_seconds
    while time.perf_counter() < ends or not load.seconds:
        began = time.perf_counter()
        async with database.snapshot():
            await REPORTS[slug].run(question, Asking(SYSTEM.scope))
        load.note(200, time.perf_counter() - began)
    return load


def _median(loads: Sequence[Load]) -> float:
    return statistics.median(second for load in loads for second in load.seconds) * 1000


async def _exports(filled: Prepared) -> None:
    """Write out every row of the reports of people, each by a server of its own."""
    for slug, kind in _EXPORTS:
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
