"""Which missed session a catch-up makes up for (2.3), and when one can be held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from programmes.domain.attendance import Mark


@dataclass(frozen=True, slots=True)
class Occasion:
    """A session of one unit as one person met it, inside their time in the group."""

    session_id: UUID
    starts_at: datetime
    unit_minutes: int
    mark: Mark | None = None


def missed_session(occasions: Sequence[Occasion], *, before: datetime) -> UUID | None:
    """Answer the latest session of the unit that did not credit it, ``None`` if there was none.

    A session that was cancelled counts: what nobody could attend can be caught up.
    """
    missed = [
        one
        for one in occasions
        if one.starts_at < before and not (one.mark and one.mark.credits(one.unit_minutes))
    ]
    return (
        max(missed, key=lambda one: (one.starts_at, one.session_id)).session_id if missed else None
    )


def day_fault(on: date, *, joined_on: date, ended_on: date | None) -> str | None:
    """Answer why one person's session cannot be on that day, or ``None``.

    It may come after the group's last session, and not after the person left.
    """
    if on < joined_on:
        return "Enter a day on or after the day of joining"
    if ended_on is not None and on > ended_on:
        return "Enter a day no later than the one on which they left"
    return None
