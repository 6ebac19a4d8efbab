"""Reports kept as documents come back exactly as they were."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from core.report_documents import from_document, to_document
from core.report_formats import to_csv, to_json
from core.reports import (
    Basis,
    ClaimedFigure,
    Column,
    Kind,
    Marker,
    Question,
    Rate,
    Report,
    Section,
    Sum,
)
from core.scope import Side

REPORT = Report(
    slug="example",
    title="Example",
    counting_unit="an enrolment",
    question=Question(
        since=date(2026, 4, 1), basis=Basis.FLOW, group_by=("side",), programme_id=UUID(int=1)
    ),
    basis="flow",
    period="Q1 2026/27",
    as_of=date(2026, 7, 1),
    run_at=datetime(2026, 7, 1, 5, 30, 0, 1, tzinfo=UTC),
    definitions=("Came: was there.",),
    columns=(
        Column("side", "Side", Kind.CODE),
        Column("expected", "Expected", Kind.COUNT, adds_up=False),
        Column("came", "Came", Kind.RATE, numerator="n", denominator="expected"),
        Column("median", "Median", Kind.NUMBER, base="expected"),
        Column("cost", "Cost", Kind.MONEY),
        Column("last_on", "Last", Kind.DAY),
    ),
    sections=(
        Section(
            "Perpetrators",
            (
                (Side.PERPETRATOR, 40, Rate(30, 40, at_most=True), Decimal("2.50"), 233333, None),
                ("[c]", Marker.SUPPRESSED, Rate(1, 2, hidden=True), None, None, date(2026, 5, 1)),
            ),
            totals=("Total", 42, Rate(31, 42), Marker.NOT_APPLICABLE, None, None),
            side="perpetrator",
            sensitive=True,
            revised=frozenset({(0, 1), (-1, 2)}),
        ),
        Section("", ()),
    ),
    group_by=("side",),
    sums=(Sum("expected", ("n", "absent"), rest=True),),
    threshold=5,
    data_quality=("None without a mark",),
    claims=(
        ClaimedFigure("Completed", "S1", date(2020, 1, 1), Rate(1, 2), Rate(3, 4)),
        ClaimedFigure("Started", "S1", None, Rate(1, 2), Marker.UNAVAILABLE),
    ),
    publishable=False,
)


def test_a_report_comes_back_from_its_document_exactly() -> None:
    back = from_document(json.loads(json.dumps(to_document(REPORT))))

    assert back == REPORT
    assert (to_json(back), to_csv(back)) == (to_json(REPORT), to_csv(REPORT))
    cells = back.sections[0].rows[1]
    assert (type(cells[0]), type(cells[1])) == (str, Marker), "text that looks like a marker"


def test_a_document_says_nothing_that_goes_without_saying() -> None:
    document = to_document(replace(REPORT, claims=(), sections=(Section("", ((1,),)),)))

    assert "claims" not in document
    assert document["sections"] == [{"is": "Section", "heading": "", "rows": [[1]]}]


def test_what_reports_no_longer_say_is_left_out() -> None:
    assert from_document({**to_document(REPORT), "colour": "grey"}) == REPORT


def test_what_no_report_holds_is_not_kept() -> None:
    with pytest.raises(TypeError, match="holds no float"):
        to_document(replace(REPORT, sections=(Section("", ((0.5,),)),)))


def test_a_document_of_something_else_is_no_report() -> None:
    with pytest.raises(TypeError, match="of no report"):
        from_document({"is": "Rate", "numerator": 1, "denominator": 2})
