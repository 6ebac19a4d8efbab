"""The pages of the training room, as a browser without JavaScript uses them."""

import re
from uuid import UUID

from httpx import AsyncClient, Response

from accounts.domain.roles import Role
from core.tables import AuditEvent
from tests.factories import Json, Person, make_organisation, make_person
from tests.factories_training import (
    LONG_AGO,
    make_course,
    make_record,
    make_requirement,
    make_staff,
)
from training.tables import Course, Requirement, Staff, TrainingRecord


def browse(client: AsyncClient, person: Person) -> None:
    client.cookies.update(person.cookies)


async def send(client: AsyncClient, path: str, form: str = "", **fields: object) -> Response:
    """Fill in the form of a page and send it to ``path``."""
    page = await client.get(form or path)
    token = re.search(
        r'action="[^"]*"[^>]*>\s*<input type="hidden" name="_csrf_token" value="([^"]+)"', page.text
    )
    assert token
    return await client.post(path, data={"_csrf_token": token[1], **fields})


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


async def test_the_compliance_page_says_headline_strict_counts_and_the_rag_word(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    await make_requirement(course, name="Awareness")
    for _ in range(3):
        trained = await make_staff(organisation_id=lead.organisation_id)
        await make_record(trained, course, completed_on=LONG_AGO.replace(year=2026))
    await make_staff(
        organisation_id=lead.organisation_id, started_on=LONG_AGO.replace(year=2026, month=6)
    )
    await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)

    page = (await client.get("/compliance")).text

    assert "Wednesday 10 June 2026" in page
    assert re.search(r"<strong>75.0%</strong> <strong[^>]*>\s*Red\s*</strong>\s*<br>3 of 4", page)
    assert "<strong>60.0%</strong><br>3 of 5" in page
    assert "2 people" in page


async def test_the_figures_are_those_of_the_day_asked_for(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course(validity_months=12)
    await make_requirement(course)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    await make_record(staff_id, course, completed_on=LONG_AGO.replace(year=2026))
    browse(client, lead)

    now, later = [
        (await client.get(f"/compliance?as_of={day}")).text for day in ("2026-06-10", "2027-06-10")
    ]

    assert "headline <strong>100.0%</strong> (1 of 1)" in now
    assert "headline <strong>0.0%</strong> (0 of 1)" in later


async def test_a_day_that_is_none_is_said_beside_its_field(client: AsyncClient) -> None:
    browse(client, await make_person(Role.WORKFORCE_LEAD))

    response = await client.get("/compliance?as_of=2027-02-29")

    assert response.status_code == 400
    assert "Enter a real date" in response.text
    assert 'value="2027-02-29"' in response.text


async def test_the_people_behind_a_figure_lead_to_their_own_page(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    requirement = await make_requirement(await make_course())
    staff_id = await make_staff(organisation_id=lead.organisation_id, name="Rowan Ashdown")
    browse(client, lead)
    page = (await client.get("/compliance")).text
    found = re.search(r'href="(/compliance/people[^"]+)"', page)
    assert found

    people = (await client.get(found[1].replace("&amp;", "&"))).text

    assert str(requirement) in found[1]
    assert f'<a class="govuk-link" href="/staff/{staff_id}">Rowan Ashdown</a>' in people
    assert "Was due on<br>Mon 1 Apr 2019" in people


async def test_the_people_of_an_organisation_outside_the_scope_are_not_found(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    requirement = await make_requirement(await make_course())
    other = await make_organisation()
    await make_staff(organisation_id=other)
    browse(client, lead)

    response = await client.get(
        f"/compliance/people?requirement={requirement}&organisation={other}"
    )

    assert response.status_code == 404


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
    assert 'href="#q">Search for part of a name' in response.text


async def test_details_are_changed_and_a_last_day_is_written_down(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)
    changed = staff_form(
        lead.organisation_id,
        version="1",
        **{"ended_on-day": "30", "ended_on-month": "6", "ended_on-year": "2026"},
    )

    response = await send(client, f"/staff/{staff_id}/edit", **changed)

    assert response.status_code == 303
    page = (await client.get(f"/staff/{staff_id}")).text
    assert "Rowan Ashdown" in page
    assert "Tuesday 30 June 2026" in page
    actions = [row["action"] for row in await AuditEvent.select().order_by(AuditEvent.id)]
    assert actions == ["staff_viewed", "staff_ended", "staff_viewed"]


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
    assert 'href="#completed_on">Enter 10 June 2026 or an earlier day' in refused.text
    assert 'href="#verified">What somebody declares themselves' in refused.text
    assert f'value="{course}" selected' in refused.text
    assert not await TrainingRecord.exists()


async def test_a_course_and_a_requirement_are_added(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    browse(client, lead)

    course = await send(
        client, "/courses/new", name="Awareness", code="DA-1", rank="1", hours="3.5",
        validity_months="36",
    )  # fmt: skip
    [row] = await Course.select(Course.id)
    requirement = await send(
        client, "/requirements/new", name="Awareness for housing", course_id=str(row["id"]),
        organisation_ids=[str(lead.organisation_id)], sectors=["housing", "health"],
        staff_groups="front_line", is_people_manager="", due_within_days_of_start="90",
        **{"effective_from-day": "1", "effective_from-month": "1", "effective_from-year": "2026"},
    )  # fmt: skip

    assert course.headers["location"] == "/courses?saved=course"
    assert requirement.headers["location"] == "/requirements?saved=requirement"
    assert "Does not expire" not in (await client.get("/courses")).text
    page = (await client.get("/requirements")).text
    assert "Health, Housing; Front-line" in page
    assert "36 months" in page


async def test_a_requirement_with_faults_keeps_its_ticks(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    browse(client, lead)

    response = await send(
        client, "/requirements/new", name="", sectors=["housing"], due_within_days_of_start="x"
    )
    unknown = await send(client, "/requirements/new", sectors="moon", organisation_ids="none")

    assert response.status_code == 400
    assert re.search(r'value="housing" checked', response.text)
    for field in ("name", "course_id", "due_within_days_of_start", "effective_from"):
        assert f'href="#{field}"' in response.text
    assert 'href="#sectors">Choose sectors from the list' in unknown.text
    assert not await Requirement.exists()


async def test_a_course_with_faults_keeps_what_was_typed(client: AsyncClient) -> None:
    await make_course(code="DA-1")
    browse(client, await make_person(Role.WORKFORCE_LEAD))
    form = {"name": "Awareness", "code": "DA-1", "rank": "1", "hours": "3.5"}

    taken = await send(client, "/courses/new", **form)
    empty = await send(client, "/courses/new", name="Kept", rank="9")

    assert (taken.status_code, empty.status_code) == (409, 400)
    assert 'href="#code">A course with this code exists already' in taken.text
    assert 'value="Kept"' in empty.text
    for field in ("code", "rank", "hours"):
        assert f'href="#{field}"' in empty.text


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
    assert "Change details or end" not in page
    assert "/staff/new" not in (await client.get("/staff")).text
    assert (await client.get(f"/staff/{staff_id}/edit")).status_code == 403


async def test_a_facilitator_finds_no_page_of_the_training_room(client: AsyncClient) -> None:
    browse(client, await make_person(Role.AUDITOR))

    for path in ("/compliance", "/staff", "/courses", "/requirements"):
        assert (await client.get(path)).status_code == 403
