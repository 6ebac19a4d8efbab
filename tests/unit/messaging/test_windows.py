"""Safe hours, minute by minute over both changes of the clock (G6)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import instant_of, london
from messaging.domain.facts import Policy, Window
from messaging.domain.windows import is_safe, next_span

SERVICE = Policy().service_hours
WEEKENDS = [date(2026, 10, 24), date(2027, 3, 27)]


def every_minute(first: date, days: int) -> Iterator[datetime]:
    instant, end = instant_of(first, "00:00"), instant_of(first + timedelta(days=days), "00:00")
    while instant < end:
        yield instant
        instant += timedelta(minutes=1)


@pytest.mark.parametrize("first", WEEKENDS)
def test_g6_m3_only_the_minutes_of_the_service_hours_are_safe(first: date) -> None:
    """Saturday to Monday around each change; none of Sunday is safe."""
    for instant in every_minute(first, 3):
        local = london(instant)
        expected = local.weekday() != 6 and time(9) <= local.time() < time(18)
        assert is_safe(instant, service=SERVICE, own=(), guard_minutes=0) is expected, local


@pytest.mark.parametrize("first", WEEKENDS)
def test_own_hours_at_night_over_the_change_never_open_the_service_hours(first: date) -> None:
    own = tuple(Window(day, time(0), time(10)) for day in range(7))

    safe = [
        m for m in every_minute(first, 3) if is_safe(m, service=SERVICE, own=own, guard_minutes=0)
    ]

    assert {london(minute).weekday() for minute in safe} == {5, 0}
    assert {london(minute).hour for minute in safe} == {9}
    assert len(safe) == 120


@pytest.mark.parametrize("first", WEEKENDS)
def test_round_the_clock_hours_know_skipped_and_repeated_hours(first: date) -> None:
    """A service that texts all day has no unsafe minute, on a day of 23 or of 25 hours."""
    always = tuple(Window(day, time(0), time(23, 59, 59)) for day in range(7))

    assert all(
        is_safe(minute, service=always, own=(), guard_minutes=0)
        for minute in every_minute(first, 3)
    )


def test_g7_the_last_quarter_of_an_hour_is_not_for_handing_over() -> None:
    """G7."""
    assert is_safe(
        instant_of(date(2026, 6, 12), "17:44"), service=SERVICE, own=(), guard_minutes=15
    )
    assert not is_safe(
        instant_of(date(2026, 6, 12), "17:45"), service=SERVICE, own=(), guard_minutes=15
    )


def test_a_text_due_on_sunday_waits_for_monday_morning() -> None:
    span = next_span(
        instant_of(date(2026, 10, 25), "10:00"), service=SERVICE, own=(), guard_minutes=15
    )

    assert span is not None
    assert span.starts == instant_of(date(2026, 10, 26), "09:00")


def test_hours_that_never_meet_the_service_hours_are_never_safe() -> None:
    own = (Window(6, time(10), time(12)), Window(0, time(19), time(21)))

    assert (
        next_span(instant_of(date(2026, 6, 12), "10:00"), service=SERVICE, own=own, guard_minutes=0)
        is None
    )


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
OWN = st.lists(st.builds(Window, st.integers(0, 6), TIMES, TIMES), max_size=4).map(tuple)
INSTANTS = st.integers(0, 160 * 24 * 60).map(
    lambda passed: instant_of(date(2026, 10, 20), "00:00") + timedelta(minutes=passed)
)


@given(INSTANTS, OWN)
def test_the_next_span_is_safe_at_its_start_and_never_in_the_past(
    instant: datetime, own: tuple[Window, ...]
) -> None:
    span = next_span(instant, service=SERVICE, own=own, guard_minutes=15)

    if span is not None:
        first = max(span.starts, instant)
        local = london(first)
        assert instant < span.ends
        assert time(9) <= local.time() < time(17, 45)
        assert local.weekday() != 6
        assert not own or any(
            window.weekday == local.weekday() and window.starts <= local.time() < window.ends
            for window in own
        )
