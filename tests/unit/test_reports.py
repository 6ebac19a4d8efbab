"""What every report is, and how it leaves the service."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from core.reports import Column, Kind, Rate, Report, to_csv, to_json

COLUMNS = (
    Column("name", "Name", Kind.TEXT),
    Column("people", "People", Kind.COUNT),
    Column("held", "Held", Kind.RATE),
    Column("last_on", "Last", Kind.DAY),
)


def report(*rows: tuple[object, ...], totals: tuple[object, ...] | None = None) -> Report:
    return Report(
        slug="example",
        title="Example",
        definitions=("Held: has it on the day.",),
        basis="census",
        period="on 10 June 2026",
        as_of=date(2026, 6, 10),
        run_at=datetime(2026, 6, 10, 12, 0, tzinfo=UTC),
        threshold=None,
        columns=COLUMNS,
        rows=rows,
        totals=totals,
        data_quality=("None without a sector",),
    )


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_rate_is_shown_with_one_decimal_rounded_half_up() -> None:
    assert Rate(33, 40).percent == "82.5"
    assert Rate(1249, 2000).percent == "62.5"


def test_a_rate_with_nothing_to_divide_by_is_marked_and_never_zero() -> None:
    assert Rate(0, 0).percent == "[z]"
    assert Rate(0, 0).ratio is None


def test_csv_has_three_columns_for_a_rate() -> None:
    rows = read(to_csv(report(("North", 45, Rate(33, 40), date(2026, 6, 1)))))

    assert rows == [
        ["Name", "People", "Held numerator", "Held denominator", "Held percent", "Last"],
        ["North", "45", "33", "40", "82.5", "2026-06-01"],
    ]


def test_csv_quotes_every_cell() -> None:
    text = to_csv(report(("North", 45, Rate(0, 0), None)))

    assert text.splitlines()[1] == '"North","45","0","0","[z]",""'


def test_csv_ends_with_the_totals() -> None:
    text = to_csv(report(totals=("Total", 0, Rate(0, 0), None)))

    assert read(text)[-1][0] == "Total"


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+44", "-2", "@SUM(A1)", "  =1", "\t=1", "\r=1", "\n+1", "\u200b=1", "＝1"],  # noqa: RUF001
)
def test_a_csv_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    rows = read(to_csv(report((cell, 1, Rate(1, 1), None))))

    assert rows[1][0].startswith("'")


@pytest.mark.parametrize("cell", ["North", "a=b", "", "'quoted'", "3 - 4"])
def test_a_harmless_csv_cell_stays_as_it_is(cell: str) -> None:
    assert read(to_csv(report((cell, -1, Rate(1, 1), None))))[1][:2] == [cell, "-1"]


def test_json_has_the_names_of_the_interface() -> None:
    answer = to_json(report(("North", 45, Rate(33, 40), date(2026, 6, 1))))

    assert list(answer) == [
        "title", "definitions", "basis", "period", "as_of", "threshold", "columns", "rows",
        "totals", "data_quality",
    ]  # fmt: skip
    assert answer["as_of"] == "2026-06-10"
    assert answer["columns"][2] == {"key": "held", "title": "Held", "kind": "rate"}
    assert answer["rows"] == [
        {
            "name": "North",
            "people": 45,
            "held": {"numerator": 33, "denominator": 40, "percent": "82.5"},
            "last_on": "2026-06-01",
        }
    ]
    assert answer["totals"] is None


def test_json_marks_a_rate_with_nothing_to_divide_by() -> None:
    answer = to_json(report(totals=("Total", 0, Rate(0, 0), None)))

    assert answer["totals"]["held"] == {
        "numerator": 0,
        "denominator": 0,
        "percent": None,
        "marker": "[z]",
    }
