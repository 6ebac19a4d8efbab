"""The demonstration's criteria of programmes, amendments of referrals, and plans of people."""

import json
import random
from collections.abc import Mapping
from datetime import timedelta

from core import clock, database
from core.demonstration import Ids
from core.scope import Side
from programmes.demo.scene import Team
from programmes.domain.terms import Mandate, ProgrammeType
from programmes.tables import Enrolment, ProgrammeVersion, ReferralAmendment

_ADULT = 18
_AREAS: Mapping[Side, list[str]] = {
    Side.SURVIVOR: ["Larch Vale", "Brookside", "Elm End"],
    Side.PERPETRATOR: [],
}
_MANDATES: Mapping[ProgrammeType, list[str]] = {
    ProgrammeType.BEHAVIOUR_CHANGE: [Mandate.VOLUNTARY.value, Mandate.CHILD_PROTECTION_PLAN.value],
    ProgrammeType.BUILDING_CHOICES: [Mandate.COURT_ORDER.value, Mandate.LICENCE.value],
}
_PLANS = (
    (10, "The sessions before the move to another town"),
    (12, "The whole programme, with a call before each session"),
)
_TRAVELS = "Lives outside the area, and comes by bus"
_DAYS_AFTER = 3


async def add_plans(teams: dict[Side, Team]) -> None:
    """Say whom the programmes of each side are for, and add plans and amendments."""
    ids = Ids(random.Random("plans"))  # noqa: S311 - invented people, no secret
    for side, team in teams.items():
        await _add_criteria(side, team)
        await _add_notes(side, team)
        await _add_plans(side, team)
        await _add_amendments(ids, side, team)


async def _add_criteria(side: Side, team: Team) -> None:
    rows = await database.run(
        "SELECT v.id, g.type FROM programme_versions v JOIN programmes g ON g.id = v.programme"
        " WHERE g.organisation = {} AND g.side = {}",
        team.organisation_id,
        side.value,
    )
    for row in rows:
        mandates = _MANDATES.get(ProgrammeType(row["type"]), [])
        values = {
            "min_age": _ADULT,
            "areas": json.dumps(_AREAS[side]),
            "mandates": json.dumps(mandates),
        }
        await ProgrammeVersion.update(database.assignments(values)).where(
            ProgrammeVersion.id == row["id"]
        )


async def _add_notes(side: Side, team: Team) -> None:
    """Say why those are suitable who live elsewhere."""
    if served := _AREAS[side]:
        await database.run(
            "UPDATE referrals SET assessment_note = {} WHERE suitable AND assessment_note = ''"
            " AND participant IN (SELECT p.id FROM participants p WHERE p.organisation = {}"
            " AND p.side = {} AND p.area <> '' AND p.area NOT IN {})",
            _TRAVELS,
            team.organisation_id,
            side.value,
            database.in_list(served),
        )


async def _add_plans(side: Side, team: Team) -> None:
    rows = await database.run(
        "SELECT e.id FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
        " WHERE c.organisation = {} AND c.side = {} AND e.status = 'active'"
        " ORDER BY c.starts_on DESC, e.id LIMIT {}",
        team.organisation_id,
        side.value,
        len(_PLANS),
    )
    for row, (planned, text) in zip(rows, _PLANS, strict=False):
        values = {"planned_sessions": planned, "plan": text}
        await Enrolment.update(database.assignments(values)).where(Enrolment.id == row["id"])


async def _add_amendments(ids: Ids, side: Side, team: Team) -> None:
    rows = await database.run(
        "SELECT r.id, r.received_on FROM referrals r JOIN participants p ON p.id = r.participant"
        " WHERE p.organisation = {} AND p.side = {} AND r.status = 'awaiting_allocation'"
        " ORDER BY r.id LIMIT 2",
        team.organisation_id,
        side.value,
    )
    for row in rows:
        day = row["received_on"]
        on = min(day + timedelta(days=_DAYS_AFTER), clock.today())
        await ReferralAmendment(
            id=ids.new(), referral=row["id"], field="received_on",
            old_value=(day + timedelta(days=1)).isoformat(), new_value=day.isoformat(),
            reason="The e-mail had come the day before", amended_by=team.facilitator_ids[0],
            amended_at=clock.instant_of(on, "15:30"),
        ).save()  # fmt: skip
