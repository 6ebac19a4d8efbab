"""Small numbers are hidden, and what would reveal them (domain.md C9)."""

import pytest

from core.suppression import Tables, exposed, hidden
from tests.unit.core.suppression_tables import Rows, printed, with_totals


def test_the_worked_example_of_c9_comes_out_to_the_cell() -> None:
    sources = with_totals([[14, 9], [11, 12], [8, 3], [2, 6], [1, 7]])

    assert printed(sources, hidden(sources)) == [
        [14, 9, 23],
        [11, 12, 23],
        ["[c]", "[c]", 11],
        ["[c]", "[c]", 8],
        ["[c]", "[c]", 8],
        [36, 37, 73],
    ]


@pytest.mark.parametrize(
    ("rows", "nested"),
    [([[14, 9], [11, 12]], False), ([[0, 9], [11, 0]], False), ([[20, 10, 0], [9, 9, 0]], True)],
)
def test_a_table_without_small_numbers_is_left_as_it_is(rows: Rows, nested: bool) -> None:  # noqa: FBT001
    assert not hidden(with_totals(rows, nested=nested))


def test_a_true_zero_is_shown_and_the_smallest_other_cell_hidden() -> None:
    table = with_totals([[3, 0, 20, 9, 9]])

    assert printed(table, hidden(table))[0] == ["[c]", 0, 20, 9, "[c]", 41]


def test_hidden_cells_of_a_line_that_are_few_together_hide_one_more() -> None:
    table = with_totals([[2, 2, 20], [30, 30, 30], [9, 9, 9]])

    assert printed(table, hidden(table))[0] == ["[c]", "[c]", "[c]", 24]


def test_a_line_with_nothing_left_loses_its_total_and_then_the_other_totals_need_company() -> None:
    table = with_totals([[1, 2, 0], [10, 10, 9]])

    assert printed(table, hidden(table)) == [
        ["[c]", "[c]", 0, "[c]"],
        ["[c]", "[c]", 9, "[c]"],
        [11, 12, 9, 32],
    ]


def test_a_cohort_of_four_is_hidden_altogether() -> None:
    table = with_totals([[3, 1]])

    assert hidden(table) == table.shown


def test_a_cell_that_joins_two_hidden_blocks_is_not_left_to_be_subtracted() -> None:
    """Every line has two hidden cells, and C9.3 alone is content with that."""
    table = with_totals([[2, 9, 30, 30], [8, 3, 30, 30], [30, 4, 2, 9], [30, 30, 9, 3]])
    by_lines = hidden(table) - {(3, 1)}

    assert exposed(table, by_lines) == {(2, 1)}
    assert not exposed(table, hidden(table))


def test_what_a_funnel_leaves_out_is_not_left_to_be_subtracted() -> None:
    """Of 20 referred 18 started, so 2 did not."""
    funnel = with_totals([[20, 18], [40, 20], [50, 25]], nested=True)

    assert printed(funnel, hidden(funnel)) == [[20, "[c]"], [40, "[c]"], [50, 25], [110, 63]]


def test_a_small_difference_between_counts_that_should_nest_counts_as_small() -> None:
    """Records that do not fit together: more completed than ever started."""
    funnel = with_totals([[20, 22], [40, 10], [50, 25]], nested=True)

    assert (0, 1) in hidden(funnel)


@pytest.mark.parametrize(("threshold", "is_hidden"), [(5, False), (6, True), (10, True)])
def test_the_threshold_may_be_higher(threshold: int, is_hidden: bool) -> None:  # noqa: FBT001
    table = with_totals([[5, 20], [30, 40]], threshold=threshold)

    assert ((0, 0) in hidden(table)) is is_hidden


def test_what_is_withheld_is_hidden_whatever_it_is_and_cannot_be_worked_out() -> None:
    plain = with_totals([[15, 20], [30, 40]])
    table = Tables(plain.values, plain.shown, plain.lines, 5, withheld=frozenset({(0, 0)}))

    assert printed(table, hidden(table)) == [["[c]", "[c]", 35], ["[c]", "[c]", 70], [45, 60, 105]]


def test_what_follows_from_nothing_else_needs_no_company() -> None:
    table = Tables({(0, 0): 3, (0, 1): 7}, frozenset({(0, 0), (0, 1)}), (), 5)

    assert hidden(table) == {(0, 0)}
