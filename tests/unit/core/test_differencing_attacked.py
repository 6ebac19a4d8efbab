"""An attacker who reads several releases together learns no small number (C9.4).

The unknowns are how many people there were of each source, area, quarter and ending; every
number that any release prints is a sum of some of them, and every hidden one that is not 0 is at
least 1, as if the attacker knew which are. They solve over the integers for the least and the
most that each count of a table, and of the quarter between two periods, can be.
"""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from core.errors import ReleaseRefusedError
from core.published_numbers import Publication
from core.publishing import published
from core.reports import Marker, Report
from tests.unit.core.published_reports import HALF, Q1, Q2, by

SOURCES, AREAS, QUARTERS, ENDINGS = ("police", "self", "health"), ("north", "south"), (1, 2), (0, 1)
PLACES = list(product(SOURCES, AREAS, QUARTERS, ENDINGS))
DAYS = {(1,): Q1, (2,): Q2, (1, 2): HALF}
THRESHOLD = 5

People = Mapping[tuple[object, ...], int]
Asked = tuple[str, tuple[int, ...], str]
"""By what a report is grouped, which quarters it is of, and of which source alone."""

COUNTS = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 12, 30])
QUESTIONS = st.lists(
    st.tuples(
        st.sampled_from(["source", "area"]),
        st.sampled_from(list(DAYS)),
        st.sampled_from(["", "", "police", "self"]),
    ),
    min_size=2,
    max_size=4,
    unique=True,
)


@given(st.lists(COUNTS, min_size=len(PLACES), max_size=len(PLACES)), QUESTIONS)
@settings(max_examples=10, deadline=None, derandomize=True)
def test_releases_reveal_no_small_number_together(counts: list[int], asked: list[Asked]) -> None:
    assert not revealed(counts, asked)


FOUND = [
    (
        [0, 6, 3, 0, 4, 2, 4, 0, 1, 2, 0, 2, 2, 6, 6, 12, 0, 4, 3, 1, 1, 6, 9, 12],
        [("area", (2,), "self"), ("source", (1, 2), "self"), ("source", (1,), ""),
         ("source", (1, 2), "")],
    ),
    (
        [0, 6, 5, 6, 1, 6, 1, 5, 2, 1, 2, 12, 12, 30, 2, 3, 12, 5, 12, 30, 5, 6, 0, 6],
        [("source", (2,), ""), ("area", (1,), ""), ("area", (1, 2), "self"),
         ("area", (1, 2), ""), ("area", (2,), "police"), ("source", (1, 2), ""),
         ("source", (1,), ""), ("area", (2,), "self"), ("source", (1, 2), "police")],
    ),
    (
        [5, 1, 3, 9, 1, 12, 1, 30, 2, 2, 1, 9, 3, 5, 0, 12, 0, 0, 0, 0, 2, 9, 6, 5],
        [("area", (1, 2), "police"), ("area", (1,), ""), ("source", (2,), ""),
         ("area", (1, 2), "self"), ("source", (1, 2), "")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "asked"), FOUND, ids=["by bounds", "by what a marker says later", "by other rows"]
)
def test_what_was_revealed_once_no_longer_is(counts: list[int], asked: list[Asked]) -> None:
    assert not revealed(counts, asked)


def revealed(counts: list[int], asked: list[Asked]) -> list[tuple[list[object], int]]:
    """What the attacker learns once all is published that was asked for."""
    people = dict(zip(PLACES, counts, strict=True))
    told: list[tuple[set[int], object]] = []
    earlier: list[Publication] = []
    for question in asked:
        filters = frozenset({("source", question[2])} if question[2] else ())
        report = report_of(people, question)
        try:
            safe = published(report, threshold=THRESHOLD, earlier=earlier, filters=filters)
        except ReleaseRefusedError:
            continue
        earlier.insert(0, Publication(safe, filters))
        told += list(cells(safe, question))

    return learned(counts, told, asked)


def report_of(people: People, asked: Asked) -> Report:
    group, quarters, only = asked
    labels = SOURCES if group == "source" else AREAS
    rows = {
        label: tuple(
            sum(people[PLACES[place]] for place in of(group, label, quarters, only, {ending}))
            for ending in (1, 0)
        )
        for label in labels
        if group == "area" or only in {"", label}
    }
    return by(group, rows, period=DAYS[quarters])


def of(group: str, label: str, quarters: tuple[int, ...], only: str, endings: set[int]) -> set[int]:
    """The unknowns that a count adds up."""
    return {
        place
        for place, (source, area, quarter, ending) in enumerate(PLACES)
        if quarter in quarters
        and ending in endings
        and only in {"", source}
        and label in {"All", source if group == "source" else area}
    }


def cells(report: Report, asked: Asked) -> Iterator[tuple[set[int], object]]:
    group, quarters, only = asked
    (section,) = report.sections
    for label, *figures in (*section.rows, section.totals or ()):
        for figure, endings in zip(figures, ({1}, {0}, {0, 1}), strict=False):
            yield of(group, str(label), quarters, only, endings), figure


def learned(
    counts: list[int], told: list[tuple[set[int], object]], asked: list[Asked]
) -> list[tuple[list[object], int]]:
    """The small counts that an attacker knows for certain."""
    found = []
    known = np.array(counts)
    sums = np.array([[place in some for place in range(len(PLACES))] for some, _ in told], float)
    hidden = np.array([figure is Marker.SUPPRESSED for _, figure in told])
    values = sums @ known
    rules = (
        LinearConstraint(
            sums,
            np.where(hidden, np.minimum(values, 1), values),
            np.where(hidden, np.inf, values),
        )
        if told
        else ()
    )
    for some in targets(asked):
        row = np.array([place in some for place in range(len(PLACES))], float)
        if 0 < row @ known < THRESHOLD:
            low, high = (
                milp(
                    way * row, constraints=rules, integrality=np.ones(len(PLACES)),
                    bounds=Bounds(0, 500),
                )
                for way in (1, -1)
            )  # fmt: skip
            if round(low.fun) == round(-high.fun):
                found.append(([PLACES[place] for place in some], round(low.fun)))
    return found


def targets(asked: list[Asked]) -> Iterator[set[int]]:
    """Every count of any table, and the same of each quarter by itself."""
    seen: list[set[int]] = []
    for group, _, only in asked:
        for label in (*(SOURCES if group == "source" else AREAS), "All"):
            for quarters, endings in product(DAYS, ({1}, {0}, {0, 1})):
                some = of(group, label, quarters, only, endings)
                if some and some not in seen:
                    seen.append(some)
                    yield some
