"""Reads a submitted form field by field and keeps every error, so that nothing typed is lost."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from litestar.datastructures import FormMultiDict

from api.statuses import status_of
from core.errors import (
    AppError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from core.text import is_plain

E = TypeVar("E", bound=StrEnum)
_MOST_DIGITS = 10
NEWEST_VERSION = 1_000_000_000
"""No version reaches it; a larger number would not fit the column."""


class Form:
    """A submitted form: what was typed, and what is wrong with it."""

    def __init__(self, values: FormMultiDict) -> None:
        self.typed: dict[str, str] = {
            key: value.strip() for key, value in values.multi_items() if isinstance(value, str)
        }
        self._all = values
        self.errors: list[FieldError] = [
            FieldError(field, "Enter text without control characters")
            for field, value in self.typed.items()
            if not is_plain(value, lines=True)
        ]

    def check(self) -> None:
        """Refuse the form if any field was wrong.

        Raises:
            InvalidInputError: with every field's message.
        """
        if self.errors:
            raise InvalidInputError("Some of the details need correcting", errors=self.errors)

    def fail(self, field: str, message: str) -> None:
        """Note what is wrong with a field."""
        self.errors.append(FieldError(field, message))

    def text(self, field: str, label: str, *, longest: int = 120, optional: bool = False) -> str:
        """Answer the text of a field."""
        value = self.typed.get(field, "")
        if not value and not optional:
            self.fail(field, f"Enter {label}")
        elif len(value) > longest:
            self.fail(field, f"{label.capitalize()} must be {longest} characters or fewer")
        return value

    def entries(self) -> list[tuple[str, str]]:
        """Answer every field with each of its values, as they came."""
        return [(key, value) for key, value in self._all.multi_items() if isinstance(value, str)]

    def many(self, field: str) -> list[str]:
        """Answer every value of a field that may come several times, such as checkboxes."""
        return [str(value) for value in self._all.getall(field, [])]

    def whole(self, field: str, label: str, *, lowest: int, highest: int) -> int:
        """Answer a whole number; ``lowest`` where it is wrong, and noted."""
        value = self.optional_whole(field, label, lowest=lowest, highest=highest)
        if value is None and not self.typed.get(field):
            self.fail(field, f"Enter {label}")
        return lowest if value is None else value

    def version(self, *, lowest: int = 1) -> int:
        """Answer the version that the form was opened with; 0 stands for nothing saved yet."""
        return self.whole("version", "the version", lowest=lowest, highest=NEWEST_VERSION)

    def optional_whole(self, field: str, label: str, *, lowest: int, highest: int) -> int | None:
        """Answer a whole number, or ``None`` where the field is empty or wrong."""
        value = self.typed.get(field, "")
        if not value:
            return None
        fits = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
        if not (fits and lowest <= int(value) <= highest):
            self.fail(
                field, f"{label.capitalize()} must be a whole number from {lowest} to {highest}"
            )
            return None
        return int(value)

    def day(self, field: str, label: str) -> date:
        """Answer a date typed as day, month and year; any date where it is wrong, and noted."""
        found = self.optional_day(field, label)
        if found is None and not any(self._day_parts(field)):
            self.fail(field, f"Enter {label}")
        return found or date.min

    def optional_day(self, field: str, label: str) -> date | None:
        """Answer a date typed as day, month and year, or ``None`` where all are empty."""
        parts = self._day_parts(field)
        if not any(parts):
            return None
        try:
            day, month, year = (int(part) for part in parts)
            return date(year, month, day)
        except (ValueError, OverflowError):
            self.fail(field, f"{label.capitalize()} must be a real date, like 27 3 2026")
            return None

    def _day_parts(self, field: str) -> tuple[str, str, str]:
        return (
            self.typed.get(f"{field}-day", ""),
            self.typed.get(f"{field}-month", ""),
            self.typed.get(f"{field}-year", ""),
        )

    def choice(self, field: str, label: str, options: type[E]) -> E:
        """Answer one of the options; the first where it is wrong, and noted."""
        try:
            return options(self.typed.get(field, ""))
        except ValueError:
            self.fail(field, f"Select {label}")
            return next(iter(options))

    def id(self, field: str, label: str) -> UUID:
        """Answer an id that a select or a hidden field holds."""
        try:
            return UUID(self.typed.get(field, ""))
        except ValueError:
            self.fail(field, f"Select {label}")
            return UUID(int=0)


def options(
    values: Iterable[tuple[str, str]], chosen: str, *, blank: str = ""
) -> list[dict[str, Any]]:
    """Answer the items of a GOV.UK select or radios, the chosen one marked."""
    items = [{"value": "", "text": blank}] if blank else []
    return [
        *items,
        *(
            {"value": value, "text": text, "selected": value == chosen, "checked": value == chosen}
            for value, text in values
        ),
    ]


def day_items(typed: dict[str, str], field: str, *, wrong: bool) -> list[dict[str, Any]]:
    """Answer the three items of a GOV.UK date input with what was typed."""
    shape = "govuk-input--error" if wrong else ""
    return [
        {
            "name": part,
            "classes": f"govuk-input--width-{4 if part == 'year' else 2} {shape}",
            "value": typed.get(f"{field}-{part}", ""),
        }
        for part in ("day", "month", "year")
    ]


def refusal(error: AppError, *, field: str = "") -> tuple[int, tuple[FieldError, ...]]:
    """Answer the status and the error summary with which a refused form is shown again.

    ``field`` is where the summary leads for a refusal that names none. What is not there, or not
    allowed, has a page of its own and is raised again.
    """
    if isinstance(error, (NotFoundError, ForbiddenError)):
        raise error
    return status_of(error), error.errors or (FieldError(field, error.detail),)
