"""The traps of schedulers (messaging.md 6): nothing is dropped unseen, and the end is clean."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.tables import Heartbeat
from jobs import health, reminders, scheduler
from jobs.scheduler import Scheduler
from jobs.ticks import Lost, lost
from messaging.gateways.console import ConsoleGateway
from tests.conftest import SETTINGS
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def work(tmp_path: Path) -> Scheduler:
    """A scheduler whose jobs do nothing until a test says what."""
    made = Scheduler(
        replace(SETTINGS, scheduler="embedded", database_url=f"sqlite:///{tmp_path}/lock.db"),
        ConsoleGateway(),
    )
    made._jobs = {}
    return made


async def until(true: Callable[[], bool]) -> None:
    """Wait until it holds; a test that never comes so far fails at its own assertion."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.005)


def often(monkeypatch: pytest.MonkeyPatch, **seconds: float) -> None:
    monkeypatch.setattr(scheduler, "INTERVAL_SECONDS", seconds)


def lost_by(job: str, why: Lost) -> int:
    return lost().get((job, why), 0)


async def test_a_tick_that_finds_its_job_still_running_is_counted(
    work: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 3: one instance at a time, and what is skipped is told."""
    often(monkeypatch, slow=0.01)
    at_once, most = 0, 0

    async def slow() -> int:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await until(lambda: lost_by("slow", Lost.STILL_RUNNING) > before)
        at_once -= 1
        return 0

    before = lost_by("slow", Lost.STILL_RUNNING)
    work._jobs = {"slow": slow}
    async with work.running():
        await until(lambda: lost_by("slow", Lost.STILL_RUNNING) > before)

    assert lost_by("slow", Lost.STILL_RUNNING) > before
    assert most == 1


async def test_a_job_that_fails_is_counted_and_runs_again_at_its_next_tick(
    work: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    often(monkeypatch, faulty=0.01)
    runs = 0

    async def faulty() -> int:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("Not today")
        return 1

    before = lost_by("faulty", Lost.FAILED)
    work._jobs = {"faulty": faulty}
    async with work.running():
        await until(lambda: runs > 1)

    assert lost_by("faulty", Lost.FAILED) == before + 1
    assert await Heartbeat.exists().where(Heartbeat.name == "faulty")


async def test_a_late_tick_is_run_late_and_once(
    work: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 3: no grace time, so that an event loop that was blocked drops nothing."""
    often(monkeypatch, counted=0.01)
    monkeypatch.setattr(scheduler, "AsyncIOScheduler", _Kept)
    runs = 0

    async def counted() -> int:
        nonlocal runs
        runs += 1
        return 0

    work._jobs = {"counted": counted}
    async with work.running():
        await until(lambda: runs > 0)
        job = _Kept.made.get_job("counted")
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
        assert str(_Kept.made.timezone) == "UTC"

    assert lost_by("counted", Lost.MISSED) == 0


class _Kept(AsyncIOScheduler):  # type: ignore[misc] - APScheduler has no types
    """APScheduler's own, kept where a test can look at it."""

    made: "_Kept"

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        _Kept.made = self


async def test_at_the_end_a_job_under_way_finishes_and_nothing_new_is_claimed(
    work: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 5: APScheduler would cancel it in the middle of a POST."""
    often(monkeypatch, long=60)
    stopped: list[object] = []
    monkeypatch.setattr(reminders, "stop_claiming", stopped.append)
    begun, finished = asyncio.Event(), False

    async def long() -> int:
        nonlocal finished
        begun.set()
        await until(lambda: bool(stopped))
        await asyncio.sleep(0.05)
        finished = True
        return 0

    work._jobs = {"long": long}
    async with work.running():
        await begun.wait()

    assert finished
    assert len(stopped) == 1


async def test_a_job_that_does_not_end_is_cut_off_after_the_drain(
    work: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    often(monkeypatch, endless=60)
    monkeypatch.setattr(scheduler, "_DRAIN_SECONDS", 0.02)
    begun = asyncio.Event()
    cut_off = False

    async def endless() -> int:
        nonlocal cut_off
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut_off = True
            raise
        return 0

    work._jobs = {"endless": endless}
    async with work.running():
        await begun.wait()
    await until(lambda: cut_off)

    assert cut_off
    assert not await Heartbeat.exists().where(Heartbeat.name == "endless")


async def test_every_job_has_an_interval_and_every_interval_its_job(tmp_path: Path) -> None:
    settings = replace(SETTINGS, database_url=f"sqlite:///{tmp_path}/lock.db")

    assert list(Scheduler(settings, ConsoleGateway())._jobs) == list(health.INTERVAL_SECONDS)


async def test_jobs_that_stopped_are_told_from_outside(now: FixedClock) -> None:
    """Rule 4: a scheduler whose store broke says that it runs; its heartbeat cannot."""
    await scheduler.beat("dispatch")
    now.advance(hours=1)
    for name in set(health.INTERVAL_SECONDS) - {"dispatch"}:
        await scheduler.beat(name)

    found = await health.faults(replace(SETTINGS, scheduler="embedded"))

    assert found == ("The job 'dispatch' has not run since 12:00 UTC",)
