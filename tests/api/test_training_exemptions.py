"""Exemptions leave the denominator for a while and come back by themselves (LEAP; C8)."""

from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import Role
from tests.api.training_calls import NOBODY, actions, fields, get, post
from tests.factories import Json, Person, make_person
from tests.factories_training import (
    exemption_json,
    make_course,
    make_exemption,
    make_requirement,
    make_staff,
)
from training.tables import Exemption

FROM, TO = date(2026, 6, 1), date(2026, 11, 30)


async def an_exemption(lead: Person, **which: UUID) -> UUID:
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    return await make_exemption(staff_id, from_on=FROM, to_on=TO, **which)


async def test_c8_whoever_is_exempt_comes_back_by_themselves(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    requirement = await make_requirement(await make_course())

    created = await post(
        client, lead, "/exemptions", exemption_json(staff_id, requirement_id=str(requirement))
    )

    found = []
    for day in ("2026-05-31", "2026-06-01", "2026-11-30", "2026-12-01"):
        total = (await get(client, lead, f"/training/compliance?as_of={day}")).json()["total"]
        found.append((total["exempt"], total["in_scope"]))
    assert created.status_code == 201
    assert found == [(0, 1), (1, 0), (1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"to_on": "2026-05-31"}, "to_on"),
        ({"to_on": None}, "to_on"),
        ({"to_on": "2027-06-01"}, "to_on"),
        ({"from_on": "1900-01-01"}, "from_on"),
        ({"from_on": "9999-12-01", "to_on": "9999-12-31"}, "from_on"),
        ({"reason": "  "}, "reason"),
        ({"requirement_id": NOBODY}, "requirement_id"),
    ],
)
async def test_a_wrong_field_of_an_exemption_is_named(
    client: AsyncClient, other: Json, field: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)

    response = await post(client, lead, "/exemptions", exemption_json(staff_id, **other))

    assert (400, [field]) == (response.status_code, fields(response))
    assert not await Exemption.exists()


async def test_an_exemption_without_an_end_is_refused_and_twelve_months_are_the_longest(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    body = exemption_json(await make_staff(organisation_id=lead.organisation_id))
    without = {name: value for name, value in body.items() if name != "to_on"}

    refused = await post(client, lead, "/exemptions", without)
    longest = await post(client, lead, "/exemptions", {**body, "to_on": "2027-05-31"})

    assert (refused.status_code, fields(refused)) == (400, ["to_on"])
    assert longest.status_code == 201


async def test_nobody_is_exempt_from_another_organisations_requirement(
    client: AsyncClient,
) -> None:
    everywhere = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    theirs = await make_requirement(
        await make_course(), organisation_ids=[everywhere.organisation_id]
    )

    answer = await post(
        client, everywhere, "/exemptions",
        exemption_json(await make_staff(), requirement_id=str(theirs)),
    )  # fmt: skip

    assert (answer.status_code, fields(answer)) == (400, ["requirement_id"])


@pytest.mark.parametrize("of_one", [True, False])
async def test_days_of_the_same_exemption_do_not_overlap(client: AsyncClient, of_one: bool) -> None:  # noqa: FBT001
    lead = await make_person(Role.WORKFORCE_LEAD)
    one = str(await make_requirement(await make_course()))
    same, other = (one, None) if of_one else (None, one)
    body = exemption_json(
        await make_staff(organisation_id=lead.organisation_id), requirement_id=same
    )
    await post(client, lead, "/exemptions", body)

    overlapping = {**body, "from_on": "2026-11-30", "to_on": "2027-02-28"}
    answers = [
        await post(client, lead, "/exemptions", wanted)
        for wanted in (
            overlapping,
            {**overlapping, "from_on": "2026-12-01"},
            {**overlapping, "requirement_id": other},
        )
    ]

    assert [answer.status_code for answer in answers] == [409, 201, 201]
    assert answers[0].json()["type"] == "/problems/exemption-overlaps"


async def test_an_exemption_ends_earlier_and_the_day_after_counts_again(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await make_requirement(await make_course())
    exemption = await an_exemption(lead)

    answer = await post(client, lead, f"/exemptions/{exemption}/end", {"to_on": "2026-06-09"})
    total = (await get(client, lead, "/training/compliance")).json()["total"]

    assert (answer.status_code, answer.json()["to_on"]) == (200, "2026-06-09")
    assert (total["exempt"], total["in_scope"]) == (0, 1)
    assert await actions() == ["exemption_ended"]


@pytest.mark.parametrize("to_on", ["2026-05-31", "2026-11-30", "2026-12-01", None])
async def test_an_exemption_ends_within_its_days(client: AsyncClient, to_on: str | None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    exemption = await an_exemption(lead)

    answer = await post(client, lead, f"/exemptions/{exemption}/end", {"to_on": to_on})

    assert (answer.status_code, fields(answer)) == (400, ["to_on"])
    assert await actions() == []


async def test_another_organisation_finds_no_exemption_and_who_only_records_may_not_end_it(
    client: AsyncClient,
) -> None:
    lead, elsewhere = [await make_person(Role.WORKFORCE_LEAD) for _ in range(2)]
    admin = await make_person(Role.TRAINING_ADMIN, organisation_id=lead.organisation_id)
    exemption = await an_exemption(lead)
    body = {"to_on": "2026-06-09"}

    answers = [
        (await post(client, who, f"/exemptions/{id}/end", body)).status_code
        for who, id in ((elsewhere, exemption), (lead, NOBODY), (admin, exemption))
    ]

    assert answers == [404, 404, 403]
    assert (await get(client, elsewhere, "/exemptions")).json()["items"] == []
