"""A safety lead who also facilitates one group: sees both sides, changes that group alone."""

from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import Grant, GrantSide, Role
from accounts.services import directory
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from jobs import reminders
from tests.conftest import SETTINGS
from tests.factories import Person, at, make_person
from tests.factories_messaging import (
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
)
from tests.factories_programmes import MadeCohort, make_cohort, make_participant

pytestmark = pytest.mark.usefixtures("db")


async def make_lead() -> Person:
    person = await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR)
    both = Grant(Role.SAFETY_LEAD, GrantSide.BOTH, person.organisation_id)
    await directory.add_grant(person.id, both, by=SYSTEM)
    return person


async def make_their_cohort(person: Person, *, own: bool) -> MadeCohort:
    return await make_cohort(
        organisation_id=person.organisation_id,
        side=Side.PERPETRATOR,
        enrolled=1,
        facilitator_ids=[person.id] if own else [],
    )


def changes_of(cohort: MadeCohort, newcomer: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """A call of each kind that changes a group or somebody in it."""
    enrolment, person = cohort.enrolment_ids[0], cohort.participant_ids[0]
    mark = {"enrolment_id": str(enrolment), "outcome": "attended"}
    contact = {"version": 0, "number": "", "sms": "not_safe", "windows": [], "language": "en"}
    return [
        ("PUT", f"/sessions/{cohort.session_ids[5]}/register",
         {"version": 0, "held": True, "marks": [mark]}),
        ("POST", f"/sessions/{cohort.session_ids[9]}/cancel", {"reason": "Illness"}),
        ("POST", f"/cohorts/{cohort.id}/enrolments", {"participant_id": str(newcomer)}),
        ("PATCH", f"/participants/{person}", {"version": 1, "given_name": "Bella"}),
        ("PUT", f"/participants/{person}/safe-contact", contact),
        ("POST", f"/enrolments/{enrolment}/exit",
         {"version": 1, "on": "2026-06-10", "reason": "other"}),
    ]  # fmt: skip


async def codes_of(client: AsyncClient, lead: Person, cohort: MadeCohort) -> list[int]:
    newcomer = await make_participant(organisation_id=lead.organisation_id, side=Side.PERPETRATOR)
    return [
        (
            await client.request(method, f"/api/v1{path}", json=body, headers=lead.headers)
        ).status_code
        for method, path, body in changes_of(cohort, newcomer)
    ]


async def test_the_own_group_is_changed(client: AsyncClient) -> None:
    lead = await make_lead()
    cohort = await make_their_cohort(lead, own=True)

    assert await codes_of(client, lead, cohort) == [200, 200, 201, 200, 200, 204]


async def test_anothers_group_is_seen_but_not_changed(client: AsyncClient) -> None:
    lead = await make_lead()
    cohort = await make_their_cohort(lead, own=False)
    before = await AuditEvent.count()

    codes = await codes_of(client, lead, cohort)
    after = await AuditEvent.count()
    seen = await client.get(f"/api/v1/cohorts/{cohort.id}", headers=lead.headers)

    assert (codes, after, seen.status_code) == ([403] * 6, before, 200)


async def test_somebody_of_anothers_group_is_not_taken_into_ones_own(client: AsyncClient) -> None:
    lead = await make_lead()
    mine = await make_their_cohort(lead, own=True)
    theirs = await make_their_cohort(lead, own=False)

    response = await client.post(
        f"/api/v1/cohorts/{mine.id}/enrolments",
        json={"participant_id": str(theirs.participant_ids[0])},
        headers=lead.headers,
    )

    assert response.status_code == 403


async def test_a_safety_lead_stops_a_text_of_anothers_group(client: AsyncClient) -> None:
    lead = await make_lead()
    group = await make_group(Side.PERPETRATOR, organisation_id=lead.organisation_id)
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    await make_member(group)
    await reminders.plan(SETTINGS)

    listed = await client.get("/api/v1/messages", headers=lead.headers)
    (item,) = listed.json()["items"]
    response = await client.post(f"/api/v1/messages/{item['id']}/cancel", headers=lead.headers)

    assert response.status_code == 204
    assert (await messages_of(group))[0]["state"] == "cancelled"
