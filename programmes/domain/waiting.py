"""Waiting for a place: how long, whether a group's times suit, and who is passed over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from statistics import median
from uuid import UUID

from programmes.domain.case_terms import PartOfDay
from programmes.domain.timetable import Slot

_NOON = "12:00"
_EVENING = "17:00"


class Fit(StrEnum):
    """Whether somebody can come at the times of a group."""

    FITS = "fits"
    PARTLY = "partly"
    DOES_NOT = "does_not"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, slots=True, order=True)
class Availability:
    """A part of a weekday, 0 (Monday) to 6, on which somebody can come."""

    weekday: int
    part: PartOfDay


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the people of a waiting list have waited; ``None`` where nobody waits."""

    people: int
    median_days: Fraction | None
    longest_days: int | None


@dataclass(frozen=True, slots=True)
class Waiter:
    """What decides whether somebody who waits is passed over for a place in a group.

    ``ruled_out``: the person's own times or places leave this group out.
    """

    referral_id: UUID
    found_suitable: bool
    ruled_out: bool


def part_of_day(at: str) -> PartOfDay:
    """Answer the part of the day that a wall-clock ``HH:MM`` lies in."""
    if at < _NOON:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if at < _EVENING else PartOfDay.EVENING


def fit(slots: Collection[Slot], available: Collection[Availability]) -> Fit:
    """Tell whether somebody can come to all, some or none of a group's weekly times."""
    if not available or not slots:
        return Fit.NOT_RECORDED
    possible = [Availability(slot.weekday, part_of_day(slot.at)) in available for slot in slots]
    if all(possible):
        return Fit.FITS
    return Fit.PARTLY if any(possible) else Fit.DOES_NOT


def waited_days(received_on: date, today: date) -> int:
    """Answer for how many days a referral has waited."""
    return max((today - received_on).days, 0)


def waits(days: Sequence[int]) -> Waits:
    """Answer the median and the longest wait."""
    if not days:
        return Waits(people=0, median_days=None, longest_days=None)
    return Waits(len(days), Fraction(median(days)), max(days))


def passed_over(waiting: Sequence[Waiter], chosen: UUID) -> tuple[UUID, ...]:
    """Answer who is passed over if ``chosen`` joins; ``waiting`` has the longest wait first.

    It is everybody before them, but those whom their own times or places rule out, and those not
    yet found suitable where the chosen person is.
    """
    ahead: list[Waiter] = []
    for waiter in waiting:
        if waiter.referral_id == chosen:
            return tuple(
                one.referral_id
                for one in ahead
                if not one.ruled_out and one.found_suitable >= waiter.found_suitable
            )
        ahead.append(waiter)
    return ()
