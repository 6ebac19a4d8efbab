"""A report as it may be published: no figure in it, of whatever kind, tells a small number."""

from dataclasses import replace
from uuid import UUID

import pytest

from core.errors import ReleaseRefusedError
from core.publishing import published, without_small
from core.report_documents import from_document, to_document
from core.report_formats import as_text
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
    Sum,
)
from tests.unit.core.published_reports import Q1, by, whole

C = Marker.SUPPRESSED
SOURCES = {
    "police": (14, 9),
    "csc": (11, 12),
    "self": (8, 3),
    "health": (2, 6),
    "probation": (1, 7),
}


def cells(report: Report, section: int = 0) -> list[list[str]]:
    one = report.sections[section]
    rows = [*one.rows, *([one.totals] if one.totals else [])]
    return [[as_text(cell) for cell in row] for row in rows]


def one_row(columns: tuple[Column, ...], *row: object, **more: object) -> Row:
    """The only row of a report as it is published."""
    report = whole((Column("source", "Source", Kind.CODE), *columns), [("all", *row)], None)
    report = replace(report, group_by=("source",), **more)
    return published(report, threshold=5).rows[0][1:]


def count(key: str) -> Column:
    return Column(key, key.capitalize(), Kind.COUNT)


def test_the_worked_example_of_c9_with_its_rates() -> None:
    safe = published(by("source", SOURCES), threshold=5)

    assert cells(safe) == [
        ["police", "14", "9", "23", "60.9% (14 of 23)"],
        ["csc", "11", "12", "23", "47.8% (11 of 23)"],
        ["self", "[c]", "[c]", "11", "[c]"],
        ["health", "[c]", "[c]", "8", "[c]"],
        ["probation", "[c]", "[c]", "8", "[c]"],
        ["All", "36", "37", "73", "49.3% (36 of 73)"],
    ]
    assert safe.threshold == 5
    assert from_document(to_document(safe)) == safe


def test_a_report_without_small_numbers_is_left_as_it_is() -> None:
    report = by("source", {"police": (14, 9), "csc": (11, 12)})

    assert published(report, threshold=5) == replace(report, threshold=5)


def test_each_section_stands_alone() -> None:
    report = by("source", {"police": (14, 9), "csc": (11, 12)})
    small = by("source", {"police": (1, 9), "csc": (11, 12)}, section={"heading": "Another"})
    both = replace(report, sections=(*report.sections, *small.sections))

    safe = published(both, threshold=5)

    assert safe.sections[0] == report.sections[0]
    assert cells(safe, 1)[0] == ["police", "[c]", "[c]", "10", "[c]"]


@pytest.mark.parametrize(
    ("completed", "started", "shown"),
    [
        (12, 30, "40.0% (12 of 30)"),
        (0, 9, Rate(0, 9, hidden=True)),
        (0, 12, "0.0% (0 of 12)"),
        (3, 30, C),
        (28, 30, C),
        (0, 0, "[z]"),
    ],
)
def test_a_rate_goes_with_its_numerator_denominator_and_complement(
    completed: int, started: int, shown: object
) -> None:
    columns = (count("completed"), count("started"))
    rate = Column("r2", "R2", Kind.RATE, "completed", "started")

    (*counts, found) = one_row((*columns, rate), completed, started, Rate(completed, started))

    assert found == shown or as_text(found) == shown
    assert (C in counts) == (shown is C)


def test_in_flow_a_share_of_others_is_hidden_without_its_counts() -> None:
    """Completions of the quarter need not be among its starts."""
    columns = (
        count("completed"), count("started"),
        Column("r2", "R2", Kind.RATE, "completed", "started"),
    )  # fmt: skip

    found = one_row(columns, 22, 20, Rate(22, 20), question=Question(*Q1, basis=Basis.FLOW))

    assert found == (22, 20, Rate(22, 20, hidden=True))


def test_a_rate_that_does_not_say_what_it_divides_is_not_published() -> None:
    columns = (count("completed"), Column("r2", "R2", Kind.RATE))

    assert one_row(columns, 22, Rate(22, 40)) == (22, C)
    assert one_row((count("started"), Column("x", "X", Kind.RATE)), 22, 3) == (22, C)


@pytest.mark.parametrize(("base", "shown"), [(12, (12, 27, 700)), (9, (9, C, C)), (3, (C, C, C))])
def test_a_median_and_a_cost_go_with_what_they_rest_on(base: int, shown: Row) -> None:
    columns = (
        count("started"),
        Column("wait", "Median days", Kind.NUMBER, base="started"),
        Column("cost", "Cost per start", Kind.MONEY, base="started"),
    )

    assert one_row(columns, base, 27, 700) == shown


