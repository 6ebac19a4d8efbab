"""How pages and pictures say one cell of a report."""

from datetime import date

from api.pages.case_words import EXIT_GROUPS
from api.pages.rendering import short_day
from api.pages.training_words import in_words
from core.report_formats import as_text, money_text, rate_text
from core.reports import Column, Kind, Marker, Rate

_GROUPS = {group.value: said for group, said in EXIT_GROUPS.items()}


def cell_text(column: Column, value: object) -> str:
    """Answer a cell as people read it: codes in words, money in pounds, a rate with its counts."""
    if isinstance(value, Marker):
        return value.value
    if isinstance(value, Rate):
        return rate_text(value)
    if column.kind is Kind.DAY and isinstance(value, date):
        return short_day(value)
    if column.kind is Kind.MONEY and isinstance(value, int):
        return money_text(value)
    if column.kind is Kind.CODE and value:
        return _GROUPS.get(str(value)) or in_words(str(value))
    return as_text(value)
