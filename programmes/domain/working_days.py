"""Working days: neither weekends nor the bank holidays of a nation."""

from collections.abc import Callable
from datetime import date, timedelta

_SATURDAY = 5


def is_working_day(day: date, *, is_holiday: Callable[[date], bool]) -> bool:
    """Tell whether people work on that day."""
    return day.weekday() < _SATURDAY and not is_holiday(day)


def working_day_after(day: date, count: int, *, is_holiday: Callable[[date], bool]) -> date:
    """Answer the ``count``-th working day after ``day``; the day itself never counts."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, is_holiday=is_holiday):
            count -= 1
    return day


def working_days_since(day: date, today: date, *, is_holiday: Callable[[date], bool]) -> int:
    """Answer how many working days lie after ``day``, up to and with ``today``."""
    later = (day + timedelta(days=passed) for passed in range(1, (today - day).days + 1))
    return sum(is_working_day(one, is_holiday=is_holiday) for one in later)
