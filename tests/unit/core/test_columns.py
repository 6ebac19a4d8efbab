"""Columns are found by their names; cells are read, never guessed."""

from datetime import date
from decimal import Decimal

import pytest

from core.columns import YES_OR_NO, Cells, Column, RowError, fits, match, rows_of
from core.errors import InvalidInputError
from core.spreadsheets import Sheet

COLUMNS = (
    Column("reference", "a reference", required=True, also=("ref", "client's reference")),
    Column("received_on", "a day", required=True, also=("date received",)),
    Column("note", "a note"),
)


def sheet(*rows: tuple[str, ...], header: tuple[str, ...] = ("reference", "received_on")) -> Sheet:
    return Sheet((header, *(rows or (("R-1", "2026-04-03"),))))


def cell(text: str, *others: str) -> Cells:
    """The cell in column ``received_on`` of the first row, with others in later rows."""
    found = sheet(("R-1", text), *(("R", other) for other in others))
    return next(rows_of(found, match(found, COLUMNS)))


@pytest.mark.parametrize(
    "heading", ["Received_On", "received on", "RECEIVED-ON", " Date  Received ", "received–on"]
)
def test_names_match_whatever_their_case_blanks_and_dashes(heading: str) -> None:
    found = match(sheet(header=("colour", heading)), COLUMNS[1:])

    assert found.headings == {"received_on": heading}


def test_an_apostrophe_does_not_matter() -> None:
    found = match(sheet(header=("Client’s Reference", "received_on")), COLUMNS)

    assert found.places == {"reference": 0, "received_on": 1}


def test_what_is_not_known_is_left_out_and_named() -> None:
    found = match(sheet(header=("Colour", "ref", "", "received_on")), COLUMNS)

    assert (found.places, found.ignored) == ({"reference": 1, "received_on": 3}, ("Colour",))


def test_a_missing_column_is_refused_and_named() -> None:
    with pytest.raises(InvalidInputError) as refused:
        match(sheet(header=("note", "colour")), COLUMNS)

    assert refused.value.detail == "The file has no column for reference and received_on"


def test_two_columns_that_mean_the_same_are_refused_unless_one_has_its_own_name() -> None:
    found = match(sheet(header=("ref", "reference", "received_on")), COLUMNS)
    assert (found.places["reference"], found.ignored) == (1, ("ref",))

    with pytest.raises(InvalidInputError) as refused:
        match(sheet(header=("Ref", "Client's reference", "received_on")), COLUMNS)
    assert refused.value.detail == (
        "Columns Ref and Client's reference both mean reference. Keep one"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-03", date(2026, 4, 3)),
        ("2026-04-03 00:00:00", date(2026, 4, 3)),
        ("2026-04-03T18:30", date(2026, 4, 3)),
        ("03/04/2026", date(2026, 4, 3)),
        ("3/4/2026", date(2026, 4, 3)),
        ("29/02/2028", date(2028, 2, 29)),
        ("3 April 2026", date(2026, 4, 3)),
        ("03-Apr-2026", date(2026, 4, 3)),
        ("3 apr 2026", date(2026, 4, 3)),
    ],
)
def test_a_day_is_read_where_it_can_only_mean_one(text: str, expected: date) -> None:
    cells = cell(text)

    assert (cells.day("received_on"), cells.errors) == (expected, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("03/04/26", "Write the day like 2026-04-03 or 03/04/2026, the year in full"),
        ("2026/4/3", "Write the day like 2026-04-03 or 03/04/2026, the year in full"),
        ("03.04.2026", "Write the day like 2026-04-03 or 03/04/2026, the year in full"),
        ("3-4-2026", "Write the day like 2026-04-03 or 03/04/2026, the year in full"),
        ("46115", "Write the day like 2026-04-03 or 03/04/2026, the year in full"),
        ("April 2026", "Write the day like 2026-04-03 or 03/04/2026, the year in full"),
        ("04/13/2026", "Is not a real day, like 2026-04-03 or 03/04/2026"),
        ("29/02/2026", "Is not a real day, like 2026-04-03 or 03/04/2026"),
        ("0000-01-01", "Is not a real day, like 2026-04-03 or 03/04/2026"),
        ("3 Brumaire 2026", "Is not a real day, like 2026-04-03 or 03/04/2026"),
        ("=TODAY()", "Holds a formula. Put its value there"),
        ("#VALUE!", "Holds the error of a formula. Put a value there"),
        ("", "Is empty"),
    ],
)
def test_a_day_is_never_guessed(text: str, message: str) -> None:
    cells = cell(text)

    assert cells.day("received_on", required=True) is None
    assert cells.errors == [RowError(2, "received_on", message)]


