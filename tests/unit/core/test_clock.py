"""The clock: instants in UTC, days and times of people in London."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock
from tests.fakes import FixedClock


@pytest.mark.parametrize(
    ("day", "wall_time", "instant"),
    [
        (date(2026, 1, 15), "18:30", datetime(2026, 1, 15, 18, 30, tzinfo=UTC)),
        (date(2026, 7, 15), "18:30", datetime(2026, 7, 15, 17, 30, tzinfo=UTC)),
        (date(2026, 3, 28), "18:30", datetime(2026, 3, 28, 18, 30, tzinfo=UTC)),
        (date(2026, 3, 29), "18:30", datetime(2026, 3, 29, 17, 30, tzinfo=UTC)),
        (date(2026, 10, 24), "18:30", datetime(2026, 10, 24, 17, 30, tzinfo=UTC)),
        (date(2026, 10, 25), "18:30", datetime(2026, 10, 25, 18, 30, tzinfo=UTC)),
        (date(2026, 10, 25), "01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_in_london_is_the_same_on_the_wall_across_both_changes(
    day: date, wall_time: str, instant: datetime
) -> None:
    assert clock.instant_of(day, wall_time) == instant
    assert f"{clock.london(instant):%H:%M}" == wall_time
    assert clock.instant_of(day, wall_time).tzinfo is UTC


def test_the_day_is_london_s_and_not_utc_s(now: FixedClock) -> None:
    now.instant = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
    assert clock.today() == date(2026, 6, 11)

    now.instant = datetime(2026, 12, 10, 23, 30, tzinfo=UTC)
    assert clock.today() == date(2026, 12, 10)


def test_the_installed_clock_is_the_one_that_is_read(now: FixedClock) -> None:
    now.advance(minutes=5)
    assert clock.now() == now.instant


def test_the_machine_s_clock_goes_on_in_utc() -> None:
    first = clock.SystemClock().now()
    assert first.tzinfo is UTC
    assert timedelta(0) <= clock.SystemClock().now() - first < timedelta(minutes=1)
