"""Heartbeats: a job that is late, or has never run, is told of."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from core import clock
from core.database import run
from jobs import dispatcher_lock, health, scheduler
from jobs.scheduler import Scheduler
from messaging.gateways.console import ConsoleGateway
from tests.conftest import SETTINGS
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")

EMBEDDED = replace(SETTINGS, scheduler="embedded")


async def test_with_every_heart_beating_there_is_no_fault(now: FixedClock) -> None:
    for name in health.INTERVAL_SECONDS:
        await scheduler.beat(name)
    now.advance(minutes=2)

    assert await health.faults(EMBEDDED) == ()


async def test_a_job_is_late_after_three_intervals_and_not_before(now: FixedClock) -> None:
    """The job that runs every five minutes is not late after four."""
    for name in health.INTERVAL_SECONDS:
        await scheduler.beat(name)
    now.advance(minutes=4)
    after_four = await health.faults(EMBEDDED)
    now.advance(minutes=12)

    assert after_four == (
        "The job 'plan' has not run since 12:00 UTC",
        "The job 'dispatch' has not run since 12:00 UTC",
        "The job 'reconcile' has not run since 12:00 UTC",
        "The job 'notices' has not run since 12:00 UTC",
    )
    assert len(await health.faults(EMBEDDED)) == 5


async def test_a_job_that_never_ran_is_told_of_once_its_time_is_over(
    now: FixedClock,
) -> None:
    health.note_start()
    try:
        now.advance(minutes=3)
        early = await health.faults(EMBEDDED)
        now.advance(seconds=1)
        late = await health.faults(EMBEDDED)
    finally:
        health.note_stop()

    assert early == ()
    assert late == tuple(
        f"The job {name!r} has never run" for name in ("plan", "dispatch", "reconcile", "notices")
    )


async def test_a_process_that_runs_no_jobs_misses_none(now: FixedClock) -> None:
    now.advance(days=1)

    assert await health.faults(EMBEDDED) == ()
    assert await health.faults(SETTINGS) == ()


@pytest.mark.usefixtures("database_url")  # its own: the schema is said to be another
async def test_a_database_of_an_older_revision_is_told_of() -> None:
    await run("UPDATE alembic_version SET version_num = {}", "0001")

    assert await health.faults(EMBEDDED) == (
        "The database is at revision 0001; run `tracker migrate`",
    )


async def test_the_scheduler_runs_every_job_at_once_and_beats(tmp_path: Path) -> None:
    settings = replace(EMBEDDED, database_url=f"sqlite:///{tmp_path}/lock.db")
    work = Scheduler(settings, ConsoleGateway())
    async with work.running():
        for _ in range(1000):
            if len(await health.beats()) == len(health.INTERVAL_SECONDS):
                break
            await asyncio.sleep(0.01)
        assert await health.faults(EMBEDDED) == ()

    dispatcher_lock.let_go(settings.sqlite_path)
    assert await health.beats() == {name: clock.now() for name in health.INTERVAL_SECONDS}
    assert await health.last_beat("notices_planned") == clock.now()  # daily, so nobody's heartbeat
