"""Exact elimination: what follows from equations by adding and subtracting them, and what may vary.

An equation says that a sum of unknowns equals a sum of knowns, each with its coefficient. Numbers
are fractions, so nothing is rounded.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import Generic, TypeVar

Unknown = TypeVar("Unknown")
Known = TypeVar("Known")
Form = dict[Unknown, Fraction]
"""Coefficients by what they stand before; none of them is 0."""


class Equations(Generic[Unknown, Known]):
    """Equations, each solved for one unknown that stands in no other.

    ``room`` says how much an unknown could change: they are solved for those that could most.
    """

    def __init__(self, room: Callable[[Unknown], int] | None = None) -> None:
        self._room = room
        self._solved: dict[Unknown, tuple[Form[Unknown], Form[Known]]] = {}
        self._found_in: dict[Unknown, set[Unknown]] = {}

    def add(
        self, unknowns: Mapping[Unknown, int], knowns: Mapping[Known, int]
    ) -> Form[Known] | None:
        """Add ``unknowns = knowns``.

        Answers ``None`` where that says something new; otherwise what must then be 0 of the
        knowns, such as two ways of telling the same sum.
        """
        left, right = self._reduced(unknowns, knowns)
        if not left:
            return right
        pivot = max(left, key=self._room) if self._room else next(iter(left))
        divisor = left.pop(pivot)
        left = {name: value / divisor for name, value in left.items()}
        right = {name: value / divisor for name, value in right.items()}
        for other in self._found_in.pop(pivot, set()):
            self._put_into(other, pivot, left, right)
        self._solved[pivot] = (left, right)
        for name in left:
            self._found_in.setdefault(name, set()).add(pivot)
        return None

    def told(self, unknowns: Mapping[Unknown, int]) -> Form[Known] | None:
        """Answer the knowns that a sum of unknowns equals; ``None`` where it may vary."""
        left, right = self._reduced(unknowns, {})
        return None if left else {name: -value for name, value in right.items()}

    def steps(self) -> Iterable[dict[Unknown, int]]:
        """Answer whole-number changes of the unknowns that keep every equation true.

        Every change that does so is a sum of multiples of these.
        """
        for free, found_in in self._found_in.items():
            change = {free: Fraction(1)}
            change.update({pivot: -self._solved[pivot][0][free] for pivot in found_in})
            scale = lcm(*(value.denominator for value in change.values()))
            yield {name: int(value * scale) for name, value in change.items()}

    def _reduced(
        self, unknowns: Mapping[Unknown, int], knowns: Mapping[Known, int]
    ) -> tuple[Form[Unknown], Form[Known]]:
        left: Form[Unknown] = {}
        right = {name: Fraction(value) for name, value in knowns.items() if value}
        for name, value in unknowns.items():
            solved = self._solved.get(name)
            if solved is None:
                _add(left, {name: Fraction(1)}, Fraction(value))
            else:
                _add(left, solved[0], Fraction(-value))
                _add(right, solved[1], Fraction(-value))
        return left, right

    def _put_into(
        self, other: Unknown, pivot: Unknown, left: Form[Unknown], right: Form[Known]
    ) -> None:
        """Replace a newly solved unknown in an older equation."""
        into, knowns = self._solved[other]
        times = -into.pop(pivot)
        _add(knowns, right, times)
        _add(into, left, times)
        for name in left:
            if name in into:
                self._found_in.setdefault(name, set()).add(other)
            else:
                self._found_in.get(name, set()).discard(other)


def _add(to: dict[Unknown, Fraction], form: Mapping[Unknown, Fraction], times: Fraction) -> None:
    for name, value in form.items():
        total = to.get(name, Fraction(0)) + value * times
        if total:
            to[name] = total
        else:
            to.pop(name, None)
