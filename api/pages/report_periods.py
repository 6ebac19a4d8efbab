"""The periods that a report can be asked of by name: quarters and years from 1 April."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from api.pages.forms import Form
from core.periods import Quarter, named, quarter_of


class Period(StrEnum):
    """A period by the name that people choose it by."""

    THIS_QUARTER = "this-quarter"
    LAST_QUARTER = "last-quarter"
    THIS_YEAR = "this-year"
    LAST_YEAR = "last-year"
    ALL = "all"
    DAYS = "days"


_TITLES: Mapping[Period, str] = {
    Period.THIS_QUARTER: "This quarter so far",
    Period.LAST_QUARTER: "Last quarter",
    Period.THIS_YEAR: "This year so far",
    Period.LAST_YEAR: "Last year",
    Period.ALL: "Everything from the beginning",
    Period.DAYS: "Other days",
}
_ENDS: Mapping[Period, str] = {
    Period.ALL: "Today",
    Period.LAST_QUARTER: "The last day of last quarter",
    Period.LAST_YEAR: "The last day of last year",
    Period.DAYS: "Another day",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A period that can be chosen, in words and with the days that it is."""

    period: Period
    title: str
    days: str


def days_of(period: Period, *, today: date) -> tuple[date | None, date | None]:
    """Answer a named period's first and last day; ``None`` bounds nothing."""
    quarter = quarter_of(today)
    if period is Period.THIS_QUARTER:
        return quarter.first_on, quarter.last_on
    if period is Period.LAST_QUARTER:
        before = quarter_of(quarter.first_on - timedelta(days=1))
        return before.first_on, before.last_on
    if period in {Period.THIS_YEAR, Period.LAST_YEAR}:
        year = quarter.year - (period is Period.LAST_YEAR)
        return Quarter(year, 1).first_on, Quarter(year, 4).last_on
    return None, None


def choices(*, on_one_day: bool, today: date) -> list[Choice]:
    """Answer the periods to choose from; of a report on one day, the days on which they end."""
    if on_one_day:
        return [
            Choice(period, title, _day(days_of(period, today=today)[1]))
            for period, title in _ENDS.items()
        ]
    return [
        Choice(period, title, _named(*days_of(period, today=today), today=today))
        for period, title in _TITLES.items()
    ]


def chosen(form: Form) -> Period:
    """Answer the period that a form asks for; whoever typed days alone means those."""
    if form.typed.get("period"):
        return form.choice("period", "a period", Period)
    typed = any(form.typed.get(f"{end}-{part}") for end in ("from", "to") for part in _PARTS)
    return Period.DAYS if typed else Period.ALL


_PARTS = ("day", "month", "year")


def _named(since: date | None, until: date | None, *, today: date) -> str:
    return named(since, until, today=today) if since else ""


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
