"""Bank holidays of each nation, from the data that the ``govuk-bank-holidays`` package bundles.

Nothing is fetched; a test fails 90 days before the data ends.
"""

import functools
import json
from datetime import date
from importlib.resources import files

from programmes.domain.terms import Nation


@functools.cache
def _titles(nation: Nation) -> dict[date, str]:
    # The package's own class imports what could fetch the days anew, which takes 6 MB.
    held = json.loads(files("govuk_bank_holidays").joinpath("bank-holidays.json").read_bytes())
    events = held[nation.value]["events"]
    return {date.fromisoformat(event["date"]): event["title"] for event in events}


def title_of(day: date, nation: Nation) -> str | None:
    """Answer the name of the bank holiday on that day, or ``None``."""
    return _titles(nation).get(day)


def is_bank_holiday(day: date, nation: Nation) -> bool:
    """Tell whether that day is a bank holiday in the nation."""
    return day in _titles(nation)


def last_known(nation: Nation) -> date:
    """Answer the last day that the data knows of."""
    return max(_titles(nation))
