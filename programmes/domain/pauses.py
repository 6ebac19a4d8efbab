"""The days on which somebody is not expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PausedDays:
    """From one day to another, both included; without the second until they come back."""

    from_on: date
    to_on: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the day lies in the pause."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    def overlaps(self, other: "PausedDays") -> bool:
        """Tell whether the two pauses share a day."""
        begins_in_time = other.to_on is None or self.from_on <= other.to_on
        return begins_in_time and (self.to_on is None or other.from_on <= self.to_on)


def is_paused(pauses: Iterable[PausedDays], day: date) -> bool:
    """Tell whether any of the pauses covers the day."""
    return any(pause.covers(day) for pause in pauses)
