"""How pages and pictures say a cell of a report, and by what its rows are parted."""

from datetime import date

from api.pages.case_words import EXIT_GROUPS
from api.pages.referral_words import source
from api.pages.rendering import short_day
from api.pages.training_words import in_words
from core.report_formats import as_text, money_text, rate_text
from core.reports import Column, Kind, Marker, Rate, Report, Section
from programmes.domain.terms import ReferralSource

_SAID = {
    **{group.value: said for group, said in EXIT_GROUPS.items()},
    **{one.value: source(one) for one in ReferralSource},
}
_WHO = {"referred by": "who referred", "reported by": "who reported"}
"""What a column's title is called after another ``by``."""


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
        return _SAID.get(str(value)) or in_words(str(value))
    return as_text(value)


def parted_by(report: Report, section: Section) -> str:
    """Answer by what the rows of a section are parted, such as ``programme and sex``."""
    titles = [
        column.title.lower()
        for place, column in enumerate(report.columns)
        if column.key in report.group_by and any(row[place] for row in section.rows)
    ]
    return " and ".join(_WHO.get(title, title) for title in titles)
