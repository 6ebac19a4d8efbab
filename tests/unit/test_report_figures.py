"""How a page says a report's figures, what others claim of them, and named periods."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from litestar.datastructures import FormMultiDict

from api.pages.forms import Form
from api.pages.report_figures import shown
from api.pages.report_forms import question_of
from api.pages.report_periods import Period, choices, days_of
from core.errors import InvalidInputError
from core.reports import (
    Basis,
    ClaimedFigure,
    Column,
    Kind,
    Marker,
    Question,
    Rate,
    Report,
    Row,
    Section,
)
from jobs.reports import REPORTS

TODAY = date(2026, 6, 10)
COLUMNS = (
    Column("source", "Referred by", Kind.CODE),
    Column("completed", "Completed", Kind.COUNT),
    Column("started", "Started", Kind.COUNT),
    Column("r2", "R2 completed of started", Kind.RATE, "completed", "started"),
    Column("cost", "Cost", Kind.MONEY),
    Column("rag", "RAG", Kind.TEXT),
    Column("on", "On", Kind.DAY),
)
ROW: Row = ("self_referral", 15, 27, Rate(15, 27), 700000, "Green", TODAY)


def report(*rows: Row, **changed: Any) -> Report:
    return Report(
        **{
            "slug": "example", "title": "Example", "counting_unit": "referrals",
            "question": Question(), "basis": "cohort", "period": "from 1 June 2026",
            "as_of": TODAY, "run_at": datetime(2026, 6, 10, 12, 0, tzinfo=UTC),
            "definitions": ("R2 = completed / started",), "columns": COLUMNS,
            "sections": (Section("", rows),), "group_by": ("source",), **changed,
        }
    )  # fmt: skip


def of(one: Report) -> dict[str, Any]:
    return shown(one, chart=lambda number: f"/chart.svg?section={number}")


def texts(one: Report) -> list[str]:
    return [cell["text"] for cell in of(one)["sections"][0]["rows"][0]]


def test_every_kind_of_cell_is_in_words() -> None:
    assert texts(report(ROW)) == [
        "Self referral", "15", "27", "55.6% (15 of 27)", "£7,000.00", "Green", "Wed 10 Jun 2026"
    ]  # fmt: skip


def test_markers_stand_for_any_cell() -> None:
    row = ("police", *[Marker.SUPPRESSED] * 3, Marker.UNAVAILABLE, "", Marker.NOT_APPLICABLE)

    assert texts(report(row)) == ["Police", "[c]", "[c]", "[c]", "[x]", "", "[z]"]


def test_a_rate_has_its_interval_and_the_flag_of_a_small_base_beside_it() -> None:
    few, many, ratio = (
        of(report((*ROW[:3], rate, *ROW[4:])))["sections"][0]["rows"][0][3]
        for rate in (Rate(15, 27), Rate(33, 40), Rate(5, 4))
    )

    assert (few["interval"], few["is_of_few"]) == ("37.3% to 72.4%", True)
    assert (many["is_of_few"], ratio["interval"]) == (False, "")


def test_what_was_revised_is_marked_in_rows_and_in_totals() -> None:
    section = Section("", (ROW,), totals=ROW, revised=frozenset({(0, 1), (-1, 2)}))
    found = of(report(sections=(section,)))["sections"][0]

    assert [cell["revised"] for cell in found["rows"][0]].index(True) == 1
    assert [cell["revised"] for cell in found["totals"]].index(True) == 2


def test_it_says_what_has_to_be_known_of_every_figure() -> None:
    internal, published = of(report(ROW)), of(report(ROW, threshold=5))

    assert ("Counted are", "referrals") in internal["facts"]
    assert ("A row for each", "referred by") in internal["facts"]
    assert "none is suppressed" in dict(internal["facts"])["Small numbers"]
    assert dict(published["facts"])["Small numbers"].startswith("1 to 4 are suppressed")
    assert internal["divided"] == ["R2 completed of started: Completed / Started"]
    assert internal["period"] == "From 1 June 2026"


def test_a_section_with_a_picture_says_where_it_is() -> None:
    column = replace(COLUMNS[3], key="r2")
    one = report(("police", Rate(1, 2)), slug="completion", columns=(COLUMNS[0], column))

    assert of(one)["sections"][0]["chart"]["src"] == "/chart.svg?section=1"
    assert of(report(ROW))["sections"][0]["chart"] == {}


def test_sections_of_the_same_say_by_what_their_rows_are_parted() -> None:
    columns = (*COLUMNS[:1], Column("sex", "Sex", Kind.CODE), COLUMNS[1])
    sections = tuple(
        Section("Survivors", rows) for rows in ((("police", "", 9),), (("", "female", 9),))
    )
    one = report(columns=columns, sections=sections, group_by=("source", "sex"))

    headings = [section["heading"] for section in of(one)["sections"]]

    assert headings == ["Survivors, by who referred", "Survivors, by sex"]


@pytest.mark.parametrize(
    ("claimed", "recomputed", "said"),
    [
        (Rate(40, 70), Rate(15, 27), ("57.1% (40 of 70)", "−1.6 percentage points")),
        (Rate(1, 4), Rate(1, 2), ("25.0% (1 of 4)", "+25.0 percentage points")),
        (Rate(1, 2), Rate(2, 4), ("50.0% (1 of 2)", "0.0 percentage points")),
        (Rate(4, 5, at_most=True), Marker.UNAVAILABLE, ("at most 80.0% (4 of 5)", "[x]")),
        (Rate(1, 2), Rate(0, 0), ("50.0% (1 of 2)", "[z]")),
        (Rate(1, 2), Rate(1, 3, hidden=True), ("50.0% (1 of 2)", "[c]")),
    ],
)
def test_a_claim_stands_beside_what_was_counted_again(
    claimed: Rate, recomputed: Rate | Marker, said: tuple[str, str]
) -> None:
    claim = ClaimedFigure("R2", "Committee paper", date(2025, 3, 31), claimed, recomputed)
    found = of(report(ROW, claims=(claim,)))["claims"][0]

    assert (found["claimed"], found["difference"]) == said
    assert found["as_at"] == "31 March 2025"


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (Period.THIS_QUARTER, (date(2026, 4, 1), date(2026, 6, 30))),
        (Period.LAST_QUARTER, (date(2026, 1, 1), date(2026, 3, 31))),
        (Period.THIS_YEAR, (date(2026, 4, 1), date(2027, 3, 31))),
        (Period.LAST_YEAR, (date(2025, 4, 1), date(2026, 3, 31))),
        (Period.ALL, (None, None)),
    ],
)
def test_named_periods_are_quarters_and_years_from_1_april(
    period: Period, days: tuple[date | None, date | None]
) -> None:
    assert days_of(period, today=TODAY) == days


def test_periods_are_offered_by_name_with_their_days() -> None:
    periods = {one.period: one.days for one in choices(on_one_day=False, today=TODAY)}
    ends = {one.period: one.days for one in choices(on_one_day=True, today=TODAY)}

    assert periods[Period.LAST_QUARTER] == "Q4 2025/26, 1 January 2026 to 31 March 2026"
    assert periods[Period.ALL] == ""
    assert ends[Period.LAST_YEAR] == "31 March 2026"
    assert Period.THIS_QUARTER not in ends


def asked(slug: str = "completion", **typed: str) -> Question:
    form = Form(FormMultiDict([(key.replace("__", "-"), value) for key, value in typed.items()]))
    return question_of(form, REPORTS[slug], today=TODAY)


def test_a_form_asks_by_name_or_by_days() -> None:
    named = asked(period="last-quarter", basis="flow", from__day="9")
    typed = asked(from__day="1", from__month="3", from__year="2026")
    end = asked("training-compliance", period="last-quarter")

    assert (named.since, named.until, named.basis) == (
        date(2026, 1, 1), date(2026, 3, 31), Basis.FLOW
    )  # fmt: skip
    assert (typed.since, typed.until, typed.basis) == (date(2026, 3, 1), None, Basis.COHORT)
    assert (end.since, end.until) == (None, date(2026, 3, 31))


def test_a_form_says_which_fields_are_wrong() -> None:
    with pytest.raises(InvalidInputError) as refused:
        asked(period="next-year", basis="x", programme="x", organisation="x")

    assert [error.field for error in refused.value.errors] == [
        "period", "basis", "programme", "organisation"
    ]  # fmt: skip
