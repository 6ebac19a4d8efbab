"""How long training stays valid, in calendar months."""

import calendar
import functools
from datetime import date, timedelta

_MONTHS = 12
_ONE_DAY = timedelta(days=1)


@functools.lru_cache(maxsize=4096)  # thousands of staff share the same few days
def add_months(day: date, months: int) -> date:
    """Answer the same day of the month ``months`` later, else that month's last day.

    29 February 2024 and 36 months is 28 February 2027. Source: domain.md C8.
    """
    years, month0 = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + years, month0 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def expires_on(completed_on: date, validity_months: int | None) -> date | None:
    """Answer the last day on which training counts; ``None`` where it never expires."""
    return None if validity_months is None else add_months(completed_on, validity_months)


def earliest_valid(day: date, validity_months: int) -> date:
    """Answer the first day of completion that is still valid on ``day``."""
    earliest = add_months(day, -validity_months)
    return earliest if add_months(earliest, validity_months) >= day else earliest + _ONE_DAY


def last_in_window(completed_on: date, window_months: int) -> date:
    """Answer the last day whose window (day - months, day] holds the completion (C8)."""
    last = add_months(completed_on, window_months)
    return last if last.day != completed_on.day else last - _ONE_DAY
