"""Who was missing from a full list of staff: a person decides, nobody is ended silently."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import Role
from core import clock
from core.ids import new_id
from tests.api.training_calls import actions, fields, get, post
from tests.factories import Json, make_person
from tests.factories_training import make_staff
from training.tables import LeaverProposal, Post


async def make_proposal(staff_id: UUID) -> UUID:
    proposal = LeaverProposal(id=new_id(), staff=staff_id, proposed_at=clock.now())
    await proposal.save()
    return proposal.id


async def test_whoever_left_gets_a_last_day_and_whoever_stays_gets_none(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    ids = [await make_staff(organisation_id=lead.organisation_id) for _ in range(2)]
    left, stays = [await make_proposal(id) for id in ids]
    first = (await get(client, lead, "/leaver-proposals?limit=1")).json()
    rest = (await get(client, lead, f"/leaver-proposals?after={first['next']}")).json()
    listed = [*first["items"], *rest["items"]]

    ended = await post(
        client, lead, f"/leaver-proposals/{left}", {"decision": "ended", "ended_on": "2026-05-31"}
    )
    kept = await post(client, lead, f"/leaver-proposals/{stays}", {"decision": "stays"})
    again = await post(client, lead, f"/leaver-proposals/{stays}", {"decision": "stays"})

    assert [one["id"] for one in listed] == [str(left), str(stays)]
    assert (ended.status_code, kept.status_code) == (204, 204)
    days = {row["staff"]: row["ended_on"] for row in await Post.select()}
    assert [str(days[id]) for id in ids] == ["2026-05-31", "None"]
    assert (again.status_code, again.json()["type"]) == (409, "/problems/leaver-decided")
    assert (await get(client, lead, "/leaver-proposals")).json()["items"] == []
    assert await actions() == ["leaver_decided", "staff_ended", "leaver_decided"]


@pytest.mark.parametrize(
    "decision",
    [
        {"decision": "ended"},
        {"decision": "ended", "ended_on": "2018-12-31"},
        {"decision": "ended", "ended_on": "2999-01-01"},
        {"decision": "stays", "ended_on": "2026-05-31"},
    ],
)
async def test_a_decision_with_a_wrong_last_day_changes_nothing(
    client: AsyncClient, decision: Json
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    proposal = await make_proposal(await make_staff(organisation_id=lead.organisation_id))

    refused = await post(client, lead, f"/leaver-proposals/{proposal}", decision)

    assert (refused.status_code, fields(refused)) == (400, ["ended_on"])
    assert not await LeaverProposal.exists().where(LeaverProposal.decision.is_not_null())
    assert await actions() == []


async def test_proposals_are_decided_by_leads_of_the_organisation_alone(
    client: AsyncClient,
) -> None:
    outsider = await make_person(Role.WORKFORCE_LEAD)
    admin = await make_person(Role.TRAINING_ADMIN)
    proposal = await make_proposal(await make_staff(organisation_id=admin.organisation_id))
    path = f"/leaver-proposals/{proposal}"

    assert (await get(client, outsider, "/leaver-proposals")).json()["items"] == []
    assert (await post(client, outsider, path, {"decision": "stays"})).status_code == 404
    assert (await get(client, admin, "/leaver-proposals")).status_code == 403
    assert (await post(client, admin, path, {"decision": "stays"})).status_code == 403
