"""Versions, sessions, cover, places and venues over HTTP: answers, refusals and the other side."""

from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, make_cohort, make_venue

VERSION = {
    "version": 1, "group_model": "modular_entry", "delivery_mode": "in_person",
    "units": [
        {"number": 1, "title": "First contact", "kind": "one_to_one", "minutes": 60},
        {"number": 2, "title": "Group", "kind": "group", "minutes": 150, "gap_days": 21,
         "module": 1},
    ],
    "completion_rule": {"min_units": 2}, "capacity_min": 4, "capacity_max": 12,
    "edit_window_days": 7, "long_outcomes": True,
}  # fmt: skip


async def person_of(made: MadeCohort, role: Role = Role.PROGRAMME_MANAGER) -> Person:
    return await make_person(role, GrantSide(made.side.value), organisation_id=made.organisation_id)


async def test_a_version_is_added_and_listed(client: AsyncClient) -> None:
    made = await make_cohort()
    by = await person_of(made)
    path = f"/api/v1/programmes/{made.programme.id}"

    added = await client.post(f"{path}/versions", json=VERSION, headers=by.headers)
    stale = await client.post(f"{path}/versions", json=VERSION, headers=by.headers)
    listed = (await client.get(f"{path}/versions", headers=by.headers)).json()["items"]
    cohort = (await client.get(f"/api/v1/cohorts/{made.id}", headers=by.headers)).json()

    assert (added.status_code, added.json()) == (201, {"version_number": 2})
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")
    assert [item["version_number"] for item in listed] == [2, 1]
    assert (listed[0]["edit_window_days"], listed[0]["long_outcomes"]) == (7, True)
    assert [(unit["gap_days"], unit["module"]) for unit in listed[0]["units"]] == [
        (0, None), (21, 1),
    ]  # fmt: skip
    assert cohort["version_number"] == 1


async def test_the_preview_of_a_cohort_names_contacts_and_clashes(client: AsyncClient) -> None:
    made = await make_cohort()
    by = await person_of(made)
    anna = await person_of(made, Role.FACILITATOR)
    await client.post(
        f"/api/v1/programmes/{made.programme.id}/versions", json=VERSION, headers=by.headers
    )
    body = {
        "programme_id": str(made.programme.id), "code": "B1", "starts_on": "2026-08-17",
        "slots": [{"weekday": 0, "at": "10:00"}], "capacity": 8, "lead_id": str(anna.id),
        "group_sex": "female",
    }  # fmt: skip

    created = await client.post("/api/v1/cohorts", json=body, headers=by.headers)
    plan = await client.post(
        "/api/v1/cohorts/preview", json={**body, "code": "B2"}, headers=by.headers
    )
    cohort = await client.get(f"/api/v1/cohorts/{created.json()['id']}", headers=by.headers)

    assert plan.json()["contacts"] == [
        {"unit_number": 1, "earliest_on": None, "latest_on": "2026-07-27"}
    ]
    assert [clash["cohort_code"] for clash in plan.json()["clashes"]] == ["B1"]
    assert cohort.json()["facilitators"] == [{"account_id": str(anna.id), "role": "lead"}]
    assert cohort.json()["group_sex"] == "female"


async def test_a_session_is_previewed_moved_cancelled_and_put_back(client: AsyncClient) -> None:
    made = await make_cohort(enrolled=2)
    by = await person_of(made)
    path = f"/api/v1/sessions/{made.session_ids[11]}"
    move = {"starts_at": "2026-07-22T09:00:00Z", "cascade": True}

    async def post(call: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await client.post(f"{path}/{call}", json=body, headers=by.headers)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    plan = await post("reschedule?preview=true", move)
    unchanged = (await client.get("/api/v1/sessions?limit=500", headers=by.headers)).json()
    done = await post("reschedule", {**move, "plan": plan["plan"]})
    stale = await client.post(
        f"{path}/cancel", json={"reason": "Snow", "plan": plan["plan"]}, headers=by.headers
    )
    await post("cancel", {"reason": "Snow", "because_of": "service"})
    back = await post("reinstate?preview=false", {})

    assert [(item["unit_number"], item["from"], item["to"]) for item in plan["sessions"]] == [
        (11, "2026-07-15T09:00:00Z", "2026-07-22T09:00:00Z"),
        (12, "2026-07-22T09:00:00Z", "2026-07-29T09:00:00Z"),
    ]
    assert (plan["people_expected"], plan["clashes"]) == (2, [])
    assert "2026-07-15T09:00:00Z" in {item["starts_at"] for item in unchanged["items"]}
    assert done == plan
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")
    assert back["sessions"][0]["to"] == "2026-07-22T09:00:00Z"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"starts_at": "2026-07-22T09:00:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00Z"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
        ({"mode": "dance"}, "mode"),
        ({"venue_id": "00000000-0000-7000-8000-000000000000"}, "venue_id"),
    ],
)
async def test_a_wrong_move_names_its_field(
    client: AsyncClient, body: dict[str, Any], field: str
) -> None:
    made = await make_cohort()
    by = await person_of(made)

    answer = await client.post(
        f"/api/v1/sessions/{made.session_ids[11]}/reschedule", json=body, headers=by.headers
    )

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_the_cohorts_own_venue_is_said_by_null(client: AsyncClient) -> None:
    made = await make_cohort()
    by = await person_of(made)
    hall = await make_venue(organisation_id=made.organisation_id)
    path = f"/api/v1/sessions/{made.session_ids[11]}/reschedule"

    there = await client.post(path, json={"venue_id": str(hall)}, headers=by.headers)
    kept = await client.post(path, json={"mode": "hybrid"}, headers=by.headers)
    home = await client.post(path, json={"venue_id": None}, headers=by.headers)

    venues = [answer.json()["sessions"][0]["venue_id"] for answer in (there, kept, home)]
    assert venues == [str(hall), str(hall), None]


