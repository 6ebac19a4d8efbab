"""The days for which compliance is looked ahead."""

import calendar
from datetime import date

from training.domain.validity import add_months


def month_ends(day: date, months: int) -> tuple[date, ...]:
    """Answer the last day of this month and of those after it, so many that lie after ``day``."""
    firsts = (add_months(day.replace(day=1), ahead) for ahead in range(months + 1))
    ends = (_last_of_month(first) for first in firsts)
    return tuple(end for end in ends if end > day)[:months]


def _last_of_month(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
