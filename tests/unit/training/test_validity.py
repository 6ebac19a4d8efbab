"""How long training stays valid."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from training.domain.validity import add_months, earliest_valid, expires_on, last_in_window

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(0, 240)


def test_c8_a_leap_day_and_36_months_is_the_last_day_of_february() -> None:
    assert add_months(date(2024, 2, 29), 36) == date(2027, 2, 28)


def test_months_go_over_the_end_of_the_year() -> None:
    assert add_months(date(2025, 12, 31), 2) == date(2026, 2, 28)
    assert add_months(date(2025, 11, 30), 1) == date(2025, 12, 30)


def test_training_without_a_validity_never_expires() -> None:
    assert expires_on(date(2024, 2, 29), None) is None


@given(DAYS, MONTHS)
def test_the_month_is_exact_and_the_day_the_same_or_the_months_last(day: date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (
        later.day < day.day and (later + timedelta(days=1)).month != later.month
    )


@given(DAYS, DAYS, MONTHS)
def test_a_later_completion_never_expires_earlier(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))

    assert add_months(earlier, months) <= add_months(later, months)


@given(DAYS, st.integers(0, 120), st.integers(-40, 40))
def test_the_earliest_valid_completion_is_where_validity_begins(
    day: date, months: int, off: int
) -> None:
    earliest = earliest_valid(day, months)
    completed_on = earliest + timedelta(days=off)

    assert (add_months(completed_on, months) >= day) is (completed_on >= earliest)


@given(DAYS, st.integers(1, 120), st.integers(-40, 40))
def test_c8_a_completion_is_in_the_window_to_its_last_day(
    completed_on: date, months: int, off: int
) -> None:
    last = last_in_window(completed_on, months)
    day = last + timedelta(days=off)

    assert (completed_on > add_months(day, -months)) is (day <= last)
