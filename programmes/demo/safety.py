"""What keeps people apart in the demonstration: links, a caseload, a flag, conflicts (D2-D7)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core import clock, database
from core.demonstration import Ids, Rows
from core.scope import Side
from programmes.demo.scene import Team
from programmes.domain.case_terms import ConflictKind, Relationship
from programmes.tables import (
    CaseWorker,
    Conflict,
    Link,
    NonAssociation,
    Restriction,
    RestrictionReader,
    RiskFlag,
)

_CASELOAD = 4
_RELATIONSHIPS = (Relationship.EX_PARTNER, Relationship.PARTNER, Relationship.EX_PARTNER)
_FIRST_REFERENCE = 1041


@dataclass(frozen=True, slots=True)
class Keepers:
    """Who keeps people apart: the partner link worker, the safety lead, and who tries."""

    link_worker_id: UUID
    lead_id: UUID
    manager_id: UUID


@dataclass(frozen=True, slots=True)
class _Making:
    """The rows made so far, by whom, and when it all happened."""

    keepers: Keepers
    rows: Rows
    ids: Ids
    at: datetime


async def add_ties(teams: dict[Side, Team], keepers: Keepers) -> None:
    """Add links between people of the running groups, a caseload, and what was refused."""
    making = _Making(
        keepers=keepers,
        rows=Rows(
            CaseWorker, Link, RiskFlag, NonAssociation, Conflict, Restriction, RestrictionReader
        ),
        ids=Ids(random.Random("what keeps people apart")),  # noqa: S311 - no secret
        at=clock.now() - timedelta(days=30),
    )
    survivors = await _members_today(teams[Side.SURVIVOR])
    perpetrators = await _members_today(teams[Side.PERPETRATOR])
    _add_caseload(making, survivors[:_CASELOAD])
    await _add_links(making, perpetrators, survivors)
    waiting = await _waiting(teams[Side.PERPETRATOR])
    await _add_conflicts(making, teams[Side.PERPETRATOR], [*waiting, *perpetrators[-2:]])
    await _add_restriction(making, teams[Side.SURVIVOR])
    await making.rows.insert()


def _add_caseload(making: _Making, people: Sequence[UUID]) -> None:
    for person_id in people:
        making.rows.add(
            CaseWorker,
            id=making.ids.new(),
            participant=person_id,
            account=making.keepers.link_worker_id,
            since=clock.london(making.at).date(),
        )


async def _add_links(
    making: _Making, perpetrators: Sequence[UUID], survivors: Sequence[UUID]
) -> None:
    """Link three pairs; the perpetrators get the references by which they are found."""
    pairs = zip(perpetrators, survivors, _RELATIONSHIPS, strict=False)
    for number, (perpetrator_id, survivor_id, relationship) in enumerate(pairs):
        await database.run(
            "UPDATE participants SET reference = {} WHERE id = {}",
            f"NP-{_FIRST_REFERENCE + number}",
            perpetrator_id,
        )
        making.rows.add(
            Link,
            id=making.ids.new(),
            perpetrator=perpetrator_id,
            survivor=survivor_id,
            relationship=relationship.value,
            recorded_by=making.keepers.link_worker_id,
            recorded_at=making.at,
            version=1,
        )
    making.rows.add(
        RiskFlag,
        id=making.ids.new(),
        participant=perpetrators[0],
        raised_by=making.keepers.link_worker_id,
        raised_at=making.at,
    )


async def _add_conflicts(making: _Making, team: Team, people: Sequence[UUID]) -> None:
    """Add two pairs who must not meet: of one a place was refused, and settled; one waits."""
    one, two, member, other = people
    (place,) = await database.run(
        "SELECT cohort FROM enrolments WHERE participant = {} AND status = 'active'", member
    )
    for number, (first, second) in enumerate(((one, member), (two, other))):
        person_id, other_id = sorted((first, second))
        making.rows.add(
            NonAssociation,
            id=making.ids.new(),
            person=person_id,
            other=other_id,
            reason="Threats between the two outside",
            recorded_by=making.keepers.manager_id,
            recorded_at=making.at,
        )
        settled = number == 0
        making.rows.add(
            Conflict,
            id=making.ids.new(),
            kind=ConflictKind.NON_ASSOCIATION.value,
            organisation=team.organisation_id,
            participant=first,
            other=second,
            cohort=place["cohort"],
            tried_by=making.keepers.manager_id,
            tried_at=making.at + timedelta(days=number),
            settled_at=making.at + timedelta(days=2) if settled else None,
            settled_by=making.keepers.lead_id if settled else None,
            note="Waits for the next group" if settled else "",
            version=2 if settled else 1,
        )


async def _add_restriction(making: _Making, team: Team) -> None:
    """Hide somebody who never joined, a colleague, from all but the safety lead."""
    (person,) = await database.run(
        "SELECT r.participant FROM referrals r JOIN participants p ON p.id = r.participant"
        " WHERE p.organisation = {} AND p.side = {} AND r.status = 'withdrawn' AND NOT EXISTS"
        " (SELECT 1 FROM enrolments e WHERE e.participant = p.id) ORDER BY r.id LIMIT 1",
        team.organisation_id,
        team.side.value,
    )
    restriction_id = making.ids.new()
    making.rows.add(
        Restriction,
        id=restriction_id,
        participant=person["participant"],
        reason="Works for a partner of ours",
        restricted_by=making.keepers.lead_id,
        restricted_at=making.at,
    )
    making.rows.add(
        RestrictionReader,
        id=making.ids.new(),
        restriction=restriction_id,
        account=making.keepers.lead_id,
    )


async def _members_today(team: Team) -> list[UUID]:
    """Answer who is in the group of this side that meets today."""
    found = await database.run(
        "SELECT e.participant FROM enrolments e JOIN sessions s ON s.cohort = e.cohort"
        " JOIN cohorts c ON c.id = e.cohort WHERE c.organisation = {} AND c.side = {}"
        " AND e.status = 'active' AND s.enrolment IS NULL AND s.starts_at >= {}"
        " AND s.starts_at <= {} ORDER BY e.id",
        team.organisation_id,
        team.side.value,
        clock.instant_of(clock.today(), "00:00"),
        clock.now(),
    )
    return [row["participant"] for row in found]


async def _waiting(team: Team) -> list[UUID]:
    """Answer the two who wait longest for a place on this side."""
    found = await database.run(
        "SELECT r.participant FROM referrals r JOIN participants p ON p.id = r.participant"
        " WHERE p.organisation = {} AND p.side = {} AND r.status = 'awaiting_allocation'"
        " ORDER BY r.received_on, r.id LIMIT 2",
        team.organisation_id,
        team.side.value,
    )
    return [row["participant"] for row in found]
