"""How many cases have each value, and the values that part them: medians and quartiles."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import accumulate

LOWER, MIDDLE, UPPER = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)

Spread = Mapping[int, int]
"""How many cases there are of each value."""


def size(spread: Spread) -> int:
    """Answer how many cases there are."""
    return sum(spread.values())


def pooled(spreads: Iterable[Spread]) -> Spread:
    """Answer the cases of several spreads in one."""
    found: Counter[int] = Counter()
    for spread in spreads:
        found.update(spread)
    return found


def quantile(spread: Spread, share: Fraction) -> Fraction | None:
    """Answer the value below which a share of the cases lies; ``None`` of no case.

    Between two cases it lies proportionately between their values, so that the middle one is the
    median as it is usually taken.

    Source: Hyndman and Fan, The American Statistician 50 (1996), 361-365, definition 7.
    """
    cases = size(spread)
    if not cases:
        return None
    place = share * (cases - 1)
    below = math.floor(place)
    low, high = _at(spread, below), _at(spread, min(below + 1, cases - 1))
    return low + (place - below) * (high - low)


def _at(spread: Spread, place: int) -> int:
    """Answer the value of the case at a place, counted from 0 by value."""
    values = sorted(spread)
    passed = list(accumulate(spread[value] for value in values))
    return values[bisect_right(passed, place)]
