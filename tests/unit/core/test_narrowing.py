"""Bounds that releases leave a count, as none is negative and no hidden one 0 (C9.4)."""

from datetime import date, timedelta

from core.bounds import Bounds
from core.differencing import revealing
from core.narrowing import Narrowing
from core.published_numbers import Count, Family, Publication, Statement
from core.publishing import published
from tests.unit.core.published_reports import HALF, Q1, by

WHOLE, ONE, OTHER = range(3)
SUM = {WHOLE: -1, ONE: 1, OTHER: 1}


def test_parts_are_never_more_than_their_whole_and_no_part_is_without_its_source() -> None:
    bounds = Bounds(3, [SUM])
    bounds.is_exactly(WHOLE, 6, 0b001)
    bounds.is_least(ONE, 5, 0b010)
    bounds.is_least(OTHER, 1, 0b100)

    bounds.settle()

    assert list(bounds.known()) == [(6, 0b001), (5, 0b111), (1, 0b111)]
    assert not bounds.clashes


def test_what_can_be_one_at_most_is_taken_for_one() -> None:
    bounds = Bounds(3, [SUM])
    bounds.is_most(WHOLE, 1, 0b1)

    bounds.settle()

    assert list(bounds.known()) == [(1, 0b1)] * 3


def test_an_unknown_that_counts_twice_is_half() -> None:
    bounds = Bounds(2, [{0: 2, 1: -1}])
    bounds.is_exactly(1, 7)

    bounds.settle()

    assert list(bounds.known()) == [(7, 0)]  # between 3.5 and 3.5 there is no whole number


def test_what_does_not_fit_is_passed_over_with_its_sources() -> None:
    bounds = Bounds(3, [SUM])
    bounds.is_exactly(WHOLE, 6, 0b001)
    bounds.is_exactly(ONE, 8, 0b010)
    bounds.settle()
    bounds.is_most(ONE, 7, 0b100)
    bounds.is_least(ONE, 9, 0b1000)
    bounds.is_exactly(ONE, 9, 0b10000)

    assert bounds.clashes == 0b11111


def test_a_marker_and_a_longer_period_tell_of_a_small_number() -> None:
    """Of 6 in the half year some were hidden in each quarter, so 5 in the first leave one."""
    family = Family(("people",), frozenset(), "started", adds_up=True)
    days = [date(2026, 4, 1) + timedelta(days=day) for day in (0, 91, 183)]
    first, second, half = (
        Count(family, period)
        for period in ((days[0], days[1]), (days[1], days[2]), (days[0], days[2]))
    )
    cell = (0, 0, 1)
    narrowing = Narrowing(
        [Statement({half: 1}, 2, cell, is_printed=True)], [], [first, second], [], threshold=5
    )

    assert narrowing.revealing(frozenset()) == {frozenset({cell})}
    assert not narrowing.revealing(frozenset({cell}))


def test_periods_of_many_days_are_held_against_their_parts() -> None:
    family = Family(("people",), frozenset(), "started", adds_up=True)
    days = [date(2026, 4, 1) + timedelta(days=day) for day in range(11)]
    parts = [Count(family, (one, one + timedelta(days=1))) for one in days[:-1]]
    said = [Statement({part: 1}, 10, is_printed=True) for part in parts[1:]]
    told = Count(family, (days[0], days[2]))
    half = Statement({Count(family, (days[0], days[-1])): 1}, 93, (0, 0, 1), is_printed=True)

    found = Narrowing(
        [half], said, [], [Statement({told: -1, parts[0]: 1, parts[1]: 1})], threshold=5
    )

    assert found.revealing(frozenset()) == {frozenset({(0, 0, 1)})}


def test_a_hidden_count_that_must_be_nought_is_let_be() -> None:
    """Both rows were hidden before anybody knew that nobody is in one of them."""
    hidden = by("source", {"police": (30, 20), "self": (25, 15)}, period=HALF)
    first = published(hidden, threshold=5)
    family = Family(("people",), frozenset(), "started", adds_up=True)
    count = Count(family, (date(2026, 4, 1), date(2026, 7, 1)))
    now = Statement({count: 1}, 0, (0, 0, 1), is_printed=True)
    before = Statement({count: 1}, 0, is_printed=True)

    assert not Narrowing([now], [], [count], [], threshold=5).revealing(frozenset())
    assert not Narrowing([], [before], [count], [], threshold=5).revealing(frozenset())
    assert not revealing(
        Publication(by("source", {"police": (30, 20)}, period=Q1)),
        frozenset(), [Publication(first)], threshold=5,
    )  # fmt: skip
