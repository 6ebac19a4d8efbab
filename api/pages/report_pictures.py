"""Which picture a report's figures have; it says nothing that their table does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.charts import MOST_SERIES, WHOLE, Picture, Point, Series, Shape
from api.pages.report_words import cell_text, parted_by
from core.reports import Column, Kind, Rate, Report, Row, Section

_LONGEST_LABEL = 36
_MOST_BARS = 60
_MOST_ALONG = 120
"""More bars or places along a line than these are read in the table alone."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What of a report is drawn, by the keys of its columns.

    ``figures`` are of one kind; with ``ends`` the columns of a median end, and of the quartiles
    that it lies between. Where the report has the column ``along``, a line follows it;
    ``stages`` are drawn one beneath another for a section as a whole.
    """

    what: str
    axis: str
    figures: tuple[str, ...] = ()
    along: str = ""
    stages: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


_PER_CENT = "per cent, with 95% interval"
_STAGES = ("referred", "assessed", "suitable", "started", "completed")
_DRAWN: Mapping[str, Drawn] = {
    "completion": Drawn("Completion", _PER_CENT, ("r1", "r2", "r3")),
    "funnel": Drawn("From referral to completion", "referrals", stages=_STAGES),
    "foi-return": Drawn("From referral to completion", "referrals", stages=_STAGES),
    "equality": Drawn("Completion", _PER_CENT, ("r1", "r2")),
    "attendance": Drawn("Attendance", _PER_CENT, ("attendance_rate",), along="week"),
    "retention-curve": Drawn("Retention", _PER_CENT, ("retention",), along="session"),
    "waiting-time": Drawn(
        "Waiting time", "days: median, with lower and upper quartile",
        ("assessments_median", "starts_median", "waiting_median"),
        ends=("_median", "_lower", "_upper"),
    ),
    "non-completion": Drawn("Reasons of all who left", _PER_CENT, ("share",)),
    "catch-up": Drawn("Yield of catch-ups", _PER_CENT, ("catch_up_yield",)),
    "reminder-effect": Drawn("Did not attend", _PER_CENT, ("dna_rate",)),
    "training-compliance": Drawn("Valid training", _PER_CENT, ("headline", "strict")),
    "training-attendance": Drawn("Attendance at training", _PER_CENT, ("attendance",)),
}  # fmt: skip


def picture(report: Report, place: int) -> Picture | None:
    """Answer the picture of a section of a report; ``None`` where there is nothing to draw."""
    drawn = _DRAWN.get(report.slug)
    if drawn is None or not 0 <= place < len(report.sections):
        return None
    section = report.sections[place]
    keys = {column.key for column in report.columns}
    if drawn.stages:
        found = _stages(report, section, drawn)
    elif drawn.along in keys:
        found = _line(report, section, drawn)
    else:
        found = _bars(report, section, drawn)
    if not any(point for series in found.series for point in series.points):
        return None
    return Picture(
        title=_title(report, section, drawn),
        description=f"{_SAID[found.shape]} {_said(found)}",
        shape=found.shape,
        axis=drawn.axis,
        labels=found.labels,
        series=found.series,
        highest=_highest(report, drawn, found.series),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The figures of a picture."""

    shape: Shape
    labels: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()


_SAID = {
    Shape.BARS: "Bars from left to right, each with its figure.",
    Shape.LINE: "A line from left to right, broken where there is no figure.",
}
_Cells = Mapping[str, tuple[Column, object]]
"""A row's cells by the keys of their columns."""


def _stages(report: Report, section: Section, drawn: Drawn) -> _Found:
    """Answer the counts of a section as a whole, each stage beneath the one before it."""
    row = section.totals or (section.rows[0] if len(section.rows) == 1 else None)
    if row is None:
        return _Found(Shape.BARS)
    cells = _cells(report, row)
    stages = [key for key in drawn.stages if key in cells]
    points = tuple(_point(cells, key, drawn) for key in stages)
    labels = tuple(cells[key][0].title for key in stages)
    return _Found(Shape.BARS, labels, (Series(report.title, points),))


def _bars(report: Report, section: Section, drawn: Drawn) -> _Found:
    """Answer bars for each row, unless they are too many to be read."""
    columns = [column for column in report.columns if column.key in drawn.figures]
    if len(section.rows) * len(columns) > _MOST_BARS:
        return _Found(Shape.BARS)
    rows = [_cells(report, row) for row in section.rows]
    names = _names(report, rows)
    series = tuple(
        Series(column.title, tuple(_point(cells, column.key, drawn) for cells in rows))
        for column in columns
    )
    return _Found(Shape.BARS, tuple(_label(names, cells) for cells in rows), series)