def test_money_that_rests_on_no_count_and_what_is_not_held_stay() -> None:
    columns = (count("started"), Column("cost", "Cost", Kind.MONEY), count("assessed"))

    assert one_row(columns, 12, 700_000, Marker.UNAVAILABLE) == (12, 700_000, Marker.UNAVAILABLE)
    assert one_row(columns, 12, 700_000, None) == (12, 700_000, None)


def test_that_there_is_no_median_does_not_tell_that_a_hidden_count_is_nought() -> None:
    columns = (count("started"), Column("wait", "Median days", Kind.NUMBER, base="started"))
    rows = [("women", 12, 27), ("men", 0, Marker.NOT_APPLICABLE)]
    report = whole((Column("sex", "Sex", Kind.CODE), *columns), rows, ("All", 12, 27))
    sensitive = replace(report.sections[0], sensitive=True)
    report = replace(report, group_by=("sex",), sections=(sensitive,))

    assert cells(published(report, threshold=5)) == [
        ["women", C, C], ["men", C, C], ["All", "12", "27"],
    ]  # fmt: skip


def test_a_word_about_hidden_figures_is_hidden_and_a_label_is_not() -> None:
    columns = (count("valid"), Column("rag", "RAG", Kind.TEXT))

    assert one_row(columns, 3, "Amber") == (C, C)
    assert one_row(columns, 30, "Amber") == (30, "Amber")


def test_counts_of_columns_that_nest_leave_no_small_rest() -> None:
    columns = (count("referred"), count("started"))
    nested = (Sum("referred", ("started",), rest=True),)

    assert one_row(columns, 20, 18, sums=nested) == (20, C)
    assert one_row(columns, 20, 10, sums=nested) == (20, 10)


def test_columns_whose_sum_does_not_fit_the_records_tell_no_small_difference() -> None:
    columns = (count("booked"), count("attended"), count("absent"))

    assert C in one_row(columns, 20, 10, 9, sums=(Sum("booked", ("attended", "absent")),))
    missing = (Sum("booked", ("attended", "nobody")),)
    assert one_row(columns, 20, 10, 9, sums=missing) == (20, 10, 9)


def test_rows_that_do_not_add_up_to_their_total_do_not_reveal_each_other() -> None:
    heads = Column("heads", "People", Kind.COUNT, adds_up=False)
    report = whole(
        (Column("cohort", "Cohort", Kind.TEXT), heads), [("A", 3), ("B", 20)], ("All", 21),
        group_by=("cohort",),
    )  # fmt: skip

    assert cells(published(report, threshold=5)) == [["A", "[c]"], ["B", "20"], ["All", "21"]]


def test_what_was_lost_from_one_row_to_the_next_is_not_told_where_it_is_few() -> None:
    """C9.4: of 30, two came no more after the first session, and none after the second."""
    columns = (
        Column("programme", "Programme", Kind.TEXT), Column("session", "Session", Kind.NUMBER),
        Column("retained", "Retained", Kind.COUNT, along=("session",)),
    )  # fmt: skip
    rows = [("A", 1, 30), ("A", 2, 28), ("A", 3, 28), ("A", 4, 20), ("A", 5, 3), ("B", 1, 21)]
    report = whole(columns, rows, None, group_by=("programme", "session"))

    assert [row[2] for row in cells(published(report, threshold=5))] == [
        "30", "[c]", "[c]", "20", "[c]", "21"
    ]  # fmt: skip


def test_people_of_a_small_site_are_not_counted_once_for_each_session() -> None:
    """C9.5: nine people of one group over two sessions."""
    columns = (
        Column("cohort", "Cohort", Kind.TEXT), Column("sex", "Sex", Kind.CODE),
        Column("session", "Session", Kind.NUMBER),
        Column("retained", "Retained", Kind.COUNT, along=("session",)),
    )  # fmt: skip
    rows = [("A", "female", 1, 9), ("A", "female", 2, 9), ("B", "female", 1, 10)]
    report = whole(
        columns, rows, None, group_by=("cohort", "sex", "session"), section={"sensitive": True}
    )

    assert [row[3] for row in cells(published(report, threshold=5))] == ["[c]", "[c]", "10"]


def test_what_rows_add_up_to_beside_them_reveals_none_of_them() -> None:
    columns = (
        Column("programme", "Programme", Kind.TEXT), Column("reason", "Reason", Kind.CODE),
        count("exited"),
        Column(
            "all", "All who left", Kind.COUNT, adds_up=False, along=("reason",), whole_of="exited"
        ),
    )  # fmt: skip
    rows = [("A", "health", 3, 16), ("A", "disengaged", 6, 16), ("A", "other", 7, 16)]
    report = whole(
        columns, [*rows, ("B", "health", 20, 20)], ("All", "", 36, 36),
        group_by=("programme", "reason"),
    )  # fmt: skip

    assert [row[2:] for row in cells(published(report, threshold=5))] == [
        ["[c]", "16"], ["[c]", "16"], ["7", "16"], ["20", "20"], ["36", "36"],
    ]  # fmt: skip


