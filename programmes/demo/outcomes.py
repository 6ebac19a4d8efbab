"""The demonstration's outcome measures, and what people and agencies reported of them."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from core import clock, database
from core.demonstration import Ids, Rows
from core.scope import Side
from programmes.demo.scene import Team
from programmes.domain.case_terms import Direction, OutcomeSource, Timepoint
from programmes.domain.measures import SHIPPED, Terms
from programmes.domain.outcomes import Course, due_on
from programmes.tables import Measure, OutcomeValue, ProgrammeMeasure

_TAKEN = {
    Side.SURVIVOR: ("confidence", "safety", "feels_safer", "better_informed", "goal"),
    Side.PERPETRATOR: (
        "respectful_communication", "space_for_action", "severity_controlling", "goal",
    ),
}  # fmt: skip
_ANSWERED = {
    OutcomeSource.SELF: 0.82,
    OutcomeSource.PRACTITIONER: 0.85,
    OutcomeSource.PARTNER: 0.55,
    OutcomeSource.AGENCY: 0.3,
}
"""How likely a source is to have answered; some measures are therefore due, or overdue."""

_LATER = 0.75
_GETS_BETTER = 0.72
_MOST_DAYS_LATE = 12
_HALF = timedelta(weeks=5)


async def add_outcomes(teams: dict[Side, Team]) -> None:
    """Add the measures of both sides and what was reported, inside the current transaction."""
    for side, team in teams.items():
        programmes = await database.run(
            "SELECT g.id FROM programmes g WHERE g.organisation = {} AND g.side = {} ORDER BY g.id",
            team.organisation_id,
            side.value,
        )
        ids = [row["id"] for row in programmes]
        chance = random.Random(f"{ids[0]}/outcomes")  # noqa: S311 - invented people, no secret
        rows = Rows(Measure, ProgrammeMeasure, OutcomeValue)
        made = Ids(chance)
        measures = _add_measures(rows, made, team, ids)
        for enrolment in await _begun(ids):
            for measure_id, terms in measures:
                for values in _reports(enrolment, terms, chance):
                    rows.add(
                        OutcomeValue, id=made.new(), enrolment=enrolment["id"],
                        measure=measure_id, recorded_by=team.facilitator_ids[0], version=1,
                        **values,
                    )  # fmt: skip
        await rows.insert()


def _add_measures(
    rows: Rows, ids: Ids, team: Team, programme_ids: Sequence[UUID]
) -> list[tuple[UUID, Terms]]:
    added = []
    for code in _TAKEN[team.side]:
        measure_id, terms = ids.new(), SHIPPED[code].terms(team.side)
        rows.add(
            Measure, id=measure_id, organisation=team.organisation_id, side=team.side.value,
            code=code, name=terms.name, scale=terms.scale.value, lowest=terms.lowest,
            highest=terms.highest, direction=terms.direction.value,
            timepoints=json.dumps(terms.timepoints), sources=json.dumps(terms.sources),
            created_at=clock.instant_of(clock.today() - timedelta(days=5 * 365), "09:00"),
        )  # fmt: skip
        for programme_id in programme_ids:
            rows.add(ProgrammeMeasure, id=ids.new(), programme=programme_id, measure=measure_id)
        added.append((measure_id, terms))
    return added


async def _begun(programme_ids: Sequence[UUID]) -> list[database.Row]:
    return await database.run(
        "SELECT e.id, e.joined_on, e.started_on, e.ended_on FROM enrolments e"
        " JOIN cohorts c ON c.id = e.cohort JOIN programme_versions v"
        " ON v.id = c.programme_version WHERE v.programme IN {} AND e.started_on IS NOT NULL"
        " AND e.status <> 'transferred' ORDER BY e.id",
        database.in_list(programme_ids),
    )


def _reports(
    enrolment: database.Row, terms: Terms, chance: random.Random
) -> Iterator[dict[str, Any]]:
    """Answer the reports of one person and measure; each source's later ones follow its first."""
    for source in terms.sources:
        first: int | None = None
        for timepoint, day in _days(enrolment, terms):
            likely = _ANSWERED[source] * (1 if first is None else _LATER)
            if chance.random() > likely:
                continue
            value = _first(terms, chance) if first is None else _later(first, terms, chance)
            first = value if first is None else first
            yield {
                "timepoint": timepoint.value,
                "source": source.value,
                "value": value,
                "taken_on": day,
                "recorded_at": clock.instant_of(day, "16:00"),
            }


def _days(enrolment: database.Row, terms: Terms) -> Iterator[tuple[Timepoint, date]]:
    """Answer the timepoints that are past; what falls due today is left to be asked."""
    started_on, left = enrolment["started_on"], enrolment["ended_on"]
    half_on = started_on + _HALF if left and started_on + _HALF < left else None
    begun = Course(enrolment["joined_on"], started_on, half_on)
    course = Course(enrolment["joined_on"], started_on, ended_on=left)
    late = timedelta(days=int(enrolment["id"].int % _MOST_DAYS_LATE))
    for timepoint in terms.timepoints:
        day = due_on(timepoint, begun) or due_on(timepoint, course)
        if day and day + late < clock.today():
            yield timepoint, day + late


def _first(terms: Terms, chance: random.Random) -> int:
    """Answer a first value in the worse half of the scale."""
    half = (terms.highest - terms.lowest) // 2
    step = chance.randint(0, half)
    return terms.lowest + step if _rises(terms) else terms.highest - step


def _later(first: int, terms: Terms, chance: random.Random) -> int:
    """Answer a later value, for most people better than the first."""
    better = chance.randint(1, max((terms.highest - terms.lowest) // 2, 1))
    if chance.random() > _GETS_BETTER:
        better = -chance.randint(0, 1)
    value = first + (better if _rises(terms) else -better)
    return min(max(value, terms.lowest), terms.highest)


def _rises(terms: Terms) -> bool:
    return terms.direction is Direction.HIGHER_IS_BETTER
