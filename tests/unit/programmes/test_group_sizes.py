"""How large a group was: smallest, median and largest, and how often it was too small (C12)."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from programmes.domain.group_sizes import Sizes, sizes_of


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        ({8: 1}, Sizes(1, 0, 8, Fraction(8), 8)),
        ({3: 2, 9: 1}, Sizes(3, 2, 3, Fraction(3), 9)),
        ({3: 1, 6: 1}, Sizes(2, 1, 3, Fraction(9, 2), 6)),
        ({0: 1, 4: 10, 12: 2}, Sizes(13, 1, 0, Fraction(4), 12)),
    ],
)
def test_sizes_are_told_out_of_how_many_sessions_had_how_many(
    sessions: Mapping[int, int], expected: Sizes
) -> None:
    assert sizes_of(sessions, least=4) == expected
