"""Tables of counts with their totals, and what they look like once small numbers are hidden."""

from collections.abc import Sequence

from core.suppression import Cell, Line, Tables

Rows = Sequence[Sequence[int]]


def with_totals(rows: Rows, *, threshold: int = 5, nested: bool = False) -> Tables:
    """Answer a table with a total under each column and, unless nested, at the end of each row.

    In a nested one each column counts some of the one before it, as a funnel does.
    """
    height, width = len(rows), len(rows[0])
    values: dict[Cell, int] = {
        (row, column): rows[row][column] for row in range(height) for column in range(width)
    }
    values.update({(height, c): sum(row[c] for row in rows) for c in range(width)})
    lines = [
        Line(total=(height, c), parts=tuple((row, c) for row in range(height)))
        for c in range(width)
    ]
    if nested:
        return _nested(values, lines, height=height, width=width, threshold=threshold)
    values.update(
        {(row, width): sum(values[row, c] for c in range(width)) for row in range(height + 1)}
    )
    lines = [
        *(
            Line(total=(row, width), parts=tuple((row, c) for c in range(width)))
            for row in range(height + 1)
        ),
        *lines,
        Line(total=(height, width), parts=tuple((row, width) for row in range(height))),
    ]
    return Tables(values, frozenset(values), tuple(lines), threshold)


def printed(tables: Tables, hidden: frozenset[Cell]) -> list[list[object]]:
    """Answer the rows as a reader sees them."""
    last_row, last_column = max(tables.shown)
    return [
        [
            "[c]" if (row, column) in hidden else tables.values[row, column]
            for column in range(last_column + 1)
        ]
        for row in range(last_row + 1)
    ]


def _nested(
    values: dict[Cell, int], lines: list[Line], *, height: int, width: int, threshold: int
) -> Tables:
    shown = frozenset(values)
    rests = [
        ((row, c, 1), (row, c), (row, c + 1)) for row in range(height + 1) for c in range(width - 1)
    ]
    everything = {**values, **{rest: values[all_] - values[part] for rest, all_, part in rests}}
    nesting = [Line(total=all_, parts=(part, rest)) for rest, all_, part in rests]
    return Tables(everything, shown, (*nesting, *lines), threshold)
