"""How large a group was, session by session (C12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a group over its sessions; ``under`` had fewer than the programme asks for."""

    sessions: int
    under: int
    smallest: int
    median: Fraction
    largest: int


def sizes_of(sessions: Mapping[int, int], *, least: int) -> Sizes:
    """Answer the sizes out of how many sessions had how many members; there is at least one."""
    total = sum(sessions.values())
    middle = [_nth(sessions, (total - 1) // 2), _nth(sessions, total // 2)]
    return Sizes(
        sessions=total,
        under=sum(many for size, many in sessions.items() if size < least),
        smallest=min(sessions),
        median=Fraction(sum(middle), 2),
        largest=max(sessions),
    )


def _nth(sessions: Mapping[int, int], place: int) -> int:
    """Answer the size of the session of that place, counted from 0, the smallest first."""
    ordered = [size for size in sorted(sessions) for _ in range(sessions[size])]
    return ordered[place]
