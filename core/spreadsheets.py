"""Reads a CSV or XLSX file, known by its content, into rows of texts; refuses all else in words."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.errors import InvalidInputError
from core.text import FORMULA_MARKS, no_formula

MOST_BYTES = 20_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 100
_MOST_UNPACKED_BYTES = 400_000_000
_LAST_ROW = 1_048_576
"""Where a worksheet ends."""

_DELIMITERS = (",", ";", "\t")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1

IN_ANOTHER_ENCODING = (
    "The file is not in UTF-8, so it was read as Windows-1252. Check names with accents."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file as texts; the first is the file's row 1, and an empty one stays.

    ``notes`` say what a person should know of how it was read. A formula is a text with ``=``.
    """

    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def header_place(self) -> int:
        """Answer the place of the first row that is not empty, which names the columns.

        Raises:
            InvalidInputError: there is none, or nothing under it.
        """
        filled = [place for place, row in enumerate(self.rows) if any(row)]
        if len(filled) < 2:  # noqa: PLR2004 - the names of the columns, and one row
            raise _refused("The file has no rows under the names of its columns")
        return filled[0]

    @property
    def header(self) -> tuple[str, ...]:
        """Answer the names of the columns."""
        return self.rows[self.header_place]

    @property
    def body(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Answer the rows under the header that are not empty, each with its number."""
        first = self.header_place + 1
        for place, row in enumerate(self.rows[first:], first + 1):
            if any(row):
                yield place, row


def read(content: bytes) -> Sheet:
    """Read a CSV file (UTF-8, UTF-16 or Windows-1252) or the first sheet of an XLSX file.

    Raises:
        InvalidInputError: it is neither, is protected, holds macros or is too large.
    """
    refuse_large(len(content))
    if content.startswith(b"PK\x03\x04"):
        return Sheet(_trimmed(_xlsx_rows(content)))
    if content.startswith(_OLD_EXCEL):
        protected = "EncryptedPackage".encode("utf-16-le") in content
        raise _refused(
            "The file is protected by a password. Save it without one"
            if protected
            else "This is an old Excel file. Save it as .xlsx or .csv"
        )
    text, notes = _decoded(content)
    return Sheet(_trimmed(_csv_rows(text)), notes)


def refuse_large(size: int) -> None:
    """Refuse a file of so many bytes, if need be before any of it is read.

    Raises:
        InvalidInputError: it is larger than what is taken.
    """
    if size > MOST_BYTES:
        raise _refused(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Send it in parts")


def written(rows: Iterable[Sequence[str]]) -> str:
    """Answer rows as CSV; every cell is quoted and none is a formula (D10)."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([no_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError.of("file", message)


def _trimmed(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Keep rows up to the last that is not empty, and refuse too many."""
    kept: list[tuple[str, ...]] = []
    filled = last = 0
    for number, row in enumerate(rows, 1):
        if any(row):
            filled, last = filled + 1, number
        if filled > MOST_ROWS + 1 or number > _LAST_ROW:
            raise _refused(f"The file has more than {MOST_ROWS:,} rows. Send it in parts")
        kept.append(row if any(row) else ())
    return tuple(kept[:last])


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16"), ()
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), (IN_ANOTHER_ENCODING,)
    except UnicodeDecodeError:
        raise _refused("This is neither a CSV nor an XLSX file") from None


def _csv_rows(text: str) -> Iterator[tuple[str, ...]]:
    if "\x00" in text:
        raise _refused("This is neither a CSV nor an XLSX file")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for row in reader:
            yield tuple(_typed(cell) for cell in row[:MOST_COLUMNS])
    except csv.Error:
        raise _refused(
            f"Line {reader.line_num} cannot be read. Look for a quotation mark that is not closed"
        ) from None


def _delimiter(text: str) -> str:
    """Answer what parts the columns: what parts the first line that is not empty into most."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _typed(cell: str) -> str:
    """Answer a cell without the mark that keeps it from being a formula, and without blanks."""
    text = cell.replace("\xa0", " ").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_MARKS else text


def _xlsx_rows(content: bytes) -> Iterator[tuple[str, ...]]:
    import openpyxl  # noqa: PLC0415 - 5 MB, and 12 of numpy where it is there

    _refuse_unsafe(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out, such as drop-down lists
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=False, keep_links=False
            )
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of them is often wrong
            for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
                yield _without_end([_as_text(value) for value in row])
    except Exception as error:  # a broken file makes it raise anything
        raise _refused("The XLSX file is damaged. Open it and save it again") from error


def _refuse_unsafe(content: bytes) -> None:
    """Refuse what is no plain XLSX, before any of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _refused("The XLSX file is damaged. Open it and save it again") from None
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise _refused("The file is protected by a password. Save it without one")
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise _refused("The file holds macros. Save it as .xlsx or .csv")
    if "xl/workbook.xml" not in names:
        raise _refused("This is neither a CSV nor an XLSX file")
    if sum(part.file_size for part in parts) > _MOST_UNPACKED_BYTES:
        raise _refused("The file is too large when it is unpacked. Send it in parts")


def _without_end(row: list[str]) -> tuple[str, ...]:
    while row and not row[-1]:
        row.pop()
    return tuple(row)


def _as_text(value: object) -> str:
    """Answer a cell as text: days as ISO, yes and no as words, formulas with their ``=``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return _day_as_text(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if hasattr(value, "ref"):  # what stands for a formula over several cells
        return "=formula"
    return str(value).replace("\xa0", " ").strip()


def _day_as_text(value: date) -> str:
    if isinstance(value, datetime) and (value.hour, value.minute) != (0, 0):
        return value.isoformat(" ", "minutes")
    return value.strftime("%Y-%m-%d")
