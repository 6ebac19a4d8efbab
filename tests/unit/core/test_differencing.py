"""What would follow from a report and earlier releases together is not published (C9.4)."""

from dataclasses import replace
from datetime import date

import pytest

from core.differencing import revealing
from core.errors import ReleaseRefusedError
from core.published_numbers import Publication
from core.publishing import published
from core.report_formats import as_text
from core.reports import Basis, Column, Kind, Question, Report
from tests.unit.core.published_reports import HALF, Q1, Q2, YEAR, Days, by, whole

LARGE = {"police": (30, 20), "self": (25, 15), "health": (40, 12)}
Q4 = (date(2027, 1, 1), date(2027, 3, 31))
Filters = frozenset[tuple[str, str]]
NONE: Filters = frozenset()


def released(
    report: Report, *earlier: Report, filters: Filters = NONE, of: Filters = NONE
) -> Report:
    """The report as it is published after the earlier ones, the newest of which comes first."""
    before = [Publication(one, of) for one in earlier]
    return published(report, threshold=5, earlier=before, filters=filters)


def cells(report: Report) -> dict[str, list[str]]:
    (section,) = report.sections
    assert section.totals
    return {
        str(row[0]): [as_text(cell) for cell in row[1:4]] for row in (*section.rows, section.totals)
    }


def test_the_same_figures_again_are_published_again() -> None:
    first = released(by("source", LARGE))

    assert released(by("source", LARGE), first) == first


def test_a_count_that_changed_by_a_few_is_hidden_and_one_that_changed_by_many_is_revised() -> None:
    first = released(by("source", LARGE))
    later = {**LARGE, "police": (32, 20), "health": (60, 32)}

    again = released(by("source", later), first)

    found = cells(again)
    assert found["police"][0] == "[c]"
    assert found["police"][1] == "20"
    assert found["All"][2] == "184"
    assert (-1, 3) in again.sections[0].revised
    assert (0, 1) not in again.sections[0].revised


def test_a_count_that_went_down_to_nobody_is_hidden_too() -> None:
    first = {**LARGE, "self": (5, 15)}
    before = published(by("source", first), threshold=5)

    found = cells(
        published(
            by("source", {**first, "self": (0, 15)}),
            threshold=6,
            earlier=[Publication(before)],
        )
    )

    assert found["self"][0] == "[c]"


@pytest.mark.parametrize(("more", "shown"), [(2, "[c]"), (0, "20"), (5, "25")])
def test_a_half_year_does_not_reveal_the_second_quarter(more: int, shown: str) -> None:
    first = released(by("source", LARGE))
    half = {name: (one + 30, other + 30) for name, (one, other) in LARGE.items()}
    half["police"] = (60, 20 + more)

    assert cells(released(by("source", half, period=HALF), first))["police"][1] == shown


def test_quarters_and_their_year_do_not_reveal_the_one_that_was_not_released() -> None:
    quarters = [
        released(by("source", LARGE, period=days))
        for days in (Q1, Q2, (date(2027, 1, 1), date(2027, 3, 31)))
    ]
    year = {name: (3 * one + 30, 3 * other + 30) for name, (one, other) in LARGE.items()}
    year["health"] = (3 * 40 + 1, 66)

    found = cells(released(by("source", year, period=YEAR), *quarters))

    assert found["health"][0] == "[c]"
    assert found["police"] == ["120", "90", "210"]


@pytest.mark.parametrize(("period", "shown"), [(Q2, "[c]"), (Q4, "0")])
def test_days_that_a_report_is_not_of_are_added_to_it_where_they_follow(
    period: Days, shown: str
) -> None:
    """Nobody in the second quarter and, by a lower threshold, 8 in the first: 8 in both."""
    first = released(by("source", {**LARGE, "police": (8, 20)}))
    nobody = by("source", {**LARGE, "police": (0, 20)}, period=period)

    later = published(nobody, threshold=10, earlier=[Publication(first)])

    assert cells(later)["police"][0] == shown


def test_rows_of_quarters_are_held_against_the_periods_before() -> None:
    first = released(by("source", LARGE))
    rows = {"Q1 2026/27": (98, 47), "Q2 2026/27": (60, 50)}

    found = cells(released(by("quarter", rows, period=HALF), first))

    assert found["Q1 2026/27"][0] == "[c]"
    assert found["All"][2] == "255"


def test_all_sources_and_one_do_not_reveal_the_few_others() -> None:
    first = released(by("source", {"police": (30, 20), "self": (0, 12)}))
    of = frozenset({("source", "police")})

    found = cells(released(by("area", {"north": (20, 12), "south": (10, 8)}), first, filters=of))
    assert found["All"] == ["30", "20", "50"]

    alone = cells(released(by("area", {"north": (20, 12), "south": (10, 8)}), filters=of))
    assert alone == found

    everybody = released(by("area", {"north": (40, 15), "south": (10, 9)}))
    with_three_others = by("area", {"north": (37, 15), "south": (10, 9)})
    found = cells(released(with_three_others, everybody, filters=of))
    assert found["north"] == ["[c]", "15", "[c]"]


