"""Today, cohorts and their timetables as pages; a constant number of statements for each."""

import re

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from programmes.tables import Cohort, Enrolment
from tests.api.forms import day, form_token, sign_in, summary, text
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
)
from tests.statements import counted


async def manager(cohort: MadeCohort) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(cohort.side.value),
        organisation_id=cohort.organisation_id,
    )  # fmt: skip


async def test_today_leads_to_the_register_and_chases_those_not_marked(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=2)
    sign_in(client, await manager(cohort))

    page = await client.get("/")

    assert f'href="/sessions/{cohort.session_ids[6]}/register">Mark the register' in page.text
    unmarked = re.findall(r'/sessions/([0-9a-f-]+)/register">\w+, Wed', page.text)
    assert [str(cohort.session_ids[unit]) for unit in (3, 4, 5)] == unmarked[-3:]


async def test_today_tells_others_what_is_theirs(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    sign_in(client, lead)

    page = text(await client.get("/"))

    assert "Staff training" in page
    assert "Sessions today" not in page


async def test_a_cohort_is_previewed_then_created_by_its_facilitator(client: AsyncClient) -> None:
    programme = await make_programme()
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=programme.organisation_id
    )
    sign_in(client, facilitator)
    token = await form_token(client, "/cohorts/new")
    typed = {
        "programme_id": str(programme.id), "code": "F26-1", "capacity": "12", "weekday-0": "0",
        "at-0": "10:00", "nation": "england-and-wales", **day("starts_on", "2026-04-13"),
        "_csrf_token": token,
    }  # fmt: skip

    preview = await client.post("/cohorts/new", data=typed)
    assert 0 == await Cohort.count()
    created = await client.post("/cohorts/new", data={**typed, "action": "create"})
    page = await client.get(created.headers["location"])

    assert "12 sessions. Nothing is saved yet." in text(preview)
    assert "Monday 25 May 2026: Spring bank holiday" in text(preview)
    assert "Mon 13 Jul 2026, 10:00" in text(preview)
    assert 303 == created.status_code
    assert "Cohort created" in text(page)
    assert facilitator.actor.name in text(page)


async def test_a_wrong_form_keeps_what_was_typed(client: AsyncClient) -> None:
    programme = await make_programme()
    sign_in(client, await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=programme.organisation_id
    ))  # fmt: skip
    token = await form_token(client, "/cohorts/new")

    shown = await client.post(
        "/cohorts/new",
        data={"programme_id": str(programme.id), "code": "KEEP-ME", "capacity": "many",
              "weekday-0": "1", "nation": "scotland", **day("starts_on", "2027-02-29"),
              "_csrf_token": token},
    )  # fmt: skip

    assert 400 == shown.status_code
    fields = [field for field, _ in summary(shown)]
    assert {"starts_on", "slots[0].at", "capacity"} == set(fields)
    assert all(f'id="{field}"' in shown.text or f'id="{field}-day"' in shown.text
               for field in fields)  # fmt: skip
    assert 'value="KEEP-ME"' in shown.text
    assert 'value="29"' in shown.text


async def test_somebody_who_waits_is_added_from_the_cohort(client: AsyncClient) -> None:
    cohort = await make_cohort(capacity=1)
    sign_in(client, await manager(cohort))
    referrals = [
        await make_referral(
            participant_id=await make_participant(
                organisation_id=cohort.organisation_id, side=cohort.side
            ),
            programme_id=cohort.programme.id,
        )
        for _ in range(2)
    ]
    path = f"/cohorts/{cohort.id}/enrol"
    token = await form_token(client, path)

    answers = [
        await client.post(path, data={"referral_id": str(id), "_csrf_token": token})
        for id in referrals
    ]
    nobody = await client.post(path, data={"_csrf_token": token})

    assert [303, 409, 400] == [answer.status_code for answer in (*answers, nobody)]
    assert [("referral_id", "This cohort has no places left")] == summary(answers[1])
    assert [("referral_id", "Select who joins")] == summary(nobody)
    assert 1 == await Enrolment.count()


async def test_cancelling_asks_why(client: AsyncClient) -> None:
    cohort = await make_cohort()
    sign_in(client, await manager(cohort))
    path = f"/sessions/{cohort.session_ids[8]}/cancel"
    token = await form_token(client, path)

    without = await client.post(path, data={"_csrf_token": token})
    cancelled = await client.post(path, data={"reason": "Snow", "_csrf_token": token})
    page = await client.get(cancelled.headers["location"])

    assert ["reason"] == [field for field, _ in summary(without)]
    assert "Cancelled: Snow" in text(page)


async def test_d1_the_other_side_finds_no_cohort_page(client: AsyncClient) -> None:
    cohort = await make_cohort(side=Side.SURVIVOR)
    sign_in(client, await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    ))  # fmt: skip
    token = await form_token(client)
    session = cohort.session_ids[8]

    answers = [
        await client.get(f"/cohorts/{cohort.id}"),
        await client.get(f"/cohorts/{cohort.id}/enrol"),
        await client.get(f"/sessions/{session}/cancel"),
        await client.post(f"/cohorts/{cohort.id}/enrol", data={"_csrf_token": token}),
        await client.post(f"/sessions/{session}/cancel",
                          data={"reason": "x", "_csrf_token": token}),
    ]  # fmt: skip
    listed = text(await client.get("/cohorts")) + text(await client.get("/"))

    assert {404} == {answer.status_code for answer in answers}
    assert "You have no cohort yet" in listed
    assert "You have no session today" in listed


async def test_the_safety_lead_is_offered_nothing_that_they_may_not_do(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    sign_in(client, await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True))
    token = await form_token(client)

    page = (await client.get(f"/cohorts/{cohort.id}")).text
    refused = await client.post(
        f"/sessions/{cohort.session_ids[8]}/cancel", data={"reason": "x", "_csrf_token": token}
    )

    assert "/cancel" not in page
    assert '/enrol"' not in page
    assert 403 == refused.status_code


@pytest.mark.parametrize("kind", ["cohort", "register", "today"])
async def test_statements_do_not_grow_with_the_group(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    numbers = []
    for people in (3, 30):
        cohort = await make_cohort(enrolled=people, capacity=30)
        sign_in(client, await manager(cohort))
        path = {
            "cohort": f"/cohorts/{cohort.id}",
            "register": f"/sessions/{cohort.session_ids[6]}/register",
            "today": "/",
        }[kind]
        with counted(monkeypatch) as sent:
            assert 200 == (await client.get(path)).status_code
        numbers.append(len(sent))

    assert numbers[0] == numbers[1]
    assert numbers[0] <= 12
