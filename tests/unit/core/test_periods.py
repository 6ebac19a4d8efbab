"""Quarters and years from 1 April, as councils name them (C2)."""

from datetime import date

import pytest

from core.periods import Quarter, interval, is_whole_quarters, named, quarter_at, quarter_of

TODAY = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 4, 1), "Q1 2026/27"),
        (date(2026, 3, 31), "Q4 2025/26"),
        (date(2026, 12, 31), "Q3 2026/27"),
        (date(2099, 6, 1), "Q1 2099/00"),
        (date.min, "Q4 0/01"),
        (date.max, "Q3 9999/00"),
    ],
)
def test_a_day_lies_in_the_quarter_of_its_financial_year(day: date, name: str) -> None:
    quarter = quarter_of(day)

    assert quarter.name == name
    assert quarter.first_on <= day <= quarter.last_on
    assert quarter_at(quarter.year * 4 + quarter.number - 1) == quarter


def test_a_year_of_quarters_follows_on_without_a_gap() -> None:
    quarter, days = Quarter(2025, 1), []
    for _ in range(5):
        days.append((quarter.first_on, quarter.last_on))
        quarter = quarter.next

    assert days[0] == (date(2025, 4, 1), date(2025, 6, 30))
    assert days[3] == (date(2026, 1, 1), date(2026, 3, 31))
    assert quarter == Quarter(2026, 2)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2026, 4, 1), date(2026, 6, 30), "Q1 2026/27, 1 April 2026 to 30 June 2026"),
        (date(2025, 4, 1), date(2026, 3, 31), "the year 2025/26, 1 April 2025 to 31 March 2026"),
        (date(2026, 4, 2), date(2026, 6, 30), "2 April 2026 to 30 June 2026"),
        (None, date(2026, 6, 1), "from the beginning to 1 June 2026"),
        (None, None, "from the beginning to 10 June 2026"),
        (date(2026, 4, 1), None, "from 1 April 2026 to 10 June 2026"),
    ],
)
def test_a_period_is_named(since: date | None, until: date | None, words: str) -> None:
    assert named(since, until, today=TODAY) == words


def test_a_period_is_one_word_where_programs_read_it() -> None:
    assert interval(date(2026, 4, 1), date(2026, 6, 30)) == "2026-04-01/2026-06-30"
    assert interval(None, date(2026, 6, 30)) == "../2026-06-30"


@pytest.mark.parametrize(
    ("since", "until", "whole"),
    [
        (date(2026, 4, 1), date(2026, 9, 30), True),
        (None, date(2026, 6, 30), True),
        (None, None, False),
        (date(2026, 4, 2), date(2026, 6, 30), False),
        (date(2026, 4, 1), date(2026, 6, 29), False),
    ],
)
def test_whole_quarters_begin_and_end_with_one(
    since: date | None, until: date | None, *, whole: bool
) -> None:
    assert is_whole_quarters(since, until) is whole


def test_periods_to_the_last_day_of_all_have_a_name() -> None:
    assert named(date(9999, 4, 1), date.max, today=TODAY) == "1 April 9999 to 31 December 9999"
