"""The ``tracker`` commands: what each is called and does, and where it is."""

from importlib import import_module

import click

from core.errors import AppError, DatabaseError, SettingsError

_COMMANDS = {
    "account": ("accounts:account", "Accounts."),
    "demo": (
        "demo:demo_command",
        "Load the demonstration service into an empty database and print the sign-ins.",
    ),
    "doctor": (
        "doctor:doctor",
        "Look for faults in settings, database, jobs, counters and providers; exit 1 on one.",
    ),
    "import": (
        "imports:import_command",
        "Import a CSV or XLSX FILE; the same file again changes nothing.",
    ),
    "migrate": ("migrate:migrate", "Bring the database's schema up to date."),
    "report": ("report:report", "Print a report of everything that the database holds."),
    "retention": (
        "retention:retention",
        "Show what is past the time for which it is kept; nothing changes without --apply.",
    ),
    "serve": ("serve:serve", "Serve the pages and the HTTP interface."),
    "token": ("accounts:token", "API tokens."),
    "worker": ("worker:worker", "Run the jobs alone: planning, dispatching and expiring texts."),
}
"""Where each command is in ``api.commands``, and what it says of itself."""


class Commands(click.Group):
    """Imports a command when it is run, because each needs another part of the service."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Answer the command itself instead of the name and the sentence that stand for it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, loaded(name) if name else None, rest


def loaded(name: str) -> click.Command:
    """Import a command by its name."""
    module, _, attribute = _COMMANDS[name][0].partition(":")
    command: click.Command = getattr(import_module(f"api.commands.{module}"), attribute)
    return command


@click.group(
    cls=Commands,
    commands=[click.Command(name, help=does) for name, (_, does) in _COMMANDS.items()],
)
def tracker() -> None:
    """Programme Tracker: programmes, registers, reminders, staff training and reports."""


def main() -> None:
    """Run ``tracker``; a wrong setting or a refusal is one line, not a trace."""
    try:
        tracker(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except click.Abort:
        raise SystemExit(130) from None
    except (SettingsError, AppError, DatabaseError) as error:
        click.echo(f"tracker: {error}", err=True)
        raise SystemExit(1) from None
