"""People's own files, legal holds and retention under ``/api/v1``."""

import json
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from core.tables import AuditEvent
from messaging.tables import Message
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import make_cohort, make_participant
from tests.factories_rights import WholePerson, make_whole_person, restrict_to, tie

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


async def lead(organisation_id: UUID) -> Person:
    return await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id)


async def two_people(organisation_id: UUID) -> tuple[WholePerson, WholePerson]:
    cohort = await make_cohort(organisation_id=organisation_id)
    one = await make_whole_person("zebra", cohort)
    other = await make_whole_person("quagga", cohort, number="+447700900222")
    await tie(one, other, account_id=(await lead(organisation_id)).id)
    return one, other


async def get(client: AsyncClient, person: Person, path: str) -> Any:
    return await client.get(f"/api/v1{path}", headers=person.headers)


async def test_a_file_has_its_words_its_texts_and_nobody_else(client: AsyncClient) -> None:
    person = await manager()
    one, other = await two_people(person.organisation_id)

    response = await get(client, person, f"/participants/{one.id}/export")
    body = response.json()

    sections = {section["key"]: section for section in body["sections"]}
    assert response.status_code == 200
    assert sections["texts"]["rows"][0]["body"] == one.words["messages", "body"]
    assert sections["texts"]["rows"][0]["number"] == "+447700900111"
    assert sections["marks"]["rows"][0]["outcome"] == "absent_notified"
    assert body["words"]["absent_notified"] == "Absent, told us"
    assert other.marker not in response.text
    assert "+447700900222" not in response.text
    assert str(other.id) not in response.text
    assert await Message.count() == 2


async def test_d11_why_a_file_was_made_is_written_down(client: AsyncClient) -> None:
    person = await manager()
    someone = await make_participant(organisation_id=person.organisation_id)

    await get(client, person, f"/participants/{someone}/export?asked=by_law")
    await get(client, person, f"/participants/{someone}/export")
    wrong = await get(client, person, f"/participants/{someone}/export?asked=curiosity")

    events = await AuditEvent.select().order_by(AuditEvent.id)
    assert [json.loads(event["after"]) for event in events] == [
        {"asked": "by_law"}, {"asked": "by_the_person"},
    ]  # fmt: skip
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "asked")


@pytest.mark.parametrize("path", ["export"])
async def test_d1_a_person_of_the_other_side_or_organisation_is_not_found(
    client: AsyncClient, path: str
) -> None:
    person = await manager()
    for someone in (
        await make_participant(organisation_id=person.organisation_id, side=Side.PERPETRATOR),
        await make_participant(organisation_id=await make_organisation()),
    ):
        response = await get(client, person, f"/participants/{someone}/{path}")
        assert (response.status_code, response.json()["type"]) == (404, "/problems/not-found")


async def test_d7_a_restricted_person_is_not_found(client: AsyncClient) -> None:
    person = await manager()
    one, _ = await two_people(person.organisation_id)
    await restrict_to(one, (await lead(person.organisation_id)).id)

    assert (await get(client, person, f"/participants/{one.id}/export")).status_code == 404


async def test_a_facilitator_is_refused(client: AsyncClient) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    someone = await make_participant(organisation_id=facilitator.organisation_id)

    for path in (f"/participants/{someone}/export", "/legal-holds", "/retention"):
        assert (await get(client, facilitator, path)).status_code == 403


async def place(client: AsyncClient, person: Person, someone: UUID, reason: str = "Review") -> Any:
    return await client.post(
        f"/api/v1/participants/{someone}/legal-hold", json={"reason": reason},
        headers=person.headers,
    )  # fmt: skip


async def test_a_hold_is_placed_listed_and_lifted(client: AsyncClient) -> None:
    holder = await lead(await make_organisation())
    someone = await make_participant(organisation_id=holder.organisation_id)

    placed = await place(client, holder, someone)
    again = await place(client, holder, someone)
    listed = await get(client, holder, "/legal-holds")
    lifted = await client.delete(
        f"/api/v1/participants/{someone}/legal-hold", headers=holder.headers
    )

    assert (placed.status_code, again.status_code, lifted.status_code) == (204, 409, 204)
    (item,) = listed.json()["items"]
    assert (item["participant_id"], item["reason"]) == (str(someone), "Review")
    assert item["placed_by"] == str(holder.id)
    assert (await get(client, holder, "/legal-holds")).json()["items"] == []


@pytest.mark.parametrize("reason", ["", " ", "x" * 201])
async def test_a_hold_without_a_reason_names_the_field(client: AsyncClient, reason: str) -> None:
    holder = await lead(await make_organisation())
    someone = await make_participant(organisation_id=holder.organisation_id)

    response = await place(client, holder, someone, reason)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["reason"]


async def test_a_hold_is_for_safety_leads_of_the_organisation(client: AsyncClient) -> None:
    person = await manager()
    someone = await make_participant(organisation_id=person.organisation_id)
    stranger = await lead(await make_organisation())

    assert (await place(client, person, someone)).status_code == 403
    assert (await place(client, stranger, someone)).status_code == 404
    lifted = await client.delete(
        f"/api/v1/participants/{someone}/legal-hold", headers=stranger.headers
    )
    assert lifted.status_code == 404


async def test_what_is_past_its_time_is_counted_for_administrators(client: AsyncClient) -> None:
    mine = await make_person(Role.ADMINISTRATOR)
    everywhere = await make_person(Role.ADMINISTRATOR, everywhere=True)
    await make_whole_person("zebra", await make_cohort(organisation_id=mine.organisation_id))
    await make_whole_person("quagga", await make_cohort())

    own = (await get(client, mine, "/retention")).json()["items"]
    every = (await get(client, everywhere, "/retention")).json()["items"]

    assert own == [
        {"name": "Programme cases", "kept_for": "7 years after they close", "due": 1,
         "on_hold": 0, "oldest_on": "2026-03-14"}
    ]  # fmt: skip
    assert [(item["name"], item["due"]) for item in every] == [
        ("Programme cases", 2), ("Numbers and words of texts", 0), ("Uploaded spreadsheets", 0),
    ]  # fmt: skip
