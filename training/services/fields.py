"""Checks of typed values that several services share; each fault names its field."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from core.errors import FieldError, InvalidInputError
from training.domain.requirements import WHOLE_TIME

LONGEST_VALIDITY_MONTHS = 240
_MOST_HOURS = 500
_CENTS = 2
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+").fullmatch


def refuse(faults: Iterable[FieldError | None]) -> None:
    """Refuse if any check found a fault.

    Raises:
        InvalidInputError: with every fault.
    """
    found = [fault for fault in faults if fault]
    if found:
        raise InvalidInputError("Some of the details need correcting", errors=found)


def text_fault(
    field: str, value: str, *, longest: int, optional: bool = False
) -> FieldError | None:
    """Answer what is wrong with a line of text, or ``None``."""
    if not value and not optional:
        return FieldError(field, "Enter at least one character")
    if len(value) > longest:
        return FieldError(field, f"Enter {longest} characters or fewer")
    if not value.isprintable():
        return FieldError(field, "Enter one line of text without control characters")
    return None


def email_fault(field: str, email: str) -> FieldError | None:
    """Answer what is wrong with an e-mail address, or ``None``; an absent one is not at fault."""
    if not email or (len(email) <= _LONGEST_EMAIL and email.isprintable() and _EMAIL(email)):
        return None
    return FieldError(field, "Enter an e-mail address, like name@example.org")


def fte_fault(field: str, fte: Decimal) -> FieldError | None:
    """Answer what is wrong with a share of whole time, or ``None``."""
    if fte.is_finite() and 0 < fte <= WHOLE_TIME and fte == round(fte, _CENTS):
        return None
    return FieldError(field, "Enter the share of whole time, above 0 and at most 1, like 0.6")


def range_fault(field: str, value: int | None, *, lowest: int, highest: int) -> FieldError | None:
    """Answer what is wrong with a whole number, or ``None``; an absent one is not at fault."""
    if value is None or lowest <= value <= highest:
        return None
    return FieldError(field, f"Enter a number from {lowest} to {highest}")


def hours_fault(field: str, hours: Decimal | None) -> FieldError | None:
    """Answer what is wrong with a number of hours, or ``None``; an absent one is not at fault."""
    if hours is None:
        return None
    fits = hours.is_finite() and 0 < hours <= _MOST_HOURS
    if fits and hours == round(hours, _CENTS):
        return None
    return FieldError(field, f"Enter hours above 0, at most {_MOST_HOURS}, like 3 or 3.5")


def day_fault(field: str, day: date | None, *, earliest: date, latest: date) -> FieldError | None:
    """Answer what is wrong with a day, or ``None``; an absent one is not at fault."""
    if day is None or earliest <= day <= latest:
        return None
    if day < earliest:
        return FieldError(field, f"Enter {_in_words(earliest)} or a later day")
    return FieldError(field, f"Enter {_in_words(latest)} or an earlier day")


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
