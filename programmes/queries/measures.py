"""Outcome measures of organisations, and which of them a programme takes."""

import json
from dataclasses import dataclass
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.scope import Scope, Side
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.domain.measures import Terms
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure that an organisation uses on one side."""

    id: UUID
    organisation_id: UUID
    side: Side
    terms: Terms


MEASURE = (
    "SELECT m.id, m.organisation, m.side, m.code, m.name, m.scale, m.lowest, m.highest,"
    " m.direction, m.timepoints, m.sources"
)


async def measures(
    *, scope: Scope, side: Side | None = None, organisation_id: UUID | None = None
) -> tuple[MeasureView, ...]:
    """Answer the visible measures, all or those of one side of an organisation, by name."""
    conditions = [visibility.measures(scope)]
    if side:
        conditions.append(QueryString("m.side = {}", side.value))
    if organisation_id:
        conditions.append(QueryString("m.organisation = {}", organisation_id))
    rows = await database.run(
        MEASURE + " FROM measures m WHERE {} ORDER BY m.name, m.id",
        database.all_of(conditions),
    )
    return tuple(measure_of(row) for row in rows)


async def measures_of(programme_id: UUID, *, scope: Scope) -> tuple[MeasureView, ...]:
    """Answer the measures that a visible programme takes, by name."""
    rows = await database.run(
        MEASURE + " FROM programme_measures t JOIN measures m ON m.id = t.measure"
        " JOIN programmes g ON g.id = t.programme WHERE g.id = {} AND {} ORDER BY m.name, m.id",
        programme_id,
        visibility.programmes(scope),
    )
    return tuple(measure_of(row) for row in rows)


def measure_of(row: database.Row) -> MeasureView:
    """Answer a measure out of its columns."""
    return MeasureView(
        id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        terms=Terms(
            code=row["code"],
            name=row["name"],
            scale=MeasureScale(row["scale"]),
            lowest=row["lowest"],
            highest=row["highest"],
            direction=Direction(row["direction"]),
            timepoints=tuple(Timepoint(code) for code in json.loads(row["timepoints"])),
            sources=tuple(OutcomeSource(code) for code in json.loads(row["sources"])),
        ),
    )
