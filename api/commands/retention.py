"""``tracker retention``: what is past the time for which it is kept, and closing it out (D13)."""

import asyncio

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from core import database, settings
from core.scope import SYSTEM
from core.settings import Settings
from jobs import retention as job
from programmes.domain.retention import RecordClass

_CONSOLE = Console(highlight=False)


@click.command()
@click.option("--apply", "really", is_flag=True, help="Close out what is due, not only show it.")
def retention(really: bool) -> None:  # noqa: FBT001 - click's signature
    """Show what is past the time for which it is kept; nothing changes without --apply."""
    asyncio.run(_run(settings.load(), really=really))


async def _run(chosen: Settings, *, really: bool) -> None:
    async with database.connected(chosen.database_url):
        _CONSOLE.print(_as_table(await job.dry_run(chosen, scope=SYSTEM.scope)))
        if not really:
            _CONSOLE.print("Nothing was changed. Close out what is due with --apply.")
            return
        with Progress(console=_CONSOLE, transient=True) as bars:
            bar = bars.add_task("People")
            closed = await job.apply(
                chosen, progress=lambda done, of: bars.update(bar, completed=done, total=of)
            )
        _CONSOLE.print(f"{closed} people closed out. What identified them is gone; counts stay.")


def _as_table(classes: tuple[RecordClass, ...]) -> Table:
    table = Table("Records", "Kept for", "Due now", "On legal hold", "Oldest due since")
    for one in classes:
        oldest = f"{one.oldest_on:%Y-%m-%d}" if one.oldest_on else "-"
        table.add_row(one.name, one.kept_for, str(one.due), str(one.on_hold), oldest)
    return table
