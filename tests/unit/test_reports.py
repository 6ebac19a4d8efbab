"""What every report is, and how it leaves the service."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.report_formats import as_text, money_text, to_csv, to_json
from core.reports import Column, Kind, Marker, Question, Rate, Report, Section

COLUMNS = (
    Column("name", "Name", Kind.TEXT),
    Column("people", "People", Kind.COUNT),
    Column("held", "Held", Kind.RATE, "held", "people"),
    Column("last_on", "Last", Kind.DAY),
)


def report(*rows: tuple[object, ...], totals: tuple[object, ...] | None = None) -> Report:
    return Report(
        slug="example",
        title="Example",
        counting_unit="people",
        question=Question(),
        definitions=("Held: has it on the day.",),
        basis="census",
        period="on 10 June 2026",
        as_of=date(2026, 6, 10),
        run_at=datetime(2026, 6, 10, 12, 0, tzinfo=UTC),
        columns=COLUMNS,
        sections=(Section("", rows, totals),),
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


def test_csv_has_a_rate_in_its_parts_with_its_interval() -> None:
    rows = read(to_csv(report(("North", 45, Rate(33, 40), date(2026, 6, 1)))))

    assert rows == [
        [
            "Name",
            "People",
            "Held numerator",
            "Held denominator",
            "Held percent",
            "Held 95% low",
            "Held 95% high",
            "Last",
        ],
        ["North", "45", "33", "40", "82.5", "68.1", "91.3", "2026-06-01"],
    ]


def test_csv_quotes_every_cell() -> None:
    text = to_csv(report(("North", 45, Rate(0, 0), None)))

    assert text.splitlines()[1] == '"North","45","0","0","[z]","","",""'


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

    assert {
        "title", "definitions", "basis", "period", "as_of", "threshold", "columns", "rows",
        "totals", "data_quality",
    } <= set(answer)  # fmt: skip
    assert answer["as_of"] == "2026-06-10"
    assert answer["columns"][2] == {"key": "held", "title": "Held", "kind": "rate"}
    assert answer["rows"] == [
        {
            "name": "North",
            "people": 45,
            "held": {"numerator": 33, "denominator": 40, "percent": "82.5"},
            "held_interval": {"low": "68.1", "high": "91.3", "small_base": False},
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


def in_two_sections() -> Report:
    one = report(("North", 3, Rate(1, 3), None), totals=("All", 3, Rate(1, 3), None))
    sections = (one.sections[0], Section("Others", (("South", Marker.SUPPRESSED, None, None),)))
    return replace(one, sections=(replace(sections[0], heading="Some"), sections[1]))


def test_sections_are_never_added_up_and_each_row_of_a_file_names_its_own() -> None:
    found = in_two_sections()

    assert found.totals is None
    assert [row[0] for row in read(to_csv(found))] == ["Section", "Some", "Some", "Others"]
    assert [row["section"] for row in to_json(found)["rows"]] == ["Some", "Others"]
    assert [section["heading"] for section in to_json(found)["sections"]] == ["Some", "Others"]


def test_what_is_suppressed_is_a_marker_in_every_form() -> None:
    hidden = report(("North", Marker.SUPPRESSED, Marker.SUPPRESSED, None))
    shared = report(("North", 9, Rate(3, 9, hidden=True), None))

    assert read(to_csv(hidden))[1] == ["North", *["[c]"] * 6, ""]
    assert read(to_csv(shared))[1][2:7] == ["3", "9", "[c]", "", ""]
    [row] = to_json(hidden)["rows"]
    assert row["people"] == "[c]"
    assert row["held"] == {
        "numerator": None, "denominator": None, "percent": None, "marker": "[c]"
    }  # fmt: skip
    assert row["held_interval"] is None
    [row] = to_json(shared)["rows"]
    assert row["held"] == {"numerator": 3, "denominator": 9, "percent": None, "marker": "[c]"}


def test_cells_are_read_with_what_they_count() -> None:
    assert as_text(Rate(15, 27)) == "55.6% (15 of 27)"
    assert as_text(Rate(116, 490, at_most=True)) == "at most 23.7% (116 of 490)"
    assert as_text(Rate(0, 0)) == "[z]"
    assert as_text(date(2026, 6, 1)) == "2026-06-01"
    assert (as_text(None), as_text(4)) == ("", "4")
    assert money_text(233_333) == "£2,333.33"
    assert money_text(-500) == "-£5.00"


def test_pence_leave_as_pounds() -> None:
    cost = replace(
        report(("Freedom", 3, None, None)),
        columns=(COLUMNS[0], Column("cost", "Cost", Kind.MONEY, base="people"), *COLUMNS[2:]),
    )
    cost = replace(cost, sections=(Section("", (("Freedom", 9_722, None, None),)),))

    rows = read(to_csv(cost))

    assert (rows[0][1], rows[1][1]) == ("Cost (GBP)", "97.22")


def test_every_report_says_how_it_was_counted() -> None:
    said = " ".join(report().said)

    assert "Counting unit: people" in said
    assert "none is suppressed" in said
    assert "1 to 4 are suppressed" in " ".join(replace(report(), threshold=5).said)
    assert "[c] suppressed" in said


def test_a_rate_of_few_is_flagged() -> None:
    assert [Rate(1, base).is_of_few for base in (0, 29, 30)] == [False, True, False]
