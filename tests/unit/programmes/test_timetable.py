"""Timetables that keep their weekday and time, past closed days and clock changes (C6)."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import instant_of, london
from programmes.bank_holidays import is_bank_holiday
from programmes.domain.terms import Nation
from programmes.domain.timetable import (
    NoOpenDayError,
    PlannedSession,
    PlannedUnit,
    Slot,
    overlap,
    pushed,
    timetable,
)

MONDAY, TUESDAY, THURSDAY, SUNDAY = 0, 1, 3, 6
IsClosed = Callable[[date], bool]


def always_open(_: date) -> bool:
    return False


def bank_holiday(day: date) -> bool:
    return is_bank_holiday(day, Nation.ENGLAND_AND_WALES)


def plan(
    starts_on: date,
    *slots: Slot,
    units: int = 12,
    minutes: int = 120,
    is_closed: IsClosed = bank_holiday,
) -> tuple[PlannedSession, ...]:
    return timetable(
        starts_on=starts_on,
        slots=slots,
        units=[PlannedUnit(number, minutes) for number in range(1, units + 1)],
        is_closed=is_closed,
    )


def days(planned: tuple[PlannedSession, ...]) -> list[date]:
    return [london(session.starts_at).date() for session in planned]


def test_twelve_mondays_from_13_april_2026_skip_two_bank_holidays() -> None:
    planned = plan(date(2026, 4, 13), Slot(MONDAY, "10:00"))

    assert [f"{day:%-d %b}" for day in days(planned)] == [
        "13 Apr", "20 Apr", "27 Apr", "11 May", "18 May", "1 Jun", "8 Jun", "15 Jun", "22 Jun",
        "29 Jun", "6 Jul", "13 Jul",
    ]  # fmt: skip
    assert [session.delay_weeks for session in planned] == [0] * 3 + [1] * 2 + [2] * 7
    assert (days(planned)[-1] - days(planned)[0]).days // 7 + 1 == 14


def test_twelve_tuesdays_from_14_april_2026_end_on_30_june() -> None:
    planned = plan(date(2026, 4, 14), Slot(TUESDAY, "10:00"))

    assert days(planned) == [date(2026, 4, 14) + timedelta(weeks=week) for week in range(12)]
    assert days(planned)[-1] == date(2026, 6, 30)


def test_twenty_six_mondays_from_14_september_2026_skip_the_substitute_boxing_day() -> None:
    planned = plan(date(2026, 9, 14), Slot(MONDAY, "10:00"), units=26)

    assert date(2026, 12, 28) not in days(planned)
    assert days(planned)[-1] == date(2027, 3, 15)


@pytest.mark.parametrize("starts_on", [date(2026, 3, 2), date(2026, 10, 5)])
def test_a_session_at_ten_stays_at_ten_when_the_clocks_change(starts_on: date) -> None:
    planned = plan(starts_on, Slot(MONDAY, "10:00"))

    assert {f"{london(session.starts_at):%H:%M}" for session in planned} == {"10:00"}
    assert {session.starts_at.hour for session in planned} == {9, 10}


def test_the_first_session_is_on_the_first_of_the_weekdays_from_the_start() -> None:
    assert days(plan(date(2026, 6, 10), Slot(MONDAY, "10:00"), units=1)) == [date(2026, 6, 15)]


def test_a_start_on_the_weekday_itself_is_the_first_session() -> None:
    assert days(plan(date(2026, 6, 8), Slot(MONDAY, "10:00"), units=1)) == [date(2026, 6, 8)]


def test_two_slots_a_week_keep_their_weekdays_past_a_closed_day() -> None:
    planned = plan(date(2026, 4, 27), Slot(THURSDAY, "18:30"), Slot(MONDAY, "10:00"), units=5)

    assert [f"{london(session.starts_at):%a %-d %b %H:%M}" for session in planned] == [
        "Mon 27 Apr 10:00", "Thu 30 Apr 18:30", "Mon 11 May 10:00", "Thu 14 May 18:30",
        "Mon 18 May 10:00",
    ]  # fmt: skip


def test_a_start_in_the_middle_of_the_week_takes_the_later_slot_first() -> None:
    planned = plan(date(2026, 6, 10), Slot(MONDAY, "10:00"), Slot(THURSDAY, "10:00"), units=2)

    assert days(planned) == [date(2026, 6, 11), date(2026, 6, 15)]


def test_a_closure_of_two_weeks_moves_the_rest_by_two_weeks() -> None:
    def half_term(day: date) -> bool:
        return date(2026, 6, 15) <= day <= date(2026, 6, 26)

    planned = plan(date(2026, 6, 8), Slot(MONDAY, "10:00"), units=3, is_closed=half_term)

    assert days(planned) == [date(2026, 6, 8), date(2026, 6, 29), date(2026, 7, 6)]


def test_closed_days_without_an_end_are_refused() -> None:
    with pytest.raises(NoOpenDayError):
        plan(date(2026, 6, 8), Slot(MONDAY, "10:00"), is_closed=lambda _: True)


def test_a_year_of_closed_weeks_is_still_planned() -> None:
    reopens = date(2026, 6, 8) + timedelta(weeks=52)

    planned = plan(
        date(2026, 6, 8), Slot(MONDAY, "10:00"), units=1, is_closed=lambda day: day < reopens
    )

    assert days(planned) == [reopens]


def test_no_units_make_no_sessions() -> None:
    assert plan(date(2026, 6, 8), Slot(MONDAY, "10:00"), units=0) == ()


def test_no_slots_make_no_sessions() -> None:
    assert plan(date(2026, 6, 8)) == ()


def test_slots_closer_than_a_unit_is_long_overlap() -> None:
    at_ten, at_half_past_eleven = Slot(MONDAY, "10:00"), Slot(MONDAY, "11:30")

    assert overlap(plan(date(2026, 6, 8), at_ten, at_half_past_eleven, minutes=91))
    assert not overlap(plan(date(2026, 6, 8), at_ten, at_half_past_eleven, minutes=90))


def test_a_session_past_midnight_may_overlap_the_next_day() -> None:
    late, early = Slot(SUNDAY, "23:00"), Slot(MONDAY, "00:30")

    assert overlap(plan(date(2026, 6, 7), late, early, minutes=120))


TIMES = st.builds("{:02}:{:02}".format, st.integers(3, 23), st.integers(0, 59))
"""From three in the morning on, when the clocks have changed and each time of day exists once."""

SLOTS = st.lists(st.builds(Slot, st.integers(0, 6), TIMES), min_size=1, max_size=4, unique=True)
STARTS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
CLOSED = st.frozensets(st.integers(0, 200), max_size=40)


def closed_on(starts_on: date, offsets: frozenset[int]) -> IsClosed:
    """Closed on these days after the start."""
    closed = {starts_on + timedelta(days=number) for number in offsets}
    return closed.__contains__


@given(STARTS, SLOTS, st.integers(1, 30), CLOSED)
def test_every_timetable_keeps_order_weekday_and_clock_and_avoids_closed_days(
    starts_on: date, slots: list[Slot], units: int, offsets: frozenset[int]
) -> None:
    is_closed = closed_on(starts_on, offsets)
    planned = plan(starts_on, *slots, units=units, minutes=1, is_closed=is_closed)
    starts = [london(session.starts_at) for session in planned]

    assert [session.unit_number for session in planned] == list(range(1, units + 1))
    assert all(before < after for before, after in itertools.pairwise(starts))
    assert not any(is_closed(day.date()) for day in starts)
    assert min(starts).date() >= starts_on
    assert {Slot(day.weekday(), f"{day:%H:%M}") for day in starts} <= set(slots)
    assert not overlap(planned)


@given(STARTS, SLOTS, st.integers(1, 30), CLOSED)
def test_each_slot_takes_its_turn_whatever_is_closed(
    starts_on: date, slots: list[Slot], units: int, offsets: frozenset[int]
) -> None:
    def slots_in_turn(planned: tuple[PlannedSession, ...]) -> list[tuple[int, str]]:
        starts = [london(session.starts_at) for session in planned]
        return [(start.weekday(), f"{start:%H:%M}") for start in starts]

    closed = plan(starts_on, *slots, units=units, is_closed=closed_on(starts_on, offsets))
    opened = plan(starts_on, *slots, units=units, is_closed=always_open)

    assert slots_in_turn(closed) == slots_in_turn(opened)


@given(STARTS, SLOTS, st.integers(1, 30), CLOSED)
def test_the_same_timetable_comes_out_twice_in_whatever_order_the_slots_are_given(
    starts_on: date, slots: list[Slot], units: int, offsets: frozenset[int]
) -> None:
    is_closed = closed_on(starts_on, offsets)

    first = plan(starts_on, *slots, units=units, is_closed=is_closed)
    again = plan(starts_on, *reversed(slots), units=units, is_closed=is_closed)

    assert first == again


def session(day: date, number: int = 1, at: str = "10:00") -> PlannedSession:
    return PlannedSession(number, instant_of(day, at), 120)


def push(
    moved: PlannedSession,
    *later: PlannedSession,
    slots: tuple[Slot, ...] = (Slot(TUESDAY, "10:00"),),
    gap_days: int = 0,
    is_closed: IsClosed = bank_holiday,
) -> list[date]:
    found = pushed(moved, [(item, gap_days) for item in later], slots=slots, is_closed=is_closed)
    return days(found)


TUESDAYS = [date(2026, 4, 14) + timedelta(weeks=week) for week in range(12)]


def test_moving_by_two_weeks_pushes_what_is_in_the_way_by_the_slots_it_needs() -> None:
    later = [session(day, number) for number, day in enumerate(TUESDAYS[1:4], start=2)]

    assert push(session(TUESDAYS[2]), *later) == TUESDAYS[3:6]


def test_moving_within_the_week_pushes_nothing() -> None:
    later = [session(day, number) for number, day in enumerate(TUESDAYS[1:4], start=2)]

    assert push(session(date(2026, 4, 17)), *later) == TUESDAYS[1:4]


def test_a_free_week_takes_up_the_push() -> None:
    later = [session(TUESDAYS[1], 2), session(TUESDAYS[3], 3)]

    assert push(session(TUESDAYS[1]), *later) == [TUESDAYS[2], TUESDAYS[3]]


def test_a_push_moves_past_a_closed_day_as_the_timetable_does() -> None:
    mondays = (Slot(MONDAY, "10:00"), Slot(THURSDAY, "10:00"))
    later = [session(date(2026, 4, 30), 2), session(date(2026, 5, 11), 3)]

    assert push(session(date(2026, 4, 30)), *later, slots=mondays) == [
        date(2026, 5, 11), date(2026, 5, 14),
    ]  # fmt: skip


def test_a_push_keeps_the_gap_of_a_unit() -> None:
    assert push(session(TUESDAYS[1]), session(TUESDAYS[2]), gap_days=21) == [TUESDAYS[4]]


def test_a_push_finds_no_day_where_everything_is_closed() -> None:
    with pytest.raises(NoOpenDayError):
        push(session(TUESDAYS[1]), session(TUESDAYS[1]), is_closed=lambda _: True)


def test_a_gap_takes_the_first_slot_at_least_that_long_after() -> None:
    units = [PlannedUnit(1, 120), PlannedUnit(2, 120, 15), PlannedUnit(3, 120)]

    planned = timetable(
        starts_on=TUESDAYS[0], slots=[Slot(TUESDAY, "10:00")], units=units,
        is_closed=always_open,
    )  # fmt: skip

    assert days(planned) == [TUESDAYS[0], TUESDAYS[3], TUESDAYS[4]]
    assert [item.delay_weeks for item in planned] == [0, 0, 0]


def test_closed_weeks_here_and_there_add_up_to_too_many() -> None:
    closed = {date(2026, 6, 8) + timedelta(weeks=2 * week) for week in range(53)}

    with pytest.raises(NoOpenDayError):
        plan(date(2026, 6, 8), Slot(MONDAY, "10:00"), units=60, is_closed=closed.__contains__)


GAPS = st.lists(st.integers(0, 30), min_size=1, max_size=15)


@given(STARTS, SLOTS, GAPS, CLOSED)
def test_every_gap_is_held_and_nothing_doubles_up(
    starts_on: date, slots: list[Slot], gaps: list[int], offsets: frozenset[int]
) -> None:
    is_closed = closed_on(starts_on, offsets)
    units = [PlannedUnit(number, 1, gap) for number, gap in enumerate(gaps, start=1)]
    planned = timetable(starts_on=starts_on, slots=slots, units=units, is_closed=is_closed)
    starts = [london(item.starts_at) for item in planned]

    assert all(before < after for before, after in itertools.pairwise(starts))
    assert not any(is_closed(day.date()) for day in starts)
    assert {Slot(day.weekday(), f"{day:%H:%M}") for day in starts} <= set(slots)
    held = [(after.date() - before.date()).days for before, after in itertools.pairwise(starts)]
    assert all(days >= gap for days, gap in zip(held, gaps[1:], strict=True))


@given(STARTS, SLOTS, st.integers(2, 15), st.integers(0, 60), CLOSED)
def test_a_push_keeps_order_weekdays_and_clock_avoids_closed_days_and_moves_nothing_back(
    starts_on: date, slots: list[Slot], units: int, by_days: int, offsets: frozenset[int]
) -> None:
    is_closed = closed_on(starts_on, offsets)
    before = plan(starts_on, *slots, units=units, minutes=1, is_closed=is_closed)
    first = before[0]
    moved = PlannedSession(1, first.starts_at + timedelta(days=by_days), 1)

    after = pushed(moved, [(item, 0) for item in before[1:]], slots=slots, is_closed=is_closed)
    starts = [london(item.starts_at) for item in (moved, *after)]

    assert [item.unit_number for item in after] == list(range(2, units + 1))
    assert all(one < other for one, other in itertools.pairwise(starts))
    assert not any(is_closed(day.date()) for day in starts[1:])
    assert {Slot(day.weekday(), f"{day:%H:%M}") for day in starts[1:]} <= set(slots)
    assert all(new.starts_at >= old.starts_at for new, old in zip(after, before[1:], strict=True))
