"""How a report leaves the service: as JSON, as CSV, cell by cell."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.reports import KEY, ClaimedFigure, Column, Kind, Marker, Rate, Report, Row, Section
from core.text import no_formula

_RATE_PARTS = ("numerator", "denominator", "percent", "95% low", "95% high")
_PENCE = Decimal(100)


def to_csv(report: Report) -> str:
    """Answer headings, rows and totals as CSV; every cell is quoted and none is a formula (D10)."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    columns = file_columns(report)
    writer.writerow([no_formula(heading) for column in columns for heading in headings(column)])
    for row in file_rows(report):
        writer.writerow(csv_row(columns, row))
    return text.getvalue()


def to_json(report: Report) -> dict[str, Any]:
    """Answer the report as api.md has it; a row is a mapping from column key to cell."""
    question = report.question
    columns = report.columns
    return {
        "slug": report.slug,
        "title": report.title,
        "definitions": list(report.definitions),
        "counting_unit": report.counting_unit,
        "basis": report.basis.partition(":")[0],
        "basis_meaning": report.basis,
        "period": report.period,
        "from": question.since and question.since.isoformat(),
        "to": question.until and question.until.isoformat(),
        "group_by": list(report.group_by),
        "as_of": report.as_of.isoformat(),
        "run_at": report.run_at.isoformat(),
        "threshold": report.threshold,
        "columns": [
            {"key": column.key, "title": column.title, "kind": column.kind.value}
            for column in columns
        ],
        "rows": [row for section in report.sections for row in _json_rows(columns, section)],
        "cut": report.cut,
        "totals": None if report.totals is None else _json_row(columns, report.totals),
        "sections": [_json_section(columns, section) for section in report.sections],
        "claims": [_json_claim(claim) for claim in report.claims],
        "data_quality": list(report.data_quality),
        "key": {marker.value: meaning for marker, meaning in KEY.items()},
    }


def as_text(value: object) -> str:
    """Answer a cell as people read it: a rate with what it counts."""
    if isinstance(value, Rate):
        return rate_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def rate_text(rate: Rate) -> str:
    """Answer a rate with its counts; ``at most`` where the denominator is a floor."""
    if rate.hidden or rate.ratio is None:
        return rate.percent
    most = "at most " if rate.at_most else ""
    return f"{most}{rate.percent}% ({rate.numerator} of {rate.denominator})"


def money_text(pence: int) -> str:
    """Answer pence as pounds, such as ``£2,333.33`` or ``-£5.00``."""
    return f"{'-' if pence < 0 else ''}£{Decimal(abs(pence)) / _PENCE:,.2f}"


def file_columns(report: Report) -> tuple[Column, ...]:
    """Answer the columns of a file: where there are several sections, each row names its own."""
    if not _names_sections(report):
        return report.columns
    return (Column("section", "Section", Kind.TEXT), *report.columns)


def file_rows(report: Report) -> tuple[Row, ...]:
    """Answer the rows of every section, each with its totals last."""
    named = _names_sections(report)
    return tuple(
        (section.heading, *row) if named else row
        for section in report.sections
        for row in (*section.rows, *([] if section.totals is None else [section.totals]))
    )


def headings(column: Column) -> tuple[str, ...]:
    """Answer a column's headings in a file: a rate has one for each of its parts."""
    if column.kind is Kind.MONEY:
        return (f"{column.title} (GBP)",)
    if column.kind is not Kind.RATE:
        return (column.title,)
    return tuple(f"{column.title} {part}" for part in _RATE_PARTS)


def csv_row(columns: Sequence[Column], row: Sequence[object]) -> list[str]:
    """Answer a row's texts in a CSV file; none is a formula (D10)."""
    pairs = zip(columns, row, strict=True)
    return [_csv_text(cell) for column, value in pairs for cell in file_cells(value, column.kind)]


def file_cells(value: object, kind: Kind) -> tuple[object, ...]:
    """Answer a cell as what it is: numbers as numbers, a rate as its parts, pence as pounds."""
    if kind is Kind.RATE or isinstance(value, Rate):
        return _rate_cells(value)
    if kind is Kind.MONEY and isinstance(value, int):
        return (Decimal(value) / _PENCE,)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return (value,)


def _rate_cells(value: object) -> tuple[object, ...]:
    if not isinstance(value, Rate):  # a marker stands for all of it, or there is nothing
        return (value,) * len(_RATE_PARTS)
    share = value.percent if value.hidden or value.ratio is None else Decimal(value.percent)
    low, high = (Decimal(end) for end in value.interval) if value.interval else (None, None)
    return (value.numerator, value.denominator, share, low, high)


def _csv_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return no_formula(cell) if isinstance(cell, str) else str(cell)


def _names_sections(report: Report) -> bool:
    return any(section.heading for section in report.sections)


def _json_section(columns: Sequence[Column], section: Section) -> dict[str, Any]:
    totals = section.totals
    return {
        "heading": section.heading,
        "side": section.side or None,
        "rows": list(_json_rows(columns, section)),
        "totals": None if totals is None else _json_row(columns, totals),
        "revised": [
            {"row": None if row < 0 else row, "column": columns[column].key}
            for row, column in sorted(section.revised)
        ],
    }


def _json_rows(columns: Sequence[Column], section: Section) -> Iterator[dict[str, Any]]:
    named = {"section": section.heading} if section.heading else {}
    for row in section.rows:
        yield {**named, **_json_row(columns, row)}


def _json_row(columns: Sequence[Column], row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, value in zip(columns, row, strict=True):
        found[column.key] = _json_cell(value, column.kind)
        if column.kind is Kind.RATE:
            found[f"{column.key}_interval"] = _json_interval(value)
    return found


def _json_cell(value: object, kind: Kind) -> object:
    if isinstance(value, Rate):
        return json_rate(value)
    if kind is Kind.RATE and isinstance(value, Marker):
        return {"numerator": None, "denominator": None, "percent": None, "marker": value.value}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def json_rate(rate: Rate) -> dict[str, Any]:
    """Answer a rate as api.md has it."""
    cell: dict[str, Any] = {"numerator": rate.numerator, "denominator": rate.denominator}
    if rate.hidden or rate.ratio is None:
        return {**cell, "percent": None, "marker": str(rate.percent)}
    return {**cell, "percent": rate.percent}


def _json_interval(value: object) -> dict[str, Any] | None:
    """Answer the 95 % interval that stands beside a rate, and whether its base is small."""
    if not isinstance(value, Rate) or value.interval is None:
        return None
    low, high = value.interval
    return {"low": low, "high": high, "small_base": value.is_of_few}


def _json_claim(claim: ClaimedFigure) -> dict[str, Any]:
    found = claim.recomputed
    return {
        "what": claim.what,
        "source": claim.source,
        "as_at": claim.as_at and claim.as_at.isoformat(),
        "claimed": json_rate(claim.claimed),
        "at_most": claim.claimed.at_most,
        "recomputed": json_rate(found) if isinstance(found, Rate) else found.value,
    }
