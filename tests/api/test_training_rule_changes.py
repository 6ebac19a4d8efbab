"""Courses and requirements changed over HTTP, and rules tried before they are saved."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.training_calls import NOBODY, actions, fields, get, patch, post
from tests.factories import Person, make_organisation, make_person
from tests.factories_training import (
    make_course,
    make_record,
    make_requirement,
    make_staff,
    requirement_json,
)
from training.tables import Requirement

V1 = "/api/v1"
RATE = {"numerator": 1, "denominator": 2, "percent": "50.0", "marker": None}


async def test_a_course_is_changed_and_a_stale_change_is_refused(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    first, second = await make_course(), await make_course()
    path = f"/courses/{second}"
    body = {"version": 1, "prerequisite_id": str(first), "hours": 7.25, "retired_on": "2027-01-01"}

    changed = await patch(client, lead, path, body)
    stale = await patch(client, lead, path, {**body, "name": "Too late"})
    circle = await patch(
        client, lead, f"/courses/{first}", {"version": 1, "prerequisite_id": str(second)}
    )
    covers = await client.put(
        f"{V1}{path}/covers", json={"version": 2, "course_ids": [str(first)]}, headers=lead.headers
    )

    assert changed.json()["hours"] == 7.25
    assert changed.json()["retired_on"] == "2027-01-01"
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")
    assert (circle.status_code, fields(circle)) == (400, ["prerequisite_id"])
    assert (covers.json()["covers"], covers.json()["version"]) == ([str(first)], 3)
    assert (await get(client, lead, path)).json() == covers.json()
    assert await actions() == ["course_changed"] * 2


async def test_a_requirement_is_changed_and_a_stale_change_is_refused(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    made = await make_requirement(await make_course(), organisation_ids=[lead.organisation_id])
    path = f"/requirements/{made}"
    wanted = {"organisation_ids": [str(lead.organisation_id)], "roles": ["Nurse"], "min_fte": 0.5}

    changed = await patch(
        client, lead, path, {"version": 1, "due_on": "2027-12-31", "filter": wanted}
    )
    stale = await patch(client, lead, path, {"version": 1, "mandatory": False})
    hours = await patch(
        client, lead, path, {"version": 2, "basis": "hours", "hours": 8, "window_months": 36}
    )

    item = changed.json()
    assert (item["due_on"], item["due_within_days_of_start"]) == ("2027-12-31", None)
    assert (item["filter"]["roles"], item["filter"]["min_fte"]) == (["Nurse"], 0.5)
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")
    assert (hours.json()["hours"], hours.json()["mandatory"]) == (8.0, True)
    assert await actions() == ["requirement_changed"] * 2


async def test_a_requirement_ends_and_never_before_it_began(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    course = await make_course(retired_on=date(2019, 1, 1))
    path = f"/requirements/{await make_requirement(course)}"

    early = await post(client, lead, f"{path}/end", {"version": 1, "effective_to": "2018-12-31"})
    ended = await post(client, lead, f"{path}/end", {"version": 1, "effective_to": "2026-06-30"})
    stale = await post(client, lead, f"{path}/end", {"version": 1, "effective_to": "2026-07-31"})

    assert (early.status_code, fields(early)) == (400, ["effective_to"])
    assert ended.json()["effective_to"] == "2026-06-30"
    assert (stale.status_code, await actions()) == (409, ["requirement_ended"])


@pytest.mark.parametrize(
    ("course", "body", "field"),
    [
        ({"retired_on": date(2026, 1, 1)}, {}, "course_id"),
        ({"retired_on": date(2026, 1, 2)}, {}, ""),
        ({}, {"by_level": True}, "by_level"),
        ({"pathway": "DA"}, {"by_level": True}, ""),
    ],
)
async def test_a_rule_that_nobody_can_meet_is_refused(
    client: AsyncClient, course: dict[str, Any], body: dict[str, Any], field: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    asked = requirement_json(await make_course(**course), [lead.organisation_id], **body)

    response = await post(client, lead, "/requirements", asked)

    assert response.status_code == (400 if field else 201)
    assert not field or fields(response) == [field]


async def test_a_course_whose_prerequisite_is_retired_can_be_asked_only_where_another_covers_it(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    first, other = await make_course(retired_on=date(2020, 1, 1)), await make_course()
    asked = requirement_json(await make_course(prerequisite=first), [lead.organisation_id])

    refused = await post(client, lead, "/requirements", asked)
    await client.put(
        f"{V1}/courses/{other}/covers", json={"version": 1, "course_ids": [str(first)]},
        headers=lead.headers,
    )  # fmt: skip

    assert (refused.status_code, fields(refused)) == (400, ["course_id"])
    assert (await post(client, lead, "/requirements", asked)).status_code == 201


async def test_a_preview_says_whom_a_rule_asks_and_saves_nothing(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    trained = await make_staff(organisation_id=lead.organisation_id)
    await make_record(trained, course, completed_on=date(2026, 1, 5))
    await make_staff(organisation_id=lead.organisation_id)
    await make_staff(organisation_id=lead.organisation_id, started_on=date(2026, 6, 1))
    await make_staff()

    response = await post(
        client, lead, "/requirements/preview", requirement_json(course, [lead.organisation_id])
    )

    found = response.json()
    begins, due = found["begins"], found["due"]
    assert (begins["as_of"], due["as_of"]) == ("2026-06-10", "2026-09-08")
    assert begins["total"] == {
        "required": 3, "exempt": 0, "in_grace": 1, "overdue": 1, "headline": RATE,
        "strict": {**RATE, "denominator": 3, "percent": "33.3"}, "rag": "Red",
    }  # fmt: skip
    assert [place["organisation_id"] for place in begins["organisations"]] == [
        str(lead.organisation_id)
    ]
    assert (due["total"]["overdue"], due["total"]["in_grace"]) == (2, 0)
    assert (found["before"], found["all_before"]["required"]) == (None, 0)
    assert found["all_after"]["required"] == 3
    assert (await Requirement.exists(), await actions()) == (False, [])


async def test_a_preview_of_a_change_tells_what_it_changes(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    mine = [lead.organisation_id]
    made = await make_requirement(course, organisation_ids=mine)
    await make_staff(organisation_id=lead.organisation_id)
    body = requirement_json(course, mine, effective_from="2027-01-01", effective_to="2027-01-31")

    found = (await post(client, lead, f"/requirements/preview?replaces={made}", body)).json()

    assert (found["begins"]["as_of"], found["due"]["as_of"]) == ("2027-01-01", "2027-01-31")
    assert (found["before"]["overdue"], found["begins"]["total"]["overdue"]) == (1, 0)
    assert (found["all_before"]["overdue"], found["all_after"]["overdue"]) == (1, 0)


async def attempts(client: AsyncClient, person: Person, requirement: UUID) -> list[int]:
    """The answers to reading, changing, ending and replacing a requirement."""
    path, course = f"/requirements/{requirement}", await make_course()
    body = requirement_json(course, [person.organisation_id])
    return [
        (await get(client, person, path)).status_code,
        (await patch(client, person, path, {"version": 1, "name": "Mine"})).status_code,
        (
            await post(client, person, f"{path}/end", {"version": 1, "effective_to": "2026-06-30"})
        ).status_code,
        (
            await post(client, person, f"/requirements/preview?replaces={requirement}", body)
        ).status_code,
    ]


async def test_a_requirement_of_others_is_not_found_and_one_shared_with_them_is_only_read(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    admin = await make_person(Role.TRAINING_ADMIN, organisation_id=lead.organisation_id)
    course, other = await make_course(), await make_organisation()
    theirs = await make_requirement(course, organisation_ids=[other])
    shared = await make_requirement(course, organisation_ids=[other, lead.organisation_id])
    everybodys = await make_requirement(course)

    assert await attempts(client, lead, theirs) == [404] * 4
    assert await attempts(client, lead, UUID(NOBODY)) == [404] * 4
    assert await attempts(client, lead, shared) == [200, 403, 403, 403]
    assert await attempts(client, lead, everybodys) == [200, 403, 403, 403]
    assert await attempts(client, admin, shared) == [200, 403, 403, 403]
    assert await actions() == []


async def test_case_workers_reach_no_course_and_no_requirement(client: AsyncClient) -> None:
    worker = await make_person(Role.FACILITATOR, side=GrantSide.SURVIVOR)
    course = await make_course()
    covers = await client.put(
        f"{V1}/courses/{course}/covers", json={"version": 1, "course_ids": []},
        headers=worker.headers,
    )  # fmt: skip

    assert await attempts(client, worker, await make_requirement(course)) == [403] * 4
    assert (await get(client, worker, f"/courses/{course}")).status_code == 403
    changed = await patch(client, worker, f"/courses/{course}", {"version": 1, "name": "Mine"})
    assert (changed.status_code, covers.status_code) == (403, 403)
