"""What a published report says, number by number, so that it can be held against others (C9.4).

A count is told by what it counts, of whom and in which days, whichever report it stands in; a
number with fewer labels is the sum of a table's rows that have those and others.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from core.periods import Quarter
from core.report_cells import count_cells, label_places, relations, rows_of
from core.reports import Column, Kind, Marker, Report, Section
from core.suppression import Cell

Labels = frozenset[tuple[str, str]]
Period = tuple[date, date]
"""The first day, and the one after the last."""

_QUARTER = re.compile(r"Q([1-4]) (\d{4})/\d{2}")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Family:
    """The same count in any period; ``adds_up`` is whether those of periods can be added."""

    of: tuple[str, ...]
    labels: Labels
    column: str
    adds_up: bool


@dataclass(frozen=True, slots=True)
class Count:
    """One count: how many of a family there were in a period."""

    family: Family
    period: Period


@dataclass(frozen=True, slots=True)
class Statement:
    """That counts, each so many times, come to a number, which a new report's ``cell`` prints."""

    counts: Mapping[Count, int]
    number: int = 0
    cell: Cell | None = None
    is_printed: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """A report as it is published, with what it is of in the words that rows have for it."""

    report: Report
    filters: Labels = frozenset()

    def meets(self, other: "Publication") -> bool:
        """Tell whether both count the same thing in any of their sections."""
        return not self.subjects.isdisjoint(other.subjects)

    @property
    def subjects(self) -> frozenset[tuple[str, ...]]:
        """Answer what its sections count."""
        bases = {_counted(self.report, column)[0] for column in self.report.columns}
        return frozenset(
            _subject(self.report, section, basis)
            for section in self.report.sections
            for basis in bases
        )


def statements(
    publication: Publication,
    concealed: Collection[Cell] = frozenset(),
    *,
    own: bool = False,
) -> Iterator[Statement]:
    """Answer how the counts add up, and the printed ones: with their cells if it is one's own."""
    report = publication.report
    for place, section in enumerate(report.sections):
        table = _Table(publication, section)
        yield from table.sums()
        for row, cells in enumerate(rows_of(section)):
            for column, value in count_cells(report, cells):
                cell = (place, row, column)
                if cell not in concealed:
                    said = {table.count(table.where(row), report.columns[column].key): 1}
                    yield Statement(said, value, cell if own else None, is_printed=True)


def suppressed(publication: Publication) -> Iterator[Count]:
    """Answer the counts that a release hides."""
    report = publication.report
    for section in report.sections:
        table = _Table(publication, section)
        for row, cells in enumerate(rows_of(section)):
            for column, value in zip(report.columns, cells, strict=True):
                if column.kind is Kind.COUNT and value is Marker.SUPPRESSED:
                    yield table.count(table.where(row), column.key)


def absences(publications: Iterable[Publication]) -> Iterator[Statement]:
    """Answer that there was nobody in the rows that a table has not, but others like it have."""
    held: dict[tuple[object, ...], dict[Period, set[Labels]]] = {}
    columns: dict[tuple[object, ...], _Table] = {}
    for one in publications:
        for section in one.report.sections:
            table = _Table(one, section)
            if not table.by_quarter:
                periods = held.setdefault(table.shape, {})
                labels = {table.where(row)[0] for row in range(len(section.rows))}
                periods.setdefault(table.period, set()).update(labels)
                columns[table.shape] = table
    for shape, periods in held.items():
        everybody = {labels for there in periods.values() for labels in there}
        for period, there in periods.items():
            table = columns[shape]
            for missing in everybody - there:
                for key in table.keys:
                    yield Statement({table.count((missing, period), key): 1})


Where = tuple[Labels, Period]


