"""A report's figures as pages show them: each rate with its counts and its interval."""

from collections.abc import Callable, Mapping
from typing import Any

from api.pages.case_words import day
from api.pages.rendering import words
from api.pages.report_pictures import picture
from api.pages.report_words import cell_text, parted_by
from core.figures import percent
from core.report_formats import rate_text
from core.reports import KEY, ClaimedFigure, Column, Kind, Marker, Rate, Report, Row, Section

_RAG = "rag"
_SHADES = {"Green": "govuk-tag--green", "Amber": "govuk-tag--yellow", "Red": "govuk-tag--red"}
_WIDE = 7
"""More columns than these are printed across the paper's longer side."""

ChartAddress = Callable[[int], str]
"""Answers where the picture of a section is, by its number from 1."""


def shown(report: Report, *, chart: ChartAddress) -> dict[str, Any]:
    """Answer all that a page shows of a report: its sections, and how they were counted."""
    return {
        "title": report.title,
        "period": report.period[:1].upper() + report.period[1:],
        "columns": [
            {
                "title": column.title,
                "numeric": _is_numeric(column) and column.key not in report.group_by,
            }
            for column in report.columns
        ],
        "is_wide": len(report.columns) > _WIDE,
        "sections": [
            _section(report, place, chart(place + 1)) for place in range(len(report.sections))
        ],
        "cut": report.cut,
        "claims": [_claim(claim) for claim in report.claims],
        "facts": _facts(report),
        "definitions": report.definitions,
        "divided": _divided(report.columns),
        "key": [(marker.value, meaning) for marker, meaning in KEY.items()],
        "data_quality": report.data_quality,
        "run_at": report.run_at,
    }


def _facts(report: Report) -> list[tuple[str, str]]:
    """Answer what has to be known of every figure, each with its name."""
    titles = {column.key: column.title for column in report.columns}
    rows = " and ".join(titles.get(key, words(key)).lower() for key in report.group_by)
    threshold = report.threshold
    return [
        ("Basis", report.basis),
        ("Counted are", report.counting_unit),
        *([("A row for each", rows)] if rows else []),
        (
            "Small numbers",
            "none is suppressed; this is for those who may see the records"
            if threshold is None
            else f"1 to {threshold - 1} are suppressed, and what would reveal them",
        ),
    ]


def _divided(columns: tuple[Column, ...]) -> list[str]:
    """Answer what each rate divides by what."""
    titles = {column.key: column.title for column in columns}
    return [
        f"{column.title}: {titles[column.numerator]} / {titles[column.denominator]}"
        for column in columns
        if column.kind is Kind.RATE and {column.numerator, column.denominator} <= titles.keys()
    ]


def _is_numeric(column: Column) -> bool:
    return column.kind not in {Kind.TEXT, Kind.CODE, Kind.DAY}


def _section(report: Report, place: int, address: str) -> dict[str, Any]:
    section = report.sections[place]
    return {
        "heading": _heading(report, section),
        "chart": _chart(report, place, address),
        "rows": [_cells(report, section, number) for number in range(len(section.rows))],
        "totals": [] if section.totals is None else _cells(report, section, -1),
    }


def _heading(report: Report, section: Section) -> str:
    """Answer what a section is of; where several are of the same, by what its rows are parted."""
    alike = [one for one in report.sections if one.heading == section.heading]
    if len(alike) == 1:
        return section.heading
    return f"{section.heading}, by {parted_by(report, section)}"


def _chart(report: Report, place: int, address: str) -> dict[str, str]:
    drawn = picture(report, place)
    if drawn is None or not address:
        return {}
    return {"src": address, "alt": f"{drawn.title}. The figures are in the table that follows."}


def _cells(report: Report, section: Section, number: int) -> list[dict[str, Any]]:
    row: Row = (section.totals or ()) if number < 0 else section.rows[number]
    return [
        {
            **_cell(column, value),
            "revised": (number, place) in section.revised,
            "names": place == 0 or column.key in report.group_by,
        }
        for place, (column, value) in enumerate(zip(report.columns, row, strict=True))
    ]


def _cell(column: Column, value: object) -> dict[str, Any]:
    """Answer a cell's text, what stands beneath it, and its tag where it has a colour."""
    text = cell_text(column, value)
    interval = value.interval if isinstance(value, Rate) else None
    return {
        "text": text,
        "shade": _SHADES.get(text, "") if column.key == _RAG else "",
        "numeric": _is_numeric(column),
        "interval": f"{interval[0]}% to {interval[1]}%" if interval else "",
        "is_of_few": interval is not None and isinstance(value, Rate) and value.is_of_few,
    }


def _claim(claim: ClaimedFigure) -> Mapping[str, str]:
    return {
        "what": claim.what,
        "source": claim.source,
        "as_at": day(claim.as_at) if claim.as_at else "",
        "claimed": rate_text(claim.claimed),
        "recomputed": rate_text(claim.recomputed)
        if isinstance(claim.recomputed, Rate)
        else claim.recomputed.value,
        "difference": _difference(claim),
    }


def _difference(claim: ClaimedFigure) -> str:
    """Answer by how many percentage points the recomputed figure differs from the claimed one."""
    found = claim.recomputed
    if not isinstance(found, Rate):
        return found.value
    if found.hidden or claim.claimed.hidden:
        return Marker.SUPPRESSED.value
    if found.ratio is None or claim.claimed.ratio is None:
        return Marker.NOT_APPLICABLE.value
    points = found.ratio - claim.claimed.ratio
    sign = "+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else ""
    return f"{sign}{percent(abs(points))} percentage points"
