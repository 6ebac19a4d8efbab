"""The only reader of the clock. Instants are UTC; days are those of people in London."""

import sys
import time
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """Answer the present instant, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Answer the present instant, in UTC."""
        return datetime.now(UTC)


class _Installed:
    clock: Clock = SystemClock()


def use(clock: Clock) -> None:
    """Make ``clock`` the one that every later call reads; a composition root decides once."""
    _Installed.clock = clock


def now() -> datetime:
    """Answer the present instant, in UTC."""
    return _Installed.clock.now()


def host() -> datetime:
    """Answer what this machine's own clock says, to compare it with another machine's."""
    return datetime.now(UTC)


if sys.platform == "linux":

    def ticks() -> float:
        """Answer seconds that never go back, and go on while the machine sleeps."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

else:  # pragma: no cover - no other platform tells how long it slept

    def ticks() -> float:
        """Answer seconds that never go back."""
        return time.monotonic()


def today() -> date:
    """Answer the present day in London."""
    return now().astimezone(LONDON).date()


def london(instant: datetime) -> datetime:
    """Answer ``instant`` as people in London read it."""
    return instant.astimezone(LONDON)


def instant_of(day: date, wall_time: str) -> datetime:
    """Answer the UTC instant of ``wall_time`` (``HH:MM``) in London on ``day``."""
    hour, minute = (int(part) for part in wall_time.split(":"))
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
    return local.astimezone(UTC)
