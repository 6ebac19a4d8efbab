"""Participants, safe contact, referrals and enrolments under ``/api/v1``."""

from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import audit
from core.pagination import Cursor
from core.scope import SYSTEM, Side
from programmes.domain.terms import AttendanceOutcome, ReferralStatus
from tests.factories import Json, Person, make_person
from tests.factories_programmes import (
    make_cohort,
    make_mark,
    make_participant,
    make_programme,
    make_referral,
)

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


def contact_json(**changed: Any) -> Json:
    return {
        "version": 0, "number": "07700 900321", "sms": "safe", "confirmed_on": "2026-06-09",
        "confirmed_with": "the person", "windows": [{"weekday": 0, "from": "09:30", "to": "12:00"}],
        "language": "cy", **changed,
    }  # fmt: skip


async def test_a_person_is_added_read_and_changed(client: AsyncClient) -> None:
    person = await manager()
    new = {"side": "survivor", "given_name": "Ottilie", "family_name": "Brandt"}

    added = await client.post("/api/v1/participants", json=new, headers=person.headers)
    address = f"/api/v1/participants/{added.json()['id']}"
    changed = await client.patch(
        address, json={"version": 1, "preferred_name": "Otti"}, headers=person.headers
    )
    stale = await client.patch(
        address, json={"version": 1, "preferred_name": "Tilly"}, headers=person.headers
    )
    read = (await client.get(address, headers=person.headers)).json()

    assert (added.status_code, changed.status_code) == (201, 200)
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")
    assert (read["given_name"], read["preferred_name"], read["version"]) == ("Ottilie", "Otti", 2)


async def test_reading_a_person_is_audited_and_listing_is_paged(client: AsyncClient) -> None:
    person = await manager()
    ids = [
        await make_participant(organisation_id=person.organisation_id, given_name=name)
        for name in ("Marisol", "Petra", "Marit")
    ]

    await client.get(f"/api/v1/participants/{ids[0]}", headers=person.headers)
    events = await audit.events(scope=SYSTEM.scope, cursor=Cursor(), subject=ids[0])
    address = "/api/v1/participants?search=mari&limit=1"
    first = (await client.get(address, headers=person.headers)).json()
    second = (await client.get(f"{address}&after={first['next']}", headers=person.headers)).json()

    assert [event.action for event in events.items] == ["participant_viewed"]
    found = [item["given_name"] for page in (first, second) for item in page["items"]]
    assert (found, second["next"]) == (["Marisol", "Marit"], None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"given_name": ""}, "given_name"),
        ({"born_on": "2026-06-11"}, "born_on"),
        ({"born_on": "2026-02-30"}, "born_on"),
        ({"side": "both"}, "side"),
        ({"family_name": "n" * 81}, "family_name"),
    ],
)
async def test_a_wrong_person_names_the_field(
    client: AsyncClient, changed: Json, field: str
) -> None:
    person = await manager()
    new = {"side": "survivor", "given_name": "Ottilie", "family_name": "Brandt", **changed}

    response = await client.post("/api/v1/participants", json=new, headers=person.headers)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_safe_contact_begins_unconfirmed_and_is_saved_with_its_version(
    client: AsyncClient,
) -> None:
    """M1: nobody is texted until somebody confirms it."""
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    address = f"/api/v1/participants/{participant_id}/safe-contact"

    before = (await client.get(address, headers=person.headers)).json()
    saved = await client.put(address, json=contact_json(), headers=person.headers)
    stale = await client.put(address, json=contact_json(), headers=person.headers)

    assert (before["sms"], before["number"], before["version"]) == ("unknown", "", 0)
    assert saved.json() == {
        **contact_json(), "number": "+447700900321", "version": 1, "texts_off": False,
    }  # fmt: skip
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": "0161 496 0000"}, "number"),
        ({"number": ""}, "number"),
        ({"confirmed_on": None}, "confirmed_on"),
        ({"confirmed_with": ""}, "confirmed_with"),
        ({"windows": [{"weekday": 7, "from": "09:30", "to": "12:00"}]}, "windows[0]"),
        ({"windows": [{"weekday": 0, "from": "12:00", "to": "09:30"}]}, "windows[0]"),
        ({"language": "xx"}, "language"),
    ],
)
async def test_a_safe_contact_that_is_not_complete_names_its_field(
    client: AsyncClient, changed: Json, field: str
) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    address = f"/api/v1/participants/{participant_id}/safe-contact"

    response = await client.put(address, json=contact_json(**changed), headers=person.headers)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert (await client.get(address, headers=person.headers)).json()["version"] == 0


