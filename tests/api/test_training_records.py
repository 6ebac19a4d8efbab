"""Training records, exemptions and compliance over HTTP."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import Role
from tests.api.training_calls import NOBODY, actions, fields, get, post
from tests.factories import Json, make_person
from tests.factories_training import (
    LONG_AGO,
    exemption_json,
    make_course,
    make_record,
    make_requirement,
    make_staff,
    record_json,
)
from training.tables import TrainingRecord


async def test_a_record_is_added_once_and_listed(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    body = record_json(staff_id, await make_course())

    created = await post(client, lead, "/training-records", body)
    again = await post(client, lead, "/training-records", body)
    listed = await get(client, lead, f"/training-records?staff_id={staff_id}")

    assert (created.status_code, again.status_code) == (201, 409)
    assert again.json()["type"] == "/problems/training-record-exists"
    [item] = listed.json()["items"]
    assert {"id": created.json()["id"], **body}.items() <= item.items()
    assert (item["counts"], item["verified_by"]) == (True, str(lead.id))
    assert await actions() == ["training_recorded", "staff_viewed"]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"completed_on": "2026-06-11"}, "completed_on"),
        ({"completed_on": "1968-12-31"}, "completed_on"),
        ({"completed_on": "2027-02-29"}, "completed_on"),
        ({"evidence": "self_declared"}, "verified"),
        ({"evidence": "hearsay"}, "evidence"),
        ({"hours": 1.001}, "hours"),
        ({"course_id": NOBODY}, "course_id"),
    ],
)
async def test_a_wrong_field_of_a_record_is_named_and_nothing_is_saved(
    client: AsyncClient, other: Json, field: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)

    response = await post(
        client, lead, "/training-records", {**record_json(staff_id, await make_course()), **other}
    )

    assert (400, [field]) == (response.status_code, fields(response))
    assert not await TrainingRecord.exists()
    assert await actions() == []


async def test_an_exemption_is_added_listed_and_takes_the_person_out_of_the_figures(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    requirement = await make_requirement(await make_course())
    body = exemption_json(staff_id, requirement_id=str(requirement))

    created = await post(client, lead, "/exemptions", body)
    listed = await get(client, lead, "/exemptions")
    total = (await get(client, lead, "/training/compliance")).json()["total"]

    assert created.status_code == 201
    assert listed.json()["items"] == [{"id": created.json()["id"], **body}]
    assert (total["required"], total["exempt"], total["in_scope"]) == (1, 1, 0)
    assert total["headline"] == {
        "numerator": 0, "denominator": 0, "percent": None, "marker": "[z]",
    }  # fmt: skip
    assert total["rag"] is None
    assert await actions() == ["exemption_added"]


async def test_one_persons_compliance_is_answered_and_the_look_is_audited(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    requirement = await make_requirement(course, name="Awareness")
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    await make_record(staff_id, course, completed_on=LONG_AGO.replace(year=2024, month=2, day=29))

    response = await get(client, lead, f"/staff/{staff_id}/compliance?as_of=2026-12-01")

    assert response.json() == {
        "as_of": "2026-12-01",
        "items": [
            {
                "requirement": {"id": str(requirement), "name": "Awareness"},
                "status": "expiring_soon",
                "due_on": "2019-04-01",
                "completed_on": "2024-02-29",
                "expires_on": "2027-02-28",
                "act_by": "2027-02-28",
            }
        ],
    }
    assert await actions() == ["staff_viewed"]


async def test_compliance_is_grouped_by_what_is_asked(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await make_requirement(await make_course())
    await make_staff(organisation_id=lead.organisation_id)

    response = await get(client, lead, "/training/compliance?group_by=sector,staff_group")
    unknown = await get(client, lead, "/training/compliance?group_by=colour")

    answer = response.json()
    [item] = answer["items"]
    assert (answer["as_of"], answer["group_by"]) == ("2026-06-10", ["sector", "staff_group"])
    assert (item["sector"], item["staff_group"]) == ("housing", "front_line")
    assert item["requirement"] is None
    assert item["figures"]["strict"] == {"numerator": 0, "denominator": 1, "percent": "0.0",
                                         "marker": None}  # fmt: skip
    assert item["figures"]["rag"] == "Red"
    assert (unknown.status_code, fields(unknown)) == (400, ["group_by"])


@pytest.mark.parametrize("path", ["/training/compliance?as_of=2027-02-29", "/staff?after=x",
                                  "/training-records?staff_id=x"])  # fmt: skip
async def test_a_wrong_parameter_is_refused(client: AsyncClient, path: str) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    assert (await get(client, lead, path)).status_code == 400