def _line(report: Report, section: Section, drawn: Drawn) -> _Found:
    """Answer a line along the values of a column, one for each group of what else names rows."""
    figure = drawn.figures[0]
    labels: dict[str, None] = {}
    groups: dict[str, dict[str, Point | None]] = {}
    rows = [_cells(report, row) for row in section.rows]
    names = [key for key in _names(report, rows) if key != drawn.along]
    for cells in rows:
        label = cell_text(*cells[drawn.along])
        labels[label] = None
        group = groups.setdefault(_label(names, cells), {})
        group[label] = _point(cells, figure, drawn)
    if len(groups) > MOST_SERIES or len(labels) > _MOST_ALONG:
        return _Found(Shape.LINE)
    series = tuple(
        Series(name or drawn.what, tuple(points.get(label) for label in labels))
        for name, points in groups.items()
    )
    return _Found(Shape.LINE, tuple(labels), series)


def _cells(report: Report, row: Row) -> _Cells:
    pairs = zip(report.columns, row, strict=True)
    return {column.key: (column, value) for column, value in pairs}


def _names(report: Report, rows: Sequence[_Cells]) -> list[str]:
    """Answer the keys that tell rows apart, one where it is enough; the first where none does."""
    named = [column.key for column in report.columns if column.key in report.group_by]
    different = {key: len({cells[key][1] for cells in rows}) for key in named}
    enough = [key for key in named if different[key] == len(rows) > 1]
    return enough[:1] or [key for key in named if different[key] > 1] or named[:1]


def _label(names: Sequence[str], cells: _Cells) -> str:
    """Answer what names a row, in one text that fits beside a bar; what is long has both ends."""
    label = ", ".join(cell_text(*cells[key]) for key in names if cells[key][1])
    half = _LONGEST_LABEL // 2
    return label if len(label) <= _LONGEST_LABEL else f"{label[:half]}…{label[-half:]}"


def _point(cells: _Cells, key: str, drawn: Drawn) -> Point | None:
    """Answer a cell as it is drawn; ``None`` for a marker in its place."""
    column, value = cells[key]
    text = cell_text(column, value)
    if isinstance(value, Rate):
        if value.hidden or value.ratio is None:
            return None
        low, high = value.interval or ("", "")
        return Point(float(value.percent), text, (float(low), float(high)) if low else None)
    if isinstance(value, Decimal):
        base = f" (of {cells[column.base][1]})" if column.base in cells else ""
        return Point(float(value), text + base, _quartiles(cells, key, drawn))
    return Point(float(value), text) if type(value) is int else None


def _quartiles(cells: _Cells, key: str, drawn: Drawn) -> tuple[float, float] | None:
    if not drawn.ends:
        return None
    median, *others = drawn.ends
    ends = [cells[key.removesuffix(median) + end][1] for end in others]
    low, high = (float(end) if isinstance(end, Decimal) else None for end in ends)
    return None if low is None or high is None else (low, high)


def _highest(report: Report, drawn: Drawn, series: Sequence[Series]) -> float | None:
    """Answer the end of the scale: shares go to 100 %, ratios in flow to where they lie."""
    kinds = {column.kind for column in report.columns if column.key in drawn.figures}
    if kinds != {Kind.RATE}:
        ends = [point.interval[1] for one in series for point in one.points
                if point and point.interval]  # fmt: skip
        return max(ends, default=None)
    return max([WHOLE, *(point.value for one in series for point in one.points if point)])


def _title(report: Report, section: Section, drawn: Drawn) -> str:
    rows = parted_by(report, section)
    grouped = "" if drawn.stages or not rows else f" by {rows}"
    heading = f"{section.heading}. " if section.heading else ""
    return f"{heading}{drawn.what}{grouped}, {report.period}"


def _said(found: _Found) -> str:
    """Answer the figures in words, label by label."""
    several = len(found.series) > 1
    return ". ".join(
        f"{label}: "
        + ", ".join(
            f"{series.name} {point.text}" if several else point.text
            for series in found.series
            if (point := series.points[place])
        )
        for place, label in enumerate(found.labels)
        if any(series.points[place] for series in found.series)
    )
