"""For how long people stay: the curve of those still attending, session by session."""

from collections.abc import Mapping
from dataclasses import dataclass

from programmes.domain.spreads import Spread

TO_THE_END = 1_000_000
"""Stands for the session after the last of any programme."""


@dataclass(frozen=True, slots=True)
class Point:
    """Of those at risk at a session, how many were still attending, then or later."""

    session: int
    at_risk: int
    retained: int

    @property
    def lost(self) -> int:
        """Answer how many had attended for the last time."""
        return self.at_risk - self.retained


def curve(*, followed: Spread, retained: Spread, sessions: int) -> tuple[Point, ...]:
    """Answer a point for each session of a person's own, the first to the last that anybody had.

    ``followed`` counts people by the last session at which they are at risk, ``retained`` by the
    last at which they were still attending; ``TO_THE_END`` is every session.
    """
    return tuple(
        Point(session, _reaching(followed, session), _reaching(retained, session))
        for session in range(1, sessions + 1)
    )


def _reaching(spread: Mapping[int, int], session: int) -> int:
    return sum(people for last, people in spread.items() if last >= session)
