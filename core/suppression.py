"""Which cells of published tables are hidden, so that no small number can be worked out.

Source: domain.md C9.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.elimination import Equations

THRESHOLDS = (5, 6, 10)
"""What counts below are small; an installation chooses one of these."""

Cell = tuple[int, ...]
"""Where a count stands; the larger of two is the later one: row first, then column."""


@dataclass(frozen=True, slots=True)
class Line:
    """Cells that add up to another, as everybody who reads a table knows."""

    total: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """Counts that are published together.

    What ``values`` and ``lines`` name beyond ``shown`` is never printed, but follows from what
    is: a complement, or what else a total holds. ``withheld`` are shown cells that are hidden
    whatever their value; ``known`` are those that readers have already, so that hiding one of
    them keeps nothing from them.
    """

    values: Mapping[Cell, int]
    shown: frozenset[Cell]
    lines: tuple[Line, ...]
    threshold: int
    withheld: frozenset[Cell] = frozenset()
    known: frozenset[Cell] = frozenset()

    def is_small(self, value: int) -> bool:
        """Tell whether a count, or a difference of two, is too small to be known."""
        return 0 < abs(value) < self.threshold

    def is_sensitive(self, cell: Cell) -> bool:
        """Tell whether nobody may be able to work this cell out."""
        value = self.values[cell]
        return self.is_small(value) or (cell in self.withheld and value != 0)


def hidden(tables: Tables) -> frozenset[Cell]:
    """Answer the cells to hide: small ones, and those that would reveal them."""
    found = {
        cell
        for cell in tables.shown
        if tables.is_small(tables.values[cell]) or cell in tables.withheld
    }
    _hide_by_lines(tables, found)
    varying: dict[frozenset[Cell], frozenset[Cell]] = {}
    while revealed := exposed(tables, found, varying):
        company = _company(tables, found, revealed)
        if not company:
            break
        found |= company
        _hide_by_lines(tables, found)
    return frozenset(found)


def exposed(
    tables: Tables,
    found: Collection[Cell],
    varying: dict[frozenset[Cell], frozenset[Cell]] | None = None,
) -> frozenset[Cell]:
    """Answer the sensitive cells that might be worked out although ``found`` are hidden.

    A cell is safe if there are other whole numbers for what is not printed, of which none is
    negative and no hidden one is 0, that fit everything printed and that give it another value.
    ``varying`` keeps what was found of cells that stand together, for as long as they do.
    """
    varying = {} if varying is None else varying
    safe: set[Cell] = set()
    for cells, forms in _together(tables, _unknown(tables, found)):
        if cells not in varying:
            varying[cells] = _varying(tables, forms) if forms else cells
        safe |= varying[cells]
    unknown = _unknown(tables, found)
    return frozenset(cell for cell in unknown if cell not in safe and tables.is_sensitive(cell))


def _together(
    tables: Tables, unknown: Collection[Cell]
) -> Iterator[tuple[frozenset[Cell], list[dict[Cell, int]]]]:
    """Answer unknown cells that lines connect, and what is 0 of them by each line."""
    above: dict[Cell, Cell] = {cell: cell for cell in unknown}

    def first(cell: Cell) -> Cell:
        while (higher := above[cell]) != cell:
            above[cell] = above[higher]
            cell = higher
        return cell

    forms: list[dict[Cell, int]] = []
    for line in tables.lines:
        form = {cell: 1 for cell in line.parts if cell in above}
        if line.total in above:
            form[line.total] = -1
        if form:
            forms.append(form)
            one, *more = (first(cell) for cell in form)
            above.update(dict.fromkeys(more, one))
    found: dict[Cell, tuple[list[Cell], list[dict[Cell, int]]]] = {}
    for cell in above:
        found.setdefault(first(cell), ([], []))[0].append(cell)
    for form in forms:
        found[first(next(iter(form)))][1].append(form)
    return ((frozenset(cells), some) for cells, some in found.values())


def _varying(tables: Tables, forms: Iterable[Mapping[Cell, int]]) -> frozenset[Cell]:
    """Answer the cells that could have another value."""
    equations: Equations[Cell] = Equations(lambda cell: _room(tables, cell))
    for form in forms:
        equations.add(form)
    safe: set[Cell] = set()
    for step in equations.steps():
        if _fits(tables, step, 1) or _fits(tables, step, -1):
            safe.update(step)
    return frozenset(safe)


def _unknown(tables: Tables, found: Collection[Cell]) -> frozenset[Cell]:
    return frozenset(tables.values.keys() - tables.shown) | frozenset(found)


def _fits(tables: Tables, step: Mapping[Cell, int], direction: int) -> bool:
    """Tell whether a reader could hold the counts for what they would be one step further."""
    return all(
        tables.values[cell] < 0 or _room(tables, cell) + direction * change >= 0
        for cell, change in step.items()
    )


def _room(tables: Tables, cell: Cell) -> int:
    """Answer by how much a count could be less than it is, as far as a reader knows."""
    value = tables.values[cell]
    return value - 1 if cell in tables.shown and value > 0 else value


def _hide_by_lines(tables: Tables, found: set[Cell]) -> None:
    """Hide more until each line with a printed total has enough hidden cells (C9.3)."""
    stable = False
    while not stable:
        stable = True
        for line in tables.lines:
            while _reveals(tables, found, line):
                choice = _smallest(tables, found, line.parts) or _smallest(
                    tables, found, (line.total,)
                )
                if choice is None:
                    break
                found.add(choice)
                stable = False


def _reveals(tables: Tables, found: Collection[Cell], line: Line) -> bool:
    """Tell whether one cell of a line follows from the others, or all those left out are few."""
    if line.total in found or line.total not in tables.shown:
        return False
    left_out = [cell for cell in line.parts if cell in found or cell not in tables.shown]
    if not any(cell in found or tables.is_sensitive(cell) for cell in left_out):
        return False
    few = sum(abs(tables.values[cell]) for cell in left_out) < tables.threshold
    return len(left_out) == 1 or few


def _smallest(tables: Tables, found: Collection[Cell], among: Iterable[Cell]) -> Cell | None:
    """Answer the smallest cell that can still be hidden; of equal ones the later."""
    return next(iter(_in_order(tables, found, among)), None)


def _in_order(tables: Tables, found: Collection[Cell], among: Iterable[Cell]) -> list[Cell]:
    left = tables.shown & set(among) - set(found) - tables.known
    latest_first = sorted((cell for cell in left if tables.values[cell]), reverse=True)
    return sorted(latest_first, key=lambda cell: tables.values[cell])


def _company(tables: Tables, found: set[Cell], revealed: Collection[Cell]) -> set[Cell]:
    """Answer for each revealed cell the smallest one beside it that can be hidden, totals last.

    Where there is none beside any of them, the smallest of all is taken.
    """
    totals = {line.total for line in tables.lines}
    lines = [{line.total, *line.parts} for line in tables.lines]
    chosen: set[Cell] = set()
    for cell in sorted(revealed):
        beside = set[Cell]().union(*(line for line in lines if cell in line))
        if beside.isdisjoint(chosen):
            chosen.update(_smallest_part(tables, found, beside, totals))
    return chosen or set(_smallest_part(tables, found, tables.shown, totals))


def _smallest_part(
    tables: Tables, found: set[Cell], among: Collection[Cell], totals: Collection[Cell]
) -> list[Cell]:
    order = _in_order(tables, found, among)
    return [*(cell for cell in order if cell not in totals), *order][:1]
