"""``tracker account`` and ``tracker token``: who signs in, and API tokens."""

import click

from accounts.domain.roles import GrantSide, Role
from accounts.services import directory, sign_in
from api.commands.readiness import with_database
from core import settings
from core.scope import SYSTEM


@click.group()
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

    made = with_database(chosen, create)
    click.echo("Choose a password within seven days:")
    click.echo(f"{chosen.public_url}/choose-password/{made}")


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.argument("email")
@click.option("--days", default=30, show_default=True)
def token_create(email: str, days: int) -> None:
    """Print a new API token once; only its hash is stored."""
    chosen = settings.load()
    click.echo(with_database(chosen, lambda: sign_in.issue_token(email, days=days, by=SYSTEM)))
