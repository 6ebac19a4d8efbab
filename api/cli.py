"""The ``tracker`` commands."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click
import uvicorn
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from accounts.domain.roles import GrantSide, Role
from accounts.services import directory, sign_in
from api import demo
from api.app import create_app
from api.commands.doctor import doctor
from api.commands.imports import import_command
from api.commands.report import report
from api.commands.retention import retention
from core import database, log, settings
from core.clock import SystemClock
from core.errors import AppError, SettingsError
from core.scope import SYSTEM
from core.settings import Settings
from jobs.scheduler import Scheduler
from messaging.gateways.chosen import gateway_of
from migrations import run as migrations

T = TypeVar("T")
_DAY = click.DateTime(["%Y-%m-%d"])
_CONSOLE = Console(highlight=False)


def main() -> None:
    """Run ``tracker``; a wrong setting or a refusal is one line, not a trace."""
    try:
        tracker(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except click.Abort:
        raise SystemExit(130) from None
    except (SettingsError, AppError, database.DatabaseError) as error:
        click.echo(f"tracker: {error}", err=True)
        raise SystemExit(1) from None


@click.group()
def tracker() -> None:
    """Programme Tracker: programmes, registers, reminders, staff training and reports."""


def with_database(chosen: Settings, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Do ``work`` with the database connected."""

    async def connected() -> T:
        async with database.connected(chosen.database_url):
            return await work()

    return asyncio.run(connected())


@tracker.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    chosen = settings.load()
    migrations.upgrade(chosen.database_url)
    click.echo(f"The database is at revision {migrations.head()}")


def _make_ready(chosen: Settings) -> None:
    """Migrate an empty database; refuse one of another revision."""
    revision = with_database(chosen, migrations.current)
    if revision is None:
        migrations.upgrade(chosen.database_url)
    elif revision != migrations.head():
        raise database.DatabaseError(
            f"the database is at revision {revision}; run `tracker migrate` first"
        )


def _make_demo_ready(chosen: Settings) -> None:
    """Migrate, load the demonstration where the database is empty, and print its sign-ins."""
    migrations.upgrade(chosen.database_url)
    with contextlib.suppress(demo.NotEmptyError):
        _load_demo(chosen, seed=demo.DEFAULT_SEED, large=False)
    show_sign_ins(demo.SIGN_INS)


@tracker.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="More than one needs PostgreSQL.")
@click.option("--scheduler", type=click.Choice(["embedded", "off"]), help="Run the jobs here?")
def serve(host: str, port: int, workers: int, scheduler: str | None) -> None:
    """Serve the pages and the HTTP interface."""
    chosen = settings.load({**settings.environment(), **_given(scheduler)})
    if workers > 1 and chosen.is_sqlite:
        raise SettingsError("--workers: more than one needs PostgreSQL (TRACKER_DATABASE_URL)")
    if chosen.demo:
        _make_demo_ready(chosen)
    else:
        _make_ready(chosen)
    _CONSOLE.print(f"Programme Tracker: [bold]http://{host}:{port}[/bold]")
    if workers == 1:
        uvicorn.run(app(chosen), host=host, port=port, log_level="warning", access_log=False)
        return
    settings.hand_down(_given(scheduler))
    uvicorn.run(
        "api.cli:app", factory=True, host=host, port=port, workers=workers,
        log_level="warning", access_log=False,
    )  # fmt: skip


def _given(scheduler: str | None) -> dict[str, str]:
    return {"TRACKER_SCHEDULER": scheduler} if scheduler else {}


def app(chosen: Settings | None = None) -> Any:
    """Build the application of the settings; each worker process calls it."""
    chosen = chosen or settings.load()
    log.configure(json=not chosen.demo)
    return create_app(chosen, SystemClock(), gateway_of(chosen))


@tracker.command()
def worker() -> None:
    """Run the jobs alone: planning, dispatching and expiring texts."""
    chosen = settings.load()
    _make_ready(chosen)
    log.configure(json=not chosen.demo)
    scheduler = Scheduler(chosen, gateway_of(chosen))

    async def work() -> None:
        async with scheduler.running():
            await _told_to_stop()

    _CONSOLE.print("The jobs are running; stop them with Ctrl-C")
    with_database(chosen, work)
    _CONSOLE.print("Stopped")


async def _told_to_stop() -> None:
    """Wait for Ctrl-C or for a service manager's SIGTERM, so that jobs under way may finish."""
    told = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    await told.wait()


@tracker.command("demo")
@click.option("--seed", default=demo.DEFAULT_SEED, show_default=True)
@click.option("--large/--small", default=False, help="25,000 people, or a few hundred?")
def demo_command(seed: int, large: bool) -> None:  # noqa: FBT001 - click's signature
    """Load the demonstration service into an empty database and print the sign-ins."""
    chosen = settings.load()
    _make_ready(chosen)
    show_sign_ins(_load_demo(chosen, seed=seed, large=large))


def _load_demo(chosen: Settings, *, seed: int, large: bool) -> tuple[demo.SignIn, ...]:
    async def load() -> tuple[demo.SignIn, ...]:
        with Progress(console=_CONSOLE, transient=True) as bars:
            tasks: dict[str, TaskID] = {}

            def show(what: str, done: int, of: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what)
                bars.update(tasks[what], completed=done, total=of)

            return await demo.load(seed=seed, large=large, progress=show, key=chosen.key_bytes)

    return with_database(chosen, load)


def show_sign_ins(sign_ins: tuple[demo.SignIn, ...]) -> None:
    """Print who signs in to the demonstration, and with what."""
    table = Table("Sign in as", "Who", title=f"Password for all: {demo.PASSWORD}")
    for one in sign_ins:
        table.add_row(one.email, one.does)
    _CONSOLE.print(table)


@tracker.group()
def account() -> None:
    """Accounts."""


@account.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--side", type=click.Choice([side.value for side in GrantSide]), required=True)
@click.option(
    "--organisation", required=True, help="Made if it does not exist; `all` for every one."
)
def account_create(email: str, name: str, role: str, side: str, organisation: str) -> None:
    """Create an account and print a one-time link to choose its password."""
    chosen = settings.load()

    async def create() -> str:
        return await directory.add_account_of(
            organisation, email, name, role=Role(role), side=GrantSide(side), by=SYSTEM
        )

    token = with_database(chosen, create)
    click.echo("Choose a password within seven days:")
    click.echo(f"{chosen.public_url}/choose-password/{token}")


@tracker.group("token")
def token_group() -> None:
    """API tokens."""


@token_group.command("create")
@click.argument("email")
@click.option("--days", default=30, show_default=True)
def token_create(email: str, days: int) -> None:
    """Print a new API token once; only its hash is stored."""
    chosen = settings.load()
    click.echo(with_database(chosen, lambda: sign_in.issue_token(email, days=days, by=SYSTEM)))


tracker.add_command(doctor)
tracker.add_command(report)
tracker.add_command(retention)
tracker.add_command(import_command)