async def test_cover_and_places_and_venues_are_changed(client: AsyncClient) -> None:
    made = await make_cohort(enrolled=2)
    by = await person_of(made)
    anna = await person_of(made, Role.FACILITATOR)
    hall = await make_venue(organisation_id=made.organisation_id)
    takers = {"facilitators": [{"account_id": str(anna.id), "role": "cover"}]}

    answers = [
        await client.put(
            f"/api/v1/sessions/{made.session_ids[7]}/facilitators", json=takers, headers=by.headers
        ),
        await client.patch(
            f"/api/v1/cohorts/{made.id}", json={"version": 1, "capacity": 9}, headers=by.headers
        ),
        await client.patch(
            f"/api/v1/cohorts/{made.id}", json={"version": 1, "capacity": 8}, headers=by.headers
        ),
        await client.patch(
            f"/api/v1/venues/{hall}", json={"name": "Hall", "postcode": "m11ae"},
            headers=by.headers,
        ),
    ]  # fmt: skip
    venues = (await client.get("/api/v1/venues", headers=by.headers)).json()["items"]

    assert [answer.status_code for answer in answers] == [204, 204, 409, 204]
    assert [(item["name"], item["postcode"]) for item in venues] == [("Hall", "M1 1AE")]


def calls(made: MadeCohort, venue_id: object) -> list[tuple[str, str, dict[str, Any]]]:
    session = f"/api/v1/sessions/{made.session_ids[11]}"
    return [
        ("post", f"/api/v1/programmes/{made.programme.id}/versions", VERSION),
        ("patch", f"/api/v1/venues/{venue_id}", {"name": "Hall"}),
        ("patch", f"/api/v1/cohorts/{made.id}", {"version": 1, "capacity": 9}),
        ("put", f"{session}/facilitators", {"facilitators": []}),
        ("post", f"{session}/cancel", {"reason": "Snow"}),
        ("post", f"{session}/cancel?preview=true", {"reason": "Snow"}),
        ("post", f"{session}/reschedule", {"mode": "video"}),
        ("post", f"{session}/reinstate", {}),
    ]


@pytest.mark.parametrize("who", ["other side", "other organisation"])
async def test_d1_the_other_side_and_another_organisation_find_nothing(
    client: AsyncClient, who: str
) -> None:
    made = await make_cohort()
    hall = await make_venue(organisation_id=made.organisation_id)
    here = who == "other side"
    by = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR if here else GrantSide.SURVIVOR,
        organisation_id=made.organisation_id if here else None,
    )  # fmt: skip

    answers = {
        path: (await client.request(method, path, json=body, headers=by.headers)).status_code
        for method, path, body in calls(made, hall)
    }
    listed = await client.get(
        f"/api/v1/programmes/{made.programme.id}/versions", headers=by.headers
    )

    assert set(answers.values()) == {404}
    assert listed.status_code == 404


async def test_who_may_only_look_is_refused(client: AsyncClient) -> None:
    made = await make_cohort()
    hall = await make_venue(organisation_id=made.organisation_id)
    by = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)

    answers = {
        path: (await client.request(method, path, json=body, headers=by.headers)).status_code
        for method, path, body in calls(made, hall)
    }

    assert set(answers.values()) == {403}
