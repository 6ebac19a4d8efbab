"""Weeks of figures, with those in which nothing happened (C12)."""

from datetime import date

import pytest

from programmes.domain.weeks import every_week, monday


@pytest.mark.parametrize(
    ("day", "begins_on"),
    [
        (date(2026, 6, 8), date(2026, 6, 8)),
        (date(2026, 6, 14), date(2026, 6, 8)),
        (date(2026, 3, 29), date(2026, 3, 23)),  # the day on which the clocks go forward
        (date(2027, 1, 1), date(2026, 12, 28)),
    ],
)
def test_a_week_is_known_by_its_monday(day: date, begins_on: date) -> None:
    assert monday(day) == begins_on


def test_no_week_between_the_first_and_the_last_is_left_out() -> None:
    """A half term lies between: the HMPPS session rate has a row of noughts for it."""
    days = {date(2026, 5, 20), date(2026, 6, 10), date(2026, 6, 8)}

    assert every_week(days) == (
        date(2026, 5, 18), date(2026, 5, 25), date(2026, 6, 1), date(2026, 6, 8),
    )  # fmt: skip
    assert every_week([]) == ()
