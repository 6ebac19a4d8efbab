"""``tracker report``: a report without a browser."""

import asyncio
import json
from datetime import datetime
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core import database, settings
from core.exports import FILES
from core.report_formats import as_text, to_json
from core.reports import Basis, Question, Report
from core.scope import SYSTEM
from jobs import reports
from training.domain.compliance import Targets

_DAY = click.DateTime(["%Y-%m-%d"])
_CONSOLE = Console(highlight=False)


@click.command()
@click.argument("slug", type=click.Choice(sorted(reports.REPORTS)))
@click.option("--from", "since", type=_DAY, help="First day, like 2026-04-01.")
@click.option("--to", "until", type=_DAY, help="Last day.")
@click.option("--basis", type=click.Choice([one.value for one in Basis]))
@click.option("--cohort", "cohort_id", type=click.UUID, help="Of one cohort, by its id.")
@click.option("--group-by", default="", help="Comma-separated, as in the HTTP interface.")
@click.option(
    "--format", "wanted_format", type=click.Choice(["table", "csv", "xlsx", "json"]),
    default="table",
)  # fmt: skip
def report(
    *,
    slug: str,
    since: datetime | None,
    until: datetime | None,
    basis: str | None,
    cohort_id: UUID | None,
    group_by: str,
    wanted_format: str,
) -> None:
    """Print a report of everything that the database holds."""
    question = Question(
        since.date() if since else None,
        until.date() if until else None,
        Basis(basis) if basis else reports.usual_basis(slug),
        tuple(part for part in group_by.split(",") if part),
        cohort_id=cohort_id,
    )
    asyncio.run(_run(slug, question, wanted_format))


async def _run(slug: str, question: Question, wanted_format: str) -> None:
    chosen = settings.load()
    targets = Targets.of_percent(*chosen.compliance_targets)
    async with database.connected(chosen.database_url):
        found = await reports.run(slug, question, by=SYSTEM, targets=targets)
        if wanted_format in FILES:
            _, pieces = FILES[wanted_format]
            async for piece in pieces(reports.whole(found, scope=SYSTEM.scope)):
                click.echo(piece, nl=False)
        elif wanted_format == "json":
            click.echo(json.dumps(to_json(found), indent=2))
        else:
            _print(found)


def _print(found: Report) -> None:
    _CONSOLE.print(Text(f"{found.title}. {found.period}"))
    if not found.rows:
        _CONSOLE.print("Nothing is recorded yet.")
    for section in found.sections:
        if section.heading:
            _CONSOLE.print(Text(section.heading, style="bold"))
        rows = (*section.rows, *([section.totals] if section.totals else []))
        _CONSOLE.print(_as_table(found, rows))
    for sentence in (*found.said, *found.data_quality):
        _CONSOLE.print(Text(sentence))


def _as_table(found: Report, rows: tuple[tuple[object, ...], ...]) -> Table:
    """Answer a table two columns wide, which fits any terminal: a section for each row."""
    table = Table(show_header=False)
    for row in rows:
        for place, (column, cell) in enumerate(zip(found.columns, row, strict=True), 1):
            table.add_row(
                Text(column.title), Text(as_text(cell)), end_section=place == len(found.columns)
            )
    return table
