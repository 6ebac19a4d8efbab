"""What waits about training, on Today and on its page: one's own, and nobody else's."""

from html import unescape
from re import findall
from uuid import uuid4

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.forms import form_token, sign_in, text
from tests.factories import Person, make_person
from tests.factories_notices import (
    IN_30_DAYS,
    IN_90_DAYS,
    TODAY,
    YESTERDAY,
    Team,
    make_team,
)
from tests.factories_training import make_course, make_requirement
from tests.statements import counted
from training.queries.notices import own_notices
from training.services import notices as service

PATH = "/training-notices"


async def make_lead(team: Team) -> Person:
    return await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)


async def done(client: AsyncClient, notice_id: object) -> int:
    token = await form_token(client, PATH)
    response = await client.post(f"{PATH}/{notice_id}/done", data={"_csrf_token": token})
    return response.status_code


async def test_a_lead_sees_the_weeks_summary_on_today_and_takes_it_off(client: AsyncClient) -> None:
    team = await make_team(name="Awareness")
    await make_requirement(
        await make_course(), name="Refresher", organisation_ids=[team.organisation_id]
    )
    for completed_on in (YESTERDAY, IN_90_DAYS, None):
        await team.colleague(completed_on, name="Ash Grove")
    lead = await make_lead(team)
    await service.plan_digests(TODAY)
    sign_in(client, lead)

    today = text(await client.get("/"))
    assert "5 to chase 1 expired, 4 never trained, 1 within 90 days of running out" in today
    shown = await client.get(PATH)
    assert "Awareness 1 1 0 0 1 Refresher 0 3 0 0 0 All of them 1 4 0 0 1" in text(shown)
    assert "/compliance/people?status=late" in shown.text
    assert "Ash" not in shown.text
    [notice] = await own_notices(scope=lead.actor.scope)
    assert await done(client, notice.id) == 303
    assert "to chase" not in text(await client.get("/"))
    assert "Nothing to chase" in text(await client.get(PATH))


async def test_the_links_of_a_summary_lead_to_the_people_behind_it(client: AsyncClient) -> None:
    team = await make_team()
    await team.colleague(name="Ash Grove")
    await team.colleague(IN_90_DAYS, name="Robin Vale")
    sign_in(client, await make_lead(team))
    await service.plan_digests(TODAY)
    shown = (await client.get(PATH)).text
    links = [unescape(link) for link in findall(r'href="(/compliance/[^"]+)"', shown)]

    assert len(links) == 2
    found = [(await client.get(link)).text for link in links]
    assert [("Ash Grove" in page, "Robin Vale" in page) for page in found] == [
        (True, False), (False, True),
    ]  # fmt: skip


async def test_a_person_sees_which_course_of_theirs_runs_out_on_the_page_alone(
    client: AsyncClient,
) -> None:
    """D7: a course is named to the person alone, after signing in."""
    team = await make_team()
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    staff_id = await team.colleague(IN_30_DAYS, account_id=person.actor.account_id)
    await team.colleague(line_manager=staff_id)
    for plan in (service.plan_expiries, service.plan_digests):
        await plan(TODAY)
    sign_in(client, person)

    today, shown = text(await client.get("/")), text(await client.get(PATH))
    assert "One of your courses runs out on Friday 10 July 2026" in today
    assert "The people whom you manage: 1 to chase 1 never trained" in today
    assert "Course" not in today
    assert "Runs out on Friday 10 July 2026" in shown
    assert "Course" in shown
    assert "Overdue" not in today


async def test_what_has_lapsed_is_said_to_be_overdue(client: AsyncClient) -> None:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    await (await make_team()).colleague(YESTERDAY, account_id=person.actor.account_id)
    await service.plan_expiries(TODAY)
    sign_in(client, person)

    today = text(await client.get("/"))
    assert "One of your courses ran out on Tuesday 9 June 2026 Overdue" in today


@pytest.mark.parametrize("who", ["other_lead", "auditor", "case_worker"])
async def test_another_persons_notice_does_not_exist(client: AsyncClient, who: str) -> None:
    team = await make_team()
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    await team.colleague(IN_30_DAYS, account_id=person.actor.account_id)
    await team.colleague()
    lead = await make_lead(team)
    await service.plan_expiries(TODAY)
    await service.plan_digests(TODAY)
    if who == "other_lead":
        other = await make_person(Role.WORKFORCE_LEAD)
    elif who == "auditor":
        other = await make_person(Role.AUDITOR)
    else:
        other = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    theirs = [
        notice.id for one in (person, lead) for notice in await own_notices(scope=one.actor.scope)
    ]
    sign_in(client, other)

    assert len(theirs) == 2
    assert [await done(client, id) for id in (*theirs, uuid4())] == [404] * 3
    assert "Nothing to chase" in text(await client.get(PATH))


async def test_nobody_sees_it_without_signing_in(client: AsyncClient) -> None:
    assert (await client.get(PATH)).headers["location"].startswith("/sign-in")


async def test_the_pages_ask_for_the_same_number_of_statements_whatever_waits(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = await make_team()
    lead = await make_lead(team)
    sign_in(client, lead)
    numbers = []
    for _ in range(2):
        for path in ("/", PATH):
            await client.get(path)
            with counted(monkeypatch) as sent:
                await client.get(path)
            numbers.append(len(sent))
        if len(numbers) > 2:
            break
        await team.colleague(YESTERDAY, account_id=lead.actor.account_id)
        await service.plan_expiries(TODAY)
        await service.plan_digests(TODAY)

    assert numbers[:2] == numbers[2:]
