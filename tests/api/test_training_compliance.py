"""Compliance under ``/api/v1/training``, and who is behind it."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.training_calls import NOBODY, fields, get
from tests.factories import Person, make_organisation, make_person
from tests.factories_training import (
    LONG_AGO,
    make_course,
    make_record,
    make_requirement,
    make_staff,
)
from training.domain.terms import Sector

PATHS = ("compliance", "compliance/people", "forecast", "practices")
OF_ONE = ("matrix", "expiring")


async def a_team(lead: Person) -> tuple[UUID, UUID]:
    """One person trained until the end of the year, one never."""
    course = await make_course(validity_months=12)
    requirement = await make_requirement(course, name="Awareness")
    trained = await make_staff(
        organisation_id=lead.organisation_id, team="North", sector=Sector.GP_PRACTICE
    )
    await make_record(trained, course, completed_on=LONG_AGO.replace(year=2026))
    return requirement, await make_staff(organisation_id=lead.organisation_id, name="Rowan")


async def test_who_is_behind_a_figure_is_listed_with_the_days_that_matter(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    requirement, staff_id = await a_team(lead)

    late = (await get(client, lead, "/training/compliance/people?status=late")).json()
    valid = (
        await get(
            client, lead,
            f"/training/compliance/people?status=valid&requirement_id={requirement}&team=North"
            f"&organisation_id={lead.organisation_id}&sector=gp_practice&as_of=2026-12-31",
        )
    ).json()  # fmt: skip
    nobody = await get(client, lead, "/training/compliance/people?status=valid&team=")

    [one] = late["items"]
    assert (late["total"], one["staff_id"], one["name"]) == (1, str(staff_id), "Rowan")
    assert one["requirement"] == {"id": str(requirement), "name": "Awareness"}
    assert one["standing"]["status"] == "overdue_never"
    assert (one["standing"]["act_by"], one["standing"]["completed_on"]) == ("2019-04-01", None)
    assert valid["items"][0]["standing"]["expires_on"] == "2027-01-01"
    assert valid["items"][0]["standing"]["booked_at"] is None
    assert nobody.json()["items"] == []


async def test_figures_say_how_many_to_chase_and_the_targets(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await a_team(lead)
    await make_requirement(await make_course(), mandatory=False)

    every = (await get(client, lead, "/training/compliance")).json()
    [row] = (await get(client, lead, "/training/compliance?mandatory_only=true")).json()["items"]

    assert every["targets"] == {"green": 90, "amber": 80}
    assert len(every["items"]) == 2
    assert (row["figures"]["late"], row["figures"]["without"]) == (1, 1)


async def test_the_matrix_the_months_ahead_and_practices_are_answered(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    requirement, _ = await a_team(lead)
    here = f"organisation_id={lead.organisation_id}"

    matrix = (await get(client, lead, f"/training/matrix?{here}&limit=1")).json()
    expiring = (
        await get(client, lead, f"/training/expiring?{here}&as_of=2026-12-01&window=60")
    ).json()
    ahead = (await get(client, lead, f"/training/forecast?{here}")).json()["items"]
    [practice] = (await get(client, lead, "/training/practices")).json()["items"]

    assert matrix["requirements"] == [{"id": str(requirement), "name": "Awareness"}]
    assert matrix["next"]
    assert [one["status"] for one in matrix["items"][0]["standings"]] == ["compliant"]
    assert expiring["counts"] == {"lapsed": 0, "30": 0, "60": 1, "90": 1}
    assert len(expiring["people"]["items"]) == 1
    assert len(ahead) == 13
    assert (ahead[0]["figures"]["valid"], ahead[12]["figures"]["valid"]) == (1, 0)
    assert (practice["status"], practice["staff"]) == ("fully_trained", 1)


@pytest.mark.parametrize("path", [*PATHS, *OF_ONE])
async def test_another_organisation_is_not_found(client: AsyncClient, path: str) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    other = await make_organisation()
    theirs = await make_requirement(await make_course(), organisation_ids=[other])
    key, value = ("requirement_id", theirs) if path == "practices" else ("organisation_id", other)

    found = [await get(client, lead, f"/training/{path}?{key}={id}") for id in (value, NOBODY)]

    assert [response.status_code for response in found] == [404, 404]


@pytest.mark.parametrize("path", [*PATHS, *OF_ONE])
async def test_who_may_not_see_staff_sees_no_figure(client: AsyncClient, path: str) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR)

    response = await get(
        client, worker, f"/training/{path}?organisation_id={worker.organisation_id}"
    )

    assert response.status_code == 403


@pytest.mark.parametrize("path", ["compliance", "compliance/people", *OF_ONE, "practices"])
async def test_a_day_out_of_reach_is_refused_beside_its_field(
    client: AsyncClient, path: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    response = await get(
        client, lead, f"/training/{path}?as_of=9999-12-31&organisation_id={lead.organisation_id}"
    )

    assert (response.status_code, fields(response)) == (400, ["as_of"])
