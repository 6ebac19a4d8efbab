"""Fields that only the forms of the training room have."""

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from api.pages.forms import Form

E = TypeVar("E", bound=StrEnum)
_LONGEST = 8


def optional_hours(form: Form, field: str) -> Decimal | None:
    """Answer a number of hours such as ``3.5``, or ``None`` where it is empty or wrong."""
    typed = form.typed.get(field, "")
    if not typed:
        return None
    try:
        if len(typed) <= _LONGEST and typed.isascii():
            return Decimal(typed)
    except InvalidOperation:
        pass
    form.fail(field, "Hours must be a number, like 3 or 3.5")
    return None


def hours(form: Form, field: str) -> Decimal:
    """Answer a number of hours; 0 where it is empty or wrong, and noted."""
    found = optional_hours(form, field)
    if found is None and not form.typed.get(field):
        form.fail(field, "Enter the hours, like 3 or 3.5")
    return found or Decimal(0)


def several(form: Form, field: str, label: str, options: type[E]) -> frozenset[E]:
    """Answer the ticked options; none where one is unknown, and noted."""
    try:
        return frozenset(options(code) for code in form.many(field))
    except ValueError:
        form.fail(field, f"Choose {label} from the list")
        return frozenset()


def chosen(form: Form, field: str, label: str, codes: type[E]) -> E:
    """Answer what was chosen, the first where nothing was."""
    return form.choice(field, label, codes) if form.typed.get(field) else next(iter(codes))
