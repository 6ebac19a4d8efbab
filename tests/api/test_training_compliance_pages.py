"""The pages of compliance, courses and requirements, without JavaScript."""

import html
import re

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from api.pages import compliance_people
from tests.api.training_calls import browse, send
from tests.factories import make_organisation, make_person
from tests.factories_training import (
    LONG_AGO,
    make_course,
    make_record,
    make_requirement,
    make_staff,
)
from training.domain.terms import Sector
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

    assert "All mandatory requirements on Wednesday 10 June 2026" in page
    assert re.search(r"75.0% <strong[^>]*>\s*Red\s*</strong>", page)
    assert re.search(r"<strong>75.0%</strong> <strong[^>]*>\s*Red\s*</strong>\s*<br>3 of 4", page)
    assert "<strong>60.0%</strong><br>3 of 5" in page
    assert ">1 to chase</a>: 0 expired, 1 overdue and never trained" in page
    assert "The target is 90%" in page


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

    assert ("1 of 1 hold valid training" in now, "Nobody to chase" in now) == (True, True)
    assert "0 of 1 hold valid training" in later


async def test_a_day_that_is_none_is_said_beside_its_field(client: AsyncClient) -> None:
    browse(client, await make_person(Role.WORKFORCE_LEAD))

    response = await client.get("/compliance?as_of=2027-02-29")
    far = await client.get("/compliance/forecast?as_of=0001-01-01")

    assert (response.status_code, far.status_code) == (400, 400)
    assert "Enter a real date" in response.text
    assert 'value="2027-02-29"' in response.text
    assert "Choose a day from 1950 to 2100" in far.text


