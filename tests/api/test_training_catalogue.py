"""Courses and requirements over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from accounts.domain.roles import Role
from tests.api.training_calls import NOBODY, actions, fields, get, post
from tests.factories import Person, make_organisation, make_person
from tests.factories_training import (
    make_course,
    make_requirement,
    requirement_json,
)
from training.tables import Course, Requirement

COURSE = {"code": "DA-1", "name": "Awareness", "rank": 1, "validity_months": 36, "hours": 3.5}
AS_SAVED = {
    **COURSE, "level": "", "pathway": "", "prerequisite_id": None, "provider": "",
    "mode": "in_person", "retired_on": None, "covers": [], "version": 1,
}  # fmt: skip

BLAMED = {"never_expires": "validity_months", "transition_on": "transition_due_on"}
"""Fields whose fault shows beside another one."""


async def test_a_course_is_added_and_listed(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    created = await post(client, lead, "/courses", COURSE)
    again = await post(client, lead, "/courses", COURSE)
    listed = await get(client, lead, "/courses")

    assert (created.status_code, again.status_code) == (201, 409)
    assert again.json()["type"] == "/problems/course-exists"
    assert listed.json()["items"] == [{"id": created.json()["id"], **AS_SAVED}]
    assert await actions() == ["course_added"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("hours", 0), ("hours", 501), ("hours", 1.234), ("rank", 5), ("validity_months", 0),
     ("code", "   "), ("name", "\x07"), ("mode", "by post"), ("level", "x" * 61),
     ("retired_on", "1889-01-01"), ("prerequisite_id", NOBODY)],
)  # fmt: skip
async def test_a_wrong_field_of_a_course_is_named(
    client: AsyncClient, field: str, value: Any
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    response = await post(client, lead, "/courses", {**COURSE, field: value})

    assert (400, [field]) == (response.status_code, fields(response))
    assert not await Course.exists()


async def test_a_requirement_is_added_and_listed(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    body = requirement_json(await make_course(), [lead.organisation_id])

    created = await post(client, lead, "/requirements", body)
    again = await post(client, lead, "/requirements", body)
    [item] = (await get(client, lead, "/requirements")).json()["items"]

    assert (created.status_code, again.status_code) == (201, 409)
    assert again.json()["type"] == "/problems/requirement-exists"
    assert item == {
        **body,
        "id": created.json()["id"],
        "mandatory": True,
        "basis": "course",
        "hours": None,
        "window_months": None,
        "never_expires": False,
        "by_level": False,
        "filter": {
            "sectors": ["health", "housing"],
            "staff_groups": ["front_line"],
            "roles": [],
            "organisation_ids": [str(lead.organisation_id)],
            "is_people_manager": None,
            "min_fte": None,
            "started_from": None,
            "started_before": None,
        },
        "due_within_months_of_start": None,
        "due_on": None,
        "counted_from": "start",
        "transition_on": None,
        "transition_due_on": None,
        "effective_to": None,
        "version": 1,
    }
    assert await actions() == ["requirement_added"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("basis", "attendance"),
        ("hours", 2),
        ("never_expires", True),
        ("by_level", True),
        ("transition_on", "2026-01-01"),
        ("transition_due_on", "2025-12-31"),
        ("window_months", 36),
        ("due_on", "2027-12-31"),
        ("due_within_months_of_start", 6),
        ("due_within_days_of_start", 3651),
        ("validity_months", 241),
        ("effective_from", "1889-01-01"),
        ("effective_to", "2025-12-31"),
        ("effective_to", "2101-01-01"),
        ("course_id", NOBODY),
        ("name", "  "),
    ],
)
async def test_a_wrong_field_of_a_requirement_is_named(
    client: AsyncClient, field: str, value: Any
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    body = requirement_json(await make_course(), [lead.organisation_id])

    response = await post(client, lead, "/requirements", {**body, field: value})

    assert response.status_code == 400
    assert BLAMED.get(field, field) in fields(response)
    assert not await Requirement.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("roles", [""]), ("roles", ["x"] * 51), ("roles", ["  "]), ("started_from", "tomorrow"),
     ("started_before", "2025-01-01"), ("min_fte", 0), ("min_fte", 0.333), ("age", 40)],
)  # fmt: skip
async def test_a_wrong_filter_is_named(client: AsyncClient, field: str, value: Any) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    body = requirement_json(await make_course(), [lead.organisation_id])
    wanted = {**body["filter"], "started_from": "2025-01-01", field: value}

    response = await post(client, lead, "/requirements", {**body, "filter": wanted})

    assert response.status_code == 400
    assert field in str(response.json()["errors"])


async def test_a_requirement_reaches_no_further_than_its_leads_organisations(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    everywhere = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    course, other = await make_course(), await make_organisation()

    async def status(person: Person, organisations: list[UUID]) -> int:
        body = requirement_json(course, organisations, name=str(uuid4()))
        return (await post(client, person, "/requirements", body)).status_code

    assert await status(lead, []) == 400
    assert await status(lead, [lead.organisation_id, other]) == 400
    assert await status(everywhere, [uuid4()]) == 400
    assert await status(everywhere, [other]) == 201
    assert await status(everywhere, []) == 201


async def test_a_lead_sees_the_requirements_that_touch_their_organisation(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course, other = await make_course(), await make_organisation()
    await make_requirement(course, name="All")
    await make_requirement(course, name="Mine", organisation_ids=[other, lead.organisation_id])
    await make_requirement(course, name="Other", organisation_ids=[other])

    first = (await get(client, lead, "/requirements?limit=1")).json()
    second = (await get(client, lead, f"/requirements?limit=1&after={first['next']}")).json()

    assert [item["name"] for item in first["items"] + second["items"]] == ["All", "Mine"]
    assert second["next"] is None
