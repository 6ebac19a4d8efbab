"""What compliance becomes if nobody trains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.scope import Scope
from training.domain.compliance import Figures
from training.domain.forecast import month_ends
from training.queries.catalogue import RequirementView
from training.queries.figures import figures

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Ahead:
    """The figures of a day to come."""

    on: date
    figures: Figures


async def forecast(
    *, scope: Scope, asked: Sequence[RequirementView], since: date
) -> tuple[Ahead, ...]:
    """Answer the figures of a day and of each month's end after it, as records stand now.

    Those who start, leave, change roles or come back from an exemption by then do so.
    """
    found = []
    for day in (since, *month_ends(since, MONTHS)):
        counted = await figures(scope=scope, day=day, asked=asked, groupings=())
        found.append(Ahead(day, sum(counted.totals.values(), Figures())))
    return tuple(found)
