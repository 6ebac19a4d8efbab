"""Finds an import's columns by their names, and reads a row's cells, noting every fault."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from core.errors import InvalidInputError
from core.spreadsheets import Sheet
from core.text import is_plain

T = TypeVar("T")

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTH_NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})")
_MONTHS_IN_YEAR = 12
_DO_NOT_MATTER = str.maketrans({**dict.fromkeys("_-–/", " "), **dict.fromkeys("'’")})
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,6}(?:\.\d{1,2}0*)?", re.ASCII)
_CENT = Decimal("0.01")
_FAULTS_OF_A_FORMULA = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"}
)
YES_OR_NO: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that an import reads, what it holds, and what else it may be called."""

    name: str
    holds: str
    required: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """Where each column stands: its place by name; and the file's columns that are left out."""

    places: Mapping[str, int]
    headings: Mapping[str, str]
    ignored: tuple[str, ...]
    month_first: frozenset[str] = frozenset()
    """Columns in which some date only makes sense with its month first."""


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one cell; ``row`` is its number in the file."""

    row: int
    field: str
    message: str


def folded(text: str) -> str:
    """Answer a text as names are compared: case, blanks, dashes and apostrophes do not matter."""
    return " ".join(text.casefold().translate(_DO_NOT_MATTER).split())


def match(
    sheet: Sheet, columns: Sequence[Column], chosen: Mapping[str, str] = MappingProxyType({})
) -> Matching:
    """Find each column in the file by the heading that was chosen for it, or by its names.

    A column for which an empty heading was chosen is not looked for.

    Raises:
        InvalidInputError: a required column is missing, or two of the file's could be the same.
    """
    known = {folded(name): column for column in columns for name in (column.name, *column.also)}
    header = sheet.header
    places = _chosen_places(header, columns, chosen)
    found: dict[str, list[int]] = {}
    for place, heading in enumerate(header):
        column = known.get(folded(heading))
        if column and column.name not in chosen and place not in places.values():
            found.setdefault(column.name, []).append(place)
    places |= {name: _the_one(name, at, header) for name, at in found.items()}
    missing = [column.name for column in columns if column.required and column.name not in places]
    if missing:
        raise InvalidInputError.of("file", f"The file has no column for {_listed(missing)}")
    ordered = {column.name: places[column.name] for column in columns if column.name in places}
    taken = set(places.values())
    return Matching(
        ordered,
        {name: header[place] for name, place in ordered.items()},
        tuple(text for place, text in enumerate(header) if text and place not in taken),
        frozenset(name for name, place in ordered.items() if _has_month_first(sheet, place)),
    )


def fits(header: Sequence[str], chosen: Mapping[str, str]) -> bool:
    """Tell whether a file has every heading that was chosen, each once."""
    headings = [folded(heading) for heading in header]
    return all(headings.count(folded(heading)) == 1 for heading in chosen.values() if heading)


def _chosen_places(
    header: Sequence[str], columns: Sequence[Column], chosen: Mapping[str, str]
) -> dict[str, int]:
    headings = [folded(heading) for heading in header]
    names = {column.name for column in columns}
    for name, heading in chosen.items():
        if name not in names:
            raise InvalidInputError.of("file", f"There is no column called {name} to choose")
        if heading and headings.count(folded(heading)) != 1:
            raise InvalidInputError.of("file", f"The file has no one column called {heading}")
    places = {name: headings.index(folded(heading)) for name, heading in chosen.items() if heading}
    if len(set(places.values())) < len(places):
        raise InvalidInputError.of("file", "One heading was chosen for two columns")
    return places


def _the_one(name: str, places: Sequence[int], header: Sequence[str]) -> int:
    exact = [place for place in places if folded(header[place]) == folded(name)]
    chosen = exact or places
    if len(chosen) > 1:
        headings = _listed([header[place] for place in chosen])
        raise InvalidInputError.of("file", f"Columns {headings} both mean {name}. Keep one")
    return chosen[0]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _has_month_first(sheet: Sheet, place: int) -> bool:
    for _, row in sheet.body:
        found = _SLASHES.fullmatch(row[place]) if place < len(row) else None
        if found and int(found[1]) <= _MONTHS_IN_YEAR < int(found[2]):
            return True
    return False


@dataclass(slots=True)
class Cells:
    """One row's cells by column; whatever cannot be read is noted, and read as absent."""

    number: int
    texts: tuple[str, ...]
    matching: Matching
    errors: list[RowError] = field(default_factory=list)

    def key(self, column: str) -> str:
        """Answer a cell as names are compared, whether or not it is right."""
        place = self.matching.places.get(column)
        return folded(self.texts[place]) if place is not None and place < len(self.texts) else ""

    def fail(self, column: str, message: str) -> None:
        """Note what is wrong with a cell."""
        self.errors.append(RowError(self.number, column, message))

    def text(
        self, column: str, *, longest: int, required: bool = False, lines: bool = False
    ) -> str:
        """Answer a cell's text; empty where it is absent or wrong."""
        text = self._raw(column)
        if not text:
            if required and not self._is_noted(column):
                self.fail(column, "Is empty")
            return ""
        if len(text) > longest:
            self.fail(column, f"Is longer than {longest} characters")
        elif not is_plain(text, lines=lines):
            self.fail(column, "Holds control characters")
        else:
            return text
        return ""

    def day(self, column: str, *, required: bool = False) -> date | None:
        """Answer a day written like 2026-04-03, 03/04/2026 (3 April) or 3 April 2026."""
        text = self.text(column, longest=40, required=required)
        if not text:
            return None
        if found := _ISO.fullmatch(text):
            parts: tuple[str, ...] = found.groups()[::-1]
        elif found := _SLASHES.fullmatch(text):
            parts = found.groups()
            if self._could_be_month_first(column, parts):
                self.fail(
                    column, "Elsewhere this column has the month first. Write it like 2026-04-03"
                )
                return None
        elif found := _MONTH_NAMED.fullmatch(text):
            parts = (found[1], _month_number(found[2]), found[3])
        else:
            self.fail(column, "Write the day like 2026-04-03 or 03/04/2026, the year in full")
            return None
        return self._real_day(column, parts)

    def choice(
        self, column: str, words: Mapping[str, T], *, required: bool = False, hint: str = ""
    ) -> T | None:
        """Answer what a cell's code or words stand for."""
        text = self.text(column, longest=80, required=required)
        if not text:
            return None
        if folded(text) in words:
            return words[folded(text)]
        self.fail(column, f"“{text}” is not known here" + (f". {hint}" if hint else ""))
        return None

    def whole(self, column: str, *, lowest: int, highest: int) -> int | None:
        """Answer a whole number."""
        text = self.text(column, longest=40)
        if not text:
            return None
        if _WHOLE.fullmatch(text) and lowest <= int(text) <= highest:
            return int(text)
        self.fail(column, f"Must be a whole number from {lowest} to {highest}")
        return None

    def decimal(self, column: str, *, most: int) -> Decimal | None:
        """Answer a number above 0 with at most two decimals."""
        text = self.text(column, longest=40)
        if not text:
            return None
        if _DECIMAL.fullmatch(text) and 0 < Decimal(text) <= most:
            return Decimal(text).quantize(_CENT)
        self.fail(column, f"Must be a number above 0, at most {most}, like 0.6 or 1")
        return None

    def _raw(self, column: str) -> str:
        place = self.matching.places.get(column)
        text = self.texts[place] if place is not None and place < len(self.texts) else ""
        if text.startswith("="):
            self.fail(column, "Holds a formula. Put its value there")
            return ""
        if text in _FAULTS_OF_A_FORMULA:
            self.fail(column, "Holds the error of a formula. Put a value there")
            return ""
        return text

    def _is_noted(self, column: str) -> bool:
        return any(error.field == column for error in self.errors)

    def _could_be_month_first(self, column: str, parts: Sequence[str]) -> bool:
        first, second = int(parts[0]), int(parts[1])
        return (
            column in self.matching.month_first and first != second and second <= _MONTHS_IN_YEAR
        ) and first <= _MONTHS_IN_YEAR

    def _real_day(self, column: str, parts: Sequence[str]) -> date | None:
        try:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError:
            self.fail(column, "Is not a real day, like 2026-04-03 or 03/04/2026")
            return None


def _month_number(name: str) -> str:
    for number in range(1, _MONTHS_IN_YEAR + 1):
        month = datetime(2000, number, 1)  # noqa: DTZ001 - only its name
        if name.casefold() in {f"{month:%B}".casefold(), f"{month:%b}".casefold()}:
            return str(number)
    return "0"


def rows_of(sheet: Sheet, matching: Matching) -> Iterator[Cells]:
    """Answer the rows of a file, ready to be read."""
    for number, texts in sheet.body:
        yield Cells(number, texts, matching)
