"""Timetables: a weekly series that keeps its weekday and time, and moves past closed days (C6)."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import instant_of

LONGEST_DELAY_WEEKS = 52
"""More closed weeks than this in one timetable mean that a closure is wrong."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A weekly time: weekday 0 (Monday) to 6, wall-clock ``HH:MM`` in London."""

    weekday: int
    at: str


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit to find a day for; ``minutes`` long."""

    number: int
    minutes: int


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A unit on its day; ``starts_at`` is UTC, ``delay_weeks`` how far closed days moved it."""

    unit_number: int
    starts_at: datetime
    minutes: int
    delay_weeks: int = 0


class NoOpenDayError(ValueError):
    """Closed days go on for so long that the timetable cannot be made."""


def timetable(
    *,
    starts_on: date,
    slots: Sequence[Slot],
    units: Sequence[PlannedUnit],
    is_closed: Callable[[date], bool],
) -> tuple[PlannedSession, ...]:
    """Give each unit a session, in order, the first on or after ``starts_on``.

    A closed day moves that unit and all later ones by seven days, so that every unit keeps its
    weekday and time and none doubles up.

    Raises:
        NoOpenDayError: a year of weeks in a row is closed.

    Source: domain.md C6.
    """
    planned = []
    delay = 0
    for unit, (day, wall_time) in zip(units, _days(starts_on, slots), strict=False):
        while is_closed(day + timedelta(weeks=delay)):
            delay += 1
            if delay > LONGEST_DELAY_WEEKS:
                raise NoOpenDayError
        starts_at = instant_of(day + timedelta(weeks=delay), wall_time)
        planned.append(PlannedSession(unit.number, starts_at, unit.minutes, delay))
    return tuple(planned)


def overlap(planned: Sequence[PlannedSession]) -> bool:
    """Tell whether a session begins before the one ahead of it has ended."""
    return any(
        after.starts_at < before.starts_at + timedelta(minutes=before.minutes)
        for before, after in itertools.pairwise(planned)
    )


def _days(starts_on: date, slots: Sequence[Slot]) -> Iterator[tuple[date, str]]:
    """Answer the slots' days for ever, as if no day were closed."""
    monday = starts_on - timedelta(days=starts_on.weekday())
    while slots:
        for slot in sorted(slots):
            day = monday + timedelta(days=slot.weekday)
            if day >= starts_on:
                yield day, slot.at
        monday += timedelta(weeks=1)
