"""The pages of courses and requirements: looked at, changed, and tried before they are saved."""

from datetime import date

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM
from tests.api import forms
from tests.api.forms import day, fields_of, summary, text
from tests.api.training_calls import NOBODY, browse, send
from tests.factories import make_organisation, make_person
from tests.factories_training import make_course, make_record, make_requirement, make_staff
from tests.statements import counted
from training.services.courses import set_covers
from training.tables import Course, CourseEquivalence, Requirement

PAST = date(2026, 1, 5)


async def again(client: AsyncClient, path: str, page: Response, **typed: str) -> Response:
    """Send back a page's form, filled in further."""
    return await forms.send(client, path, **{**fields_of(page), **typed})


@pytest.fixture(autouse=True)
def token_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that a workforce lead may open has the token of its forms."""

    async def token(client: AsyncClient, path: str = "/courses/new") -> str:
        return (await client.get(path)).text.split('name="_csrf_token" value="')[1].split('"')[0]

    monkeypatch.setattr(forms, "form_token", token)


async def test_a_rule_is_checked_before_it_is_saved_and_nothing_typed_is_lost(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course(name="Awareness")
    await make_record(
        await make_staff(organisation_id=lead.organisation_id), course, completed_on=PAST
    )
    for _ in range(2):
        await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)
    typed = {
        "name": "Front line", "course_id": str(course), "basis": "course", "mandatory": "no",
        "organisation_ids": [str(lead.organisation_id)], "sectors": ["housing", "health"],
        "due_within_months_of_start": "6", "roles": "", "never_expires": "yes",
        **day("effective_from", "2026-01-01"), **day("transition_on", "2025-01-01"),
        **day("transition_due_on", "2027-12-31"),
    }  # fmt: skip

    check = await send(client, "/requirements/new", step="check", **typed)
    kept = fields_of(check)
    back = await again(client, "/requirements/new", check, step="edit")
    none_yet = await Requirement.exists()
    saved = await again(client, "/requirements/new", check, step="save")

    assert "It asks 3 people today" in text(check)
    assert "0 would be overdue today" in text(check)
    assert "On Friday 31 December 2027, when everybody in post is due" in text(check)
    assert kept["transition_due_on-year"] == "2027"
    assert [check.text.count(f'name="sectors" value="{one}"') for one in ("housing", "health")] == [
        1, 1,
    ]  # fmt: skip
    assert 'value="Front line"' in back.text
    assert fields_of(back)["due_within_months_of_start"] == "6"
    assert (none_yet, saved.headers["location"]) == (False, "/requirements?saved=requirement")
    [row] = await Requirement.select()
    assert (row["mandatory"], row["never_expires"]) == (False, True)
    assert (row["due_within_months_of_start"], row["transition_due_on"]) == (6, date(2027, 12, 31))


async def test_a_requirement_is_changed_ended_and_begun_anew(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    mine = [lead.organisation_id]
    made = await make_requirement(
        await make_course(), name="Rule", organisation_ids=mine, roles='["Nurse"]',
        min_fte="0.5", started_from=PAST,
    )  # fmt: skip
    browse(client, lead)
    path = f"/requirements/{made}"
    form = await client.get(f"{path}/edit")

    checked = await again(client, f"{path}/edit", form, step="check", name="New name")
    saved = await again(client, f"{path}/edit", checked, step="save")
    stale = await again(client, f"{path}/edit", form, name="Typed too late")
    ended = await forms.send(client, f"{path}/end", version="2", **day("effective_to", "2026-6-30"))
    like = await client.get(f"/requirements/new?like={made}")
    page = text(await client.get(path))

    assert "A change counts for all days, earlier ones too" in text(form)
    assert "As it is saved now it asks 0" in text(checked)
    assert saved.headers["location"] == ended.headers["location"] == f"{path}?saved=requirement"
    assert (stale.status_code, fields_of(stale)["name"]) == (409, "Typed too late")
    assert "New name" in page
    assert "Roles: Nurse; At least 0.5 of whole time; Appointed on or after" in page
    assert "to Tuesday 30 June 2026" in page
    assert fields_of(like)["name"] == "New name from June 2026"
    assert fields_of(like)["roles"] == "Nurse"


async def test_an_end_that_is_none_is_said_beside_its_field(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    path = f"/requirements/{await make_requirement(await make_course())}"
    browse(client, lead)

    response = await forms.send(client, f"{path}/end", version="1", **{"effective_to-day": "31"})

    assert response.status_code == 400
    assert summary(response)[0][0] == "effective_to"


async def test_a_requirement_for_others_too_can_be_read_and_not_changed(
    client: AsyncClient,
) -> None:
    lead, other = await make_person(Role.WORKFORCE_LEAD), await make_organisation()
    course = await make_course()
    shared = f"/requirements/{await make_requirement(course)}"
    theirs = f"/requirements/{await make_requirement(course, organisation_ids=[other])}"
    browse(client, lead)

    assert "End it" not in (await client.get(shared)).text
    assert [
        (await client.get(path)).status_code
        for path in (f"{shared}/edit", theirs, f"{theirs}/edit", f"/requirements/new?like={NOBODY}")
    ] == [403, 404, 404, 404]


async def test_a_course_is_changed_and_says_what_it_meets(client: AsyncClient) -> None:
    first = await make_course(name="Basics")
    course = await make_course(name="Awareness", prerequisite=first)
    await make_requirement(course, name="Everybody")
    browse(client, await make_person(Role.WORKFORCE_LEAD))
    path = f"/courses/{course}"
    form = await client.get(f"{path}/edit")

    saved = await again(client, f"{path}/edit", form, provider="The Training Hub", level="Group 2")
    stale = await again(client, f"{path}/edit", form, provider="Typed too late")
    page = text(await client.get(f"{path}?saved=course"))

    assert saved.headers["location"] == f"{path}?saved=course"
    assert (stale.status_code, fields_of(stale)["provider"]) == (409, "Typed too late")
    for shown in ("Course saved", "The Training Hub", "Known here as Group 2", "Basics"):
        assert shown in page
    assert "Requirements that it meets Everybody" in page


async def test_what_a_course_covers_is_ticked(client: AsyncClient) -> None:
    course, other = await make_course(), await make_course(name="Short course")
    browse(client, await make_person(Role.WORKFORCE_LEAD))
    path = f"/courses/{course}/covers"

    saved = await send(client, path, version="1", covers=[str(other)])
    stale = await send(client, path, version="1", covers=[])
    wrong = await send(client, path, version="2", covers=["moon"])

    assert saved.status_code == 303
    assert (stale.status_code, wrong.status_code) == (409, 400)
    assert summary(wrong) == [("covers", "Choose courses from the list")]
    assert await CourseEquivalence.count() == 1
    assert "It covers Short course" in text(await client.get(f"/courses/{course}"))


async def test_retiring_a_course_says_first_who_stops_being_compliant(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course, other = await make_course(), await make_course()
    await make_requirement(course, name="Everybody")
    for taken in (course, course, other):
        who = await make_staff(organisation_id=lead.organisation_id)
        await make_record(who, taken, completed_on=PAST)
    browse(client, lead)
    path = f"/courses/{course}/retire"
    on = day("retired_on", "2026-09-01")

    empty = await send(client, path, version="x", **{"retired_on-day": "1"})
    far = await send(client, path, version="1", step="check", **day("retired_on", "2101-01-01"))
    check = await send(client, path, version="1", step="check", **on)
    before = await Course.exists().where(Course.retired_on.is_not_null())
    saved = await send(client, path, version="1", step="save", **on)
    offered = await send(client, path, version="2", step="check")

    assert {field for field, _ in summary(empty)} == {"version", "retired_on"}
    assert summary(far) == [("retired_on", "Enter 31 December 2100 or an earlier day")]
    assert "2 people stop being compliant that day" in text(check)
    assert "66.7% 2 of 3 0.0% 0 of 3 2" in text(check)
    assert (before, saved.status_code, offered.status_code) == (False, 303, 303)
    assert not await Course.exists().where(Course.retired_on.is_not_null())


async def test_the_lists_take_the_same_statements_whatever_their_length(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(client, await make_person(Role.WORKFORCE_LEAD))
    course = await make_course()
    requirement = await make_requirement(course)
    paths = ("/courses", f"/courses/{course}", "/requirements", f"/requirements/{requirement}")
    taken: list[list[int]] = []
    for _ in range(2):
        taken.append([])
        for path in paths:
            with counted(monkeypatch) as sent:
                assert (await client.get(path)).status_code == 200
            taken[-1].append(len(sent))
        await make_requirement(await make_course(prerequisite=course))
        await set_covers(await make_course(), [course], version=1, by=SYSTEM)

    assert taken[0] == taken[1]


async def test_case_workers_open_no_page_of_courses_or_requirements(client: AsyncClient) -> None:
    course = await make_course()
    requirement = await make_requirement(course)
    browse(client, await make_person(Role.FACILITATOR, side=GrantSide.SURVIVOR))

    pages = ("/courses", f"/courses/{course}", f"/requirements/{requirement}")
    changes = [f"{pages[1]}/{one}" for one in ("edit", "retire", "covers")]
    asked = [*pages, *changes, f"{pages[2]}/edit", "/requirements/new"]

    assert {(await client.get(path)).status_code for path in asked} == {403}
