"""``tracker demo``: the demonstration service, and who signs in to it."""

import contextlib

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from api import demo
from api.commands.readiness import make_ready, with_database
from core import settings
from core.settings import Settings
from migrations import run as migrations

_CONSOLE = Console(highlight=False)


@click.command("demo")
@click.option("--seed", default=demo.DEFAULT_SEED, show_default=True)
@click.option("--large/--small", default=False, help="25,000 people, or a few hundred?")
def demo_command(seed: int, large: bool) -> None:  # noqa: FBT001 - click's signature
    """Load the demonstration service into an empty database and print the sign-ins."""
    chosen = settings.load()
    make_ready(chosen)
    _show(_load(chosen, seed=seed, large=large))


def make_demo_ready(chosen: Settings) -> None:
    """Migrate, load the demonstration where the database is empty, and print its sign-ins."""
    migrations.upgrade(chosen.database_url)
    with contextlib.suppress(demo.NotEmptyError):
        _load(chosen, seed=demo.DEFAULT_SEED, large=False)
    _show(demo.SIGN_INS)


def _load(chosen: Settings, *, seed: int, large: bool) -> tuple[demo.SignIn, ...]:
    async def load() -> tuple[demo.SignIn, ...]:
        with Progress(console=_CONSOLE, transient=True) as bars:
            tasks: dict[str, TaskID] = {}

            def show(what: str, done: int, of: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what)
                bars.update(tasks[what], completed=done, total=of)

            return await demo.load(seed=seed, large=large, progress=show, key=chosen.key_bytes)

    return with_database(chosen, load)


def _show(sign_ins: tuple[demo.SignIn, ...]) -> None:
    """Print who signs in to the demonstration, and with what."""
    table = Table("Sign in as", "Who", title=f"Password for all: {demo.PASSWORD}")
    for one in sign_ins:
        table.add_row(one.email, one.does)
    _CONSOLE.print(table)
