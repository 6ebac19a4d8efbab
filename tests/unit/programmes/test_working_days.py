"""Working days: the clock of reviews (2.3) and when an unmarked register is chased."""

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.bank_holidays import is_bank_holiday
from programmes.domain.terms import Nation
from programmes.domain.working_days import is_working_day, working_day_after, working_days_since

ENGLAND = partial(is_bank_holiday, nation=Nation.ENGLAND_AND_WALES)
SCOTLAND = partial(is_bank_holiday, nation=Nation.SCOTLAND)


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (date(2026, 6, 9), 1, date(2026, 6, 10)),
        (date(2026, 6, 12), 1, date(2026, 6, 15)),
        (date(2026, 6, 13), 1, date(2026, 6, 15)),
        (date(2026, 6, 10), 10, date(2026, 6, 24)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 12, 24), 2, date(2026, 12, 30)),
        (date(2026, 6, 10), 0, date(2026, 6, 10)),
    ],
    ids=["the next day", "over a weekend", "from a Saturday", "two weeks", "over Easter",
         "Boxing Day moved to Monday", "none"],
)  # fmt: skip
def test_weekends_and_bank_holidays_are_skipped(day: date, count: int, after: date) -> None:
    assert working_day_after(day, count, is_holiday=ENGLAND) == after


def test_each_nation_has_its_own_bank_holidays() -> None:
    """Scotland works on Easter Monday."""
    thursday = date(2026, 4, 2)

    assert working_day_after(thursday, 1, is_holiday=SCOTLAND) == date(2026, 4, 6)
    assert working_day_after(thursday, 1, is_holiday=ENGLAND) == date(2026, 4, 7)


@given(st.dates(date(2025, 1, 1), date(2026, 12, 1)), st.integers(1, 30))
def test_as_many_working_days_lie_between_as_were_counted(day: date, count: int) -> None:
    after = working_day_after(day, count, is_holiday=ENGLAND)

    assert is_working_day(after, is_holiday=ENGLAND)
    assert working_days_since(day, after, is_holiday=ENGLAND) == count
    assert working_days_since(day, after - timedelta(days=1), is_holiday=ENGLAND) == count - 1
