"""``tracker worker``: the jobs, without the pages."""

import asyncio
import signal

import click

from api.commands.readiness import make_ready, with_database
from core import log, settings
from jobs.scheduler import Scheduler
from messaging.gateways.chosen import gateway_of


@click.command()
def worker() -> None:
    """Run the jobs alone: planning, dispatching and expiring texts."""
    chosen = settings.load()
    make_ready(chosen)
    log.configure(json=not chosen.demo)
    scheduler = Scheduler(chosen, gateway_of(chosen))

    async def work() -> None:
        async with scheduler.running():
            await _told_to_stop()

    click.echo("The jobs are running; stop them with Ctrl-C")
    with_database(chosen, work)
    click.echo("Stopped")


async def _told_to_stop() -> None:
    """Wait for Ctrl-C or for a service manager's SIGTERM, so that jobs under way may finish."""
    told = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    await told.wait()