class _Table:
    """A section's rows by what they are of."""

    def __init__(self, publication: Publication, section: Section) -> None:
        report = publication.report
        self.report = report
        self.section = section
        self.filters = publication.filters
        self.period = _period(report)
        self.places = label_places(report)
        self.names = [report.columns[place].key for place in self.places]
        self.by_quarter = "quarter" in self.names
        self.of = _subject(report, section, report.question.basis.value)
        self.known_as = {column.key: _counted(report, column) for column in report.columns}
        self.adding = {
            column.key: column.adds_up and not _is_census(report, section)
            for column in report.columns
            if column.kind is Kind.COUNT
        }
        self.keys = tuple(key for key, adds_up in self.adding.items() if adds_up)
        self.shape = (self.of, self.filters, tuple(self.names), self.keys)

    def where(self, row: int, among: Collection[str] | None = None) -> Where:
        """Answer of whom and when a row is; with ``among``, as if it had no other labels."""
        if row >= len(self.section.rows):
            return self.filters, self.period
        labels, period = set(self.filters), self.period
        for name, place in zip(self.names, self.places, strict=True):
            label = str(self.section.rows[row][place])
            if among is not None and name not in among:
                continue
            quarter = _QUARTER.fullmatch(label) if name == "quarter" else None
            if quarter:
                period = _within(Quarter(int(quarter[2]), int(quarter[1])), period)
            else:
                labels.add((name, label))
        return frozenset(labels), period

    def count(self, where: Where, key: str) -> Count:
        """Answer the count of a column there."""
        labels, period = where
        basis, known = self.known_as.get(key, (self.report.question.basis.value, key))
        of = _subject(self.report, self.section, basis)
        return Count(Family(of, labels, known, self.adding.get(key, True)), period)

    def sums(self) -> Iterator[Statement]:
        """Answer how rows add up to others of fewer labels, and columns to one another."""
        everywhere = {self.where(row) for row in range(len(rows_of(self.section)))}
        for size in range(len(self.names)):
            for among in combinations(self.names, size):
                parts: dict[Where, set[Where]] = {}
                for row in range(len(self.section.rows)):
                    parts.setdefault(self.where(row, among), set()).add(self.where(row))
                everywhere |= parts.keys()
                for whole, some in parts.items():
                    yield from self._adding_up(whole, some)
        for where in everywhere:
            yield from self._relating(where)
        yield from self._wholes()

    def _wholes(self) -> Iterator[Statement]:
        for column in self.report.columns:
            among = set(self.names) - set(column.along)
            for row in range(len(self.section.rows) if column.whole_of in self.keys else 0):
                whole = self.count(self.where(row, among), column.whole_of)
                yield Statement({self.count(self.where(row), column.key): 1, whole: -1})

    def _adding_up(self, whole: Where, parts: set[Where]) -> Iterator[Statement]:
        if parts == {whole}:
            return
        for key in self.keys:
            counts = {self.count(part, key): 1 for part in parts if part != whole}
            own = 0 if whole in parts else -1  # a filter of one row's label: the others are empty
            yield Statement({**counts, **({self.count(whole, key): own} if own else {})})

    def _relating(self, where: Where) -> Iterator[Statement]:
        for one in relations(self.report):
            if {one.total, *(() if one.elsewhere else one.parts)} <= self.adding.keys():
                counts = {self.count(where, part): 1 for part in one.parts}
                if one.rest:
                    adds_up = all(self.adding[key] for key in (one.total, *one.parts))
                    labels, period = where
                    rest = Family(self.of, labels, one.key, adds_up)
                    counts[Count(rest, period)] = 1
                yield Statement({self.count(where, one.total): -1, **counts})


def _subject(report: Report, section: Section, basis: str) -> tuple[str, ...]:
    return (report.counting_unit, basis, section.side, section.heading)


def _counted(report: Report, column: Column) -> tuple[str, str]:
    """Answer on which basis a column is counted, and its key in most reports."""
    basis, _, key = column.same_as.partition(" ")
    return basis or report.question.basis.value, key or column.key


def _is_census(report: Report, section: Section) -> bool:
    """Tell whether counts are of one day: those of staff, unless they are of a period's events."""
    return not section.side and report.question.since is None


def _period(report: Report) -> Period:
    since = report.question.since or date.min
    until = min(report.question.until or report.as_of, date.max - _DAY)
    return since, until + _DAY


def _within(quarter: Quarter, period: Period) -> Period:
    return max(quarter.first_on, period[0]), min(quarter.next.first_on, period[1])