def test_days_that_could_be_american_are_refused_where_another_row_is() -> None:
    for text in ("04/05/2026", "4/5/2026"):
        cells = cell(text, "04/13/2026")
        assert cells.day("received_on") is None
        assert cells.errors[0].message == (
            "Elsewhere this column has the month first. Write it like 2026-04-03"
        )
    for text in ("05/05/2026", "13/04/2026", "2026-04-05"):
        assert cell(text, "04/13/2026").day("received_on") is not None
    assert cell("04/05/2026", "13/04/2026").day("received_on") == date(2026, 5, 4)


def test_texts_are_checked() -> None:
    assert cell("a").text("received_on", longest=1) == "a"
    long, control, lines = cell("ab"), cell("a\x07"), cell("a\nb")
    for cells in (long, control, lines):
        assert cells.text("received_on", longest=1 if cells is long else 9) == ""
    assert [cells.errors[0].message for cells in (long, control, lines)] == [
        "Is longer than 1 characters", "Holds control characters", "Holds control characters",
    ]  # fmt: skip
    assert cell("a\nb").text("received_on", longest=9, lines=True) == "a\nb"
    assert cell("a").text("note", longest=9) == ""


def test_choices_and_whole_numbers() -> None:
    assert cell(" YES ").choice("received_on", YES_OR_NO) is True
    assert cell("").choice("received_on", YES_OR_NO) is None
    unknown = cell("perhaps")
    assert unknown.choice("received_on", YES_OR_NO, hint="Write yes or no") is None
    assert unknown.errors[0].message == "“perhaps” is not known here. Write yes or no"
    assert cell("7").whole("received_on", lowest=0, highest=9) == 7
    assert cell("").whole("received_on", lowest=0, highest=9) is None
    for wrong in ("10", "-1", "7.5", "\u0667", "seven"):
        cells = cell(wrong)
        assert cells.whole("received_on", lowest=0, highest=9) is None
        assert cells.errors[0].message == "Must be a whole number from 0 to 9"


def test_decimals_are_above_nothing_and_have_two_places() -> None:
    assert cell("0.60").decimal("received_on", most=1) == Decimal("0.6")
    assert cell("1.000").decimal("received_on", most=1) == 1
    assert cell("").decimal("received_on", most=1) is None
    for wrong in ("0", "1.01", "-1", "0.125", "half", "1e0", "\u0661"):
        cells = cell(wrong)
        assert cells.decimal("received_on", most=1) is None
        assert cells.errors[0].message == "Must be a number above 0, at most 1, like 0.6 or 1"


def test_a_chosen_heading_goes_before_names_and_an_empty_one_leaves_a_column_out() -> None:
    found = match(
        sheet(header=("ref", "Key", "note", "received_on")), COLUMNS,
        {"reference": "KEY", "note": ""},
    )  # fmt: skip

    assert found.headings == {"reference": "Key", "received_on": "received_on"}
    assert found.ignored == ("ref", "note")


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"reference": "gone"}, "The file has no one column called gone"),
        ({"reference": "a"}, "The file has no one column called a"),
        ({"reference": "b", "note": "B"}, "One heading was chosen for two columns"),
        ({"colour": "b"}, "There is no column called colour to choose"),
        ({"reference": ""}, "The file has no column for reference"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(chosen: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        match(sheet(header=("a", "A", "b", "received_on")), COLUMNS, chosen)

    assert refused.value.detail == message


def test_a_choice_fits_a_file_that_has_each_heading_once() -> None:
    assert fits(("Key", "b"), {"reference": "key", "note": ""})
    assert not fits(("Key", "key"), {"reference": "key"})
    assert not fits(("b",), {"reference": "key"})


def test_a_row_that_is_too_short_has_empty_cells() -> None:
    found = sheet(("R-1",))
    cells = next(rows_of(found, match(found, COLUMNS)))

    assert (cells.day("received_on"), cells.key("received_on"), cells.key("note")) == (None, "", "")
    assert cells.key("reference") == "r 1"