def test_a_row_that_was_hidden_before_is_not_told_by_a_report_of_another_row() -> None:
    first = released(by("source", {"police": (30, 20), "self": (8, 20), "health": (2, 20)}))
    assert [row[0] for row in cells(first).values()] == ["30", "[c]", "[c]", "40"]
    of = frozenset({("source", "self")})

    found = cells(released(by("area", {"north": (8, 10), "south": (0, 10)}), first, filters=of))

    assert found["All"][0] == "[c]"


def test_it_is_told_even_if_the_total_was_corrected_since() -> None:
    first = released(by("source", {"police": (30, 20), "self": (8, 20), "health": (2, 20)}))
    second = released(by("area", {"north": (40, 30), "south": (20, 30)}), first)
    of = frozenset({("source", "self")})

    found = cells(
        published(
            by("area", {"north": (8, 10), "south": (0, 10)}),
            threshold=5,
            earlier=[Publication(second), Publication(first)],
            filters=of,
        )
    )

    assert found["All"][0] == "[c]"


def test_nobody_in_a_row_that_a_table_has_not_is_known() -> None:
    """In the first quarter nobody came from health, so all of the half year came in the second."""
    first = released(by("source", {"police": (30, 20), "self": (25, 15)}))
    second = by("source", {"police": (30, 20), "self": (3, 15), "health": (7, 12)}, period=Q2)
    assert cells(released(second))["health"][0] == "[c]"
    half = by("source", {"police": (60, 40), "self": (28, 30), "health": (7, 12)}, period=HALF)
    before = [Publication(released(second)), Publication(first)]

    found = revealing(Publication(half), frozenset({(0, 0, 1), (0, 1, 1)}), before, threshold=5)

    assert frozenset({(0, 2, 1)}) in found


def test_a_release_that_would_only_reveal_is_refused_with_the_cells_named() -> None:
    first = released(by("source", LARGE))
    later = {name: (one + 1, other + 1) for name, (one, other) in LARGE.items()}
    later["police"] = (31, 20)
    later["self"] = (25, 16)

    with pytest.raises(ReleaseRefusedError) as refused:
        released(by("source", {**later, "health": (40, 12)}), first)

    assert "Survivors: Freedom Programme, police, Completed" in str(refused.value)
    assert "Survivors: Freedom Programme, All, Started" in refused.value.extensions["cells"]


def test_a_section_without_totals_is_refused_when_no_count_is_left() -> None:
    columns = (Column("source", "Source", Kind.CODE), Column("started", "Started", Kind.COUNT))
    first, later = (
        whole(columns, [("police", count)], None, group_by=("source",)) for count in (20, 21)
    )

    with pytest.raises(ReleaseRefusedError):
        released(later, released(first))


@pytest.mark.parametrize(
    "change",
    [
        {"counting_unit": "people"},
        {"question": Question(*Q1, basis=Basis.FLOW)},
        {"question": Question(*Q2)},
    ],
)
def test_figures_that_count_something_else_do_not_meet(change: dict[str, object]) -> None:
    first = released(by("source", LARGE))
    other = by("source", {**LARGE, "police": (31, 20)})

    assert cells(released(replace(other, **change), first))["police"][0] == "31"


def test_a_census_of_staff_is_not_held_against_that_of_another_day() -> None:
    staff = {"heading": "", "side": ""}
    first = released(by("sector", LARGE, period=(None, Q1[1]), section=staff))
    later = by("sector", {**LARGE, "police": (32, 20)}, period=(None, Q2[1]), section=staff)

    assert cells(released(later, first))["police"][0] == "32"


def test_what_earlier_releases_reveal_by_themselves_stops_nothing() -> None:
    first = by("source", {**LARGE, "police": (3, 20)})
    new = Publication(by("area", {"north": (38, 30), "south": (30, 17)}))

    assert not revealing(new, frozenset(), [Publication(first)], threshold=5)


def one_row(label: str, counts: tuple[int, int]) -> tuple[Report, Filters]:
    """A report of one source alone in the first quarter."""
    return by("area", {"north": counts}), frozenset({("source", label)})


def test_the_rows_of_a_longer_period_are_all_there_are_in_its_parts() -> None:
    """Sources of the half year, then everybody, police and self in Q1: health in Q1 is the rest.

    Without the half year they are still the few who came from neither.
    """
    half = {"police": (60, 40), "self": (50, 30), "health": (43, 24)}
    everybody = by("area", {"north": (58, 47)})  # 30 + 25 + 3, and 20 + 15 + 12
    police, of_police = one_row("police", (30, 20))
    own, of_own = one_row("self", (25, 15))
    earlier = [
        Publication(published(police, threshold=5, filters=of_police), of_police),
        Publication(published(everybody, threshold=5)),
        Publication(published(by("source", half, period=HALF), threshold=5)),
    ]

    alone = cells(published(own, threshold=5, earlier=earlier[:2], filters=of_own))
    found = cells(published(own, threshold=5, earlier=earlier, filters=of_own))

    assert (alone["All"][0], found["All"][0]) == ("[c]", "[c]")
