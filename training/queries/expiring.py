"""Training that runs out within 30, 60 or 90 days, or has lapsed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.pagination import Cursor
from core.scope import Scope
from training.domain.requirements import EVERYBODY, Section
from training.domain.windows import Window, in_windows
from training.queries.behind import Behind, Drilled, behind, drilled
from training.queries.catalogue import RequirementView


@dataclass(frozen=True, slots=True)
class Expiring:
    """How many standings are in each window, and who is in the one asked for."""

    counts: Mapping[Window, int]
    found: Drilled


async def expiring(
    window: Window,
    *,
    scope: Scope,
    asked: Sequence[RequirementView],
    as_of: date,
    cursor: Cursor,
    section: Section = EVERYBODY,
) -> Expiring:
    """Answer whose training is in a window, the first to run out first; once per requirement."""
    everyone = await behind(
        lambda one: any(window.holds(one, as_of) for window in Window),
        scope=scope, asked=asked, as_of=as_of, section=section,
    )  # fmt: skip
    counts = in_windows((one.standing for one in everyone), as_of)
    those = [one for one in everyone if window.holds(one.standing, as_of)]
    found = await drilled(sorted(those, key=_soonest), scope=scope, cursor=cursor)
    return Expiring(counts, found)


def _soonest(one: Behind) -> tuple[date, str, str]:
    return one.standing.expires_on or date.min, one.name, one.requirement.name
