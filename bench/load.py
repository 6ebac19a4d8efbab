"""``python -m bench.load``: facilitators and readers of reports at one service, all at once."""

import argparse
import asyncio
import itertools
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.domain.roles import GrantSide, Role
from bench.http import Connection, Load
from bench.prepared import Prepared, add_groups, migrate, partnership, with_demonstration
from bench.service import new_postgres, peak_megabytes, postgres, serving_process
from core import clock, database
from core.demonstration import source_of
from tests.factories import make_person

GROUP_SIZE = 15
_REPORTS = (
    "completion", "funnel", "attendance", "completion?group_by=quarter", "funnel?group_by=cohort",
    "attendance?basis=flow&group_by=week", "retention-curve", "waiting-time",
)  # fmt: skip
_PERCENTILES = (50, 95, 99)


@dataclass(slots=True)
class Facilitator:
    """Somebody with a group of their own, whose registers nobody has marked yet."""

    token: str
    registers: list[tuple[str, list[str]]] = field(default_factory=list)

    def work(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Answer the content of one register after the other; when all are saved, corrections."""
        for version in itertools.count():
            for session_id, enrolment_ids in self.registers:
                yield f"/api/v1/sessions/{session_id}/register", _filled_in(enrolment_ids, version)


@dataclass(slots=True)
class Pace:
    """How long everybody looks at what came before they ask again, and until when."""

    pause_seconds: float
    chance: random.Random
    ends: float = 0.0

    async def goes_on(self) -> bool:
        """Wait for about a pause, and tell whether there is time left."""
        await asyncio.sleep(self.pause_seconds * 2 * self.chance.random())
        return time.perf_counter() < self.ends


def _filled_in(enrolment_ids: Sequence[str], version: int) -> dict[str, Any]:
    """Answer a register on which, each time that it is saved, somebody else was absent."""
    marks: list[dict[str, Any]] = [
        {"enrolment_id": enrolment_id, "outcome": "attended", "engaged": True}
        for enrolment_id in enrolment_ids
    ]
    marks[version % len(marks)] |= {"outcome": "absent_not_notified", "engaged": None}
    reason = "Marked on the wrong line" if version else ""
    return {"version": version, "held": True, "marks": marks, "correction_reason": reason}


async def fill(url: str, *, facilitators: int, large: bool) -> tuple[Prepared, list[Facilitator]]:
    """Fill the database with the demonstration, and give each facilitator a group of fifteen."""
    filled = await with_demonstration(url, "perpetrator.manager@example.org", large=large)
    async with database.connected(url):
        organisation_id = await partnership()
        people = [
            await make_person(
                Role.FACILITATOR, GrantSide.PERPETRATOR, organisation_id=organisation_id
            )
            for _ in range(facilitators)
        ]
        async with database.transaction():
            await add_groups("LO", [one.id for one in people], size=GROUP_SIZE)
            await database.run("UPDATE programme_versions SET edit_window_days = 366")
        await database.run("ANALYZE")
        rows = await database.run(
            "SELECT f.account, s.id AS session, e.id AS enrolment FROM sessions s"
            " JOIN cohorts c ON c.id = s.cohort JOIN cohort_facilitators f ON f.cohort = c.id"
            " JOIN enrolments e ON e.cohort = c.id WHERE c.code LIKE 'LO %'"
            " AND s.starts_at < {} ORDER BY f.account, s.starts_at, e.id",
            clock.now(),
        )
    found = {one.id: Facilitator(one.headers["Authorization"].partition(" ")[2]) for one in people}
    for account, some in itertools.groupby(rows, key=lambda row: row["account"]):
        for session, members in itertools.groupby(some, key=lambda row: row["session"]):
            ids = [str(row["enrolment"]) for row in members]
            found[account].registers.append((str(session), ids))
    return filled, list(found.values())


async def measure(
    url: str,
    *,
    facilitators: int,
    readers: int,
    for_seconds: float,
    pause_seconds: float,
    large: bool,
) -> None:
    """Let everybody work for a while, and print how long each of them waited."""
    filled, people = await fill(url, facilitators=facilitators, large=large)
    pace = Pace(pause_seconds, source_of(1, "load"))
    opened, saved, read = Load(), Load(), Load()
    with serving_process(url) as (port, process):
        began = time.perf_counter()
        pace.ends = began + for_seconds
        await asyncio.gather(
            *(_facilitate(port, one, (opened, saved), pace) for one in people),
            *(_read(port, filled.token, place, read, pace) for place in range(readers)),
        )
        elapsed, peak = time.perf_counter() - began, peak_megabytes(process)
    print(
        f"PostgreSQL, {facilitators} facilitators and {readers} readers of reports at once"
        f" for {elapsed:.0f} s, each with pauses of {pause_seconds:g} s;"
        f" at most {peak:.0f} MB of memory"
    )
    for what, load in (("open a register", opened), ("save it", saved), ("a report", read)):
        _print(what, load, elapsed)


async def _facilitate(port: int, person: Facilitator, loads: tuple[Load, Load], pace: Pace) -> None:
    """Open and save one register after the other."""
    opened, saved = loads
    connection = await Connection(port, person.token).open()
    for path, body in person.work():
        if not await pace.goes_on():
            break
        await _send(connection, opened, "GET", path)
        await _send(connection, saved, "PUT", path, body)
    await connection.close()


async def _read(port: int, token: str, place: int, load: Load, pace: Pace) -> None:
    """Run one report after the other, each reader beginning with another one."""
    connection = await Connection(port, token).open()
    for number in itertools.count(place):
        if not await pace.goes_on():
            break
        path = f"/api/v1/reports/{_REPORTS[number % len(_REPORTS)]}"
        await _send(connection, load, "GET", path)
    await connection.close()


async def _send(
    connection: Connection, load: Load, method: str, path: str, body: Any = None
) -> None:
    began = time.perf_counter()
    status, _ = await connection.send(method, path, body)
    load.note(status, time.perf_counter() - began)


def _print(what: str, load: Load, elapsed: float) -> None:
    ordered = sorted(load.seconds)
    told = "".join(
        f"   p{part} {ordered[min(len(ordered) * part // 100, len(ordered) - 1)] * 1000:7.0f} ms"
        for part in _PERCENTILES
    )
    errors = load.failures + load.refusals
    print(f"  {what:<16}{len(ordered) / elapsed:7.1f}/s{told}   errors: {errors}")


async def _run(server_url: str, chosen: argparse.Namespace) -> None:
    url = await new_postgres(server_url, "load")
    await asyncio.to_thread(migrate, url)
    await measure(
        url, facilitators=chosen.facilitators, readers=chosen.readers,
        for_seconds=chosen.seconds, pause_seconds=chosen.pause, large=not chosen.quick,
    )  # fmt: skip


def main() -> None:
    """Measure, and print what was found."""
    options = argparse.ArgumentParser(prog="bench.load", description=__doc__)
    options.add_argument("--facilitators", type=int, default=50)
    options.add_argument("--readers", type=int, default=10)
    options.add_argument("--seconds", type=float, default=60.0, help="how long they work")
    options.add_argument("--pause", type=float, default=1.0, help="seconds between two actions")
    options.add_argument("--quick", action="store_true", help="over the small demonstration")
    chosen = options.parse_args()
    with postgres() as server_url:
        asyncio.run(_run(server_url, chosen))


if __name__ == "__main__":
    main()
