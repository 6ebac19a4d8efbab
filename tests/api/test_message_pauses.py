"""The switches over HTTP: own area, own groups, never the other side (D1, M16)."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.ids import new_id
from core.scope import Side
from messaging.tables import MessagingPause
from programmes.services import restrictions
from tests.factories import Person, make_person
from tests.factories_messaging import Group, make_group, make_member

STOP = {"paused": True, "reason": "Wait for the new venue"}


@dataclass(frozen=True)
class Service:
    """A manager, a facilitator with a group, and a group that is not the facilitator's."""

    manager: Person
    facilitator: Person
    own: Group
    other: Group
    person: UUID
    elsewhere: UUID

    def paths(self) -> dict[str, str]:
        return {
            "programme": f"/api/v1/programmes/{self.own.programme_id}/message-pause",
            "cohort": f"/api/v1/cohorts/{self.own.cohort_id}/message-pause",
            "person": f"/api/v1/participants/{self.person}/message-pause",
        }


async def make_service(side: Side = Side.SURVIVOR) -> Service:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value))
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide(side.value), organisation_id=manager.organisation_id
    )
    account = facilitator.actor.account_id
    assert account is not None
    own = await make_group(side, organisation_id=manager.organisation_id, facilitators=(account,))
    other = await make_group(side, organisation_id=manager.organisation_id)
    person, _ = await make_member(own)
    elsewhere, _ = await make_member(other)
    return Service(manager, facilitator, own, other, person, elsewhere)


@pytest.mark.parametrize("kind", ["programme", "cohort", "person"])
async def test_a_manager_pauses_and_resumes(client: AsyncClient, kind: str) -> None:
    service = await make_service()
    path, headers = service.paths()[kind], service.manager.headers
    before = await client.get(path, headers=headers)

    paused = await client.put(path, json=STOP, headers=headers)
    listed = await client.get("/api/v1/messaging/pauses", headers=headers)
    resumed = await client.put(path, json={"paused": False}, headers=headers)

    assert before.json() == {"paused": False, "reason": "", "at": None}
    assert (paused.status_code, paused.json()["paused"]) == (200, True)
    assert [
        (item["pause_of"], item["subject_id"], item["reason"]) for item in listed.json()["items"]
    ] == [(kind, path.split("/")[4], STOP["reason"])]
    assert resumed.json()["paused"] is False
    assert (await client.get("/api/v1/messaging/pauses", headers=headers)).json() == {
        "items": [], "next": None,
    }  # fmt: skip


async def test_a_facilitator_pauses_own_groups_and_their_people_alone(client: AsyncClient) -> None:
    service = await make_service()
    headers = service.facilitator.headers
    other = f"/api/v1/cohorts/{service.other.cohort_id}/message-pause"
    stranger = f"/api/v1/participants/{service.elsewhere}/message-pause"
    paths = service.paths()

    assert (await client.put(paths["cohort"], json=STOP, headers=headers)).status_code == 200
    assert (await client.put(paths["person"], json=STOP, headers=headers)).status_code == 200
    assert (await client.put(paths["programme"], json=STOP, headers=headers)).status_code == 403
    for path in (other, stranger):
        assert (await client.put(path, json=STOP, headers=headers)).status_code == 404
        assert (await client.get(path, headers=headers)).status_code == 404
    assert await MessagingPause.count() == 2


async def test_a_facilitator_is_told_of_pauses_of_own_groups_people_and_programmes(
    client: AsyncClient,
) -> None:
    service = await make_service()
    for kind, subject in (
        ("programmes", service.own.programme_id), ("cohorts", service.own.cohort_id),
        ("cohorts", service.other.cohort_id), ("participants", service.person),
        ("participants", service.elsewhere),
    ):  # fmt: skip
        path = f"/api/v1/{kind}/{subject}/message-pause"
        assert (await client.put(path, json=STOP, headers=service.manager.headers)).is_success

    listed = await client.get("/api/v1/messaging/pauses", headers=service.facilitator.headers)
    all_of_them = await client.get("/api/v1/messaging/pauses", headers=service.manager.headers)

    assert [item["subject_id"] for item in listed.json()["items"]] == [
        str(service.person), str(service.own.cohort_id), str(service.own.programme_id),
    ]  # fmt: skip
    assert len(all_of_them.json()["items"]) == 5


@pytest.mark.parametrize("kind", ["programme", "cohort", "person"])
async def test_d1_the_other_side_and_another_organisation_find_nothing(
    client: AsyncClient, kind: str
) -> None:
    service = await make_service(Side.SURVIVOR)
    path = service.paths()[kind]
    await client.put(path, json=STOP, headers=service.manager.headers)
    other_side = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR,
        organisation_id=service.manager.organisation_id,
    )  # fmt: skip
    outsider = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)

    for reader in (other_side, outsider):
        assert (await client.get(path, headers=reader.headers)).status_code == 404
        thrown = await client.put(path, json={"paused": False}, headers=reader.headers)
        assert thrown.status_code == 404
        listed = await client.get("/api/v1/messaging/pauses", headers=reader.headers)
        assert listed.json()["items"] == []
    assert await MessagingPause.count() == 1


async def test_lacking_the_permission_is_forbidden(client: AsyncClient) -> None:
    service = await make_service()
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)
    link_worker = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=service.manager.organisation_id
    )

    for path in service.paths().values():
        for person in (administrator, link_worker):
            assert (await client.put(path, json=STOP, headers=person.headers)).status_code == 403
            assert (await client.get(path, headers=person.headers)).status_code == 403


async def test_d7_the_pause_of_a_restricted_person_exists_for_those_named(
    client: AsyncClient,
) -> None:
    service = await make_service()
    await client.put(service.paths()["person"], json=STOP, headers=service.manager.headers)
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=service.manager.organisation_id
    )
    assert lead.actor.account_id is not None
    await restrictions.restrict(
        service.person, "Known here", (lead.actor.account_id,), by=lead.actor
    )

    hidden = await client.get("/api/v1/messaging/pauses", headers=service.manager.headers)
    shown = await client.get("/api/v1/messaging/pauses", headers=lead.headers)

    assert hidden.json()["items"] == []
    assert [item["subject_id"] for item in shown.json()["items"]] == [str(service.person)]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"paused": "yes"}, {"paused": True}, {"paused": True, "reason": "x" * 201},
        {"paused": True, "reason": "a\u0000b"}, {"paused": False, "unknown": 1}, [],
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_changes_nothing(client: AsyncClient, body: object) -> None:
    service = await make_service()

    answer = await client.put(service.paths()["cohort"], json=body, headers=service.manager.headers)

    assert answer.status_code == 400
    assert await MessagingPause.count() == 0


async def test_what_is_not_there_is_not_found(client: AsyncClient) -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)

    for kind in ("programmes", "cohorts", "participants"):
        path = f"/api/v1/{kind}/{new_id()}/message-pause"
        assert (await client.put(path, json=STOP, headers=lead.headers)).status_code == 404


async def test_pauses_come_page_by_page(client: AsyncClient) -> None:
    service = await make_service()
    for path in service.paths().values():
        await client.put(path, json=STOP, headers=service.manager.headers)
    url, headers = "/api/v1/messaging/pauses", service.manager.headers

    first = (await client.get(url, headers=headers, params={"limit": 2})).json()
    second = await client.get(url, headers=headers, params={"limit": 2, "after": first["next"]})

    assert [item["pause_of"] for item in first["items"] + second.json()["items"]] == [
        "person", "cohort", "programme",
    ]  # fmt: skip
    assert second.json()["next"] is None
