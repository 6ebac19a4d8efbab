"""Figures: one decimal, round half up, and never 0 % of nothing (C3)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from core.figures import percent, percent_or_marker, tenths, wilson


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (Fraction(15, 60), "25.0"),
        (Fraction(15, 27), "55.6"),
        (Fraction(15, 22), "68.2"),
        (Fraction(33, 38), "86.8"),
        (Fraction(0), "0.0"),
        (Fraction(1), "100.0"),
        (Fraction(1, 2000), "0.1"),
        (Fraction(3, 2000), "0.2"),
        (Fraction(825, 1000), "82.5"),
        (Fraction(1, 3), "33.3"),
        (Fraction(2, 3), "66.7"),
        (Fraction(99949, 100000), "99.9"),
        (Fraction(9995, 10000), "100.0"),
    ],
)
def test_a_ratio_is_shown_with_one_decimal_round_half_up(ratio: Fraction, shown: str) -> None:
    assert percent(ratio) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(Fraction(5, 4), "1.3"), (Fraction(99, 60), "1.7"), (Fraction(68), "68.0")],
)
def test_a_number_is_shown_with_one_decimal_round_half_up(number: Fraction, shown: str) -> None:
    assert tenths(number) == Decimal(shown)


def test_a_rate_of_nothing_is_marked() -> None:
    assert percent_or_marker(0, 0) == "[z]"
    assert percent_or_marker(15, 27) == "55.6"


@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        ((15, 27), ("37.3", "72.4")),
        ((0, 10), ("0.0", "27.8")),
        ((10, 10), ("72.2", "100.0")),
        ((33, 38), ("72.7", "94.2")),
    ],
)
def test_an_interval_is_wilsons_and_stays_between_0_and_100(
    counts: tuple[int, int], interval: tuple[str, str]
) -> None:
    assert wilson(*counts) == interval


@pytest.mark.parametrize("counts", [(0, 0), (11, 10)])
def test_what_is_no_share_has_no_interval(counts: tuple[int, int]) -> None:
    assert wilson(*counts) is None
