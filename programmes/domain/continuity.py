"""Who took a group's sessions, and how much of it was the same people (C12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

LEAST_FACILITATORS = 2
"""A perpetrator group is taken by at least two (2.1)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took one session that was held; ``group`` is whether it was the group's."""

    facilitators: frozenset[UUID]
    group: bool = True


@dataclass(frozen=True, slots=True)
class Continuity:
    """How steady a group's facilitators were.

    ``by_usual`` were taken by its usual facilitators and nobody else, ``under`` are sessions of
    the group with fewer than two; ``takers`` adds up the facilitators of each session.
    """

    sessions: int
    group_sessions: int
    facilitators: int
    by_usual: int
    under: int
    takers: int

    @property
    def mean(self) -> Fraction | None:
        """Answer how many facilitators took a session; ``None`` where none was held."""
        return Fraction(self.takers, self.sessions) if self.sessions else None


def continuity_of(sessions: Sequence[Taken], *, usual: frozenset[UUID]) -> Continuity:
    """Answer how steady the facilitators of a group's held sessions were, catch-ups included."""
    group = [session for session in sessions if session.group]
    return Continuity(
        sessions=len(sessions),
        group_sessions=len(group),
        facilitators=len(frozenset().union(*(session.facilitators for session in sessions))),
        by_usual=sum(
            bool(session.facilitators) and session.facilitators <= usual for session in sessions
        ),
        under=sum(len(session.facilitators) < LEAST_FACILITATORS for session in group),
        takers=sum(len(session.facilitators) for session in sessions),
    )
