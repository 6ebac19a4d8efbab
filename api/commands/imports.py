"""``tracker import``: the rows of a spreadsheet, with a progress bar."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from accounts.queries import organisations
from api import imports
from api.imports import KINDS, Wish
from core import database, mappings, settings
from core.columns import match
from core.errors import InvalidInputError
from core.imports import ImportRefusedError, Result
from core.scope import SYSTEM, Side
from core.settings import Settings
from core.spreadsheets import Sheet, read, refuse_large

_CONSOLE = Console(highlight=False)
_SHOWN_ERRORS = 20
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Check everything and save nothing.")
@click.option("--strict", is_flag=True, help="Import all rows or none.")
@click.option("--side", type=click.Choice([side.value for side in Side]), help="Only this side.")
@click.option("--organisation", default="", help="Only this organisation, by its name.")
@click.option("--full-list", is_flag=True, help="Propose staff who are missing as leavers.")
@click.option("--source", default="", help="Use the columns saved on the page for this source.")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="COLUMN=HEADING",
    help="Read a column from the heading; may be given several times.",
)
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rows that cannot be imported to this file, with the reasons.",
)  # fmt: skip
def import_command(
    kind: str,
    file: Path,
    *,
    dry_run: bool,
    strict: bool,
    side: str | None,
    organisation: str,
    full_list: bool,
    source: str,
    pairs: tuple[str, ...],
    errors: Path | None,
) -> None:
    """Import a CSV or XLSX FILE; the same file again changes nothing."""
    refuse_large(file.stat().st_size)
    sheet = read(file.read_bytes())
    chosen = dict(_pair(pair) for pair in pairs)
    wish = Wish(dry_run, strict, Side(side) if side else None, full_list=full_list, chosen=chosen)
    result = asyncio.run(_run(settings.load(), kind, sheet, wish, _Named(organisation, source)))
    _show(result, dry_run=dry_run)
    if errors and result.errors:
        errors.write_text("\ufeff" + imports.errors_as_csv(sheet, result), "utf-8", newline="")
        _CONSOLE.print(Text(f"The rows to correct are in {errors}"))
    if result.errors:
        raise SystemExit(1)


def _pair(text: str) -> tuple[str, str]:
    column, mark, heading = text.partition("=")
    if not mark:
        raise InvalidInputError.of("map", f"Write COLUMN=HEADING, not {text}")
    return column.strip(), heading.strip()


class _Named(NamedTuple):
    """What the person calls by a name."""

    organisation: str
    source: str


async def _run(chosen: Settings, kind: str, sheet: Sheet, wish: Wish, named: _Named) -> Result:
    for note in sheet.notes:
        _CONSOLE.print(Text(note))
    async with database.connected(chosen.database_url):
        wish = await _for_organisation(wish, named.organisation)
        if named.source:
            known = await mappings.of_source(kind, named.source, by=SYSTEM)
            wish = replace(wish, chosen={**known.headings, **wish.chosen})
        _CONSOLE.print(_columns(kind, sheet, wish))
        with Progress(console=_CONSOLE, transient=True) as bars:
            bar = bars.add_task("Rows")
            try:
                return await imports.run(
                    kind, sheet, wish, by=SYSTEM,
                    progress=lambda done, of: bars.update(bar, completed=done, total=of),
                )  # fmt: skip
            except ImportRefusedError as refused:
                _CONSOLE.print("Nothing was imported, because --strict takes all rows or none.")
                return Result(refused.result.rows, errors=refused.result.errors)


async def _for_organisation(wish: Wish, name: str) -> Wish:
    if not name:
        return wish
    for known in await organisations(scope=SYSTEM.scope):
        if known.name == name:
            return replace(wish, organisation_id=known.id)
    raise InvalidInputError.of("organisation", f"There is no organisation called {name}")


def _columns(kind: str, sheet: Sheet, wish: Wish) -> Table:
    found = match(sheet, KINDS[kind].columns, wish.chosen)
    table = Table("In the file", "Read as")
    for name, heading in found.headings.items():
        table.add_row(Text(heading), Text(name))
    for heading in found.ignored:
        table.add_row(Text(heading), "left out")
    return table


def _show(result: Result, *, dry_run: bool) -> None:
    if result.errors:
        table = Table("Row", "Column", "What is wrong")
        for error in result.errors[:_SHOWN_ERRORS]:
            table.add_row(str(error.row), Text(error.field), Text(error.message))
        _CONSOLE.print(table)
        if len(result.errors) > _SHOWN_ERRORS:
            _CONSOLE.print(f"and {len(result.errors) - _SHOWN_ERRORS} more; see --errors FILE")
    _CONSOLE.print(
        f"{result.rows} rows: {result.created} new, {result.updated} changed,"
        f" {result.unchanged} in already, {result.refused} cannot be imported"
    )
    if result.missing:
        _CONSOLE.print(
            f"{result.missing} in post are missing from this list: proposed as leavers, not ended"
        )
    if dry_run:
        _CONSOLE.print("This was a dry run: nothing was saved.")
