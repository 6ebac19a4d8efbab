"""The counts of a report as cells, and the lines in which they add up (C9)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from core.reports import Basis, Column, Kind, Report, Row, Section
from core.suppression import Cell, Line, Tables

NAMED_SITES = frozenset({"cohort", "organisation"})
"""Groupings whose rows name where people went."""

SMALL_SITE = 10
"""A named site with fewer people than these has no breakdown by characteristic (C9.5)."""


@dataclass(frozen=True, slots=True)
class Relation:
    """That counts of a row add up to another; ``rest`` is whether something may be left."""

    total: str
    parts: tuple[str, ...]
    rest: bool
    elsewhere: bool = False

    @property
    def key(self) -> str:
        """Answer what the rest is called; no column is."""
        return f"{self.total} less {', '.join(self.parts)}"


def section_tables(report: Report, place: int, *, threshold: int) -> Tables:
    """Answer a section's counts, what follows from them, and what is withheld whatever it is.

    A cell is the section's place, its row (the totals come after all rows) and its column; a
    cell that is never shown has one number more.
    """
    section = report.sections[place]
    values = dict(counts_of(report, place))
    shown = frozenset(values)
    lines = [
        *_rests(report, place, values),
        *_totals(report, place, values),
        *_wholes(report, place, values),
    ]
    withheld = [
        *_close(report, place, threshold),
        *_of_few(report, place, threshold),
        *(_withheld(report, place) if section.sensitive else ()),
    ]
    return Tables(
        values=values,
        shown=shown,
        lines=tuple(lines),
        threshold=threshold,
        withheld=frozenset(withheld) & shown,
    )


def counts_of(report: Report, place: int) -> Iterator[tuple[Cell, int]]:
    """Answer the counts of a section, each with its cell."""
    for row, cells in enumerate(rows_of(report.sections[place])):
        for column, value in count_cells(report, cells):
            yield (place, row, column), value


def rows_of(section: Section) -> tuple[Row, ...]:
    """Answer a section's rows, its totals last."""
    return section.rows if section.totals is None else (*section.rows, section.totals)


def count_cells(report: Report, cells: Row) -> Iterator[tuple[int, int]]:
    """Answer the counts of a row, each with its column."""
    for column, value in enumerate(cells):
        if report.columns[column].kind is Kind.COUNT and isinstance(value, int):
            yield column, value


def relations(report: Report) -> tuple[Relation, ...]:
    """Answer how the counts of a row add up: as the report says, and what each rate leaves out."""
    found = [Relation(one.total, one.parts, one.rest, one.elsewhere) for one in report.sums]
    named = {one.key for one in found}
    for column in report.columns:
        rest = Relation(column.denominator, (column.numerator,), rest=True)
        is_share = report.question.basis is not Basis.FLOW
        if column.kind is Kind.RATE and is_share and rest.key not in named:
            found.append(rest)
    return tuple(one for one in found if one.total and all(one.parts))


def column_places(report: Report) -> Mapping[str, int]:
    """Answer where each count's column is, by its key."""
    return {
        column.key: place
        for place, column in enumerate(report.columns)
        if column.kind is Kind.COUNT
    }


def label_places(report: Report) -> tuple[int, ...]:
    """Answer the columns that name the rows."""
    keys = [column.key for column in report.columns]
    return tuple(keys.index(key) for key in report.group_by if key in keys)


def _rests(report: Report, place: int, values: dict[Cell, int]) -> Iterator[Line]:
    """Answer a line for each relation in each row, and add what is left of it to ``values``."""
    columns = column_places(report)
    for number, one in enumerate(relations(report)):
        if not {one.total, *one.parts} <= columns.keys():
            continue
        for row, _ in enumerate(rows_of(report.sections[place])):
            total = (place, row, columns[one.total])
            parts = tuple((place, row, columns[part]) for part in one.parts)
            yield from _line(total, parts, values, number=number, rest=one.rest)


def _totals(report: Report, place: int, values: dict[Cell, int]) -> Iterator[Line]:
    section = report.sections[place]
    last = len(section.rows)
    for column, one in enumerate(report.columns):
        if section.totals is not None and _adds_up(one):
            parts = tuple((place, row, column) for row in range(last))
            yield from _line((place, last, column), parts, values, number=len(report.columns))


