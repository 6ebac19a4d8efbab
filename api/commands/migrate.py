"""``tracker migrate``: the schema, up to date."""

import click

from core import settings
from migrations import revisions, run


@click.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    chosen = settings.load()
    run.upgrade(chosen.database_url)
    click.echo(f"The database is at revision {revisions.head()}")
