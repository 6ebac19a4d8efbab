"""How fast one process sends: parts per second, texts side by side, and when it stops for a while.

Kept in the process: with several that send through one account, divide the setting among them.
Instants are given: ``ticks`` in seconds that never go back, ``at`` on the clock of the service.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from messaging.domain.failures import Verdict

MOST_AT_ONCE = 16
"""Texts under way side by side: 80 a second where an answer takes 200 ms.

One sender may send a tenth of that, and each text under way is one that a crash leaves unknown
(messaging.md 7.2): more would buy nothing.
"""

STOPPED_SECONDS = 300
"""How long nothing is tried once the provider refuses the account or a sender."""

LONGEST_WAIT_SECONDS = 86_400
_TROUBLES = 5
_WITHIN = timedelta(seconds=60)
_REST_SECONDS = 60
_ACCEPTED_TO_SPEED_UP = 4
_ALL = ""
_SILENCE = frozenset({Verdict.NOT_SENT, Verdict.UNKNOWN})
"""The provider is not there: each further try may leave one more text that nobody knows of."""

_TROUBLE: frozenset[Verdict] = _SILENCE | {Verdict.BUSY}


@dataclass(slots=True)
class _Bucket:
    parts: float
    filled: float


@dataclass(frozen=True, slots=True)
class _Stop:
    """A stretch in which nothing is tried; before it begins, a clock has gone back."""

    since: datetime
    until: datetime


class Pace:
    """A token bucket for each sender, a number of texts at once, and a circuit breaker."""

    def __init__(self, *, segments_per_second: float) -> None:
        self.at_once = MOST_AT_ONCE
        self._rate = segments_per_second
        self._room = max(1.0, segments_per_second)
        self._buckets: dict[str, _Bucket] = {}
        self._stops: dict[str, _Stop] = {}
        self._troubles: list[datetime] = []
        self._accepted = 0

    @property
    def batch(self) -> int:
        """Answer how many texts to claim in one go: few enough to be tried within their lease."""
        return max(1, min(self.at_once, int(2 * self._rate)))

    def wait_seconds(self, sender: str, *, ticks: float) -> float:
        """Answer how long a sender must wait before its next text; 0 where it need not."""
        parts = self._filled(sender, ticks).parts
        return 0.0 if parts >= 1 else (1 - parts) / self._rate

    def take(self, sender: str, segments: int, *, ticks: float) -> None:
        """Count parts that are about to leave; a text of several makes the next one wait longer.

        With a negative number they did not leave after all.
        """
        bucket = self._filled(sender, ticks)
        bucket.parts = min(self._room, bucket.parts - segments)

    def _filled(self, sender: str, ticks: float) -> _Bucket:
        bucket = self._buckets.setdefault(sender, _Bucket(self._room, ticks))
        bucket.parts = min(self._room, bucket.parts + (ticks - bucket.filled) * self._rate)
        bucket.filled = ticks
        return bucket

    def stopped_until(self, sender: str = _ALL, *, at: datetime) -> datetime | None:
        """Answer until when nothing, or nothing of a sender, is tried; ``None`` where it may be."""
        for name in (_ALL, sender):
            stop = self._stops.get(name)
            if stop is not None and stop.since <= at < stop.until:
                return stop.until
        return None

    def stop(self, seconds: int, *, at: datetime, sender: str = _ALL) -> None:
        """Try nothing, or nothing of one sender, for so long."""
        length = timedelta(seconds=min(seconds, LONGEST_WAIT_SECONDS))
        self._stops[sender] = _Stop(at, at + length)

    def note(self, verdict: Verdict, *, at: datetime) -> None:
        """Learn from one answer how many texts to have under way, and whether to rest."""
        if verdict in _TROUBLE:
            self.at_once = max(1, self.at_once // 2)
            self._accepted = 0
        if verdict in _SILENCE:
            self._note_silence(at)
        if verdict is Verdict.ACCEPTED and self.at_once < MOST_AT_ONCE:
            self._accepted += 1
            if self._accepted % _ACCEPTED_TO_SPEED_UP == 0:
                self.at_once += 1

    def _note_silence(self, at: datetime) -> None:
        self._troubles = [one for one in self._troubles if at - _WITHIN < one <= at] + [at]
        if len(self._troubles) >= _TROUBLES:
            self._troubles.clear()
            self.at_once = 1
            self.stop(_REST_SECONDS, at=at)