async def test_a_referral_is_recorded_once_and_listed_by_status(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    programme = await make_programme(organisation_id=person.organisation_id)
    new = {
        "participant_id": str(participant_id), "programme_id": str(programme.id),
        "source": "police", "mandate": "voluntary", "received_on": "2026-06-01",
    }  # fmt: skip

    added = await client.post("/api/v1/referrals", json=new, headers=person.headers)
    again = await client.post("/api/v1/referrals", json=new, headers=person.headers)
    ahead = await client.post(
        "/api/v1/referrals", json={**new, "received_on": "2026-06-11"}, headers=person.headers
    )
    listed = [
        (await client.get(f"/api/v1/referrals?status={status}", headers=person.headers)).json()
        for status in ("received", "withdrawn")
    ]

    assert added.status_code == 201
    assert (again.status_code, again.json()["type"]) == (409, "/problems/referral-open")
    assert (ahead.status_code, ahead.json()["errors"][0]["field"]) == (400, "received_on")
    assert [[item["id"] for item in page["items"]] for page in listed] == [
        [added.json()["id"]], [],
    ]  # fmt: skip


async def test_a_referral_joins_nobody_to_a_programme_of_the_other_side(
    client: AsyncClient,
) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    programme = await make_programme(organisation_id=person.organisation_id, side=Side.PERPETRATOR)

    response = await client.post(
        "/api/v1/referrals",
        json={
            "participant_id": str(participant_id), "programme_id": str(programme.id),
            "source": "self", "mandate": "voluntary", "received_on": "2026-06-01",
        },
        headers=person.headers,
    )  # fmt: skip

    assert response.status_code == 404


async def test_progress_of_a_person_in_mid_course_counts_everything(client: AsyncClient) -> None:
    """C5: one attended, one absent, four of the six that have begun not marked."""
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1)
    for unit, outcome in (
        (1, AttendanceOutcome.ATTENDED), (2, AttendanceOutcome.ABSENT_NOTIFIED)
    ):  # fmt: skip
        await make_mark(
            session_id=cohort.session_ids[unit], enrolment_id=cohort.enrolment_ids[0],
            outcome=outcome,
        )  # fmt: skip

    response = await client.get(
        f"/api/v1/enrolments/{cohort.enrolment_ids[0]}/progress", headers=person.headers
    )
    found = response.json()

    assert (found["expected"], found["marked"], found["attended"]) == (6, 2, 1)
    assert found["attendance_rate"] == {
        "numerator": 1, "denominator": 2, "percent": "50.0", "marker": None,
    }  # fmt: skip
    assert (found["units_credited"], found["units_required"]) == (1, 9)
    assert (found["dosage_hours"], found["dosage_percent"]) == ("2.0", "8.3")
    assert (found["standing"], found["can_still_complete"]) == ("can_complete", True)
    assert found["missing"] == ["8 more of the 9 units required"]


async def test_completing_is_refused_until_the_rule_is_met(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1, units=5)
    address = f"/api/v1/enrolments/{cohort.enrolment_ids[0]}"

    response = await client.post(
        f"{address}/complete", json={"version": 1, "on": "2026-06-10"}, headers=person.headers
    )
    progress = (await client.get(f"{address}/progress", headers=person.headers)).json()

    assert (response.status_code, response.json()["type"]) == (422, "/problems/not-completed")
    assert response.json()["detail"] == "Still missing: 9 more of the 9 units required"
    assert (progress["status"], progress["version"]) == ("enrolled", 1)


async def test_somebody_completes_once(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1, units=9)
    for session_id in cohort.session_ids.values():
        await make_mark(session_id=session_id, enrolment_id=cohort.enrolment_ids[0])
    address = f"/api/v1/enrolments/{cohort.enrolment_ids[0]}/complete"
    body = {"version": 1, "on": "2026-06-10"}

    stale = await client.post(address, json={**body, "version": 5}, headers=person.headers)
    done = await client.post(address, json=body, headers=person.headers)
    again = await client.post(address, json={**body, "version": 2}, headers=person.headers)

    assert stale.json()["type"] == "/problems/stale-version"
    assert (done.status_code, done.content) == (204, b"")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/enrolment-ended")


