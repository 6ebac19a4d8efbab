"""What published figures reveal beside earlier ones, by adding and subtracting (C9.4).

Whoever reads releases may take any of them together: the same figure run again, a quarter and
the year so far, all sites and one. Every printed number is an equation, and so is every line
that adds up; whatever small number follows from them is revealed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from core.elimination import Equations, Form
from core.published_numbers import (
    Count,
    Point,
    Publication,
    Statement,
    absences,
    others,
    spans,
    statements,
)
from core.suppression import Cell

Told = Form[Cell | None]
"""Printed numbers, by the new report's cells; all that is of earlier ones stands under ``None``."""


def revealing(
    new: Publication,
    concealed: Collection[Cell],
    earlier: Sequence[Publication],
    *,
    threshold: int,
) -> frozenset[frozenset[Cell]]:
    """Answer sets of new cells: each tells a small number if all of it is shown.

    ``earlier`` are the releases before, the newest first. Where they tell the same count in
    several ways, because records were changed in between, each of them is believed in turn.
    """
    related = [one for one in earlier if one.meets(new)]
    books = [
        list(statements(new, concealed, own=True)),
        *(list(statements(one)) for one in related),
    ]
    counts = {count for book in books for said in book for count in said.counts}
    common = [*others(counts), *absences([new, *related])]
    first = _Reading(threshold)
    found = set(first.of(books, common))
    for doubted in sorted(first.doubted - {0}):
        believed = [books[doubted], *books[:doubted], *books[doubted + 1 :]]
        found |= set(_Reading(threshold).of(believed, common))
    return frozenset(found)


def printed_before(
    new: Publication, earlier: Sequence[Publication]
) -> tuple[frozenset[Cell], frozenset[Cell]]:
    """Answer the cells that the last release to print them told as they are now, and otherwise."""
    before: dict[Count, int] = {}
    for one in reversed(earlier):
        before.update({count: number for count, number, _ in _printed(one)})
    now = [(cell, number, before.get(count)) for count, number, cell in _printed(new, own=True)]
    same = frozenset(cell for cell, number, then in now if cell and then == number)
    other = frozenset(cell for cell, number, then in now if cell and then not in {None, number})
    return same, other


def _printed(
    publication: Publication, *, own: bool = False
) -> Iterator[tuple[Count, int, Cell | None]]:
    for said in statements(publication, own=own):
        if said.is_printed:
            yield next(iter(said.counts)), said.number, said.cell


@dataclass(slots=True)
class _Reading:
    """One reader's way through all that is published, believing what they read first."""

    threshold: int
    equations: Equations[Point, Cell | None] = field(default_factory=Equations)
    values: dict[Cell, int] = field(default_factory=dict)
    doubted: set[int] = field(default_factory=set)
    """Which books did not fit what had been read before them."""

    def of(
        self, books: Sequence[Sequence[Statement]], common: Sequence[Statement]
    ) -> Iterator[frozenset[Cell]]:
        """Read all, last what is common to it, and answer the sets of cells that tell a secret."""
        read = [*books, common]
        for place, book in enumerate(read):
            for said in sorted(book, key=lambda said: said.is_printed):
                left = self._add(said)
                if left is not None and self._value(left):
                    self.doubted.update({place} & set(range(len(books))))
                    yield from self._small(left)
        for span in spans(count for book in read for said in book for count in said.counts):
            told = self.equations.told(span.points(1))
            if told is not None:
                yield from self._small(told)

    def _add(self, said: Statement) -> Told | None:
        unknowns: dict[Point, int] = {}
        for count, times in said.counts.items():
            for point, sign in count.points(times).items():
                unknowns[point] = unknowns.get(point, 0) + sign
        if said.cell is None:
            return self.equations.add(unknowns, {None: said.number})
        self.values[said.cell] = said.number
        return self.equations.add(unknowns, {said.cell: 1})

    def _value(self, told: Mapping[Cell | None, Fraction]) -> Fraction:
        return sum(
            (times * (1 if cell is None else self.values[cell]) for cell, times in told.items()),
            Fraction(0),
        )

    def _small(self, told: Mapping[Cell | None, Fraction]) -> Iterator[frozenset[Cell]]:
        cells = frozenset(cell for cell in told if cell is not None)
        if cells and 0 < abs(self._value(told)) < self.threshold:
            yield cells
