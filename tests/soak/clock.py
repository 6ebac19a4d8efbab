"""A clock that runs as fast as any, and jumps while no dispatcher is alive."""

from datetime import UTC, datetime, timedelta


class ShiftedClock:
    """The machine's clock, moved by ``shift``: a host that was off wakes up later."""

    def __init__(self, shift: timedelta) -> None:
        self.shift = shift

    @classmethod
    def showing(cls, instant: datetime) -> "ShiftedClock":
        return cls(instant - datetime.now(UTC))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift
