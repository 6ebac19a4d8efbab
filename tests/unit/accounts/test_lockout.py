"""Five failures in 15 minutes lock for 15 minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.domain.lockout import is_locked

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=minute) for minute in minutes]


@pytest.mark.parametrize(
    ("failures", "locked"),
    [
        ((), False),
        ((0, 1, 2, 3), False),
        ((0, 1, 2, 3, 4), True),
        ((0, 0, 0, 0, 0), True),
        ((14, 15, 16, 17, 18), True),
        ((15, 15, 15, 15, 15), False),
        ((0, 5, 10, 14, 15), True),
        ((0, 5, 10, 14, 15.1), False),
        ((0, 1, 2, 16, 17, 18, 19), False),
        ((0, 10, 11, 12, 13, 14), True),
        ((0, 20, 21, 22, 23, 24), False),
        ((1, 16, 14.9, 15.2, 15.5), True),
    ],
)
def test_five_within_a_window_lock_until_a_window_after_the_last(
    failures: tuple[float, ...], *, locked: bool
) -> None:
    assert is_locked(minutes_ago(*failures), now=NOW) is locked
    assert is_locked(reversed(minutes_ago(*failures)), now=NOW) is locked
