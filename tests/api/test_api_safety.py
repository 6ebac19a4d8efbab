"""Links, workers, flags, conflicts and restrictions over HTTP: who may, and who finds nothing."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.ids import new_id
from core.scope import Side
from core.tables import AuditEvent
from programmes.services import conflicts
from programmes.services.conflicts import ConflictKind, Found
from programmes.tables import Conflict, Participant
from tests.factories import Person, make_person
from tests.factories_programmes import make_cohort, make_participant, make_safe_contact
from tests.factories_safety import keep_apart, make_link, make_worker, raise_flag

V1 = "/api/v1"


@pytest.fixture
async def lead(client: AsyncClient) -> Person:
    return await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)


@pytest.fixture
async def manager(lead: Person) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=lead.organisation_id
    )


@pytest.fixture
async def worker(lead: Person) -> Person:
    return await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=lead.organisation_id
    )


@pytest.fixture
async def survivor_id(lead: Person, worker: Person) -> UUID:
    found = await make_participant(organisation_id=lead.organisation_id, given_name="Ada")
    await make_worker(participant_id=found, account_id=worker.id)
    return found


@pytest.fixture
async def perpetrator_id(lead: Person) -> UUID:
    found = await make_participant(
        organisation_id=lead.organisation_id, side=Side.PERPETRATOR, given_name="Bob"
    )
    await Participant.update({Participant.reference: "P-1"}).where(Participant.id == found)
    return found


async def actions() -> list[str]:
    return [row["action"] for row in await AuditEvent.select().order_by(AuditEvent.id)]


async def test_d2_a_link_worker_finds_links_reads_and_ends(
    client: AsyncClient, worker: Person, survivor_id: UUID, perpetrator_id: UUID
) -> None:
    client.headers.update(worker.headers)
    wanted = {"reference": "P-1", "family_name": "example"}
    found = (await client.post(f"{V1}/links/find", json=wanted)).json()
    assert found == {
        "perpetrator_id": str(perpetrator_id), "status": "no_referral", "risk_flag": False,
    }  # fmt: skip
    made = await client.post(
        f"{V1}/links",
        json={
            "perpetrator_id": found["perpetrator_id"], "survivor_id": str(survivor_id),
            "relationship": "ex_partner",
        },
    )  # fmt: skip
    assert made.status_code == 201
    address = f"{V1}/links/{made.json()['id']}"
    raised = await client.put(
        f"{V1}/participants/{perpetrator_id}/risk-flag", json={"raised": True}
    )
    one = (await client.get(address)).json()
    listed = (await client.get(f"{V1}/links")).json()
    ended = await client.post(f"{address}/end", json={"version": 1, "ended_on": "2026-06-10"})

    assert raised.status_code == 204
    assert listed["items"] == [one]
    assert (one["survivor"], one["perpetrator"], one["perpetrator_reference"]) == (
        "Ada Example", "", "P-1",
    )  # fmt: skip
    assert (one["status"], one["risk_flag"], one["version"]) == ("no_referral", True, 1)
    assert ended.status_code == 204
    assert await actions() == [
        "perpetrator_looked_up", "link_recorded", "risk_flag_raised", "link_viewed",
        "people_listed", "link_ended",
    ]  # fmt: skip


STRANGERS = [
    (Role.FACILITATOR, GrantSide.PERPETRATOR, True, 403),
    (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, True, 403),
    (Role.ADMINISTRATOR, GrantSide.NONE, True, 403),
    (Role.PARTNER_LINK_WORKER, GrantSide.BOTH, True, 404),
    (Role.SAFETY_LEAD, GrantSide.BOTH, False, 404),
]
"""Role, side, whether in the same organisation, and what they are answered."""


async def test_d2_whoever_has_no_part_in_a_link_learns_nothing(
    client: AsyncClient, lead: Person, survivor_id: UUID, perpetrator_id: UUID
) -> None:
    link_id = await make_link(perpetrator_id=perpetrator_id, survivor_id=survivor_id)
    flag = f"{V1}/participants/{perpetrator_id}/risk-flag"
    ending = {"version": 1, "ended_on": "2026-06-10"}
    for role, side, own, status in STRANGERS:
        here = lead.organisation_id if own else None
        client.headers.update((await make_person(role, side, organisation_id=here)).headers)

        answers = [
            await client.get(f"{V1}/links/{link_id}"),
            await client.post(f"{V1}/links/{link_id}/end", json=ending),
            await client.put(flag, json={"raised": True}),
        ]

        assert {answer.status_code for answer in answers} == {status}
        if status == 404:
            assert (await client.get(f"{V1}/links")).json()["items"] == []


async def test_d2_two_who_share_a_worker_are_refused_without_the_cause(
    client: AsyncClient, lead: Person, worker: Person, survivor_id: UUID, perpetrator_id: UUID
) -> None:
    await make_worker(participant_id=perpetrator_id, account_id=worker.id)

    refused = await client.post(
        f"{V1}/links", headers=worker.headers,
        json={
            "perpetrator_id": str(perpetrator_id), "survivor_id": str(survivor_id),
            "relationship": "partner",
        },
    )  # fmt: skip
    (found,) = (await client.get(f"{V1}/conflicts", headers=lead.headers)).json()["items"]

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/cannot-link")
    assert set(refused.json()) == {"type", "title", "status", "detail"}
    assert (found["kind"], found["participant"]["name"], found["other"]["name"]) == (
        "worker_of_both", "Ada Example", "Bob Example",
    )  # fmt: skip


async def test_d3_workers_are_assigned_listed_and_removed(
    client: AsyncClient, manager: Person, worker: Person, survivor_id: UUID
) -> None:
    colleague = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=manager.organisation_id
    )
    address = f"{V1}/participants/{survivor_id}/workers"
    client.headers.update(manager.headers)

    added = await client.post(address, json={"account_id": str(colleague.id)})
    listed = (await client.get(address)).json()["items"]
    removed = await client.delete(f"{address}/{worker.id}")
    left = (await client.get(address)).json()["items"]
    own = (await client.get(f"{V1}/caseload", headers=colleague.headers)).json()["items"]

    assert (added.status_code, removed.status_code) == (204, 204)
    assert {item["account_id"] for item in listed} == {str(colleague.id), str(worker.id)}
    assert left == [{"account_id": str(colleague.id), "since": "2026-06-10"}]
    assert [item["participant"] for item in own] == ["Ada Example"]


async def test_own_caseload_is_a_link_worker_s_list(
    client: AsyncClient, worker: Person, survivor_id: UUID
) -> None:
    listed = (await client.get(f"{V1}/caseload", headers=worker.headers)).json()["items"]
    everybody = (await client.get(f"{V1}/participants", headers=worker.headers)).json()["items"]

    assert [item["participant"] for item in listed] == ["Ada Example"]
    assert [item["id"] for item in everybody] == [str(survivor_id)]


async def test_d6_non_associations_are_recorded_by_workers_and_read_by_leads(
    client: AsyncClient, lead: Person, manager: Person, survivor_id: UUID
) -> None:
    other_id = await make_participant(organisation_id=lead.organisation_id, given_name="Cleo")
    address = f"{V1}/participants/{survivor_id}/non-associations"
    sent = {"other_id": str(other_id), "reason": "Threats outside"}

    made = await client.post(address, json=sent, headers=manager.headers)
    again = await client.post(address, json=sent, headers=manager.headers)
    hidden = await client.get(address, headers=manager.headers)
    (read,) = (await client.get(address, headers=lead.headers)).json()["items"]
    gone = await client.delete(f"{address}/{read['id']}", headers=lead.headers)

    assert (made.status_code, again.status_code, hidden.status_code) == (201, 409, 403)
    assert again.json()["type"] == "/problems/already-recorded"
    assert (read["other"]["name"], read["reason"]) == ("Cleo Example", "Threats outside")
    assert gone.status_code == 204


async def test_d7_restrictions_over_http(
    client: AsyncClient, lead: Person, manager: Person, survivor_id: UUID
) -> None:
    address = f"{V1}/participants/{survivor_id}/restriction"
    client.headers.update(lead.headers)
    absent = await client.get(address)
    made = await client.post(
        address, json={"reason": "A colleague", "reader_ids": [str(manager.id)]}
    )
    read = (await client.get(address)).json()
    visible = await client.get(f"{V1}/participants/{survivor_id}", headers=manager.headers)
    removed = await client.delete(f"{address}/readers/{manager.id}")
    hidden = await client.get(f"{V1}/participants/{survivor_id}", headers=manager.headers)
    last = await client.delete(f"{address}/readers/{lead.id}")
    named = await client.post(f"{address}/readers", json={"account_id": str(manager.id)})
    lifted = await client.delete(address)

    assert (absent.status_code, made.status_code) == (404, 204)
    assert (read["reason"], set(read["reader_ids"])) == (
        "A colleague", {str(lead.id), str(manager.id)},
    )  # fmt: skip
    assert (visible.status_code, removed.status_code, hidden.status_code) == (200, 204, 404)
    assert (last.status_code, last.json()["errors"][0]["field"]) == (400, "account_id")
    assert (named.status_code, lifted.status_code) == (204, 204)


async def test_conflicts_are_read_and_settled_by_the_lead_of_the_organisation(
    client: AsyncClient, lead: Person, manager: Person, survivor_id: UUID
) -> None:
    other_id = await make_participant(organisation_id=lead.organisation_id)
    await conflicts.write_down(
        [Found(ConflictKind.NON_ASSOCIATION, survivor_id, other_id)], by=manager.actor
    )
    conflict_id = (await Conflict.select(Conflict.id))[0]["id"]
    address = f"{V1}/conflicts/{conflict_id}"
    elsewhere = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)

    assert (await client.get(address, headers=manager.headers)).status_code == 403
    assert (await client.get(address, headers=elsewhere.headers)).status_code == 404
    read = (await client.get(address, headers=lead.headers)).json()
    settled = await client.post(
        f"{address}/settle", headers=lead.headers, json={"version": 1, "note": "Another group"}
    )
    again = await client.post(
        f"{address}/settle", headers=lead.headers, json={"version": 2, "note": "Again"}
    )
    waiting = (await client.get(f"{V1}/conflicts", headers=lead.headers)).json()["items"]
    done = (await client.get(f"{V1}/conflicts?settled=true", headers=lead.headers)).json()

    assert (read["tried_by"], read["note"]) == (str(manager.id), "")
    assert (settled.status_code, again.status_code) == (204, 409)
    assert waiting == []
    assert [item["note"] for item in done["items"]] == ["Another group"]
    assert "conflict_viewed" in await actions()


async def test_m9_shared_numbers_are_the_lead_s(
    client: AsyncClient, lead: Person, manager: Person, survivor_id: UUID, perpetrator_id: UUID
) -> None:
    for person_id in (survivor_id, perpetrator_id):
        await make_safe_contact(participant_id=person_id, number="+447700900111")

    refused = await client.get(f"{V1}/shared-numbers", headers=manager.headers)
    (shown,) = (await client.get(f"{V1}/shared-numbers", headers=lead.headers)).json()["items"]

    assert refused.status_code == 403
    assert (shown["number"], shown["others"]) == ("…11", 0)
    assert {one["side"] for one in shown["people"]} == {"survivor", "perpetrator"}


@pytest.mark.parametrize("method", ["workers", "non-associations", "restriction"])
async def test_d1_the_other_side_and_other_organisations_are_not_found(
    client: AsyncClient, lead: Person, survivor_id: UUID, method: str
) -> None:
    sent = {
        "workers": {"account_id": str(new_id())},
        "non-associations": {"other_id": str(new_id()), "reason": "Threats"},
        "restriction": {"reason": "A colleague"},
    }[method]
    other_side = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=lead.organisation_id
    )
    other_place = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)

    for person in (other_side, other_place):
        answer = await client.post(
            f"{V1}/participants/{survivor_id}/{method}", headers=person.headers, json=sent
        )
        lacks = method == "restriction" and person is other_side
        assert answer.status_code == (403 if lacks else 404)


async def test_d4_a_perpetrator_s_facilitator_reads_the_flag_and_nothing_more(
    client: AsyncClient, lead: Person, survivor_id: UUID, perpetrator_id: UUID
) -> None:
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=lead.organisation_id
    )
    await make_link(perpetrator_id=perpetrator_id, survivor_id=survivor_id)
    address = f"{V1}/participants/{perpetrator_id}"
    before = (await client.get(address, headers=manager.headers)).json()
    await raise_flag(perpetrator_id)

    after = (await client.get(address, headers=manager.headers)).json()

    assert (before["risk_flag"], after["risk_flag"]) == (False, True)
    assert {**before, "risk_flag": True} == after
    assert "Ada" not in str(after)


async def test_d6_the_refusal_of_a_place_never_says_why(
    client: AsyncClient, lead: Person, manager: Person, survivor_id: UUID
) -> None:
    said = set()
    for cause in ("non-association", "same other party", "worker"):
        facilitators = [manager.id] if cause == "worker" else []
        cohort = await make_cohort(
            organisation_id=lead.organisation_id, enrolled=1, facilitator_ids=facilitators
        )
        person_id = await make_participant(organisation_id=lead.organisation_id)
        party_id = await make_participant(side=Side.PERPETRATOR)
        if cause == "non-association":
            await keep_apart(person_id, cohort.participant_ids[0])
        else:
            await make_link(perpetrator_id=party_id, survivor_id=person_id)
        if cause == "same other party":
            await make_link(perpetrator_id=party_id, survivor_id=cohort.participant_ids[0])
        if cause == "worker":
            await make_worker(participant_id=party_id, account_id=manager.id)
        answer = await client.post(
            f"{V1}/cohorts/{cohort.id}/enrolments", headers=manager.headers,
            json={"participant_id": str(person_id)},
        )  # fmt: skip
        said.add((answer.status_code, answer.text))

    assert len(said) == 1
    assert next(iter(said))[0] == 409
    assert await Conflict.count() == 3
