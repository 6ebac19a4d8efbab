"""C9: a number that rests on several counts, or compares with the totals, tells none of them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.publishing import published
from core.reports import Column, Kind, Marker, Question, Report, Row, Section

C, Z = Marker.SUPPRESSED, Marker.NOT_APPLICABLE
COLUMNS = (
    Column("sex", "Sex", Kind.CODE),
    Column("referred", "Referred", Kind.COUNT),
    Column("completed", "Completed", Kind.COUNT),
    Column("gap", "Gap", Kind.NUMBER, base="completed referred", compared=True),
    Column("less", "Referred less completed", Kind.NUMBER, base="completed referred"),
)


def printed(*rows: Row, totals: Row | None = None) -> list[Row]:
    report = Report(
        slug="equality", title="Equality", counting_unit="referrals", question=Question(),
        basis="cohort", period="all", as_of=date(2026, 6, 10),
        run_at=datetime(2026, 6, 10, tzinfo=UTC), definitions=(), columns=COLUMNS,
        group_by=("sex",), sections=(Section("Survivors", rows, totals, "survivor"),),
    )  # fmt: skip
    (section,) = published(report, threshold=5).sections
    return [row[1:] for row in (*section.rows, *([section.totals] if section.totals else []))]


FEW = ("female", 9, 6, Decimal("29.5"), 3)
MANY = ("male", 23, 6, Decimal("-11.1"), 17)
SMALL = ("female", 20, 3, Decimal("-22.2"), 17)
ALL = ("All", 43, 16, Z, 27)


@pytest.mark.parametrize(
    ("rows", "totals", "expected"),
    [
        (
            (("female", 20, 10, Decimal("12.8"), 10), MANY),
            ALL,
            [(20, 10, Decimal("12.8"), 10), (23, 6, Decimal("-11.1"), 17), (43, 16, *ALL[3:])],
        ),
        ((MANY,), None, [MANY[1:]]),
        ((FEW,), None, [(9, 6, C, C)]),
        ((SMALL, MANY), None, [(20, C, C, C), MANY[1:]]),
        (
            (SMALL, ("male", 12, 0, Decimal("-9.4"), 12)),
            ("All", 32, 3, Z, 29),
            [(20, C, C, C), (12, 0, C, 12), (32, C, Z, C)],
        ),
    ],
)
def test_a_number_is_printed_only_with_all_that_it_rests_on(
    rows: tuple[Row, ...], totals: Row | None, expected: list[Row]
) -> None:
    assert printed(*rows, totals=totals) == expected