def test_what_few_people_did_often_is_not_told() -> None:
    """C13: of a cohort of four everything is hidden, and what its sessions would follow from."""
    columns = (
        Column("cohort", "Cohort", Kind.TEXT), count("places"),
        Column("expected", "Expected", Kind.COUNT, base="places"),
    )  # fmt: skip
    rows = [("Monday", 4, 38), ("Tuesday", 12, 130), ("Friday", 15, 160)]
    report = whole(columns, rows, ("All", 31, 328), group_by=("cohort",))

    assert [row[1:] for row in cells(published(report, threshold=5))] == [
        ["[c]", "[c]"], ["[c]", "[c]"], ["15", "160"], ["31", "328"],
    ]  # fmt: skip


def test_nobody_is_told_that_all_share_a_characteristic() -> None:
    groups = {"white": (20, 14), "black": (0, 12), "asian": (0, 9)}

    plain = published(by("ethnicity", groups), threshold=5)
    sensitive = published(by("ethnicity", groups, section={"sensitive": True}), threshold=5)

    assert [row[1] for row in cells(plain)] == ["20", "0", "0", "20"]
    assert [row[1] for row in cells(sensitive)] == ["[c]", "[c]", "[c]", "20"]


@pytest.mark.parametrize(
    ("counts", "shown"), [((4, 5), "[c]"), ((5, 5), "5")], ids=["nine people", "ten people"]
)
def test_a_small_site_has_no_breakdown_at_all(counts: tuple[int, int], shown: str) -> None:
    """Nine people, all of whose counts could otherwise be read at this threshold."""
    columns = (
        Column("cohort", "Cohort", Kind.TEXT), Column("sex", "Sex", Kind.CODE), count("started")
    )  # fmt: skip
    rows = [
        ("A", "female", 5),
        ("A", "male", sum(counts) - 5),
        ("B", "female", 40),
        ("B", "male", 40),
    ]
    report = whole(columns, rows, None, section={"sensitive": True}, group_by=("cohort", "sex"))

    found = cells(published(report, threshold=5))

    assert [row[2] for row in found] == [shown, shown, "40", "40"]


def test_a_report_of_one_small_site_has_no_breakdown_at_all() -> None:
    report = by("sex", {"female": (5, 0), "male": (0, 0)}, section={"sensitive": True})
    question = Question(*Q1, organisation_id=UUID(int=1))

    found = cells(published(replace(report, question=question), threshold=5))

    assert [row[1:4] for row in found[:2]] == [["[c]", "[c]", "[c]"]] * 2


def test_what_is_said_of_the_records_tells_no_small_number() -> None:
    assert without_small("3 completed without a start", 5) == "[c] completed without a start"
    assert without_small("0 of them, and 12 still active after 28 days", 5) == (
        "0 of them, and 12 still active after 28 days"
    )
    assert without_small("Since 2026-04-01, at 3.5 hours: 7", 10) == (
        "Since 2026-04-01, at 3.5 hours: [c]"
    )
    report = by("source", {"police": (14, 9)}, data_quality=("2 completed",))
    assert published(report, threshold=5).data_quality == ("[c] completed",)


def claim(recomputed: Rate | Marker) -> ClaimedFigure:
    return ClaimedFigure("completion", "a council's paper", None, Rate(12, 20), recomputed)


@pytest.mark.parametrize(
    ("sources", "recomputed", "shown"),
    [
        ({"police": (14, 9)}, Rate(14, 23), Rate(14, 23)),
        ({"police": (14, 9)}, Rate(14, 22), C),
        (SOURCES, Rate(36, 73), Rate(36, 73)),
        (SOURCES, Rate(8, 11), C),
        (SOURCES, Marker.UNAVAILABLE, Marker.UNAVAILABLE),
    ],
)
def test_a_claim_is_recomputed_where_the_same_rate_is_printed_beside_it(
    sources: dict[str, tuple[int, int]], recomputed: Rate | Marker, shown: object
) -> None:
    report = by("source", sources, claims=(claim(recomputed),))

    assert published(report, threshold=5).claims[0].recomputed == shown


def test_a_report_with_a_row_for_each_person_is_refused() -> None:
    with pytest.raises(ReleaseRefusedError, match="row for each person"):
        published(by("source", SOURCES, publishable=False), threshold=5)


def test_a_report_without_figures_is_published_as_it_is() -> None:
    empty = replace(by("source", {}), sections=(Section("", ()),))

    assert published(empty, threshold=5).sections == empty.sections
