"""GP practices, and how far the team of each is trained (S11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import database
from core.scope import Scope
from training.domain.compliance import Figures, Grouping
from training.domain.practices import PracticeStatus, practice_status
from training.domain.requirements import Section
from training.domain.terms import Sector
from training.queries.areas import staff_in_scope
from training.queries.catalogue import RequirementView
from training.queries.compliance import compliance
from training.queries.sections import in_section


@dataclass(frozen=True, slots=True)
class Practice:
    """An organisation with staff of the sector GP practice; figures are of those staff alone."""

    id: UUID
    name: str
    staff: int
    figures: Figures

    @property
    def status(self) -> PracticeStatus:
        """Answer how far the team is trained."""
        return practice_status(self.figures)


async def practices(
    *, scope: Scope, asked: Sequence[RequirementView], as_of: date
) -> tuple[Practice, ...]:
    """Answer the practices of the scope by name, in a fixed number of statements."""
    rows = await database.run(
        "SELECT organisations.id, organisations.name, COUNT(*) AS staff FROM staff"
        " JOIN organisations ON organisations.id = staff.organisation WHERE {} AND {}"
        " GROUP BY organisations.id, organisations.name ORDER BY organisations.name",
        in_section(Section(sector=Sector.GP_PRACTICE), as_of),
        staff_in_scope(scope=scope),
    )
    by = (Grouping.ORGANISATION, Grouping.SECTOR)
    found = await compliance(scope=scope, as_of=as_of, group_by=by, asked=asked)
    figures = {
        group.organisation.id: counted
        for group, counted in found.rows
        if group.organisation and group.sector is Sector.GP_PRACTICE
    }
    return tuple(
        Practice(row["id"], row["name"], row["staff"], figures.get(row["id"], Figures()))
        for row in rows
    )
