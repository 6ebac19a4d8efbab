"""Today, cohorts and their timetables as pages; a constant number of statements for each."""

import re

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from programmes.tables import Cohort, Enrolment, Session
from tests.api.forms import day, form_token, send, sign_in, summary, text
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
    make_venue,
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


async def test_cancelling_asks_why_and_shows_what_changes_first(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=2)
    sign_in(client, await manager(cohort))
    path = f"/sessions/{cohort.session_ids[8]}/cancel"
    typed = {"reason": "Snow", "because_of": "venue", "cascade": "yes"}

    without = await send(client, path)
    preview = await send(client, path, **typed)
    cancelled = await send(client, path, **typed, action="save", plan=plan_of(preview))
    page = await client.get(cancelled.headers["location"])

    assert ["reason"] == [field for field, _ in summary(without)]
    assert "6 sessions. Nothing is saved yet." in text(preview)
    assert "2 people are expected at these sessions and must be told" in text(preview)
    assert 'name="cascade" type="checkbox" value="yes" aria-describedby="cascade-hint" checked' in (
        preview.text
    )
    assert "Cancelled: Snow" in text(page)
    assert "Session changed" in text(page)


def plan_of(response: Response) -> str:
    return str(re.findall(r'name="plan" value="(\w+)"', response.text)[0])


def when(day_text: str, at: str) -> dict[str, str]:
    return {**day("starts_at", day_text), "at": at}


async def test_a_session_is_moved_after_a_look_at_what_moves(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    hall = await make_venue(organisation_id=cohort.organisation_id, name="Garden Room")
    sign_in(client, by)
    path = f"/sessions/{cohort.session_ids[12]}/reschedule"
    typed = {**when("2026-07-23", "14:00"), "venue_id": str(hall), "mode": "hybrid"}

    shown = await client.get(path)
    preview = await send(client, path, **typed)
    moved = await send(client, path, **typed, action="save", plan=plan_of(preview))
    page = text(await client.get(moved.headers["location"]))

    assert 'value="10:00"' in shown.text
    assert "Unit 12 Wed 22 Jul 2026, 10:00 Thu 23 Jul 2026, 14:00" in text(preview)
    assert "1 person is expected at this session and must be told" in text(preview)
    assert "Thu 23 Jul 2026, 14:00 Unit 12 In person and by video Garden Room To come" in page


async def test_the_form_as_it_is_shown_changes_nothing(client: AsyncClient) -> None:
    cohort = await make_cohort()
    sign_in(client, await manager(cohort))
    path = f"/sessions/{cohort.session_ids[12]}/reschedule"

    same = await send(
        client, path, **when("2026-07-22", "10:00"), venue_id="cohort", mode="in_person"
    )

    assert "Nothing changes" in text(same)
    assert 'value="save"' not in same.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (when("2026-07-32", "10:00"), "starts_at"),
        (when("2026-06-01", "10:00"), "starts_at"),
        (when("2026-07-23", "ten"), "at"),
        ({**when("2026-07-23", "10:00"), "mode": "dance"}, "mode"),
        ({**when("2026-07-23", "10:00"), "venue_id": "hall"}, "venue_id"),
    ],
)
async def test_a_wrong_move_names_the_field_and_keeps_what_was_typed(
    client: AsyncClient, typed: dict[str, str], field: str
) -> None:
    cohort = await make_cohort()
    sign_in(client, await manager(cohort))
    path = f"/sessions/{cohort.session_ids[12]}/reschedule"

    shown = await send(client, path, **{"mode": "in_person", "venue_id": "cohort", **typed})

    assert (400, [field]) == (shown.status_code, [name for name, _ in summary(shown)])
    assert f'id="{field}"' in shown.text
    assert f'value="{typed["at"]}"' in shown.text


