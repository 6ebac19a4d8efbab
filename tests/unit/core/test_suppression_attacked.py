"""An attacker who knows everything printed, and that counts are whole, learns no small number.

The attacker solves for the least and the most that each cell can be, over the integers, given
every printed number, every line that adds up and that a hidden count is never 0. With the exact
check of ``core.suppression`` switched off (``exposed`` answering nothing, so that C9.3's rule for
lines stands alone) these tests fail within a few dozen examples; tried on 22 November 2026.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from core.suppression import Cell, Line, Tables, hidden
from tests.unit.core.suppression_tables import with_totals

COUNTS = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8, 11, 17, 30, 31])
"""Small ones often, and large ones that keep the totals from being hidden."""


def tables_of(widths: st.SearchStrategy[int]) -> st.SearchStrategy[list[list[int]]]:
    return st.tuples(st.integers(1, 6), widths).flatmap(
        lambda size: st.lists(
            st.lists(COUNTS, min_size=size[1], max_size=size[1]),
            min_size=size[0],
            max_size=size[0],
        )
    )


@given(tables_of(st.integers(1, 6)), st.sampled_from([5, 10]))
@settings(max_examples=100, deadline=None)
def test_rows_columns_and_totals_reveal_no_small_number(
    rows: list[list[int]], threshold: int
) -> None:
    tables = with_totals(rows, threshold=threshold)

    assert not learned(tables, hidden(tables))


@given(tables_of(st.integers(2, 5)))
@settings(max_examples=50, deadline=None)
def test_a_funnel_reveals_no_small_number_even_of_those_left_out(rows: list[list[int]]) -> None:
    nested = [[sum(row[place:]) for place in range(len(row))] for row in rows]
    tables = with_totals(nested, nested=True)

    assert not learned(tables, hidden(tables))


def learned(tables: Tables, concealed: frozenset[Cell]) -> dict[Cell, int]:
    """Answer the small counts that an attacker knows for certain, with what they found."""
    unknown = sorted((tables.values.keys() - tables.shown) | concealed)
    targets = [cell for cell in unknown if tables.is_small(tables.values[cell])]
    least = [1 if cell in tables.shown else 0 for cell in unknown]
    found: dict[Cell, int] = {}
    seen = set()
    for cell in targets:
        if cell in seen:
            continue
        low, high = (solved(tables, unknown, least, (cell, way)) for way in (1, -1))
        seen.update(name for name in unknown if low[name] != high[name])
        if low[cell] == high[cell]:
            found[cell] = low[cell]
    return found


def solved(
    tables: Tables, unknown: Sequence[Cell], least: Sequence[int], sought: tuple[Cell, int]
) -> dict[Cell, int]:
    """Answer counts that fit all that is printed, with the least of a cell, or (-1) the most."""
    place = {name: index for index, name in enumerate(unknown)}
    matrix = np.zeros((max(len(tables.lines), 1), len(unknown)))
    right = np.zeros(len(matrix))
    for row, line in enumerate(tables.lines):
        for name, sign in signs(line):
            if name in place:
                matrix[row, place[name]] += sign
            else:
                right[row] -= sign * tables.values[name]
    objective = np.zeros(len(unknown))
    objective[place[sought[0]]] = sought[1]
    answer = milp(
        objective,
        constraints=LinearConstraint(matrix, right, right),
        bounds=Bounds(least, np.full(len(unknown), 10_000)),
        integrality=np.ones(len(unknown)),
    )
    assert answer.success, answer.message
    return {name: round(answer.x[index]) for name, index in place.items()}


def signs(line: Line) -> Iterable[tuple[Cell, int]]:
    yield line.total, -1
    for part in line.parts:
        yield part, 1
