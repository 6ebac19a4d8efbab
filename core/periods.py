"""Periods as councils name them: years and quarters from 1 April (C2)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_APRIL = 4
_QUARTER_MONTHS = 3
_MONTHS = 12


class Every(StrEnum):
    """How often something is told of the time that went by since."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a financial year: ``Quarter(2026, 1)`` is April to June 2026."""

    year: int
    number: int

    @property
    def first_on(self) -> date:
        """Answer its first day."""
        month = _APRIL + (self.number - 1) * _QUARTER_MONTHS
        return date(self.year + (month > _MONTHS), (month - 1) % _MONTHS + 1, 1)

    @property
    def last_on(self) -> date:
        """Answer its last day; the last one of all has no quarter after it."""
        first = self.first_on
        month = first.month + _QUARTER_MONTHS - 1
        return first.replace(month=month, day=monthrange(first.year, month)[1])

    @property
    def next(self) -> "Quarter":
        """Answer the quarter after it."""
        last = self.number == _MONTHS // _QUARTER_MONTHS
        return Quarter(self.year + 1, 1) if last else Quarter(self.year, self.number + 1)

    @property
    def name(self) -> str:
        """Answer its name, such as ``Q1 2026/27``."""
        return f"Q{self.number} {year_name(self.year)}"


def quarter_of(day: date) -> Quarter:
    """Answer the quarter that a day lies in."""
    months = day.year * _MONTHS + day.month - _APRIL
    return Quarter(months // _MONTHS, months % _MONTHS // _QUARTER_MONTHS + 1)


def quarter_at(index: int) -> Quarter:
    """Answer the quarter of an index as ``core.database.quarter_index`` counts them."""
    return Quarter(index // 4, index % 4 + 1)


def year_name(year: int) -> str:
    """Answer the name of the financial year that begins in ``year``, such as ``2026/27``."""
    return f"{year}/{(year + 1) % 100:02}"


def last_whole(every: Every, today: date) -> tuple[date, date]:
    """Answer the first and the last day of the month or quarter before that of ``today``."""
    if every is Every.QUARTER:
        until = quarter_of(today).first_on - timedelta(days=1)
        return quarter_of(until).first_on, until
    until = today.replace(day=1) - timedelta(days=1)
    return until.replace(day=1), until


def next_first(every: Every, today: date) -> date:
    """Answer the day after ``today`` on which the next month or quarter begins."""
    if every is Every.QUARTER:
        return quarter_of(today).next.first_on
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1)


def named(since: date | None, until: date | None, *, today: date) -> str:
    """Answer a period in words, with the quarter's or the year's name where it is one."""
    if since is None:
        return f"from the beginning to {_day(until or today)}"
    if until is None:
        return f"from {_day(since)} to {_day(today)}"
    days = f"{_day(since)} to {_day(until)}"
    first = quarter_of(since)
    if (since, until) == (first.first_on, first.last_on):
        return f"{first.name}, {days}"
    if since == first.first_on and first.number == 1 and _ends_year(until, first):
        return f"the year {year_name(first.year)}, {days}"
    return days


def interval(since: date | None, until: date | None) -> str:
    """Answer a period as an ISO 8601 interval; an end that is left open is ``..``."""
    return "/".join(day.isoformat() if day else ".." for day in (since, until))


def is_whole_quarters(since: date | None, until: date | None) -> bool:
    """Tell whether a period begins with a quarter, or at the beginning, and ends with one."""
    begins = since is None or since == quarter_of(since).first_on
    return begins and until is not None and until == quarter_of(until).last_on


def _ends_year(day: date, first: Quarter) -> bool:
    return quarter_of(day) == Quarter(first.year, 4) and day == quarter_of(day).last_on


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
