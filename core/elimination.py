"""Exact elimination: what follows from equations by adding and subtracting them, and what may vary.

An equation says that a sum of unknowns equals a sum of knowns, each with its coefficient.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import lcm
from typing import Generic, TypeVar

Unknown = TypeVar("Unknown")
Known = TypeVar("Known")
Name = TypeVar("Name")

Number = int | Fraction
"""Whole numbers are held as such: most coefficients are, and they are much faster."""

Form = dict[Name, int]
"""Coefficients by what they stand before, modulo ``PRIME``; none of them is 0."""

PRIME = 2**61 - 1


class Equations(Generic[Unknown]):
    """Sums of unknowns that are 0, each solved for one unknown that stands in no other.

    ``room`` says how much an unknown could change: they are solved for those that could most.
    Nothing is rounded.
    """

    def __init__(self, room: Callable[[Unknown], int]) -> None:
        self._room = room
        self._solved: dict[Unknown, dict[Unknown, Number]] = {}
        self._found_in: dict[Unknown, set[Unknown]] = {}

    def add(self, unknowns: Mapping[Unknown, int]) -> None:
        """Add that a sum of unknowns is 0."""
        left = self._reduced(unknowns)
        if not left:
            return
        pivot = max(left, key=self._room)
        divisor = left.pop(pivot)
        left = {name: _divided(value, divisor) for name, value in left.items()}
        for other in self._found_in.pop(pivot, set()):
            self._put_into(other, pivot, left)
        self._solved[pivot] = left
        for name in left:
            self._found_in.setdefault(name, set()).add(pivot)

    def steps(self) -> Iterable[dict[Unknown, int]]:
        """Answer whole-number changes of the unknowns that keep every equation true.

        Every change that does so is a sum of multiples of these.
        """
        for free, found_in in self._found_in.items():
            change: dict[Unknown, Number] = {free: 1}
            change.update({pivot: -self._solved[pivot][free] for pivot in found_in})
            scale = lcm(*(value.denominator for value in change.values()))
            yield {name: int(value * scale) for name, value in change.items()}

    def _reduced(self, unknowns: Mapping[Unknown, int]) -> dict[Unknown, Number]:
        left: dict[Unknown, Number] = {}
        for name, value in unknowns.items():
            solved = self._solved.get(name)
            if solved is None:
                _add(left, {name: 1}, value)
            else:
                _add(left, solved, -value)
        return left

    def _put_into(self, other: Unknown, pivot: Unknown, left: Mapping[Unknown, Number]) -> None:
        """Replace a newly solved unknown in an older equation."""
        into = self._solved[other]
        _add(into, left, -into.pop(pivot))
        for name in left:
            if name in into:
                self._found_in.setdefault(name, set()).add(other)
            else:
                self._found_in.get(name, set()).discard(other)


class Sums(Generic[Known]):
    """Equations read one after another, to tell which sums of unknowns follow from them.

    Unknowns are numbered; ``rarity`` says in how many equations each stands: they are solved for
    the rarest, which has to be put into the fewest others.

    It is reckoned modulo a prime, not in fractions. What is 0 is 0 here too, and a whole number
    is read back as the one nearest to 0. Something else is taken for 0, or for small, only if
    ``PRIME`` divides it, or what is a few more or less: by chance once in about 10**15 sums. One
    that is no whole number is then a large one. A coefficient wrongly taken for 0 makes an
    equation say less than it does or a sum look told that may vary, so it can err either way.
    """

    def __init__(self, rarity: Mapping[int, int]) -> None:
        self._rarity = rarity
        self._place: dict[int, int] = {}
        self._solved: list[tuple[int, list[tuple[int, int]], list[tuple[Known, int]]]] = []

    def add(self, unknowns: Mapping[int, int], knowns: Mapping[Known, int]) -> Form[Known] | None:
        """Add ``unknowns = knowns``.

        Answers ``None`` where that says something new; otherwise what must then be 0 of the
        knowns, such as two ways of telling the same sum.
        """
        left, right = self.reduced(unknowns)
        right = {name: PRIME - value for name, value in right.items()}
        add_modulo(right, knowns.items(), 1)
        if not left:
            return right
        pivot = min(left, key=self._rarity.__getitem__)
        inverse = pow(left.pop(pivot), -1, PRIME)
        self._place[pivot] = len(self._solved)
        self._solved.append(
            (
                pivot,
                [(name, value * inverse % PRIME) for name, value in left.items()],
                [(name, value * inverse % PRIME) for name, value in right.items()],
            )
        )
        return None

    def reduced(self, unknowns: Mapping[int, int]) -> tuple[Form[int], Form[Known]]:
        """Answer a sum of unknowns as a sum of those that may vary, and of knowns.

        An equation has none of the unknowns that those before it are solved for, so they are
        put in in the order in which they were added.
        """
        left = {name: value % PRIME for name, value in unknowns.items() if value}
        right: Form[Known] = {}
        waiting = [self._place[name] for name in left if name in self._place]
        heapify(waiting)
        while waiting:
            pivot, form, knowns = self._solved[heappop(waiting)]
            times = left.pop(pivot, 0)
            if times:
                for name in add_modulo(left, form, PRIME - times):
                    if name in self._place:
                        heappush(waiting, self._place[name])
                add_modulo(right, knowns, times)
        return left, right


def nearest(value: int) -> int:
    """Answer the whole number nearest to 0 that a number modulo ``PRIME`` may be."""
    value %= PRIME
    return value - PRIME if value > PRIME // 2 else value


def _divided(value: Number, divisor: Number) -> Number:
    if divisor in {1, -1}:
        return value * divisor
    quotient = Fraction(value) / divisor
    return quotient.numerator if quotient.denominator == 1 else quotient


def _add(to: dict[Unknown, Number], form: Mapping[Unknown, Number], times: Number) -> None:
    for name, value in form.items():
        total = to.get(name, 0) + value * times
        if total:
            to[name] = total
        else:
            to.pop(name, None)


def add_modulo(to: dict[Name, int], form: Iterable[tuple[Name, int]], times: int) -> list[Name]:
    """Add a form, so many times, and answer what stands in the sum that did not before."""
    found = []
    for name, value in form:
        before = to.get(name)
        total = ((before or 0) + value * times) % PRIME
        if total:
            to[name] = total
            if before is None:
                found.append(name)
        elif before is not None:
            del to[name]
    return found