def _wholes(report: Report, place: int, values: dict[Cell, int]) -> Iterator[Line]:
    """Answer how counts follow from what others add up to in the rows of each run of them."""
    section, columns = report.sections[place], column_places(report)
    number = len(report.columns) + 1
    for column in columns.values():
        one = report.columns[column]
        if not one.whole_of:
            continue
        part = columns[one.whole_of]
        for run in [*_runs(report, section, one.along), [len(section.rows)]]:
            parts = tuple((place, row, part) for row in run)
            for row in run:
                yield from _line((place, row, column), parts, values, number=number)


def _close(report: Report, place: int, threshold: int) -> Iterator[Cell]:
    """Answer the counts that are a small number less than the last one shown before them."""
    section = report.sections[place]
    for column in column_places(report).values():
        one = report.columns[column]
        for run in _runs(report, section, one.along) if not one.whole_of else ():
            before: int | None = None
            for row in run:
                value = section.rows[row][column]
                if not isinstance(value, int) or 0 < value < threshold:
                    continue
                if before is not None and 0 < before - value < threshold:
                    yield (place, row, column)
                else:
                    before = value


def _of_few(report: Report, place: int, threshold: int) -> Iterator[Cell]:
    """Answer the counts of what few people did, however often they did it."""
    columns = column_places(report)
    for row, cells in enumerate(rows_of(report.sections[place])):
        for column in columns.values():
            bases = [cells[columns[key]] for key in report.columns[column].base.split()]
            if any(isinstance(base, int) and 0 < base < threshold for base in bases):
                yield (place, row, column)


def _runs(report: Report, section: Section, along: Collection[str]) -> list[list[int]]:
    """Answer the rows that differ in these labels only; none where no label is named."""
    others = [place for place in label_places(report) if report.columns[place].key not in along]
    found: dict[tuple[object, ...], list[int]] = {}
    for row, cells in enumerate(section.rows if along else ()):
        found.setdefault(tuple(cells[place] for place in others), []).append(row)
    return list(found.values())


def _adds_up(column: Column) -> bool:
    return column.kind is Kind.COUNT and column.adds_up


def _line(
    total: Cell,
    parts: tuple[Cell, ...],
    values: dict[Cell, int],
    *,
    number: int,
    rest: bool = False,
) -> Iterator[Line]:
    """Answer the line if all of it is counted; what it leaves is a cell that is never shown.

    Something is also left where the records do not fit together.
    """
    if not parts or not {total, *parts} <= values.keys():
        return
    left = values[total] - sum(values[part] for part in parts)
    if not rest and not left:
        yield Line(total, parts)
        return
    values[*total, number] = left
    yield Line(total, (*parts, (*total, number)))


def _withheld(report: Report, place: int) -> Iterator[Cell]:
    """Answer what would say of everybody what their characteristic is, and small named sites."""
    section = report.sections[place]
    for column, one in enumerate(report.columns):
        if one.kind is Kind.COUNT:
            cells = [(place, row, column) for row in range(len(section.rows))]
            found = [row[column] for row in section.rows if isinstance(row[column], int)]
            if len(found) > 1 and len([value for value in found if value]) == 1:
                yield from cells
    for rows in _sites(report, section):
        if _people(report, section, rows) < SMALL_SITE:
            yield from (
                (place, row, column) for row in rows for column in column_places(report).values()
            )


def _sites(report: Report, section: Section) -> list[list[int]]:
    """Answer the rows of each named site; all of them where the report is of one."""
    named = [place for place in label_places(report) if report.columns[place].key in NAMED_SITES]
    of_one = report.question.cohort_id or report.question.organisation_id
    if not named and of_one is None:
        return []
    found: dict[tuple[object, ...], list[int]] = {}
    for row, cells in enumerate(section.rows):
        found.setdefault(tuple(cells[place] for place in named), []).append(row)
    return list(found.values())


def _people(report: Report, section: Section, rows: Collection[int]) -> int:
    """Answer how many enrolments some rows are of: the starts, or else what comes first.

    Where a row counts some of those of the row before it, they are counted in the first one.
    """
    columns = column_places(report)
    column = columns.get("started", min(columns.values(), default=0))
    runs = _runs(report, section, report.columns[column].along)
    firsts = {run[0] for run in runs} if runs else set(rows)
    found = [section.rows[row][column] for row in rows if row in firsts]
    return sum(value for value in found if isinstance(value, int))
