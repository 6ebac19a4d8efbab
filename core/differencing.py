"""What published figures reveal beside earlier ones, by adding and subtracting (C9.4).

Whoever reads releases may take any of them together: the same figure run again, a quarter and
the year so far, all sites and one. Every printed number is an equation, and so is every line
that adds up; whatever small number follows from them is revealed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.elimination import Form, Sums, add_modulo, nearest
from core.narrowing import Narrowing
from core.published_numbers import (
    Count,
    Family,
    Publication,
    Statement,
    absences,
    statements,
    suppressed,
)
from core.published_sums import all_others, in_other_periods, in_stretches, others
from core.suppression import Cell

Told = Form[Cell | None]
"""Printed numbers, by the new report's cells; all that is of earlier ones stands under ``None``."""


def printed_before(
    new: Publication, earlier: Sequence[Publication]
) -> tuple[frozenset[Cell], frozenset[Cell]]:
    """Answer the cells that the last release to print them told as they are now, and otherwise."""
    before: dict[Count, int] = {}
    for one in reversed(earlier):
        if one.meets(new):
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


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement about numbered unknowns; there is at least one."""

    unknowns: Mapping[int, int]
    number: int
    cell: Cell | None


Book = list[_Said]
"""What one release says: first how its counts add up, then what it prints."""


def _narrowing(
    books: Sequence[Sequence[Statement]],
    earlier: Iterable[Publication],
    sums: Iterable[Statement],
    threshold: int,
) -> Narrowing | None:
    """Answer what bounds the first book has beside the others, if there are any.

    Those that it has by itself were seen to when it was suppressed.
    """
    own, *before = ([said for said in book if said.is_printed] for book in books)
    hidden = (count for one in earlier for count in suppressed(one))
    if not before:
        return None
    printed = (said for book in before for said in book)
    return Narrowing(own, printed, hidden, sums, threshold=threshold)


class Comparison:
    """A new report held against earlier releases, the newest first.

    However many releases there are, only what has an unknown in common with the new report, be
    it by way of others, is read anew for what is hidden. The rest is read once: it only tells
    other days of the same counts.
    """

    def __init__(self, new: Publication, earlier: Sequence[Publication], *, threshold: int) -> None:
        self._threshold = threshold
        related = [one for one in earlier if one.meets(new)]
        books = [
            list(statements(new, own=True)),
            *(list(statements(one)) for one in related),
        ]
        counts = {count for book in books for said in book for count in said.counts}
        sums = [said for book in books for said in book if not said.is_printed]
        common = [*others(counts), *all_others(counts), *absences([new, *related])]
        common += in_other_periods(sums, counts)
        self._narrowing = _narrowing(books, related, [*sums, *common], threshold)
        common += in_stretches([*sums, *common], counts)
        numbering = _Numbering({*counts, *(count for said in common for count in said.counts)})
        everything = [numbering.book(book) for book in (*books, common)]
        self._books, apart = _near(everything)
        self._rarity = _rarity(self._books)
        self._runs = [run for run in numbering.runs if not self._rarity.keys().isdisjoint(run)]
        self._apart = _forms(apart, set().union(*self._runs) - self._rarity.keys())

    def revealing(self, concealed: Collection[Cell]) -> frozenset[frozenset[Cell]]:
        """Answer sets of new cells: each tells a small number if all of it is shown.

        Where releases tell the same count in several ways, because records were changed in
        between, each of them is believed in turn.
        """
        new, *others, common = self._books
        own = [said for said in new if said.cell is None or said.cell not in concealed]
        books = [own, *others]
        first = self._reading()
        found = set(first.of([*books, common], self._runs))
        for doubted in sorted(first.doubted - {0, len(books)}):
            believed = [books[doubted], *books[:doubted], *books[doubted + 1 :], common]
            found |= set(self._reading().of(believed, self._runs))
        if found or not self._narrowing:
            return frozenset(found)
        return self._narrowing.revealing(concealed)

    def _reading(self) -> "_Reading":
        return _Reading(self._threshold, Sums(self._rarity), self._apart)


def revealing(
    new: Publication,
    concealed: Collection[Cell],
    earlier: Sequence[Publication],
    *,
    threshold: int,
) -> frozenset[frozenset[Cell]]:
    """Answer what ``Comparison`` finds, once."""
    return Comparison(new, earlier, threshold=threshold).revealing(concealed)


class _Numbering:
    """A number for each unknown: a family's count in the days between two that follow.

    The days are all that any of its periods begins or ends with. A period is the sum of those
    it is made of, unless the counts of periods do not add up: then it is one by itself.
    """

    def __init__(self, counts: Collection[Count]) -> None:
        self.runs: list[list[int]] = []
        """What may be added up to a period: unknowns in the order of their days."""
        self._found: dict[Count, Sequence[int]] = {}
        families: dict[Family, list[Count]] = {}
        for count in counts:
            families.setdefault(count.family, []).append(count)
        number = 0
        for family, some in families.items():
            days = sorted({day for count in some for day in count.period})
            place = {day: number + at for at, day in enumerate(days)}
            for one, count in enumerate(some):
                begin, end = (place[day] for day in count.period)
                alone = range(number + one, number + one + 1)
                self._found[count] = range(begin, end) if family.adds_up else alone
            size = len(days) - 1 if family.adds_up else len(some)
            unknowns = range(number, number + size)
            self.runs += [[*unknowns]] if family.adds_up else [[name] for name in unknowns]
            number += size

    def book(self, book: Iterable[Statement]) -> Book:
        """Answer a book about unknowns, what it prints last."""
        in_order = sorted(book, key=lambda said: said.is_printed)
        found = ((said, self._unknowns(said)) for said in in_order)
        return [_Said(unknowns, said.number, said.cell) for said, unknowns in found if unknowns]

    def _unknowns(self, said: Statement) -> dict[int, int]:
        sums = Counter[int]()
        for count, times in said.counts.items():
            for name in self._found[count]:
                sums[name] += times
        return {name: times for name, times in sums.items() if times}


def _near(books: Sequence[Book]) -> tuple[list[Book], list[Book]]:
    """Part what has an unknown in common with the first book, be it by way of others, and not."""
    above: dict[int, int] = {}

    def group(name: int) -> int:
        while (higher := above.get(name, name)) != name:
            above[name] = above.get(higher, higher)
            name = higher
        return name

    for said in (said for book in books for said in book):
        first, *more = (group(name) for name in said.unknowns)
        above.update(dict.fromkeys(more, first))
    new = {group(name) for said in books[0] for name in said.unknowns}
    near: list[Book] = [[] for _ in books]
    apart: list[Book] = [[] for _ in books]
    for place, book in enumerate(books):
        for said in book:
            is_near = group(next(iter(said.unknowns))) in new
            (near if is_near else apart)[place].append(said)
    return near, apart


def _rarity(books: Iterable[Book]) -> Counter[int]:
    return Counter(name for book in books for said in book for name in said.unknowns)


def _forms(books: Sequence[Book], names: Iterable[int]) -> dict[int, tuple[Form[int], Told]]:
    """Answer what books by themselves tell of unknowns."""
    sums: Sums[Cell | None] = Sums(_rarity(books))
    for said in (said for book in books for said in book):
        sums.add(said.unknowns, {None: said.number} if said.number else {})
    return {name: sums.reduced({name: 1}) for name in names}


@dataclass(slots=True)
class _Reading:
    """One reader's way through all that is published, believing what they read first."""

    threshold: int
    sums: Sums[Cell | None]
    apart: Mapping[int, tuple[Form[int], Told]]
    """Unknowns that nothing connects with those that are read, and what is known of them."""
    values: dict[Cell | None, int] = field(default_factory=lambda: {None: 1})
    doubted: set[int] = field(default_factory=set)
    """Which books did not fit what had been read before them."""

    def of(self, books: Sequence[Book], runs: Sequence[Sequence[int]]) -> Iterator[frozenset[Cell]]:
        """Read all and answer the sets of cells that tell a secret, of one or of several days."""
        for place, book in enumerate(books):
            for said in book:
                left = self._add(said)
                if left and self._value(left):
                    self.doubted.add(place)
                    yield from self._small(left)
        for run in runs:
            for told in self._told(run):
                yield from self._small(told)

    def _add(self, said: _Said) -> Told | None:
        if said.cell is None:
            return self.sums.add(said.unknowns, {None: said.number} if said.number else {})
        self.values[said.cell] = said.number
        return self.sums.add(said.unknowns, {said.cell: 1})

    def _told(self, run: Sequence[int]) -> Iterator[Told]:
        """Answer what follows for any days of a run that come after one another.

        Sums from the first day on differ by something known where what may vary in both is the
        same.
        """
        left: Form[int] = {}
        right: Told = {}
        before: dict[frozenset[tuple[int, int]], list[Told]] = {frozenset(): [{}]}
        for name in run:
            more, knowns = self.apart.get(name) or self.sums.reduced({name: 1})
            add_modulo(left, more.items(), 1)
            add_modulo(right, knowns.items(), 1)
            same = before.setdefault(frozenset(left.items()), [])
            for earlier in same:
                told = dict(right)
                add_modulo(told, earlier.items(), -1)
                yield told
            same.append(dict(right))

    def _value(self, told: Told) -> int:
        return nearest(sum(times * self.values[cell] for cell, times in told.items()))

    def _small(self, told: Told) -> Iterator[frozenset[Cell]]:
        cells = frozenset(cell for cell in told if cell is not None)
        if cells and 0 < abs(self._value(told)) < self.threshold:
            yield cells
