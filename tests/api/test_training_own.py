"""What somebody whose account is linked to a staff record sees: their own, and their reports'."""

from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.training_calls import actions, browse, get
from tests.factories import Person, make_organisation, make_person
from tests.factories_training import (
    make_course,
    make_post,
    make_record,
    make_requirement,
    make_staff,
)
from tests.statements import counted
from training.domain.terms import Sector

LAPSED, LAPSES, HOLDS = date(2023, 5, 31), date(2023, 8, 1), date(2026, 1, 1)
"""Of three years' validity, on 10 June 2026."""


async def make_team() -> tuple[Person, UUID, UUID]:
    """A facilitator who manages four people, one of whom has left."""
    here = await make_organisation()
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=here)
    manager = await make_staff(organisation_id=here, name="The Manager", account_id=person.id)
    course = await make_course(name="Awareness")
    await make_requirement(course, name="Annual awareness")
    await make_record(manager, course, completed_on=HOLDS)
    for name, completed_on in (("Lapsed", LAPSED), ("Lapses", LAPSES), ("Holds", HOLDS)):
        report = await make_staff(organisation_id=here, name=name, line_manager=manager)
        await make_record(report, course, completed_on=completed_on)
    await make_staff(
        organisation_id=here, name="Has Left", line_manager=manager, ended_on=date(2026, 6, 9)
    )
    await make_staff(organisation_id=here, name="Not Theirs")
    return person, manager, course


async def test_one_sees_ones_own_training_and_what_lapses_of_those_one_manages(
    client: AsyncClient,
) -> None:
    person, manager, _ = await make_team()

    own = (await get(client, person, "/me/training")).json()

    assert (own["staff_id"], own["as_of"]) == (str(manager), "2026-06-10")
    assert [(item["status"], item["expires_on"]) for item in own["items"]] == [
        ("compliant", "2029-01-01")
    ]
    assert [(one["name"], [item["status"] for item in one["items"]]) for one in own["reports"]] == [
        ("Holds", []),
        ("Lapsed", ["expired"]),
        ("Lapses", ["expiring_soon"]),
    ]
    assert await actions() == []


async def test_the_page_says_it_in_words_and_tells_nothing_of_others(client: AsyncClient) -> None:
    person, manager, _ = await make_team()
    browse(client, person)

    page = (await client.get("/my-training")).text

    for shown in ("Annual awareness", "Expired", "Expires soon", "Lapsed", "Lapses"):
        assert shown in page
    for hidden in ("Not Theirs", "Has Left", str(manager)):
        assert hidden not in page
    assert "/my-training" in (await client.get("/")).text
    for path in (f"/staff/{manager}", "/staff", "/compliance"):
        assert (await client.get(path)).status_code == 403


async def test_who_has_left_manages_nobody_any_more(client: AsyncClient) -> None:
    here = await make_organisation()
    person = await make_person(Role.AUDITOR, organisation_id=here)
    manager = await make_staff(
        organisation_id=here, account_id=person.id, ended_on=date(2026, 6, 9)
    )
    await make_staff(organisation_id=here, line_manager=manager)
    await make_requirement(await make_course())

    own = (await get(client, person, "/me/training")).json()

    assert (own["items"], own["reports"]) == ([], [])


@pytest.mark.parametrize("role", [Role.WORKFORCE_LEAD, Role.AUDITOR])
async def test_who_is_linked_to_no_record_has_no_training_of_their_own(
    client: AsyncClient, role: Role
) -> None:
    person = await make_person(role)
    browse(client, person)

    assert (await get(client, person, "/me/training")).status_code == 404
    page = await client.get("/my-training")
    assert page.status_code == 404
    assert "linked to no staff record" in page.text
    assert "/my-training" not in (await client.get("/")).text


async def test_the_page_takes_the_same_statements_however_many_one_manages(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, manager, course = await make_team()
    browse(client, person)
    with counted(monkeypatch) as before:
        await client.get("/my-training")
    here = person.organisation_id
    for _ in range(3):
        report = await make_staff(organisation_id=here, line_manager=manager)
        await make_record(report, course, completed_on=LAPSED)

    with counted(monkeypatch) as after:
        await client.get("/my-training")

    assert len(after) == len(before)


async def test_a_line_manager_sees_what_the_posts_that_they_manage_ask_alone(
    client: AsyncClient,
) -> None:
    here = await make_organisation()
    person = await make_person(Role.AUDITOR, organisation_id=here)
    manager = await make_staff(organisation_id=here, account_id=person.id)
    report = await make_staff(organisation_id=here, line_manager=manager)
    await make_post(report, sector=Sector.HEALTH)
    course = await make_course()
    asked = await make_requirement(course, sectors=[Sector.HOUSING])
    await make_requirement(course, sectors=[Sector.HEALTH])

    [one] = (await get(client, person, "/me/training")).json()["reports"]

    assert [item["requirement"]["id"] for item in one["items"]] == [str(asked)]
