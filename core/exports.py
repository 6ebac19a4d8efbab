"""Tables of any length as files: CSV piece by piece, XLSX row by row, the same memory for both."""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from core.report_formats import csv_row, file_cells, file_columns, file_rows, headings
from core.reports import Column, Kind, Report
from core.text import FORMULA_MARKS

_MOST_ROWS = 1_048_575
"""What one worksheet holds below its headings."""

_PIECE_BYTES = 64 * 1024
_WIDE, _NARROW = 28, 14

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that leave the service as a file; ``rows`` come in pages and are read once."""

    slug: str
    title: str
    columns: tuple[Column, ...]
    definitions: tuple[str, ...]
    rows: AsyncIterator[Rows]


def of_report(report: Report) -> Table:
    """Answer a report as a table, its totals last."""

    async def rows() -> AsyncIterator[Rows]:
        yield file_rows(report)

    said = (*report.said, *report.data_quality)
    return Table(report.slug, report.title, file_columns(report), said, rows())


async def csv_pieces(table: Table) -> AsyncIterator[bytes]:
    """Answer headings and rows as CSV, a piece for each page; none is a formula (D10)."""
    yield _csv([[heading for column in table.columns for heading in headings(column)]])
    async for page in table.rows:
        yield _csv([csv_row(table.columns, row) for row in page])


async def xlsx_pieces(table: Table) -> AsyncIterator[bytes]:
    """Answer a workbook of the figures and their definitions, written to a file of its own first.

    No cell is a formula, none is hidden; the file is removed when the last piece has been read.
    """
    with tempfile.TemporaryDirectory(prefix="tracker-export-") as folder:
        path = Path(folder) / "export.xlsx"
        book = await asyncio.to_thread(_Book, path, table)
        try:
            async for page in table.rows:
                await asyncio.to_thread(book.write, page)
        finally:
            await asyncio.to_thread(book.close)
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
                yield piece


async def workbook(table: Table) -> bytes:
    """Answer a whole workbook at once, for a table that is known to be small."""
    return b"".join([piece async for piece in xlsx_pieces(table)])


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


class _Book:
    """A workbook that keeps one row in memory; a full worksheet is followed by another."""

    def __init__(self, path: Path, table: Table) -> None:
        self._table = table
        self._book = xlsxwriter.Workbook(
            path, {"constant_memory": True, "tmpdir": str(path.parent), "in_memory": False}
        )
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy"})
        self._no_formula = self._book.add_format({"quote_prefix": True})
        self._sheets = 0
        self._begin_sheet()

    def write(self, page: Rows) -> None:
        """Write rows below those that are there."""
        for row in page:
            if self._row == _MOST_ROWS:
                self._begin_sheet()
            self._row += 1
            place = 0
            for column, value in zip(self._table.columns, row, strict=True):
                for cell in file_cells(value, column.kind):
                    self._write_cell(place, cell)
                    place += 1

    def close(self) -> None:
        """Write the definitions on a sheet of their own and finish the file."""
        sheet = self._book.add_worksheet("Definitions")
        sheet.set_column(0, 0, 100)
        for row, sentence in enumerate((self._table.title, *self._table.definitions)):
            sheet.write_string(row, 0, sentence)
        self._book.close()

    def _begin_sheet(self) -> None:
        self._sheets += 1
        self._row = 0
        number = "" if self._sheets == 1 else f" {self._sheets}"
        self._sheet = self._book.add_worksheet(f"Figures{number}")
        self._sheet.freeze_panes(1, 0)
        titles = [(title, column) for column in self._table.columns for title in headings(column)]
        for place, (_, column) in enumerate(titles):
            self._sheet.set_column(place, place, _WIDE if column.kind is Kind.TEXT else _NARROW)
        for place, (title, _) in enumerate(titles):
            self._sheet.write_string(0, place, title, self._bold)

    def _write_cell(self, place: int, cell: object) -> None:
        row = self._row
        if isinstance(cell, date):
            self._sheet.write_datetime(row, place, cell, self._day)
        elif isinstance(cell, int | Decimal):
            self._sheet.write_number(row, place, cell)
        elif cell is not None:
            text = str(cell)
            marked = self._no_formula if text.lstrip()[:1] in FORMULA_MARKS else None
            self._sheet.write_string(row, place, text, marked)


FILES: dict[str, tuple[str, Callable[[Table], AsyncIterator[bytes]]]] = {
    "csv": ("text/csv", csv_pieces),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_pieces),
}
"""What each format is called on its way, and what makes it."""
