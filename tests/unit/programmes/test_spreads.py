"""Medians and quartiles of how many cases have each value."""

from collections import Counter
from fractions import Fraction
from statistics import median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.domain.spreads import LOWER, MIDDLE, UPPER, pooled, quantile, size


@pytest.mark.parametrize(
    ("days", "quartiles"),
    [
        ([7], (7, 7, 7)),
        ([10, 20], (Fraction(25, 2), 15, Fraction(35, 2))),
        ([40, 3, 12, 13], (Fraction(39, 4), Fraction(25, 2), Fraction(79, 4))),
        ([30] * 9 + [300], (30, 30, 30)),
    ],
)
def test_quartiles_lie_between_the_cases(days: list[int], quartiles: tuple[int, ...]) -> None:
    spread = Counter(days)

    assert tuple(quantile(spread, share) for share in (LOWER, MIDDLE, UPPER)) == quartiles


def test_nobody_has_no_median() -> None:
    assert quantile({}, MIDDLE) is None


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=40))
def test_the_quartiles_are_those_of_the_standard_library(days: list[int]) -> None:
    found = [quantile(Counter(days), share) for share in (LOWER, MIDDLE, UPPER)]

    assert found[1] == Fraction(median(days))
    assert [float(one or 0) for one in found] == pytest.approx(
        quantiles(days, n=4, method="inclusive")
    )


def test_spreads_are_pooled_case_by_case() -> None:
    together = pooled([{7: 2, 9: 1}, {7: 1}])

    assert (dict(together), size(together)) == ({7: 3, 9: 1}, 4)
