"""Cohorts, timetables and sessions over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.scope import Side
from programmes.tables import Cohort, Session
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeProgramme,
    make_closure,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
    make_venue,
)


async def manager_of(programme: MadeProgramme) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(programme.side.value),
        organisation_id=programme.organisation_id,
    )  # fmt: skip


def cohort_json(programme: MadeProgramme, **more: Any) -> dict[str, Any]:
    return {
        "programme_id": str(programme.id),
        "organisation_id": str(programme.organisation_id),
        "venue_id": None,
        "code": "F26-1",
        "starts_on": "2026-04-13",
        "slots": [{"weekday": 0, "at": "10:00"}],
        "capacity": 12,
        "facilitator_ids": [],
        "nation": "england-and-wales",
        **more,
    }


async def test_c6_the_preview_skips_bank_holidays_and_saves_nothing(client: AsyncClient) -> None:
    programme = await make_programme()
    by = await manager_of(programme)

    answer = await client.post(
        "/api/v1/cohorts/preview", json=cohort_json(programme), headers=by.headers
    )

    plan = answer.json()
    assert [session["starts_at"][:10] for session in plan["sessions"]] == [
        "2026-04-13", "2026-04-20", "2026-04-27", "2026-05-11", "2026-05-18", "2026-06-01",
        "2026-06-08", "2026-06-15", "2026-06-22", "2026-06-29", "2026-07-06", "2026-07-13",
    ]  # fmt: skip
    assert [day["on"] for day in plan["skipped"]] == ["2026-05-04", "2026-05-25"]
    assert await Cohort.count() == 0


async def test_own_closures_move_the_timetable(client: AsyncClient) -> None:
    programme = await make_programme(units=2)
    by = await manager_of(programme)
    await make_closure(
        organisation_id=programme.organisation_id,
        from_on=clock.today(), to_on=clock.today() + timedelta(days=6),
    )  # fmt: skip
    body = cohort_json(programme, starts_on="2026-06-10", slots=[{"weekday": 2, "at": "18:30"}])

    plan = (await client.post("/api/v1/cohorts/preview", json=body, headers=by.headers)).json()

    assert [session["starts_at"] for session in plan["sessions"]] == [
        "2026-06-17T17:30:00Z",
        "2026-06-24T17:30:00Z",
    ]


async def test_creating_makes_the_previewed_timetable(client: AsyncClient) -> None:
    programme = await make_programme()
    by = await manager_of(programme)

    made = await client.post("/api/v1/cohorts", json=cohort_json(programme), headers=by.headers)

    cohort_id = made.json()["id"]
    sessions = await client.get(f"/api/v1/cohorts/{cohort_id}/sessions", headers=by.headers)
    assert (made.status_code, len(sessions.json()["items"])) == (201, 12)
    cohort = (await client.get(f"/api/v1/cohorts/{cohort_id}", headers=by.headers)).json()
    assert cohort["slots"] == [{"weekday": 0, "at": "10:00"}]
    assert (cohort["places_taken"], cohort["capacity"], cohort["version"]) == (0, 12, 1)


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("a start more than a year back", {"starts_on": "2025-06-01"}, "starts_on"),
    ("a start in ten years", {"starts_on": "2036-06-01"}, "starts_on"),
    ("29 February 2027", {"starts_on": "2027-02-29"}, "starts_on"),
    ("no code", {"code": " "}, "code"),
    ("a code too long", {"code": "x" * 25}, "code"),
    ("no slot", {"slots": []}, "slots"),
    ("the same slot twice", {"slots": [{"weekday": 0, "at": "10:00"}] * 2}, "slots"),
    ("an eighth weekday", {"slots": [{"weekday": 7, "at": "10:00"}]}, "slots[0].weekday"),
    ("a time that is none", {"slots": [{"weekday": 0, "at": "25:00"}]}, "slots[0].at"),
    ("no places", {"capacity": 0}, "capacity"),
    ("more places than the programme allows", {"capacity": 41}, "capacity"),
    ("an unknown nation", {"nation": "france"}, "nation"),
    ("an unknown venue", {"venue_id": "01a202df-9e07-7705-b57a-b5e3adc88daa"}, "venue_id"),
    ("a stranger as facilitator", {"facilitator_ids": ["01a202df-9e07-7705-b57a-b5e3adc88daa"]},
     "facilitator_ids"),
    ("a field that nobody knows", {"colour": "red"}, "colour"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fault", "field"), BAD, ids=[bad[0] for bad in BAD])
async def test_a_bad_cohort_is_refused_by_field(
    client: AsyncClient, what: str, fault: dict[str, Any], field: str
) -> None:
    programme = await make_programme()
    by = await manager_of(programme)

    refused = await client.post(
        "/api/v1/cohorts", json=cohort_json(programme, **fault), headers=by.headers
    )

    assert refused.status_code == 400, what
    assert field in [error["field"] for error in refused.json()["errors"]]
    assert (await Cohort.count(), await Session.count()) == (0, 0)


async def test_a_code_is_taken_once_per_side(client: AsyncClient) -> None:
    programme = await make_programme()
    by = await manager_of(programme)
    await client.post("/api/v1/cohorts", json=cohort_json(programme), headers=by.headers)

    refused = await client.post("/api/v1/cohorts", json=cohort_json(programme), headers=by.headers)

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/cohort-code-taken")


async def test_d5_a_venue_of_the_other_side_is_an_unknown_one(client: AsyncClient) -> None:
    programme = await make_programme(side=Side.PERPETRATOR)
    by = await manager_of(programme)
    refuge = await make_venue(organisation_id=programme.organisation_id, side=Side.SURVIVOR)

    refused = await client.post(
        "/api/v1/cohorts", json=cohort_json(programme, venue_id=str(refuge)), headers=by.headers
    )

    assert [error["field"] for error in refused.json()["errors"]] == ["venue_id"]


async def test_enrolling_takes_a_place_until_none_is_left(client: AsyncClient) -> None:
    cohort = await make_cohort(capacity=1)
    by = await manager_of(cohort.programme)
    people = [
        await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)
        for _ in range(2)
    ]

    answers = [
        await client.post(
            f"/api/v1/cohorts/{cohort.id}/enrolments", json={"participant_id": str(person)},
            headers=by.headers,
        )
        for person in people
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json()["type"] == "/problems/cohort-full"
    members = await client.get(f"/api/v1/cohorts/{cohort.id}/members", headers=by.headers)
    assert [str(people[0])] == [item["participant_id"] for item in members.json()["items"]]


async def test_a_second_open_enrolment_is_refused(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    second = await make_cohort(programme=cohort.programme)
    by = await manager_of(cohort.programme)

    refused = await client.post(
        f"/api/v1/cohorts/{second.id}/enrolments",
        json={"participant_id": str(cohort.participant_ids[0])}, headers=by.headers,
    )  # fmt: skip

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-enrolled")
    taken = await Cohort.select(Cohort.places_taken).where(Cohort.id == second.id)
    assert taken[0]["places_taken"] == 0


async def test_the_waiting_list_is_the_longest_wait_first(client: AsyncClient) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort.programme)
    waits = []
    for days in (3, 30, 10):
        person = await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)
        await make_referral(
            participant_id=person, programme_id=cohort.programme.id,
            received_on=clock.today() - timedelta(days=days),
        )  # fmt: skip
        waits.append((days, str(person)))

    answer = await client.get(f"/api/v1/cohorts/{cohort.id}/waiting-list", headers=by.headers)

    expected = [person for _, person in sorted(waits, reverse=True)]
    assert expected == [item["participant_id"] for item in answer.json()["items"]]


async def test_lists_of_sessions_page_through_everything_once(client: AsyncClient) -> None:
    cohort = await make_cohort()
    await make_cohort(programme=cohort.programme, at="14:00")
    by = await manager_of(cohort.programme)
    found: list[tuple[str, str]] = []
    address: str | None = "/api/v1/sessions?limit=5"
    while address:
        page = (await client.get(address, headers=by.headers)).json()
        found += [(item["starts_at"], item["id"]) for item in page["items"]]
        address = page["next"] and f"/api/v1/sessions?limit=5&after={page['next']}"

    assert 24 == len(set(found)) == len(found)
    assert sorted(found) == found


async def test_sessions_of_one_day_are_those_of_that_day_in_london(client: AsyncClient) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort.programme)
    day = clock.today().isoformat()

    answer = await client.get(f"/api/v1/sessions?from={day}&to={day}", headers=by.headers)

    assert [str(cohort.session_ids[6])] == [item["id"] for item in answer.json()["items"]]


async def test_cancelling_asks_for_a_reason_and_happens_once(client: AsyncClient) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort.programme)
    path = f"/api/v1/sessions/{cohort.session_ids[8]}/cancel"

    answers = [
        await client.post(path, json=body, headers=by.headers)
        for body in ({"reason": ""}, {"reason": "Snow"}, {"reason": "Snow"})
    ]

    assert [answer.status_code for answer in answers] == [400, 200, 409]
    rows = await Session.select().where(Session.id == cohort.session_ids[8])
    assert (
        rows[0]["status"], rows[0]["cancelled_reason"], rows[0]["revision"],
    ) == ("cancelled", "Snow", 2)  # fmt: skip
