"""Which programmes and cohorts a person's reports may count, to choose one of them."""

from dataclasses import dataclass
from uuid import UUID

from core import database
from core.scope import Scope, Side
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class ReportedProgramme:
    """A programme of which a person may read reports, with the organisation that provides it."""

    id: UUID
    name: str
    side: Side
    organisation_id: UUID
    organisation_name: str


async def reported_programmes(*, scope: Scope) -> tuple[ReportedProgramme, ...]:
    """Answer the programmes that the scope's reports count, by name."""
    rows = await database.run(
        "SELECT DISTINCT g.id, g.name, g.side, g.organisation, o.name AS provider"
        " FROM programmes g JOIN organisations o ON o.id = g.organisation"
        " LEFT JOIN programme_versions v ON v.programme = g.id"
        " LEFT JOIN cohorts c ON c.programme_version = v.id WHERE {}",
        visibility.reported(scope),
    )
    found = [
        ReportedProgramme(
            row["id"], row["name"], Side(row["side"]), row["organisation"], row["provider"]
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), str(one.id))))


@dataclass(frozen=True, slots=True)
class ReportedCohort:
    """A cohort of which a person may read reports, with its programme."""

    id: UUID
    code: str
    programme_id: UUID
    programme_name: str


async def reported_cohorts(*, scope: Scope) -> tuple[ReportedCohort, ...]:
    """Answer the cohorts that the scope's reports count, by programme, the newest first."""
    rows = await database.run(
        "SELECT c.id, c.code, g.id AS programme, g.name FROM cohorts c"
        " JOIN programme_versions v ON v.id = c.programme_version"
        " JOIN programmes g ON g.id = v.programme WHERE {}"
        " ORDER BY g.name, c.starts_on DESC, c.code",
        visibility.reported(scope),
    )
    return tuple(
        ReportedCohort(row["id"], row["code"], row["programme"], row["name"]) for row in rows
    )