async def test_leaving_ends_the_place_and_its_referral(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id)
    participant_id = await make_participant(organisation_id=person.organisation_id)
    referral_id = await make_referral(
        participant_id=participant_id, programme_id=cohort.programme.id
    )
    enrolled = await client.post(
        f"/api/v1/cohorts/{cohort.id}/enrolments",
        json={"participant_id": str(participant_id), "referral_id": str(referral_id)},
        headers=person.headers,
    )
    address = f"/api/v1/enrolments/{enrolled.json()['id']}"

    early = await client.post(
        f"{address}/exit", json={"version": 1, "on": "2026-06-09", "reason": "health"},
        headers=person.headers,
    )  # fmt: skip
    left = await client.post(
        f"{address}/exit", json={"version": 1, "on": "2026-06-10", "reason": "health"},
        headers=person.headers,
    )  # fmt: skip
    progress = (await client.get(f"{address}/progress", headers=person.headers)).json()
    referrals = (await client.get("/api/v1/referrals", headers=person.headers)).json()["items"]

    assert (early.status_code, early.json()["errors"][0]["field"]) == (400, "on")
    assert (left.status_code, progress["status"]) == (204, "exited")
    assert [item["status"] for item in referrals] == [ReferralStatus.WITHDRAWN]


async def test_nobody_of_the_other_side_is_listed_opened_or_changed(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR, enrolled=1
    )
    other, place = cohort.participant_ids[0], cohort.enrolment_ids[0]
    await make_referral(participant_id=other, programme_id=cohort.programme.id)
    leaving = {"version": 1, "on": "2026-06-10"}
    requests: list[tuple[str, str, Json | None]] = [
        ("GET", f"participants/{other}", None),
        ("PATCH", f"participants/{other}", {"version": 1}),
        ("GET", f"participants/{other}/safe-contact", None),
        ("PUT", f"participants/{other}/safe-contact", contact_json()),
        ("GET", f"enrolments/{place}/progress", None),
        ("POST", f"enrolments/{place}/complete", leaving),
        ("POST", f"enrolments/{place}/exit", {**leaving, "reason": "health"}),
        ("POST", "participants", {"side": "perpetrator", "given_name": "A", "family_name": "B",
                                  "organisation_id": str(person.organisation_id)}),
    ]  # fmt: skip

    answers = {
        (method, path): (
            await client.request(method, f"/api/v1/{path}", json=body, headers=person.headers)
        ).status_code
        for method, path, body in requests
    }
    listed = [
        (await client.get(f"/api/v1/{path}", headers=person.headers)).json()["items"]
        for path in ("participants", "participants?search=person", "referrals")
    ]

    assert set(answers.values()) == {404}, answers
    assert listed == [[], [], []]


@pytest.mark.parametrize("path", ["participants", "referrals"])
async def test_who_may_only_look_adds_nobody_and_who_sees_no_cases_sees_nobody(
    client: AsyncClient, path: str
) -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    administrator = await make_person(Role.ADMINISTRATOR)

    adding = await client.post(f"/api/v1/{path}", json={}, headers=lead.headers)
    looking = await client.get(f"/api/v1/{path}", headers=administrator.headers)

    assert (adding.status_code, looking.status_code) == (403, 403)


async def test_m7_a_worker_stops_texts_and_records_that_the_person_asked_for_them_again(
    client: AsyncClient,
) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    address = f"/api/v1/participants/{participant_id}"
    headers = person.headers
    await client.put(f"{address}/safe-contact", json=contact_json(), headers=headers)

    stopped = await client.post(f"{address}/stop-texts", headers=headers)
    off = (await client.get(f"{address}/safe-contact", headers=headers)).json()
    body = {"version": 1, "confirmed_with": "the person"}
    again = await client.post(f"{address}/texts-again", json=body, headers=headers)
    stale = await client.post(f"{address}/texts-again", json=body, headers=headers)

    assert (stopped.status_code, off["texts_off"]) == (204, True)
    assert (again.status_code, again.json()["texts_off"], again.json()["version"]) == (
        200,
        False,
        2,
    )
    assert stale.status_code == 409


@pytest.mark.parametrize("what", ["stop-texts", "texts-again"])
async def test_d1_texts_of_the_other_side_or_elsewhere_are_not_there_to_stop(
    client: AsyncClient, what: str
) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    for side, organisation, status in (
        (GrantSide.PERPETRATOR, person.organisation_id, 404), (GrantSide.SURVIVOR, None, 404),
    ):  # fmt: skip
        stranger = await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=organisation)
        response = await client.post(
            f"/api/v1/participants/{participant_id}/{what}",
            json={"version": 0, "confirmed_with": "me"}, headers=stranger.headers,
        )  # fmt: skip
        assert response.status_code == status
