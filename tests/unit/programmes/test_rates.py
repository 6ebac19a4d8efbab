"""The funnel's rates with their worked example (C3)."""

import pytest
from hypothesis import strategies as st

from core.figures import percent_or_marker
from programmes.domain.rates import Funnel

WORKED = Funnel(
    referred=60, assessed=44, suitable=33, started=27, completed=15, active=4, neutral=1
)  # fmt: skip
COUNTS = st.integers(0, 500)
FUNNELS = st.builds(Funnel, *[COUNTS] * 8)


@pytest.mark.parametrize(
    ("rate", "counts", "shown"),
    [
        ("r1", (15, 60), "25.0"),
        ("r2", (15, 27), "55.6"),
        ("r3", (15, 22), "68.2"),
        ("r4", (33, 60), "55.0"),
    ],
)
def test_the_worked_example_of_c3_gives_its_rates(
    rate: str, counts: tuple[int, int], shown: str
) -> None:
    assert getattr(WORKED, rate) == counts
    assert percent_or_marker(*counts) == shown


def test_the_worked_example_of_c3_gives_its_conversions() -> None:
    assert WORKED.r5 == ((44, 60), (33, 44), (27, 33))
    assert [percent_or_marker(*pair) for pair in WORKED.r5] == ["73.3", "75.0", "81.8"]


def test_a_funnel_of_nobody_has_no_rate_rather_than_zero() -> None:
    nobody = Funnel()
    pairs = [nobody.r1, nobody.r2, nobody.r3, nobody.r4, *nobody.r5]

    assert [percent_or_marker(*pair) for pair in pairs] == ["[z]"] * 7


def test_closed_starters_are_nobody_while_every_starter_is_active() -> None:
    assert percent_or_marker(*Funnel(referred=5, started=3, active=3).r3) == "[z]"


def test_cases_that_are_still_open_are_in_no_start_rate() -> None:
    """R6: 60 referred, of whom 9 wait and 4 attend; 23 of the 47 that are closed commenced."""
    found = Funnel(referred=60, started=27, active=4, commenced=23, not_commenced=24)

    assert (found.r6, percent_or_marker(*found.r6)) == ((23, 47), "48.9")
    assert percent_or_marker(*Funnel(referred=9).r6) == "[z]"
