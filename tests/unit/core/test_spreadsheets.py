"""Reading CSV and XLSX by their content; all else is refused in words."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from core import spreadsheets
from core.errors import InvalidInputError
from core.spreadsheets import IN_ANOTHER_ENCODING, Sheet, read, written

MIDNIGHT = datetime.fromisoformat("2026-04-03")
EVENING = MIDNIGHT + timedelta(hours=18, minutes=30)


def xlsx(*rows: Sequence[Any], change: Callable[[Any], None] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, inside: bytes = b"x") -> bytes:
    found = io.BytesIO(content)
    with zipfile.ZipFile(found, "a") as archive:
        archive.writestr(name, inside)
    return found.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(InvalidInputError) as refused:
        read(content)
    assert [error.field for error in refused.value.errors] == ["file"]
    return refused.value.detail


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_whatever_parts_it_and_in_every_unicode(mark: str, encoding: str) -> None:
    text = f'a{mark}b\r\n"x{mark}y"{mark} Zoë \r\n'

    assert read(text.encode(encoding)) == Sheet((("a", "b"), (f"x{mark}y", "Zoë")))


def test_another_encoding_is_said_aloud() -> None:
    assert read("a,b\nZoë,1\n".encode("cp1252")) == Sheet(
        (("a", "b"), ("Zoë", "1")), (IN_ANOTHER_ENCODING,)
    )


def test_rows_keep_their_numbers_and_empty_ones_are_left_out() -> None:
    sheet = read(b"\n,,\nname,note\n\nA,\n,\nB,x\n\n\n")

    assert sheet.header == ("name", "note")
    assert list(sheet.body) == [(5, ("A", "")), (7, ("B", "x"))]


def test_cells_of_a_workbook_become_texts() -> None:
    rows = [
        ["text", "whole", "part", "day", "instant", "yes", "none", "length", "formula"],
        [" a\xa0b ", 12.0, 0.5, date(2026, 4, 3), EVENING, True, None,
         timedelta(hours=2), "=1+1"],
        [7, -3, 1e21, MIDNIGHT, "03/04/2026", False, None, "#REF!",
         ArrayFormula("I3:I4", "=SUM(B1:B2)")],
    ]  # fmt: skip

    found = read(xlsx(*rows)).rows

    assert found[1] == (
        "a b", "12", "0.5", "2026-04-03", "2026-04-03 18:30", "yes", "", "2:00:00", "=1+1",
    )  # fmt: skip
    assert found[2] == (
        "7", "-3", "1000000000000000000000", "2026-04-03", "03/04/2026", "no", "", "#REF!",
        "=formula",
    )  # fmt: skip


def test_only_the_first_sheet_is_read_whatever_its_file_says_of_its_size() -> None:
    def change(book: Any) -> None:
        book.create_sheet("Second").append(["elsewhere"])

    content = xlsx(["a", "b"], ["1", "2"], change=change)
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(found, "w") as new:
        for part in old.infolist():
            inside = old.read(part).replace(b'ref="A1:B2"', b'ref="A1:A1"')
            new.writestr(part.filename, inside)

    assert read(found.getvalue()).rows == (("a", "b"), ("1", "2"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
         "This is an old Excel file. Save it as .xlsx or .csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         "The file is protected by a password. Save it without one"),
        (b"%PDF-1.7\n\x00\x81", "This is neither a CSV nor an XLSX file"),
        (b"a,b\n\x81\x8d,1\n", "This is neither a CSV nor an XLSX file"),
        (b"a,b\n1,\x00\n", "This is neither a CSV nor an XLSX file"),
        (b'a,b\n1,"never closed\n2,3\n',
         "Line 3 cannot be read. Look for a quotation mark that is not closed"),
        (b"PK\x03\x04 nothing", "The XLSX file is damaged. Open it and save it again"),
        (with_part(b"PK\x03\x04", "word/document.xml"), "This is neither a CSV nor an XLSX file"),
        (with_part(xlsx(["a"]), "xl/vbaProject.bin"),
         "The file holds macros. Save it as .xlsx or .csv"),
        (with_part(xlsx(["a"]), "xl/macrosheets/sheet1.xml"),
         "The file holds macros. Save it as .xlsx or .csv"),
        (with_part(b"PK\x03\x04", "xl/workbook.xml", b"<not xml"),
         "The XLSX file is damaged. Open it and save it again"),
    ],
)  # fmt: skip
def test_what_is_no_plain_spreadsheet_is_refused_with_what_to_do(
    content: bytes, message: str
) -> None:
    assert refusal(content) == message


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(xlsx(["a"]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 1)

    assert refusal(bytes(content)) == "The file is protected by a password. Save it without one"


def test_what_would_fill_the_memory_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = with_part(xlsx(["a"]), "xl/media/image.png", b"0" * 3_000_000)
    monkeypatch.setattr(spreadsheets, "_MOST_UNPACKED_BYTES", 2_000_000)

    def unpacked(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(openpyxl, "load_workbook", unpacked)

    assert refusal(bomb) == "The file is too large when it is unpacked. Send it in parts"


def test_a_file_that_is_too_large_or_has_too_many_rows_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert refusal(b"x" * 20_000_001) == "The file is larger than 20 MB. Send it in parts"
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 2)
    assert len(read(b"a\n1\n2\n\n").rows) == 3
    assert refusal(b"a\n1\n2\n3\n") == "The file has more than 2 rows. Send it in parts"
    monkeypatch.setattr(spreadsheets, "_LAST_ROW", 4)
    assert refusal(b"a\n\n\n\n1\n") == "The file has more than 2 rows. Send it in parts"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"only,names\n"])
def test_a_file_without_rows_has_no_header(content: bytes) -> None:
    with pytest.raises(InvalidInputError, match="no rows under the names"):
        _ = read(content).header


def test_what_is_written_is_no_formula_and_reads_as_it_was() -> None:
    """D10."""
    rows = [("name", "note"), ("Zoë", "=1+1"), ("-5", "+44 7700 900123"), ("@x", 'a,"b"\nc')]

    text = written(rows)

    assert '"\'=1+1"' in text
    assert read(text.encode()).rows == tuple(rows)
