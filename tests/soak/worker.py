"""The process that is killed: the jobs of ``tracker worker`` that move texts, without a pause."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from core import clock, database, log, settings
from core.settings import Settings
from jobs import reminders
from jobs.scheduler import Scheduler
from messaging.domain.facts import Policy
from messaging.gateways.twilio import TwilioGateway
from tests.soak.clock import ShiftedClock

JOBS = ("dispatch", "reconcile", "expire")
_PAUSE_SECONDS = 0.05
_MANY = 1_000


def policy(chosen: Settings) -> Policy:
    """The installation's limits, but for how many texts a number may get.

    There are a thousand numbers that nobody has, and more texts than that.
    """
    return replace(
        usual(chosen),
        texts_per_week=_MANY,
        texts_per_number_and_day=_MANY,
    )


usual = reminders.policy


def main(environ: dict[str, str], shift: timedelta, folder: Path) -> None:
    """Work until killed, with the log in a folder."""
    written = os.open(folder / "worker.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    log.configure(json=True)
    clock.use(ShiftedClock(shift))
    reminders.policy = policy
    asyncio.run(_work(settings.load(environ)))


async def _work(chosen: Settings) -> None:
    assert chosen.sms.twilio is not None
    gateway = TwilioGateway(chosen.sms.twilio, public_url=chosen.public_url)
    jobs = Scheduler(chosen, gateway)._jobs
    async with database.connected(chosen.database_url):
        await asyncio.gather(*(_again(jobs[name]) for name in JOBS if name in jobs))


async def _again(job: Callable[[], Awaitable[int]]) -> None:
    while True:
        await job()
        await asyncio.sleep(_PAUSE_SECONDS)
