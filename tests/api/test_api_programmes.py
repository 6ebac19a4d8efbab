"""Programmes, venues and closures under ``/api/v1``."""

from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM, Side
from programmes.queries import programmes as queries
from tests.factories import Json, Person, make_organisation, make_person
from tests.factories_programmes import make_closure, make_programme, make_venue

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


def programme_json(**changed: Any) -> Json:
    return {
        "name": "Freedom", "side": "survivor", "type": "freedom", "group_model": "rolling",
        "delivery_mode": "in_person",
        "units": [
            {"number": number, "title": f"Unit {number}", "kind": "group", "minutes": 120}
            for number in range(1, 13)
        ],
        "completion_rule": {"min_units": 9, "mandatory_units": [1]},
        "capacity_min": 4, "capacity_max": 12, "cost_pence": 700_000, **changed,
    }  # fmt: skip


async def test_a_programme_is_added_and_read_back(client: AsyncClient) -> None:
    """S1: 12 units of 2 hours at 7,000 pounds."""
    person = await manager()

    added = await client.post("/api/v1/programmes", json=programme_json(), headers=person.headers)
    response = await client.get(f"/api/v1/programmes/{added.json()['id']}", headers=person.headers)
    found = response.json()

    assert (added.status_code, response.status_code) == (201, 200)
    assert (found["cost_pence"], len(found["units"]), found["version_number"]) == (700_000, 12, 1)
    assert found["completion_rule"] == {
        "min_units": 9, "min_percent": None, "min_hours": None, "mandatory_units": [1],
        "end_review": False, "report_sent": False,
    }  # fmt: skip
    assert found["organisation_id"] == str(person.organisation_id)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"units": [], "completion_rule": {"min_percent": 70}}, "units"),
        (
            {
                "units": [{"number": 2, "title": "Two", "kind": "group", "minutes": 60}],
                "completion_rule": {"min_units": 1},
            },
            "units",
        ),
        ({"completion_rule": {"min_units": 9, "min_percent": 70}}, "completion_rule"),
        ({"completion_rule": {"min_units": 13}}, "completion_rule.min_units"),
        (
            {"completion_rule": {"min_units": 9, "mandatory_units": [99]}},
            "completion_rule.mandatory_units",
        ),
        ({"capacity_max": 3}, "capacity_max"),
        ({"name": " "}, "name"),
        ({"type": "unheard-of"}, "type"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_programme_names_its_field(
    client: AsyncClient, changed: Json, field: str
) -> None:
    person = await manager()

    response = await client.post(
        "/api/v1/programmes", json=programme_json(**changed), headers=person.headers
    )

    assert (response.status_code, response.json()["type"]) == (400, "/problems/invalid-input")
    assert field in [error["field"] for error in response.json()["errors"]]
    assert await queries.programmes(scope=SYSTEM.scope) == ()


async def test_a_name_is_taken_once_on_each_side(client: AsyncClient) -> None:
    person = await manager()
    await client.post("/api/v1/programmes", json=programme_json(), headers=person.headers)

    response = await client.post(
        "/api/v1/programmes", json=programme_json(), headers=person.headers
    )

    assert (response.status_code, response.json()["type"]) == (409, "/problems/programme-exists")


async def test_venues_are_added_and_listed(client: AsyncClient) -> None:
    person = await manager()
    venue = {"side": "survivor", "name": "Garden Room", "address": "1 Mill Lane"}

    added = await client.post("/api/v1/venues", json=venue, headers=person.headers)
    again = await client.post("/api/v1/venues", json=venue, headers=person.headers)
    listed = (await client.get("/api/v1/venues", headers=person.headers)).json()["items"]

    assert (added.status_code, again.json()["type"]) == (201, "/problems/venue-exists")
    assert [(item["id"], item["name"]) for item in listed] == [(added.json()["id"], "Garden Room")]


async def test_closures_are_added_and_listed(client: AsyncClient) -> None:
    person = await manager()
    closure = {
        "organisation_id": str(person.organisation_id), "from_on": "2026-08-24",
        "to_on": "2026-08-28", "reason": "Summer",
    }  # fmt: skip

    added = await client.post("/api/v1/closures", json=closure, headers=person.headers)
    backwards = await client.post(
        "/api/v1/closures", json={**closure, "to_on": "2026-08-23"}, headers=person.headers
    )
    impossible = await client.post(
        "/api/v1/closures", json={**closure, "to_on": "2027-02-29"}, headers=person.headers
    )
    listed = (await client.get("/api/v1/closures", headers=person.headers)).json()["items"]

    assert added.status_code == 201
    assert [refused.status_code for refused in (backwards, impossible)] == [400, 400]
    assert [refused.json()["errors"][0]["field"] for refused in (backwards, impossible)] == [
        "to_on", "to_on",
    ]  # fmt: skip
    assert [(item["from_on"], item["venue_id"]) for item in listed] == [("2026-08-24", None)]


async def test_nothing_of_the_other_side_or_elsewhere_is_there(client: AsyncClient) -> None:
    person = await manager()
    here, there = person.organisation_id, await make_organisation()
    other = await make_programme(organisation_id=here, side=Side.PERPETRATOR)
    elsewhere = await make_programme(organisation_id=there)
    venue_id = await make_venue(organisation_id=here, side=Side.PERPETRATOR)
    await make_closure(organisation_id=here, venue_id=venue_id, from_on=date(2026, 7, 1))
    await make_closure(organisation_id=there, from_on=date(2026, 7, 1))

    opened = [
        (await client.get(f"/api/v1/programmes/{id}", headers=person.headers)).status_code
        for id in (other.id, elsewhere.id)
    ]
    listed = [
        (await client.get(f"/api/v1/{what}", headers=person.headers)).json()["items"]
        for what in ("programmes", "venues", "closures")
    ]

    assert (opened, listed) == ([404, 404], [[], [], []])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("programmes", programme_json(side="perpetrator")),
        ("venues", {"side": "perpetrator", "name": "Mill House"}),
    ],
)
async def test_adding_on_the_other_side_finds_nothing_to_add_to(
    client: AsyncClient, path: str, body: Json
) -> None:
    person = await manager()
    body = {**body, "organisation_id": str(person.organisation_id)}

    response = await client.post(f"/api/v1/{path}", json=body, headers=person.headers)

    assert (response.status_code, response.json()["type"]) == (404, "/problems/not-found")


async def test_closing_a_venue_of_the_other_side_finds_none(client: AsyncClient) -> None:
    person = await manager()
    venue_id = await make_venue(organisation_id=person.organisation_id, side=Side.PERPETRATOR)

    response = await client.post(
        "/api/v1/closures",
        json={
            "organisation_id": str(person.organisation_id), "venue_id": str(venue_id),
            "from_on": "2026-07-01", "to_on": "2026-07-01",
        },
        headers=person.headers,
    )  # fmt: skip

    assert response.status_code == 404


@pytest.mark.parametrize("path", ["programmes", "venues", "closures"])
async def test_who_manages_no_programmes_adds_nothing(client: AsyncClient, path: str) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    commissioner = await make_person(Role.COMMISSIONER, GrantSide.BOTH)

    adding = await client.post(f"/api/v1/{path}", json={}, headers=facilitator.headers)
    looking = await client.get(f"/api/v1/{path}", headers=commissioner.headers)

    assert (adding.status_code, looking.status_code) == (403, 403)
