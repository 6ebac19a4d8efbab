"""The pages of compliance, courses and requirements, without JavaScript."""

import re

from httpx import AsyncClient

from accounts.domain.roles import Role
from tests.api.training_calls import browse, send
from tests.factories import make_organisation, make_person
from tests.factories_training import (
    LONG_AGO,
    make_course,
    make_record,
    make_requirement,
    make_staff,
)
from training.tables import Course, Requirement


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
