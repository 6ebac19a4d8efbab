"""The least and the most that each count can be, of whole numbers that equations tie.

A bound follows from others, and these in the end from what was taken in. What it follows from is
its ``source``: a set of what was taken in, held as the bits of a number.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping

Terms = tuple[tuple[int, int], ...]
"""Unknowns, each with what it is multiplied by."""

_TURNS = 30
"""How often an equation is looked at: bounds that creep nearer by one might do so for long."""


class Bounds:
    """Bounds of numbered unknowns, none of which is negative; equations say what is 0.

    What does not fit in with what is known, as where records were corrected, is passed over; its
    sources, and those of what it does not fit, are in ``clashes``.
    """

    def __init__(self, size: int, equations: Iterable[Mapping[int, int]]) -> None:
        self.clashes = 0
        self._equations: list[Terms] = [tuple(one.items()) for one in equations]
        self._found_in: list[list[int]] = [[] for _ in range(size)]
        for place, terms in enumerate(self._equations):
            for name, _ in terms:
                self._found_in[name].append(place)
        self._least = [0] * size
        self._most: list[int | None] = [None] * size
        self._below = [0] * size
        self._above = [0] * size
        self._fits = True
        self._changed: set[int] = set()

    def copy(self) -> "Bounds":
        """Answer the same bounds, to be narrowed by themselves."""
        other = Bounds(0, ())
        other._equations, other._found_in = self._equations, self._found_in
        other._least, other._most = [*self._least], [*self._most]
        other._below, other._above = [*self._below], [*self._above]
        return other

    def is_exactly(self, name: int, number: int, source: int = 0) -> None:
        """Take in what an unknown is, whatever was known of it before."""
        self.is_least(name, number, source)
        self.is_most(name, number, source)
        if (self._least[name], self._most[name]) != (number, number):
            self._least[name] = self._most[name] = number
            self._below[name] = self._above[name] = source
            self._changed.add(name)

    def is_least(self, name: int, number: int, source: int = 0) -> None:
        """Take in that an unknown is a number or more."""
        if number <= self._least[name]:
            return
        most = self._most[name]
        if most is not None and number > most:
            self._clash(source | self._above[name])
            return
        self._least[name], self._below[name] = number, source
        self._changed.add(name)

    def is_most(self, name: int, number: int, source: int = 0) -> None:
        """Take in that an unknown is a number or less."""
        most = self._most[name]
        if most is not None and number >= most:
            return
        if number < self._least[name]:
            self._clash(source | self._below[name])
            return
        self._most[name], self._above[name] = number, source
        self._changed.add(name)

    def known(self) -> Iterator[tuple[int, int]]:
        """Answer of each unknown that can be one number only what that is, and its source.

        One that is 1 at most is taken for 1: whoever later hides it says that it is not 0.
        """
        for name, (least, most) in enumerate(zip(self._least, self._most, strict=True)):
            if least == most:
                yield least, self._below[name] | self._above[name]
            elif most == 1:
                yield most, self._above[name]

    def settle(self) -> None:
        """Narrow the bounds by the equations until nothing changes any more."""
        turns = Counter[int]()
        waiting = deque(self._to_look_at())
        queued = {*waiting}
        while waiting:
            place = waiting.popleft()
            queued.discard(place)
            turns[place] += 1
            self._fits = turns[place] < _TURNS
            for way in (1, -1) if self._fits else ():
                self._narrow(self._equations[place], way)
            if not self._fits:
                turns[place] = _TURNS
            more = [one for one in self._to_look_at() if one not in queued and turns[one] < _TURNS]
            waiting.extend(more)
            queued.update(more)

    def _to_look_at(self) -> dict[int, None]:
        """Answer the equations of what changed, each once."""
        found = {place: None for name in self._changed for place in self._found_in[name]}
        self._changed.clear()
        return found

    def _clash(self, source: int) -> None:
        self.clashes |= source
        self._fits = False

    def _narrow(self, terms: Terms, way: int) -> None:
        """Narrow each unknown by the most that the others come to; terms are taken ``way`` times.

        With one that has no end only that one can be narrowed, with two none.
        """
        ends: list[int | None] = []
        total = endless = 0
        for name, times in terms:
            end = self._most[name] if times * way > 0 else self._least[name]
            ends.append(None if end is None else end * times * way)
            total += ends[-1] or 0
            endless += end is None
            if endless > 1:
                return
        for (name, times), end in zip(terms, ends, strict=True):
            if endless and end is not None:
                continue
            others, factor = total - (end or 0), times * way
            if factor > 0:
                least = -(others // factor)
                if least > self._least[name]:
                    self.is_least(name, least, self._source(terms, name, way))
            else:
                number, most = others // -factor, self._most[name]
                if most is None or number < most:
                    self.is_most(name, number, self._source(terms, name, way))

    def _source(self, terms: Terms, but: int, way: int) -> int:
        source = 0
        for name, times in terms:
            if name != but:
                source |= self._above[name] if times * way > 0 else self._below[name]
        return source
