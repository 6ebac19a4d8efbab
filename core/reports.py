"""What every report is: its figures, how they were counted, and how it leaves the service."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from core.figures import NOT_APPLICABLE, percent

FORMULA_MARKS = frozenset("=+-@＝＋－＠")  # noqa: RUF001 - spreadsheets read the wide ones too


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report."""

    key: str
    title: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what it counts."""

    numerator: int
    denominator: int

    @property
    def ratio(self) -> Fraction | None:
        """Answer the unrounded share; ``None`` where there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def percent(self) -> str:
        """Answer the share with one decimal, or ``[z]`` for a denominator of 0 (C3)."""
        return NOT_APPLICABLE if self.ratio is None else percent(self.ratio)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stood at ``run_at``; every row has one cell for each column.

    ``threshold`` is the small-number threshold applied (C9), ``None`` where there was none.
    """

    slug: str
    title: str
    definitions: tuple[str, ...]
    basis: str
    period: str
    as_of: date
    run_at: datetime
    threshold: int | None
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    totals: tuple[object, ...] | None
    data_quality: tuple[str, ...]


def to_csv(report: Report) -> str:
    """Answer headings, rows and totals as CSV; every cell is quoted and none is a formula (D10)."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(
        [no_formula(heading) for column in report.columns for heading in headings(column)]
    )
    for row in all_rows(report):
        writer.writerow([cell for value in row for cell in csv_cells(value)])
    return text.getvalue()


def to_json(report: Report) -> dict[str, Any]:
    """Answer the report as api.md has it; a row is a mapping from column key to cell."""
    keys = [column.key for column in report.columns]
    return {
        "title": report.title,
        "definitions": list(report.definitions),
        "basis": report.basis,
        "period": report.period,
        "as_of": report.as_of.isoformat(),
        "threshold": report.threshold,
        "columns": [
            {"key": column.key, "title": column.title, "kind": column.kind.value}
            for column in report.columns
        ],
        "rows": [_json_row(keys, row) for row in report.rows],
        "totals": None if report.totals is None else _json_row(keys, report.totals),
        "data_quality": list(report.data_quality),
    }


def as_text(value: object) -> str:
    """Answer a cell as people read it: a rate with what it counts."""
    if isinstance(value, Rate):
        return (
            f"{value.percent}% ({value.numerator} of {value.denominator})"
            if value.ratio is not None
            else NOT_APPLICABLE
        )
    return "" if value is None else str(value)


def no_formula(text: str) -> str:
    """Answer a cell's text so that no spreadsheet reads it as a formula."""
    first = next((mark for mark in text if mark.isprintable() and not mark.isspace()), "")
    return f"'{text}" if first in FORMULA_MARKS else text


def all_rows(report: Report) -> tuple[tuple[object, ...], ...]:
    """Answer the rows and, last, the totals."""
    return report.rows if report.totals is None else (*report.rows, report.totals)


def headings(column: Column) -> tuple[str, ...]:
    """Answer a column's headings in a file: a rate has one for each of its parts."""
    if column.kind is not Kind.RATE:
        return (column.title,)
    return tuple(f"{column.title} {part}" for part in ("numerator", "denominator", "percent"))


def csv_cells(value: object) -> tuple[str, ...]:
    """Answer a cell's texts in a CSV file; none is a formula (D10)."""
    if isinstance(value, Rate):
        return (str(value.numerator), str(value.denominator), value.percent)
    if value is None:
        return ("",)
    if isinstance(value, date):
        return (value.isoformat(),)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return (no_formula(value) if isinstance(value, str) else str(value),)


def _json_row(keys: Sequence[str], row: Sequence[object]) -> dict[str, Any]:
    return {key: _json_cell(value) for key, value in zip(keys, row, strict=True)}


def _json_cell(value: object) -> object:
    if isinstance(value, Rate):
        counts = {"numerator": value.numerator, "denominator": value.denominator}
        if value.ratio is None:
            return {**counts, "percent": None, "marker": NOT_APPLICABLE}
        return {**counts, "percent": value.percent}
    return value.isoformat() if isinstance(value, date) else value
