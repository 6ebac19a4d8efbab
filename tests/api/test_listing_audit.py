"""D11: whoever is shown a list of people leaves one event: who, when, where, how many."""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.tables import AuditEvent
from tests.api.forms import send, sign_in
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, make_cohort, make_participant, make_referral
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")


async def manager() -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)


async def listings() -> list[dict[str, Any]]:
    rows = await AuditEvent.select().where(AuditEvent.action == "people_listed")
    return [dict(row) for row in rows]


async def waiting_group(person: Person, people: int = 3) -> MadeCohort:
    cohort = await make_cohort(organisation_id=person.organisation_id)
    for _ in range(people):
        waiting = await make_participant(organisation_id=person.organisation_id)
        await make_referral(participant_id=waiting, programme_id=cohort.programme.id)
    return cohort


async def test_d11_the_list_says_who_looked_where_and_how_many(client: AsyncClient) -> None:
    person = await manager()
    await waiting_group(person)

    await client.get("/api/v1/participants", headers=person.headers)

    (event,) = await listings()
    assert (event["actor"], event["subject"]) == (person.id, person.id)
    assert (event["side"], event["organisation"]) == ("survivor", person.organisation_id)
    assert json.loads(event["after"]) == {"list": "people", "people": 3}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/participants?search=Person", "search"),
        ("/api/v1/referrals", "referrals"),
        ("/api/v1/cohorts/{cohort}/waiting-list", "waiting_list"),
    ],
)
async def test_d11_every_list_of_people_leaves_one_event(
    client: AsyncClient, path: str, kind: str
) -> None:
    person = await manager()
    cohort = await waiting_group(person)

    response = await client.get(path.format(cohort=cohort.id), headers=person.headers)

    assert response.status_code == 200
    assert [json.loads(event["after"]) for event in await listings()] == [
        {"list": kind, "people": 3}
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("reviews", "reviews"), ("welfare-checks", "welfare_checks"), ("legal-holds", "legal_holds")],
)
async def test_d11_lists_of_what_follows_leave_one_event_each(
    client: AsyncClient, path: str, kind: str
) -> None:
    person = await manager()

    response = await client.get(f"/api/v1/{path}", headers=person.headers)

    assert response.status_code == 200
    assert [json.loads(event["after"]) for event in await listings()] == [
        {"list": kind, "people": 0}
    ]


async def test_d11_the_list_of_texts_leaves_one_event_too(client: AsyncClient) -> None:
    person = await manager()

    await client.get("/api/v1/messages", headers=person.headers)
    sign_in(client, person)
    await client.get("/messages")

    assert [json.loads(event["after"]) for event in await listings()] == [
        {"list": "messages", "people": 0}
    ] * 2


async def test_d11_what_was_searched_for_is_not_kept(client: AsyncClient) -> None:
    person = await manager()
    await make_participant(organisation_id=person.organisation_id, given_name="Marguerite")
    sign_in(client, person)

    await send(client, "/participants", search="Marguer")

    found = [event for event in await listings() if json.loads(event["after"])["list"] == "search"]
    assert [json.loads(event["after"])["people"] for event in found] == [1]
    assert "Marguer" not in json.dumps(found, default=str)


async def test_d11_somebody_of_two_sides_leaves_an_event_without_a_side(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)

    await client.get("/api/v1/participants", headers=lead.headers)

    (event,) = await listings()
    assert (event["side"], event["organisation"]) == (None, lead.organisation_id)


async def test_a_longer_list_takes_no_more_statements(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await manager()
    sent = []
    for _ in range(2):
        await waiting_group(person, people=4)
        with counted(monkeypatch) as statements:
            await client.get("/api/v1/participants", headers=person.headers)
        sent.append(len(statements))

    assert sent[0] == sent[1]
