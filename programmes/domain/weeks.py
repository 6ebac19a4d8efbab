"""Weeks from Monday to Sunday, and those in which nothing happened (C12)."""

from collections.abc import Collection
from datetime import date, timedelta

_WEEK = timedelta(weeks=1)


def monday(day: date) -> date:
    """Answer the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def every_week(days: Collection[date]) -> tuple[date, ...]:
    """Answer the Mondays from the first of these days to the last, weeks without any included."""
    if not days:
        return ()
    first, last = monday(min(days)), monday(max(days))
    return tuple(first + _WEEK * place for place in range((last - first) // _WEEK + 1))
