"""Hours in which a text is safe (M3)."""

from datetime import date

import pytest

from programmes.domain.contact import Window, is_wall_time, last_day


@pytest.mark.parametrize("text", ["00:00", "09:30", "19:59", "23:59"])
def test_a_time_of_day_is_two_digits_twice(text: str) -> None:
    assert is_wall_time(text)


@pytest.mark.parametrize(
    "text", ["", "9:30", "24:00", "12:60", "12.30", "12:30\n", " 12:30", "1\u0662:30"]
)
def test_anything_else_is_no_time_of_day(text: str) -> None:
    assert not is_wall_time(text)


@pytest.mark.parametrize(
    ("days", "last"), [(28, date(2026, 7, 8)), (180, date(2026, 12, 7)), (0, date(2026, 6, 10))]
)
def test_m2_a_confirmation_counts_for_its_days_and_not_one_more(days: int, last: date) -> None:
    assert last_day(date(2026, 6, 10), days) == last


def test_a_window_on_any_weekday_is_accepted() -> None:
    assert [Window(day, "09:00", "17:00").fault() for day in range(7)] == [None] * 7


@pytest.mark.parametrize(
    ("window", "fault"),
    [
        (Window(7, "09:00", "17:00"), "weekday"),
        (Window(-1, "09:00", "17:00"), "weekday"),
        (Window(0, "9:00", "17:00"), "09:30"),
        (Window(0, "09:00", "25:00"), "09:30"),
        (Window(0, "17:00", "17:00"), "end after"),
        (Window(0, "22:00", "02:00"), "end after"),
    ],
)
def test_a_window_that_makes_no_sense_says_why(window: Window, fault: str) -> None:
    assert fault in (window.fault() or "")