async def test_a_plan_of_before_is_shown_anew_and_not_saved(client: AsyncClient) -> None:
    cohort = await make_cohort()
    sign_in(client, await manager(cohort))
    path = f"/sessions/{cohort.session_ids[8]}/cancel"
    typed = {"reason": "Snow", "cascade": "yes"}
    preview = await send(client, path, **typed)
    await send(
        client, f"/sessions/{cohort.session_ids[12]}/cancel", reason="Snow", action="save",
        plan=plan_of(await send(client, f"/sessions/{cohort.session_ids[12]}/cancel", **typed)),
    )  # fmt: skip
    await Session.update({Session.revision: 7}).where(Session.id == cohort.session_ids[9])

    stale = await send(client, path, **typed, action="save", plan=plan_of(preview))

    assert (409, ["preview"]) == (stale.status_code, [field for field, _ in summary(stale)])
    assert plan_of(stale) != plan_of(preview)
    saved = await send(client, path, **typed, action="save", plan=plan_of(stale))
    assert 303 == saved.status_code


async def test_a_cancelled_session_is_put_back(client: AsyncClient) -> None:
    cohort = await make_cohort()
    sign_in(client, await manager(cohort))
    cancel = f"/sessions/{cohort.session_ids[11]}/cancel"
    typed = {"reason": "Snow", "cascade": "yes"}
    preview = await send(client, cancel, **typed)
    await send(client, cancel, **typed, action="save", plan=plan_of(preview))
    path = f"/sessions/{cohort.session_ids[11]}/reinstate"

    asked = text(await client.get(path))
    preview = await send(client, path)
    saved = await send(client, path, action="save", plan=plan_of(preview))
    again = await send(client, path)

    assert "It was cancelled: Snow" in asked
    assert "Its unit is also held on Wed 22 Jul 2026, 10:00" in text(preview)
    assert 303 == saved.status_code
    assert (409, ["see"]) == (again.status_code, [field for field, _ in summary(again)])


async def test_places_and_facilitators_are_changed(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=2)
    by = await manager(cohort)
    anna, ben = [
        await make_person(
            Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
        )
        for _ in range(2)
    ]
    sign_in(client, by)
    path = f"/cohorts/{cohort.id}/change"
    typed = {"lead_id": str(anna.id), "facilitator-0": str(ben.id), "group_sex": "female"}

    few = await send(client, path, capacity="1", version="1", **typed)
    saved = await send(client, path, capacity="9", version="1", **typed)
    stale = await send(client, path, capacity="8", version="1", **typed)
    page = text(await client.get(saved.headers["location"]))
    shown = await client.get(path)

    assert [("capacity", "More people than that have a place already")] == summary(few)
    assert f'value="{ben.id}" selected' in few.text
    assert (303, 409) == (saved.status_code, stale.status_code)
    assert f"{anna.actor.name} (lead), {ben.actor.name} (co-facilitator)" in page
    assert "For Women" in page
    assert "2 of 9 taken" in page
    assert 'value="9"' in shown.text


async def test_somebody_covers_a_session(client: AsyncClient) -> None:
    cohort = await make_cohort()
    anna = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )
    sign_in(client, await manager(cohort))
    path = f"/sessions/{cohort.session_ids[8]}/facilitators"

    saved = await send(client, path, **{"facilitator-0": str(anna.id)})
    page = text(await client.get(saved.headers["location"]))
    wrong = await send(client, path, lead_id="nobody")
    cleared = await send(client, path)

    assert f"Unit 8 Taken by {anna.actor.name} (cover)" in page
    assert ["lead_id"] == [field for field, _ in summary(wrong)]
    assert 303 == cleared.status_code
    assert "Taken by" not in text(await client.get(f"/cohorts/{cohort.id}"))


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
        *[
            await client.get(f"/sessions/{session}/{kind}")
            for kind in ("cancel", "reschedule", "reinstate", "facilitators")
        ],
        *[
            await client.post(f"/sessions/{session}/{kind}", data={"_csrf_token": token})
            for kind in ("reschedule", "reinstate", "facilitators")
        ],
        await client.get(f"/cohorts/{cohort.id}/change"),
        await client.post(f"/cohorts/{cohort.id}/change", data={"_csrf_token": token}),
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


@pytest.mark.parametrize(("kind", "most"), [("cohort", 14), ("register", 14), ("today", 20)])
async def test_statements_do_not_grow_with_the_group(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, kind: str, most: int
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
    assert numbers[0] <= most
