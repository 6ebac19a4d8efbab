"""Runs the jobs at intervals; the only importer of APScheduler (messaging.md 6).

The schedule of reminders lives in the outbox, so a lost tick costs seconds, never a text.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC

from apscheduler.events import (
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core import clock, log
from core.settings import Settings
from jobs import identity, provider, reminders, subscriptions, training_notices
from jobs.health import INTERVAL_SECONDS, beat, note_start, note_stop
from jobs.ticks import Lost, note_lost
from messaging.gateways.base import SmsGateway
from training.domain.compliance import Targets

_LOG = log.get(__name__)
_DRAIN_SECONDS = 12

Job = Callable[[], Awaitable[int]]


class Scheduler:
    """A few fixed jobs, each on its interval; it may run in every process."""

    def __init__(self, settings: Settings, gateway: SmsGateway) -> None:
        self._settings = settings
        self._gateway = gateway
        targets = Targets.of_percent(*settings.compliance_targets)
        self._jobs: dict[str, Job] = {
            "plan": lambda: reminders.plan(settings),
            "dispatch": lambda: reminders.dispatch(settings, gateway),
            "expire": reminders.expire,
            "reconcile": lambda: provider.reconcile(gateway),
            "purge": lambda: provider.purge(gateway),
            "notices": lambda: training_notices.work(settings),
            "subscriptions": lambda: subscriptions.make(targets),
        }
        self._idle = asyncio.Event()
        self._idle.set()
        self._working = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the jobs for the length of a block, and let those under way finish at its end."""
        await identity.check(self._settings)
        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.add_listener(_note_lost_tick, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        for name, job in self._jobs.items():
            scheduler.add_job(
                self._run, "interval", args=(name, job), id=name, seconds=INTERVAL_SECONDS[name],
                next_run_time=clock.SystemClock().now(),  # APScheduler's own clock, not a test's
                misfire_grace_time=None, coalesce=True, max_instances=1,
            )  # fmt: skip
        scheduler.start()
        note_start()
        try:
            yield
        finally:
            scheduler.pause()
            note_stop()
            reminders.stop_claiming(self._gateway)
            await self._drain()
            scheduler.shutdown(wait=False)
            await self._gateway.close()

    async def _drain(self) -> None:
        try:
            await asyncio.wait_for(self._idle.wait(), _DRAIN_SECONDS)
        except TimeoutError:
            _LOG.warning("jobs_cut_off", seconds=_DRAIN_SECONDS)

    async def _run(self, name: str, job: Job) -> None:
        self._working += 1
        self._idle.clear()
        try:
            count = await job()
            await beat(name)
            if count:
                _LOG.info("job_finished", job=name, count=count)
        except Exception as error:  # noqa: BLE001 - the next tick tries again; health tells
            note_lost(name, Lost.FAILED)
            _LOG.error("job_failed", job=name, **log.fault(error))
        finally:
            self._working -= 1
            if not self._working:
                self._idle.set()


def _note_lost_tick(event: JobExecutionEvent | JobSubmissionEvent) -> None:
    why = Lost.MISSED if event.code == EVENT_JOB_MISSED else Lost.STILL_RUNNING
    note_lost(event.job_id, why)
    _LOG.warning("job_tick_lost", job=event.job_id, why=why.value)
