"""The pages of staff, as a browser without JavaScript uses them."""

import re
from uuid import UUID

from httpx import AsyncClient

from accounts.domain.roles import Role
from tests.api.training_calls import actions, browse, send
from tests.factories import Json, make_person
from tests.factories_training import (
    make_course,
    make_requirement,
    make_staff,
)
from training.tables import Staff, TrainingRecord


def staff_form(organisation_id: UUID, **other: object) -> Json:
    return {
        "organisation_id": str(organisation_id),
        "payroll_number": "N-1001",
        "name": "Rowan Ashdown",
        "sector": "housing",
        "staff_group": "front_line",
        "team": "Front desk",
        "started_on-day": "5",
        "started_on-month": "1",
        "started_on-year": "2026",
        **other,
    }


async def test_a_member_of_staff_is_added_and_shown(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    browse(client, lead)

    response = await send(client, "/staff/new", **staff_form(lead.organisation_id))

    assert response.status_code == 303
    page = (await client.get(response.headers["location"])).text
    assert "Rowan Ashdown" in page
    assert "Staff member saved" in page
    assert "Rowan" not in page.split("</title>")[0]
    assert "Rowan" not in response.headers["location"]


async def test_a_form_with_faults_keeps_what_was_typed_and_names_each_field(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    browse(client, lead)
    faulty = staff_form(
        lead.organisation_id,
        sector="",
        **{"started_on-day": "29", "started_on-month": "2", "started_on-year": "2027"},
    )

    response = await send(client, "/staff/new", **faulty)

    assert response.status_code == 400
    assert 'href="#sector">Select a sector' in response.text
    assert 'href="#started_on">The first day must be a real date' in response.text
    assert 'value="Rowan Ashdown"' in response.text
    assert 'value="29"' in response.text
    assert not await Staff.exists()


async def test_a_payroll_number_that_is_taken_is_said_beside_it(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await make_staff(organisation_id=lead.organisation_id, payroll_number="N-1001")
    browse(client, lead)

    response = await send(client, "/staff/new", **staff_form(lead.organisation_id))

    assert response.status_code == 409
    assert 'href="#payroll_number">Somebody in this organisation has' in response.text


async def test_search_finds_part_of_a_name_or_payroll_number_without_a_name_in_the_address(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    for name, number in (("Rowan Ashdown", "N-1"), ("Robin 100%", "N-2"), ("Kit Ash", "X-3")):
        await make_staff(organisation_id=lead.organisation_id, name=name, payroll_number=number)
    await make_staff(name="Ash Elsewhere")
    browse(client, lead)

    async def names(q: str) -> list[str]:
        page = (await send(client, "/staff", q=q)).text
        return re.findall(r'href="/staff/[0-9a-f-]{36}">([^<]+)<', page)

    assert await names("ASH") == ["Kit Ash", "Rowan Ashdown"]
    assert await names("n-") == ["Robin 100%", "Rowan Ashdown"]
    assert await names("%") == ["Robin 100%"]
    assert await names("_") == []
    assert await names("") == ["Kit Ash", "Robin 100%", "Rowan Ashdown"]


async def test_a_search_that_cannot_be_made_is_said_beside_its_field(client: AsyncClient) -> None:
    browse(client, await make_person(Role.WORKFORCE_LEAD))

    response = await send(client, "/staff", q="a\x00b")

    assert response.status_code == 400
    assert 'href="#q">Enter text without control' in response.text


async def test_details_are_corrected_and_a_last_day_is_written_down(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id, team="Front desk")
    browse(client, lead)
    who = {"payroll_number": "N-7", "name": "Rowan Ashdown", "email": "rowan@example.org"}

    corrected = await send(client, f"/staff/{staff_id}/edit", version="1", **who)
    left = await send(
        client, f"/staff/{staff_id}/leave", version="2",
        **{"ended_on-day": "30", "ended_on-month": "6", "ended_on-year": "2026"},
    )  # fmt: skip

    assert (corrected.status_code, left.status_code) == (303, 303)
    page = (await client.get(left.headers["location"])).text
    for shown in ("Rowan Ashdown", "rowan@example.org", "Tuesday 30 June 2026", "Front desk"):
        assert shown in page
    changes = [action for action in await actions() if action != "staff_viewed"]
    assert changes == ["staff_changed", "staff_ended"]


async def test_a_stale_change_is_refused_and_nothing_typed_is_lost(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)
    path = f"/staff/{staff_id}/edit"
    form = staff_form(lead.organisation_id, version="1")
    await send(client, path, **form)

    response = await send(client, path, **{**form, "name": "Typed Second"})

    assert response.status_code == 409
    assert 'href="#version">Somebody else saved this in the meantime' in response.text
    assert 'value="Typed Second"' in response.text


async def test_a_record_is_added_on_the_persons_page(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course(name="Awareness")
    await make_requirement(course)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)
    record = {
        "course_id": str(course), "evidence": "certificate", "verified": "yes", "hours": "3.5",
        "completed_on-day": "1", "completed_on-month": "6", "completed_on-year": "2026",
    }  # fmt: skip

    response = await send(client, f"/staff/{staff_id}/records", form=f"/staff/{staff_id}", **record)

    assert response.headers["location"] == f"/staff/{staff_id}?saved=record"
    page = (await client.get(f"/staff/{staff_id}")).text
    assert re.search(r"govuk-tag--green[^>]*>\s*Valid", page)
    assert "Fri 1 Jun 2029" in page


async def test_a_record_with_faults_keeps_what_was_typed(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course(name="Awareness")
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)
    record = {
        "course_id": str(course), "evidence": "self_declared", "verified": "yes", "hours": "lots",
        "completed_on-day": "1", "completed_on-month": "7", "completed_on-year": "2026",
    }  # fmt: skip
    path = f"/staff/{staff_id}/records"

    unreadable = await send(client, path, form=f"/staff/{staff_id}", **record)
    refused = await send(client, path, form=f"/staff/{staff_id}", **{**record, "hours": "3"})

    assert (unreadable.status_code, refused.status_code) == (400, 400)
    assert 'href="#hours">Hours must be a number' in unreadable.text
    assert 'href="#completed_on">' in refused.text
    assert 'href="#verified">What somebody declares themselves' in refused.text
    assert f'value="{course}" selected' in refused.text
    assert not await TrainingRecord.exists()


async def test_staff_of_another_organisation_have_no_page(client: AsyncClient) -> None:
    staff_id = await make_staff()
    browse(client, await make_person(Role.WORKFORCE_LEAD))

    for path in (f"/staff/{staff_id}", f"/staff/{staff_id}/edit"):
        assert (await client.get(path)).status_code == 404
    assert str(staff_id) not in (await client.get("/staff")).text


async def test_a_training_admin_records_training_and_changes_nobody(client: AsyncClient) -> None:
    admin = await make_person(Role.TRAINING_ADMIN)
    staff_id = await make_staff(organisation_id=admin.organisation_id)
    browse(client, admin)

    page = (await client.get(f"/staff/{staff_id}")).text

    assert "Add a training record" in page
    assert "Correct" not in page
    assert "/staff/new" not in (await client.get("/staff")).text
    assert (await client.get(f"/staff/{staff_id}/edit")).status_code == 403


async def test_a_facilitator_finds_no_page_of_the_training_room(client: AsyncClient) -> None:
    browse(client, await make_person(Role.AUDITOR))

    for path in ("/compliance", "/staff", "/courses", "/requirements"):
        assert (await client.get(path)).status_code == 403
