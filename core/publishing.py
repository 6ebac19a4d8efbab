"""A report as it may be published: small numbers, and what would reveal them, are not in it.

Source: domain.md C9.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from core.differencing import Comparison, printed_before
from core.errors import ReleaseRefusedError
from core.published_numbers import Publication
from core.report_cells import column_places, count_cells, label_places, rows_of, section_tables
from core.reports import ClaimedFigure, Column, Kind, Marker, Rate, Report, Row, Section
from core.suppression import Cell, Tables, hidden

SMALL_BASE = 10
"""A percentage, mean or median of fewer than these is not published, only what it counts."""

_NUMBER = re.compile(r"(?<![\w.,/:-])\d+(?![\w/:-]|[.,]\d)")


def published(
    report: Report,
    *,
    threshold: int,
    earlier: Sequence[Publication] = (),
    filters: Collection[tuple[str, str]] = (),
) -> Report:
    """Answer the report with a marker in the place of whatever may not be known.

    ``earlier`` are the releases that it is compared with, the newest first; ``filters`` what the
    report is of, as its rows would name it.

    Raises:
        ReleaseRefusedError: it names single people, or nothing is left once what would reveal a
            small number beside the earlier releases is hidden.
    """
    if not report.publishable:
        raise ReleaseRefusedError("This report has a row for each person; it cannot be published")
    new = Publication(report, frozenset(filters))
    known, changed = printed_before(new, earlier)
    tables = [
        replace(section_tables(report, place, threshold=threshold), known=known)
        for place in range(len(report.sections))
    ]
    concealed = _beside(new, tables, earlier)
    sections = tuple(
        _section(report, place, concealed, changed - concealed, threshold=threshold)
        for place in range(len(report.sections))
    )
    printed = _rates(sections)
    return replace(
        report,
        threshold=threshold,
        sections=sections,
        data_quality=tuple(
            without_small(one, threshold, before=_said_before(earlier))
            for one in report.data_quality
        ),
        claims=tuple(_claim(one, printed) for one in report.claims),
    )


def _rates(sections: Sequence[Section]) -> set[tuple[int, int]]:
    """Answer the counts of every rate that is printed with its share."""
    return {
        (cell.numerator, cell.denominator)
        for section in sections
        for row in rows_of(section)
        for cell in row
        if isinstance(cell, Rate) and not cell.hidden
    }


def without_small(sentence: str, threshold: int, *, before: Collection[str] = ()) -> str:
    """Answer a sentence with a marker in the place of each small number in it.

    So is a number that the same sentence ``before`` had otherwise by few: it would tell of those.
    """
    told = [_NUMBER.findall(one) for one in before if _says_the_same(one, sentence)]
    places = iter(range(len(sentence)))

    def shown(found: re.Match[str]) -> str:
        number, place = int(found[0]), next(places)
        changes = (number - int(numbers[place]) for numbers in told)
        few = any(0 < abs(one) < threshold for one in (number, *changes))
        return str(Marker.SUPPRESSED) if few else found[0]

    return _NUMBER.sub(shown, sentence)


def _says_the_same(one: str, other: str) -> bool:
    """Tell whether two sentences say the same but for their numbers."""
    return _NUMBER.sub("", one) == _NUMBER.sub("", other)


def _said_before(earlier: Sequence[Publication]) -> set[str]:
    return {one for release in earlier for one in release.report.data_quality}


def _beside(
    new: Publication, tables: Sequence[Tables], earlier: Sequence[Publication]
) -> frozenset[Cell]:
    """Hide more until nothing small follows from these figures and the earlier ones together."""
    threshold = max((one.threshold for one in tables), default=0)
    totals = {line.total for one in tables for line in one.lines}
    concealed = frozenset[Cell]().union(*(hidden(one) for one in tables))
    comparison = Comparison(new, earlier, threshold=threshold)
    at_fault: set[Cell] = set()
    while found := comparison.revealing(concealed):
        chosen: set[Cell] = set()
        for cells in sorted(found, key=lambda cells: (len(cells), sorted(cells))):
            if chosen.isdisjoint(cells):
                chosen.add(_choice(cells, tables, totals))
        at_fault |= chosen
        more = [replace(one, withheld=one.withheld | (at_fault & one.shown)) for one in tables]
        concealed = frozenset[Cell]().union(*(hidden(one) for one in more))
    if at_fault and not _says_something(new.report, concealed):
        raise _refusal(new.report, at_fault)
    return concealed


def _choice(cells: Collection[Cell], tables: Sequence[Tables], totals: Collection[Cell]) -> Cell:
    """Answer the smallest count that is no total and not known yet; of equal ones the later."""

    def order(cell: Cell) -> tuple[bool, bool, bool, int]:
        table = next(one for one in tables if cell in one.shown)
        value = table.values[cell]
        return cell in table.known, cell in totals, not value, value

    return min(sorted(cells, reverse=True), key=order)


def _says_something(report: Report, concealed: Collection[Cell]) -> bool:
    """Tell whether a total that is not 0 is left; without totals, any count."""
    left = {
        (place, row): value
        for place, section in enumerate(report.sections)
        for row, cells in enumerate(rows_of(section))
        for column, value in count_cells(report, cells)
        if value and (place, row, column) not in concealed
    }
    wholes = {
        (place, len(section.rows))
        for place, section in enumerate(report.sections)
        if section.totals is not None
    }
    return not left.keys().isdisjoint(wholes or left.keys())


def _refusal(report: Report, cells: Collection[Cell]) -> ReleaseRefusedError:
    names = [_name(report, cell) for cell in sorted(cells)]
    error = ReleaseRefusedError(
        "Beside earlier releases these figures would reveal small numbers: " + "; ".join(names)
    )
    error.extensions["cells"] = names
    return error


def _name(report: Report, cell: Cell) -> str:
    """Answer a cell as a reader would find it: section, row and column."""
    section = report.sections[cell[0]]
    labels = [str(rows_of(section)[cell[1]][place]) for place in label_places(report)]
    title = report.columns[cell[2]].title
    return ", ".join(word for word in (section.heading, *labels, title) if word)


def _section(
    report: Report,
    place: int,
    concealed: Collection[Cell],
    again: Collection[Cell],
    *,
    threshold: int,
) -> Section:
    section = report.sections[place]
    last = len(section.rows)
    rows = [
        _Line(report, cells, {cell[2] for cell in concealed if cell[:2] == (place, row)}, threshold)
        for row, cells in enumerate(rows_of(section))
    ]
    if section.totals is not None:
        rows = [replace(row, totals=rows[last]) for row in rows]
    printed = tuple(row.printed() for row in rows)
    return replace(
        section,
        rows=printed[:last],
        totals=None if section.totals is None else printed[last],
        revised=frozenset(
            (-1 if row == last else row, column) for one, row, column in again if one == place
        ),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """One row with the columns of it whose counts are hidden."""

    report: Report
    cells: Row
    concealed: set[int]
    threshold: int
    totals: "_Line | None" = None

    def printed(self) -> Row:
        return tuple(
            self._cell(place, column, value)
            for place, (column, value) in enumerate(
                zip(self.report.columns, self.cells, strict=True)
            )
        )

    def _cell(self, place: int, column: Column, value: object) -> object:
        if isinstance(value, Marker):
            return self._marker(column, value)
        if value is None:
            return value
        how: Callable[[int, Column, object], object] = {
            Kind.COUNT: self._count,
            Kind.RATE: self._rate,
            Kind.NUMBER: self._resting,
            Kind.MONEY: self._resting,
        }.get(column.kind, self._word)
        return how(place, column, value)

    def _marker(self, column: Column, value: Marker) -> Marker:
        """Answer a marker, unless it says that a hidden count is 0; totals are compared to none."""
        is_all = self.totals is not None and self.totals.cells is self.cells
        tells = None in self.bases(column) and not (column.compared and is_all)
        return Marker.SUPPRESSED if tells else value

    def _count(self, place: int, _column: Column, value: object) -> object:
        return Marker.SUPPRESSED if place in self.concealed else value

    def _rate(self, _place: int, column: Column, value: object) -> object:
        if not isinstance(value, Rate):
            return Marker.SUPPRESSED
        bases = (self._base(column.numerator), self._base(column.denominator))
        if bases != (value.numerator, value.denominator):
            return Marker.SUPPRESSED
        return shareable(value, self.threshold)

    def _resting(self, _place: int, column: Column, value: object) -> object:
        if not column.base:
            return value
        own = self.bases(column)
        compared = self.totals.bases(column) if column.compared and self.totals else ()
        few = None in own or max(base or 0 for base in own) < SMALL_BASE
        return Marker.SUPPRESSED if few or None in compared else value

    def bases(self, column: Column) -> tuple[int | None, ...]:
        """Answer the counts that a number rests on; ``None`` for one that is hidden."""
        return tuple(self._base(key) for key in column.base.split())

    def _word(self, place: int, _column: Column, value: object) -> object:
        """Answer what names the row; a word that rests on hidden figures would tell of them."""
        named = place in label_places(self.report)
        return Marker.SUPPRESSED if value and not named and self.concealed else value

    def _base(self, key: str) -> int | None:
        """Answer a count of this row; ``None`` where it is hidden or there is none."""
        place = column_places(self.report).get(key)
        if place is None or place in self.concealed:
            return None
        value = self.cells[place]
        return value if isinstance(value, int) else None


def shareable(rate: Rate, threshold: int) -> Rate:
    """Answer a rate of counts that may be read, without its share where that rests on few."""
    parts = (rate.numerator, rate.denominator, rate.denominator - rate.numerator)
    few = any(0 < abs(part) < threshold for part in parts)
    return replace(rate, hidden=few or 0 < rate.denominator < SMALL_BASE)


def _claim(claim: ClaimedFigure, printed: Collection[tuple[int, int]]) -> ClaimedFigure:
    """Answer a claim; what was counted again stays only where the same rate is printed beside it.

    It is counted until the day of the claim: held against counts until another day, it would tell
    how many were added in between.
    """
    found = claim.recomputed
    if isinstance(found, Marker) or (found.numerator, found.denominator) in printed:
        return claim
    return replace(claim, recomputed=Marker.SUPPRESSED)
