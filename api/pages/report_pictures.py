"""Which picture a report's figures have; it says nothing that their table does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.charts import MOST_SERIES, WHOLE, Picture, Point, Series, Shape
from api.pages.report_words import cell_text
from core.reports import Column, Kind, Rate, Report, Row, Section

_MOST_BARS = 60
_MOST_ALONG = 120
"""More bars or places along a line than these are read in the table alone."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What of a report is drawn, by the keys of its columns.

    ``figures`` are of one kind. Where the report has the column ``along``, a line follows it;
    ``stages`` are drawn one beneath another for a section as a whole.
    """

    what: str
    axis: str
    figures: tuple[str, ...] = ()
    along: str = ""
    stages: tuple[str, ...] = ()


_PER_CENT = "per cent, with 95% interval"
_DRAWN: Mapping[str, Drawn] = {
    "completion": Drawn("Completion", _PER_CENT, ("r1", "r2", "r3")),
    "funnel": Drawn(
        "From referral to completion", "referrals",
        stages=("referred", "assessed", "suitable", "started", "completed"),
    ),
    "training-compliance": Drawn("Valid training", _PER_CENT, ("headline", "strict")),
    "training-attendance": Drawn("Attendance at training", _PER_CENT, ("attendance",)),
}  # fmt: skip


def picture(report: Report, place: int) -> Picture | None:
    """Answer the picture of a section of a report; ``None`` where there is nothing to draw."""
    drawn = _DRAWN.get(report.slug)
    if drawn is None or not 0 <= place < len(report.sections):
        return None
    at = {column.key: index for index, column in enumerate(report.columns)}
    section = report.sections[place]
    if drawn.stages:
        found = _stages(report, section, [at[key] for key in drawn.stages if key in at])
    elif drawn.along in at:
        found = _line(report, section, at[drawn.along], at[drawn.figures[0]])
    else:
        found = _bars(report, section, [at[key] for key in drawn.figures if key in at])
    if not any(point for series in found.series for point in series.points):
        return None
    title = _title(drawn, report, section)
    return Picture(
        title=title,
        description=f"{_SAID[found.shape]} {_said(found)}",
        shape=found.shape,
        axis=drawn.axis,
        labels=found.labels,
        series=found.series,
        highest=found.highest,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The figures of a picture."""

    shape: Shape
    labels: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    highest: float | None = None


_SAID = {
    Shape.BARS: "Bars from left to right, each with its figure.",
    Shape.LINE: "A line from left to right, broken where there is no figure.",
}


def _title(drawn: Drawn, report: Report, section: Section) -> str:
    titles = {column.key: column.title for column in report.columns}
    rows = [titles.get(key, key).lower() for key in report.group_by]
    grouped = "" if drawn.stages or not rows else f" by {' and '.join(rows)}"
    heading = f"{section.heading}. " if section.heading else ""
    return f"{heading}{drawn.what}{grouped}, {report.period}"


def _said(found: _Found) -> str:
    """Answer the figures in words, label by label."""
    named = len(found.series) > 1
    return ". ".join(
        f"{label}: "
        + ", ".join(
            f"{series.name} {point.text}" if named else point.text
            for series in found.series
            if (point := series.points[place])
        )
        for place, label in enumerate(found.labels)
        if any(series.points[place] for series in found.series)
    )


def _stages(report: Report, section: Section, figures: Sequence[int]) -> _Found:
    """Answer the counts of a section as a whole, each stage beneath the one before it."""
    row = section.totals or (section.rows[0] if len(section.rows) == 1 else None)
    if row is None:
        return _Found(Shape.BARS)
    columns = report.columns
    return _Found(
        Shape.BARS,
        tuple(columns[index].title for index in figures),
        (Series(report.title, tuple(_point(report, row, index) for index in figures)),),
    )


def _bars(report: Report, section: Section, figures: Sequence[int]) -> _Found:
    """Answer bars for each row, so many that they can be read."""
    if not figures or len(section.rows) * len(figures) > _MOST_BARS:
        return _Found(Shape.BARS)
    series = tuple(
        Series(
            report.columns[index].title,
            tuple(_point(report, row, index) for row in section.rows),
        )
        for index in figures
    )
    labels = tuple(_label(report, row) for row in section.rows)
    return _Found(Shape.BARS, labels, series, _highest(report.columns[figures[0]], series))


def _line(report: Report, section: Section, along: int, figure: int) -> _Found:
    """Answer a line along the values of a column, one for each group of what else names rows."""
    column = report.columns[along]
    labels: dict[str, None] = {}
    groups: dict[str, dict[str, Point | None]] = {}
    for row in section.rows:
        label = cell_text(column, row[along])
        labels[label] = None
        group = groups.setdefault(_label(report, row, but=along), {})
        group[label] = _point(report, row, figure)
    if len(groups) > MOST_SERIES or len(labels) > _MOST_ALONG:
        return _Found(Shape.LINE)
    series = tuple(
        Series(name or report.columns[figure].title, tuple(points.get(label) for label in labels))
        for name, points in groups.items()
    )
    highest = _highest(report.columns[figure], series)
    return _Found(Shape.LINE, tuple(labels), series, highest)


def _label(report: Report, row: Row, *, but: int = -1) -> str:
    """Answer what names a row, in one text."""
    return ", ".join(
        cell_text(column, row[place])
        for place, column in enumerate(report.columns)
        if column.key in report.group_by and place != but and row[place]
    )


def _highest(column: Column, series: Sequence[Series]) -> float | None:
    """Answer the end of the scale: shares go to 100 %, flow ratios where they lie."""
    values = [point.value for one in series for point in one.points if point]
    if column.kind is not Kind.RATE:
        return None
    return max([WHOLE, *values])


def _point(report: Report, row: Row, index: int) -> Point | None:
    """Answer a cell as it is drawn; ``None`` for a marker in its place."""
    column, value = report.columns[index], row[index]
    text = cell_text(column, value)
    if isinstance(value, Rate):
        if value.hidden or value.ratio is None:
            return None
        interval = value.interval
        ends = (float(interval[0]), float(interval[1])) if interval else None
        return Point(float(value.percent), text, ends)
    if isinstance(value, Decimal):
        base = [row[place] for place, one in enumerate(report.columns) if one.key == column.base]
        return Point(float(value), f"{text} (of {base[0]})" if base else text)
    if isinstance(value, int) and not isinstance(value, (bool, str)):
        pence = column.kind is Kind.MONEY
        return Point(value / 100 if pence else float(value), text)
    return None
