"""The queue of each sender: so many segments a second, and no more than so many waiting."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Queue:
    """Ten segments a second by default, and ten hours of them, as Twilio has it."""

    segments_per_second: float = 10.0
    longest: int = 360_000
    _waiting: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def takes(self, sender: str, segments: int, now: datetime) -> bool:
        """Queue a text's segments; tell whether there was room."""
        waiting, at = self._waiting.get(sender, (0.0, now))
        waiting = max(0.0, waiting - (now - at).total_seconds() * self.segments_per_second)
        if waiting + segments > self.longest:
            return False
        self._waiting[sender] = (waiting + segments, now)
        return True