async def test_the_people_behind_a_figure_lead_to_their_own_page(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    requirement = await make_requirement(await make_course())
    staff_id = await make_staff(
        organisation_id=lead.organisation_id, name="Rowan Ashdown", team="A & E"
    )
    browse(client, lead)
    page = (await client.get("/compliance?group=team")).text
    table = page[page.index("<table") :]
    links = re.findall(r'href="(/compliance/people[^"]+)"', table)

    people = (await client.get(html.unescape(links[0]))).text

    assert len({html.unescape(link) for link in links}) == 6  # three figures, and in the total
    assert f"requirement={requirement}" in links[0]
    assert f'<a class="govuk-link" href="/staff/{staff_id}">Rowan Ashdown</a>' in people
    assert "Mon 1 Apr 2019" in people
    assert "Rowan" not in links[0]


async def test_staff_without_a_team_are_told_apart_from_all_teams(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await make_requirement(await make_course())
    for team in ("", "North", "North"):
        await make_staff(organisation_id=lead.organisation_id, team=team)
    browse(client, lead)
    address = "/compliance/people?status=late"

    none, north, anybody = [
        (await client.get(f"{address}&team={team}")).text
        for team in ("(not recorded)", "North", "")
    ]

    assert ("1 in all" in none, "2 in all" in north, "3 in all" in anybody) == (True, True, True)
    assert "No team recorded" in none


async def test_what_is_outside_the_scope_or_unknown_is_not_found(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    other = await make_organisation()
    theirs = await make_requirement(await make_course(), organisation_ids=[other])
    browse(client, lead)

    for page in ("", "/people", "/matrix", "/expiring", "/forecast", "/practices"):
        for asked in (f"organisation={other}", f"requirement={theirs}", "sector=moon",
                      "organisation=x"):  # fmt: skip
            response = await client.get(f"/compliance{page}?{asked}")
            assert response.status_code == 404, (page, asked)
    for asked in ("people?status=moon", "expiring?window=31", "?group=moon"):
        assert (await client.get(f"/compliance/{asked}")).status_code == 404


async def test_a_case_worker_reaches_no_page_of_compliance(client: AsyncClient) -> None:
    browse(client, await make_person(Role.FACILITATOR, GrantSide.SURVIVOR))

    for page in ("", "/people", "/matrix", "/expiring", "/forecast", "/practices"):
        assert (await client.get(f"/compliance{page}")).status_code == 403, page


async def test_one_organisation_is_looked_at_alone_and_stays_chosen(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    here, there = [await make_organisation(name=name) for name in ("Here", "There")]
    await make_requirement(await make_course())
    for place in (here, here, there):
        await make_staff(organisation_id=place)
    browse(client, lead)

    page = (await client.get(f"/compliance?organisation={here}")).text

    assert "0 of 2 hold valid training" in page
    assert "There</span>" not in page
    links = re.findall(r'href="(/compliance/[^"]+)"', page)
    assert links
    assert all(f"organisation={here}" in link for link in links)


async def test_recommended_requirements_are_left_out_until_wanted(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await make_requirement(await make_course(), mandatory=False)
    await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)

    usual, wanted = [(await client.get(f"/compliance{asked}")).text for asked in ("", "?which=all")]

    assert "No requirement asks anything" in usual
    assert "0 of 1 hold valid training" in wanted
    assert "which=all" in wanted


async def test_many_lines_come_a_hundred_at_a_time(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await make_requirement(await make_course())
    for number in range(102):
        await make_staff(organisation_id=lead.organisation_id, team=f"Team {number:03}")
    browse(client, lead)

    first = (await client.get("/compliance?group=team")).text
    more = re.search(r'href="(/compliance\?[^"]+)">More lines', first)
    assert more
    second = (await client.get(html.unescape(more[1]))).text

    assert (first.count('scope="row"'), second.count('scope="row"')) == (101, 3)
    assert "0 of 102 hold valid training" in second


async def test_the_matrix_says_each_status_in_words_beside_its_sign(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    await make_requirement(course, name="Awareness")
    trained = await make_staff(organisation_id=lead.organisation_id, team="North")
    await make_record(trained, course, completed_on=LONG_AGO.replace(year=2026))
    await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)

    page, north = [
        (await client.get(f"/compliance/matrix?team={team}")).text for team in ("", "North")
    ]

    assert re.search(r"✓ </span>Valid</span><br><span[^>]*>Mon 1 Jan 2029", page)
    assert "✗ </span>Overdue" in page
    assert "✗ </span>Overdue" not in north
    assert '<option value="(not recorded)">No team recorded</option>' in page


async def test_of_several_organisations_one_is_chosen_before_people_are_listed(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    course = await make_course(validity_months=12)
    await make_requirement(course)
    places = [await make_organisation(name=name) for name in ("Here", "There")]
    staff_id = await make_staff(organisation_id=places[0], name="Rowan Ashdown")
    await make_record(staff_id, course, completed_on=LONG_AGO.replace(year=2025, month=7))
    browse(client, lead)

    page = (await client.get("/compliance/expiring")).text
    link = re.search(r'href="(/compliance/expiring\?organisation=[^"]+)">Here', page)
    assert link
    people = (await client.get(html.unescape(link[1]))).text

    assert "Rowan" not in page
    assert "Rowan Ashdown" in people
    assert "Wed 1 Jul 2026" in people
    assert "Choose an organisation" in (await client.get("/compliance/matrix")).text


async def test_of_very_many_people_an_organisation_is_chosen_first(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compliance_people, "_ONE_BY_ONE", 2)
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    await make_requirement(await make_course())
    here, there = [await make_organisation(name=name) for name in ("Here", "There")]
    for place in (here, here, there):
        await make_staff(organisation_id=place, team="North")
    await make_staff(organisation_id=here, sector=Sector.POLICE)
    browse(client, lead)

    every, north, police = [
        (await client.get(f"/compliance/people?status=late{asked}")).text
        for asked in ("", "&team=North", "&sector=police")
    ]

    assert re.search(r">Here</a></th>\s*<td[^>]*>3</td>", every)
    assert re.search(r">Here</a></th>\s*<td[^>]*>2</td>", north)
    assert f"organisation={here}" in north
    assert "1 in all" in police  # few enough to be listed


async def test_the_months_ahead_and_the_practices_have_their_figures(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course(validity_months=12)
    await make_requirement(course)
    staff_id = await make_staff(organisation_id=lead.organisation_id, sector=Sector.GP_PRACTICE)
    await make_record(staff_id, course, completed_on=LONG_AGO.replace(year=2026))
    browse(client, lead)

    ahead = (await client.get("/compliance/forecast")).text
    practices = (await client.get("/compliance/practices")).text

    assert ahead.count("<strong>100.0%</strong>") == 2 * 8  # both rates, today to December
    assert ahead.count("<strong>0.0%</strong>") == 2 * 5
    assert "All required staff trained" in practices


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
