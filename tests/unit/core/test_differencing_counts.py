"""The same people counted in two reports are held against one another (C9.4)."""

from dataclasses import replace
from datetime import date

import pytest

from core.differencing import revealing
from core.errors import ReleaseRefusedError
from core.published_numbers import Publication
from core.publishing import published
from core.reports import Basis, Column, Kind, Marker, Question, Report, Sum
from tests.unit.core.published_reports import HALF, Q1, Days, whole

SOURCE = Column("source", "Source", Kind.CODE)


def starts(column: Column, number: int, period: Days, basis: Basis) -> Report:
    return whole(
        (SOURCE, column), [("self", number)], ("All", number), group_by=("source",),
        question=Question(*period, basis=basis),
    )  # fmt: skip


def test_a_count_of_another_key_and_basis_is_held_against_what_it_is_the_same_as() -> None:
    started = Column("started", "Started", Kind.COUNT)
    waits = replace(started, key="starts", same_as="flow started")
    half = published(starts(started, 20, HALF, Basis.FLOW), threshold=5)
    quarter = starts(waits, 18, Q1, Basis.COHORT)

    alone = published(
        starts(replace(waits, same_as=""), 18, Q1, Basis.COHORT), threshold=5,
        earlier=[Publication(half)],
    )  # fmt: skip

    assert alone.rows == (("self", 18),)
    with pytest.raises(ReleaseRefusedError):
        published(quarter, threshold=5, earlier=[Publication(half)])


def test_all_who_left_and_who_left_otherwise_reveal_no_neutral_exits() -> None:
    left, neutral, exited = (
        Column(key, key.capitalize(), Kind.COUNT) for key in ("left", "neutral", "exited")
    )
    everybody = Column(
        "all_exited", "All who left", Kind.COUNT, adds_up=False, along=("reason",),
        whole_of="exited",
    )  # fmt: skip
    reason = Column("reason", "Reason", Kind.CODE)
    completion = whole(
        (SOURCE, left, neutral), [("self", Marker.SUPPRESSED, 13)], None, group_by=("source",)
    )
    reasons = whole(
        (SOURCE, reason, exited, everybody),
        [("self", "died", Marker.SUPPRESSED, 16), ("self", "work", Marker.SUPPRESSED, 16)],
        None, group_by=("source", "reason"),
        sums=(Sum("exited", ("left", "neutral"), elsewhere=True),),
    )  # fmt: skip

    found = revealing(Publication(reasons), frozenset(), [Publication(completion)], threshold=5)

    assert {frozenset({(0, 0, 3)})} <= found


def test_a_period_until_the_last_day_of_all_is_published() -> None:
    far = starts(Column("started", "Started", Kind.COUNT), 20, (None, date.max), Basis.FLOW)

    assert published(far, threshold=5, earlier=[Publication(far)]).rows == (("self", 20),)


def test_a_fault_that_few_have_more_than_before_is_not_numbered() -> None:
    started = starts(Column("started", "Started", Kind.COUNT), 20, Q1, Basis.FLOW)
    said = ("12 still active", "30 sessions without a register", "9 in none of 40")
    before = replace(started, data_quality=said)
    again = ("13 still active", "36 sessions without a register", "9 in none of 41")

    found = published(
        replace(started, data_quality=again), threshold=5, earlier=[Publication(before)]
    )

    assert found.data_quality == (
        "[c] still active", "36 sessions without a register", "9 in none of [c]"
    )  # fmt: skip
