"""When sign-in is refused for having failed too often."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
ALLOWED_FAILURES = 5


def is_locked(failures_at: Iterable[datetime], *, now: datetime) -> bool:
    """Tell whether five failures lie within one window and less than a window ago."""
    recent = sorted(failures_at, reverse=True)
    for newest, oldest in zip(recent, recent[ALLOWED_FAILURES - 1 :], strict=False):
        if newest - oldest <= WINDOW and now - newest < WINDOW:
            return True
    return False
