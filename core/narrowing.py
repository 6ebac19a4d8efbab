"""What releases together leave a count to be, as none is negative and no hidden one 0 (C9.4).

An attacker does not stop at adding and subtracting: where two rows are hidden that together have
6 people, and a longer period has 5 in the first, they know of one in the second. What they find
depends only on what is printed, so the true values of what earlier releases hide are not needed.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise

from core.bounds import Bounds
from core.published_numbers import Count, Family, Statement
from core.suppression import Cell

_MANY_DAYS = 8
"""Of more, only those that follow one another are held against the periods made of them."""

Form = frozenset[tuple[int, int]]
"""Numbered unknowns, each with what it is multiplied by."""


class Narrowing:
    """What earlier releases leave the counts to be, and how a new report narrows that.

    ``own`` is what the new report would print, ``earlier`` what others print, the newest first,
    ``hidden`` what they hide, and ``sums`` how counts add up.
    """

    def __init__(
        self,
        own: Iterable[Statement],
        earlier: Iterable[Statement],
        hidden: Iterable[Count],
        sums: Iterable[Statement],
        *,
        threshold: int,
    ) -> None:
        self._threshold = threshold
        told = _Told()
        self._cells = [(said.cell, told.only(said), said.number) for said in own if said.cell]
        self._earlier: dict[int, int] = {}
        for said in earlier:
            self._earlier.setdefault(told.only(said), said.number)
        names = dict.fromkeys(told.name(count) for count in hidden)
        self._hidden = {
            name: 1 << place for place, name in enumerate(names, start=len(self._cells))
        }
        equations = told.equations(sums)
        self._unsettled = Bounds(len(told), [dict(form) for form in equations])
        self._before = self._settled_before()

    def revealing(self, concealed: Collection[Cell]) -> frozenset[frozenset[Cell]]:
        """Answer sets of new cells: each leaves a small number nothing else to be."""
        bounds = self._beside(concealed)
        while self._gave_up(bounds):
            self._before = self._settled_before()
            bounds = self._beside(concealed)
        sources = {source for number, source in bounds.known() if 0 < number < self._threshold}
        found = (
            frozenset(cell for place, (cell, *_) in enumerate(self._cells) if source >> place & 1)
            for source in sources
        )
        return frozenset(cells for cells in found if cells)

    def _beside(self, concealed: Collection[Cell]) -> Bounds:
        bounds = self._before.copy()
        for place, (cell, name, number) in enumerate(self._cells):
            if cell not in concealed:
                bounds.is_exactly(name, number, 1 << place)
            elif number:
                bounds.is_least(name, 1)
        bounds.settle()
        return bounds

    def _settled_before(self) -> Bounds:
        while True:
            bounds = self._unsettled.copy()
            for name, number in self._earlier.items():
                bounds.is_exactly(name, number)
            for name, bit in self._hidden.items():
                bounds.is_least(name, 1, bit)
            bounds.settle()
            if not self._gave_up(bounds):
                return bounds

    def _gave_up(self, bounds: Bounds) -> bool:
        """Let hidden counts be 0 if something else does not fit in; tell whether any was let."""
        doubted = [name for name, bit in self._hidden.items() if bounds.clashes & bit]
        for name in doubted:
            del self._hidden[name]
        return bool(doubted)


class _Told:
    """A number for each count that is told of, and for the parts that their days divide it in."""

    def __init__(self) -> None:
        self._families: dict[Family, int] = {}
        self._days: list[set[date]] = []
        self._names: dict[tuple[int, date, date], int] = {}

    def __len__(self) -> int:
        return len(self._names)

    def name(self, count: Count) -> int:
        """Answer the number of a count, and remember its days."""
        family = self._families.setdefault(count.family, len(self._families))
        if family == len(self._days):
            self._days.append(set())
        if count.family.adds_up:
            self._days[family].update(count.period)
        return self._number(family, *count.period)

    def only(self, said: Statement) -> int:
        """Answer the number of the one count that is printed."""
        [count] = said.counts
        return self.name(count)

    def equations(self, sums: Iterable[Statement]) -> Iterable[Form]:
        """Answer what is 0: of each sum in each part of its days, and of periods and theirs."""
        forms: dict[tuple[date, date], set[Form]] = {}
        found: set[Form] = set()
        for said in sums:
            named = frozenset((self.name(count), times) for count, times in said.counts.items())
            periods = {count.period for count in said.counts}
            found.add(named)
            if len(periods) == 1 and all(count.family.adds_up for count in said.counts):
                families = frozenset(
                    (self._families[count.family], times) for count, times in said.counts.items()
                )
                forms.setdefault(periods.pop(), set()).add(families)
        for period, some in forms.items():
            for form in some:
                found.update(self._in_parts(form, period))
        found.update(self._of_periods())
        return found

    def _in_parts(self, form: Form, period: tuple[date, date]) -> Iterator[Form]:
        begin, end = period
        days = set().union(*(self._days[family] for family, _ in form))
        within = [begin, *sorted(day for day in days if begin < day < end), end]
        for family, _ in form:
            self._days[family].update(within)
        for part in _parts(within):
            yield frozenset((self._number(family, *part), times) for family, times in form)

    def _of_periods(self) -> Iterator[Form]:
        """Answer for each period that it is the sum of its parts."""
        wholes: dict[int, list[tuple[date, date]]] = {}
        for family, begin, end in self._names:
            wholes.setdefault(family, []).append((begin, end))
        for family, periods in wholes.items():
            days = sorted(self._days[family])
            if len(days) <= _MANY_DAYS:
                divided: Iterable[Sequence[date]] = combinations(days, 3)
            else:
                divided = ([day for day in days if a <= day <= b] for a, b in periods)
            for within in divided:
                parts = frozenset((self._number(family, *one), 1) for one in pairwise(within))
                if len(parts) > 1:
                    yield parts | {(self._number(family, within[0], within[-1]), -1)}

    def _number(self, family: int, begin: date, end: date) -> int:
        return self._names.setdefault((family, begin, end), len(self._names))


def _parts(days: Sequence[date]) -> Iterable[tuple[date, date]]:
    return combinations(days, 2) if len(days) <= _MANY_DAYS else pairwise(days)
