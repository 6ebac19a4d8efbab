"""Which days a pause covers."""

from datetime import date

import pytest

from programmes.domain.pauses import PausedDays, is_paused

TWO_WEEKS = PausedDays(date(2026, 6, 8), date(2026, 6, 21))
OPEN = PausedDays(date(2026, 6, 8))


@pytest.mark.parametrize(
    ("day", "paused"),
    [
        (date(2026, 6, 7), False),
        (date(2026, 6, 8), True),
        (date(2026, 6, 21), True),
        (date(2026, 6, 22), False),
    ],
)
def test_both_days_are_included(day: date, *, paused: bool) -> None:
    assert is_paused([TWO_WEEKS], day) is paused


def test_an_open_pause_goes_on() -> None:
    assert OPEN.covers(date(2030, 1, 1))
    assert not OPEN.covers(date(2026, 6, 7))
    assert not is_paused([], date(2026, 6, 8))


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (PausedDays(date(2026, 6, 21), date(2026, 6, 30)), True),
        (PausedDays(date(2026, 6, 22), date(2026, 6, 30)), False),
        (PausedDays(date(2026, 6, 1), date(2026, 6, 7)), False),
        (PausedDays(date(2026, 6, 1), date(2026, 6, 8)), True),
        (PausedDays(date(2026, 6, 22)), False),
        (PausedDays(date(2026, 6, 1)), True),
        (OPEN, True),
    ],
)
def test_two_pauses_that_share_a_day_overlap(other: PausedDays, *, shared: bool) -> None:
    assert TWO_WEEKS.overlaps(other) is shared
    assert other.overlaps(TWO_WEEKS) is shared
