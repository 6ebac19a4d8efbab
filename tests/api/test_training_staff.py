"""Staff over HTTP, and who may see them."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.training_calls import NOBODY, actions, fields, get, patch, post
from tests.factories import make_organisation, make_person
from tests.factories_training import (
    LONG_AGO,
    exemption_json,
    make_course,
    make_exemption,
    make_record,
    make_staff,
    record_json,
    staff_json,
)
from training.tables import Post, Staff


async def test_staff_are_added_and_read_and_both_are_audited(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    body = staff_json(lead.organisation_id)

    created = await post(client, lead, "/staff", body)
    found = await get(client, lead, f"/staff/{created.json()['id']}")

    assert (created.status_code, found.status_code) == (201, 200)
    answered = found.json()
    [only] = answered.pop("posts")
    plain = {"email": "", "fte": 1.0, "line_manager_id": None}
    assert answered == {
        "id": created.json()["id"], **body, **plain, "has_account": False, "version": 1,
    }  # fmt: skip
    assert only == {**{key: answered[key] for key in only if key in {*body, *plain}},
                    "id": only["id"], "follows": None}  # fmt: skip
    assert await actions() == ["staff_added", "staff_viewed"]


async def test_staff_are_listed_by_name_in_pages(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    for name in ("Cass", "Avery", "Blake", "Avery"):
        await make_staff(organisation_id=lead.organisation_id, name=name)

    first = (await get(client, lead, "/staff?limit=2")).json()
    second = (await get(client, lead, f"/staff?limit=2&after={first['next']}")).json()

    assert [item["name"] for item in first["items"]] == ["Avery", "Avery"]
    assert [item["name"] for item in second["items"]] == ["Blake", "Cass"]
    assert second["next"] is None


async def test_a_change_keeps_what_it_leaves_out_and_raises_the_version(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id, payroll_number="N-7")

    response = await patch(
        client,
        lead,
        f"/staff/{staff_id}",
        {"version": 1, "name": "Rowan Ashdown", "ended_on": "2026-12-31"},
    )

    assert response.status_code == 200
    changed = response.json()
    assert (changed["name"], changed["ended_on"]) == ("Rowan Ashdown", "2026-12-31")
    assert (changed["payroll_number"], changed["version"]) == ("N-7", 2)
    assert await actions() == ["staff_ended"]


async def test_a_stale_change_of_staff_is_refused(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    path = f"/staff/{staff_id}"
    await patch(client, lead, path, {"version": 1, "team": "One"})

    response = await patch(client, lead, path, {"version": 1, "team": "Two"})

    assert (response.status_code, response.json()["type"]) == (409, "/problems/stale-version")
    [row] = await Post.select(Post.position.team.as_alias("team"))
    assert row["team"] == "One"
    assert await actions() == ["staff_changed"]


async def test_a_payroll_number_is_used_once_in_an_organisation(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    here, there = lead.organisation_id, await make_organisation()
    await make_staff(organisation_id=here, payroll_number="N-1001")
    other = await make_staff(organisation_id=here, payroll_number="N-2")

    again = await post(client, lead, "/staff", staff_json(here))
    elsewhere = await post(client, lead, "/staff", staff_json(there))
    changed = await patch(
        client, lead, f"/staff/{other}", {"version": 1, "payroll_number": "N-1001"}
    )

    assert (again.status_code, elsewhere.status_code, changed.status_code) == (409, 201, 409)
    assert again.json()["type"] == changed.json()["type"] == "/problems/payroll-number-taken"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "   "),
        ("name", "a\x00b"),
        ("payroll_number", "x" * 33),
        ("team", "a\nb"),
        ("sector", "moon"),
        ("started_on", "2028-01-01"),
        ("started_on", "1900-01-01"),
        ("started_on", "2027-02-29"),
        ("ended_on", "2025-12-31"),
        ("ended_on", "2999-01-01"),
        ("email", "somebody at example.org"),
        ("fte", 0.333),
        ("fte", 1.5),
        ("line_manager_id", NOBODY),
    ],
)
async def test_a_wrong_field_of_staff_is_named_and_nothing_is_saved(
    client: AsyncClient, field: str, value: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    response = await post(
        client, lead, "/staff", staff_json(lead.organisation_id, **{field: value})
    )

    assert response.status_code == 400
    assert field in str(response.json()["errors"])
    assert not await Staff.exists()
    assert await actions() == []


async def test_a_lead_neither_sees_nor_changes_staff_of_another_organisation(
    client: AsyncClient,
) -> None:
    outsider = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    staff_id = await make_staff()
    await make_record(staff_id, course, completed_on=LONG_AGO)
    await make_exemption(staff_id, from_on=LONG_AGO, to_on=LONG_AGO)

    answers = [
        await get(client, outsider, f"/staff/{staff_id}"),
        await get(client, outsider, f"/staff/{staff_id}/compliance"),
        await get(client, outsider, f"/training-records?staff_id={staff_id}"),
        await get(client, outsider, f"/exemptions?staff_id={staff_id}"),
        await patch(client, outsider, f"/staff/{staff_id}", {"version": 1}),
        await post(client, outsider, "/training-records", record_json(staff_id, course)),
        await post(client, outsider, "/exemptions", exemption_json(staff_id)),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    for path in ("/staff", "/training-records", "/exemptions"):
        assert (await get(client, outsider, path)).json() == {"items": [], "next": None}
    assert await actions() == []


async def test_staff_are_not_added_to_an_organisation_where_one_is_no_lead(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    other = await make_organisation()

    response = await post(client, lead, "/staff", staff_json(other))

    assert (response.status_code, fields(response)) == (400, ["organisation_id"])


@pytest.mark.parametrize("path", ["/staff", "/courses", "/requirements", "/training/compliance"])
@pytest.mark.parametrize(
    ("role", "side"),
    [
        (Role.FACILITATOR, GrantSide.SURVIVOR),
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR),
        (Role.AUDITOR, GrantSide.NONE),
        (Role.ADMINISTRATOR, GrantSide.NONE),
    ],
)
async def test_other_roles_find_nothing_of_the_training_room(
    client: AsyncClient, path: str, role: Role, side: GrantSide
) -> None:
    person = await make_person(role, side)

    assert (await get(client, person, path)).status_code == 403


async def test_a_training_admin_records_training_but_changes_no_staff(client: AsyncClient) -> None:
    admin = await make_person(Role.TRAINING_ADMIN)
    staff_id = await make_staff(organisation_id=admin.organisation_id)
    course = await make_course()

    recorded = await post(client, admin, "/training-records", record_json(staff_id, course))
    changed = await patch(client, admin, f"/staff/{staff_id}", {"version": 1})
    exempted = await post(client, admin, "/exemptions", exemption_json(staff_id))

    assert [recorded.status_code, changed.status_code, exempted.status_code] == [201, 403, 403]
