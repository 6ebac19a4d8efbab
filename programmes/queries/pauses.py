"""Pauses of places in groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core import clock, database
from core.scope import Scope
from programmes.domain.pauses import PausedDays
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class PauseView:
    """A pause as it is recorded."""

    id: UUID
    days: PausedDays
    reason: str


async def pauses_of(
    enrolment_ids: Sequence[UUID], *, scope: Scope
) -> dict[UUID, tuple[PauseView, ...]]:
    """Answer the pauses of visible places, the earliest first."""
    if not enrolment_ids:
        return {}
    rows = await database.run(
        "SELECT z.id, z.enrolment, z.from_on, z.to_on, z.reason FROM pauses z"
        " JOIN enrolments e ON e.id = z.enrolment JOIN cohorts c ON c.id = e.cohort"
        " WHERE z.enrolment IN {} AND {} ORDER BY z.from_on, z.id",
        database.in_list(enrolment_ids),
        visibility.cohorts(scope),
    )
    found: dict[UUID, tuple[PauseView, ...]] = {}
    for row in rows:
        pause = PauseView(row["id"], PausedDays(row["from_on"], row["to_on"]), row["reason"])
        found[row["enrolment"]] = (*found.get(row["enrolment"], ()), pause)
    return found


def not_over(pauses: Sequence[PauseView]) -> PauseView | None:
    """Answer the pause that is on, or the next to come; ``None`` where there is none."""
    today = clock.today()
    return next(
        (view for view in pauses if view.days.to_on is None or view.days.to_on >= today), None
    )
