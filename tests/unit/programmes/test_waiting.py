"""How long people wait, whether a group's times suit, and who is passed over."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from programmes.domain.case_terms import PartOfDay
from programmes.domain.timetable import Slot
from programmes.domain.waiting import (
    Availability,
    Fit,
    Waiter,
    Waits,
    fit,
    part_of_day,
    passed_over,
    waited_days,
    waits,
)

MORNING, AFTERNOON, EVENING = PartOfDay


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ("00:00", MORNING),
        ("09:30", MORNING),
        ("11:59", MORNING),
        ("12:00", AFTERNOON),
        ("16:59", AFTERNOON),
        ("17:00", EVENING),
        ("23:59", EVENING),
    ],
)
def test_the_parts_of_a_day(at: str, part: PartOfDay) -> None:
    assert part_of_day(at) is part


MONDAY_EVENING = Availability(0, EVENING)
THURSDAY_MORNING = Availability(3, MORNING)
TWICE_A_WEEK = (Slot(0, "18:30"), Slot(3, "10:00"))


@pytest.mark.parametrize(
    ("available", "expected"),
    [
        ((MONDAY_EVENING, THURSDAY_MORNING), Fit.FITS),
        ((MONDAY_EVENING,), Fit.PARTLY),
        ((Availability(0, MORNING), Availability(3, EVENING)), Fit.DOES_NOT),
        ((), Fit.NOT_RECORDED),
    ],
)
def test_a_groups_times_against_somebodys(
    available: tuple[Availability, ...], expected: Fit
) -> None:
    assert fit(TWICE_A_WEEK, available) is expected


def test_a_group_without_times_says_nothing() -> None:
    assert fit((), (MONDAY_EVENING,)) is Fit.NOT_RECORDED


def test_days_waited_are_counted_from_the_referral() -> None:
    today = date(2026, 6, 10)

    assert waited_days(date(2026, 5, 7), today) == 34
    assert waited_days(today, today) == 0
    assert waited_days(date(2026, 6, 11), today) == 0


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), Waits(0, None, None)),
        ((7,), Waits(1, Fraction(7), 7)),
        ((40, 3, 12), Waits(3, Fraction(12), 40)),
        ((40, 3, 12, 13), Waits(4, Fraction(25, 2), 40)),
    ],
)
def test_the_median_and_the_longest_wait(days: tuple[int, ...], expected: Waits) -> None:
    assert waits(days) == expected


A, B, C, D = (UUID(int=number) for number in range(1, 5))


def waiter(referral_id: UUID, *, suitable: bool = True, ruled_out: bool = False) -> Waiter:
    return Waiter(referral_id, suitable, ruled_out)


@pytest.mark.parametrize(
    ("waiting", "chosen", "expected"),
    [
        ([waiter(A), waiter(B)], A, ()),
        ([waiter(A), waiter(B), waiter(C), waiter(D)], C, (A, B)),
        ([waiter(A, ruled_out=True), waiter(B), waiter(C)], C, (B,)),
        ([waiter(A, suitable=False), waiter(B)], B, ()),
        ([waiter(A, suitable=False), waiter(B, suitable=False)], B, (A,)),
        ([waiter(A), waiter(B, suitable=False)], B, (A,)),
        ([waiter(A)], D, ()),
    ],
)
def test_who_is_passed_over(
    waiting: list[Waiter], chosen: UUID, expected: tuple[UUID, ...]
) -> None:
    """Longer waiting, no later in the assessment, and not ruled out by their own times."""
    assert passed_over(waiting, chosen) == expected
