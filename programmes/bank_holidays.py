"""Bank holidays of each nation, from the data that the ``govuk-bank-holidays`` package bundles.

Nothing is fetched; a test fails 90 days before the data ends.
"""

import functools
from datetime import date

from govuk_bank_holidays.bank_holidays import BankHolidays

from programmes.domain.terms import Nation


@functools.cache
def _titles(nation: Nation) -> dict[date, str]:
    found = BankHolidays(use_cached_holidays=True).get_holidays(division=nation.value)
    return {holiday["date"]: holiday["title"] for holiday in found}


def title_of(day: date, nation: Nation) -> str | None:
    """Answer the name of the bank holiday on that day, or ``None``."""
    return _titles(nation).get(day)


def is_bank_holiday(day: date, nation: Nation) -> bool:
    """Tell whether that day is a bank holiday in the nation."""
    return day in _titles(nation)


def last_known(nation: Nation) -> date:
    """Answer the last day that the data knows of."""
    return max(_titles(nation))
