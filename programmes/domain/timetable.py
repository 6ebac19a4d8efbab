"""Timetables: a weekly series that keeps its weekday and time, and moves past closed days (C6)."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import instant_of, london

LONGEST_DELAY_WEEKS = 52
"""More closed weeks than this in one timetable mean that a closure is wrong."""

_NEXT = timedelta(minutes=1)
IsClosed = Callable[[date], bool]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A weekly time: weekday 0 (Monday) to 6, wall-clock ``HH:MM`` in London."""

    weekday: int
    at: str


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit of the group to find a day for; ``minutes`` long.

    ``gap_days`` is the least time after the group session before it.
    """

    number: int
    minutes: int
    gap_days: int = 0


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A unit on its day; ``starts_at`` is UTC, ``delay_weeks`` how far closed days moved it."""

    unit_number: int
    starts_at: datetime
    minutes: int
    delay_weeks: int = 0

    @property
    def ends_at(self) -> datetime:
        """Answer when it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


class NoOpenDayError(ValueError):
    """Closed days go on for so long that the timetable cannot be made."""


def timetable(
    *,
    starts_on: date,
    slots: Sequence[Slot],
    units: Sequence[PlannedUnit],
    is_closed: IsClosed,
) -> tuple[PlannedSession, ...]:
    """Give each unit a session, in order, the first on or after ``starts_on``.

    A closed day moves that unit and all later ones by seven days, so that every unit keeps its
    weekday and time and none doubles up. A unit with a gap takes the first slot after it.

    Raises:
        NoOpenDayError: a year of weeks in a row is closed.

    Source: domain.md C6.
    """
    planned: list[PlannedSession] = []
    delay = 0
    for unit in units if slots else ():
        earliest = instant_of(starts_on, "00:00")
        if planned:
            earliest = max(planned[-1].starts_at + _NEXT, _after_gap(planned[-1], unit))
        starts_at, weeks = next_open(slots, earliest=earliest, is_closed=is_closed)
        delay += weeks
        if delay > LONGEST_DELAY_WEEKS:
            raise NoOpenDayError
        planned.append(PlannedSession(unit.number, starts_at, unit.minutes, delay))
    return tuple(planned)


def next_open(
    slots: Sequence[Slot], *, earliest: datetime, is_closed: IsClosed
) -> tuple[datetime, int]:
    """Answer the first slot from ``earliest`` on, moved week by week past closed days.

    Also answers how many weeks it was moved.

    Raises:
        NoOpenDayError: a year of weeks in a row is closed.
    """
    day, wall_time = next(
        (day, at)
        for day, at in _days(london(earliest).date(), slots)
        if instant_of(day, at) >= earliest
    )
    for weeks in range(LONGEST_DELAY_WEEKS + 1):
        open_day = day + timedelta(weeks=weeks)
        if not is_closed(open_day):
            return instant_of(open_day, wall_time), weeks
    raise NoOpenDayError


def pushed(
    moved: PlannedSession,
    later: Sequence[tuple[PlannedSession, int]],
    *,
    slots: Sequence[Slot],
    is_closed: IsClosed,
) -> tuple[PlannedSession, ...]:
    """Answer the later sessions after ``moved`` has taken its new time, each with its gap in days.

    A session that still comes after the one before it stays where it is; another takes the next
    slot, as in ``timetable``.

    Raises:
        NoOpenDayError: a year of weeks in a row is closed.

    Source: domain.md C6.
    """
    planned = [moved]
    for session, gap_days in later:
        unit = PlannedUnit(session.unit_number, session.minutes, gap_days)
        earliest = max(planned[-1].ends_at, _after_gap(planned[-1], unit))
        starts_at = session.starts_at
        if starts_at < earliest:
            starts_at, _ = next_open(slots, earliest=earliest, is_closed=is_closed)
        planned.append(PlannedSession(session.unit_number, starts_at, session.minutes))
    return tuple(planned[1:])


def overlap(planned: Sequence[PlannedSession]) -> bool:
    """Tell whether a session begins before the one ahead of it has ended."""
    return any(after.starts_at < before.ends_at for before, after in itertools.pairwise(planned))


def _after_gap(before: PlannedSession, unit: PlannedUnit) -> datetime:
    if not unit.gap_days:
        return before.starts_at
    return instant_of(london(before.starts_at).date() + timedelta(days=unit.gap_days), "00:00")


def _days(starts_on: date, slots: Sequence[Slot]) -> Iterator[tuple[date, str]]:
    """Answer the slots' days for ever, as if no day were closed."""
    monday = starts_on - timedelta(days=starts_on.weekday())
    while True:
        for slot in sorted(slots):
            day = monday + timedelta(days=slot.weekday)
            if day >= starts_on:
                yield day, slot.at
        monday += timedelta(weeks=1)
