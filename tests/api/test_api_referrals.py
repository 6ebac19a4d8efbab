"""Referrals, assessments, waiting lists and needs under ``/api/v1``."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import audit, clock
from core.pagination import Cursor
from core.scope import SYSTEM, Side
from programmes.domain.case_terms import PartOfDay
from programmes.domain.terms import ReferralStatus
from programmes.tables import ReferralMove
from tests.factories import Json, Person, make_person
from tests.factories_programmes import (
    MadeProgramme,
    make_cohort,
    make_mark,
    make_participant,
    make_programme,
    make_referral,
    make_venue,
)
from tests.factories_referrals import make_needs

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR, **more: Any) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, **more)


async def waiting_person(person: Person, side: Side = Side.SURVIVOR) -> tuple[UUID, MadeProgramme]:
    programme = await make_programme(organisation_id=person.organisation_id, side=side)
    return await make_participant(organisation_id=person.organisation_id, side=side), programme


def referral_json(anna: UUID, programme: MadeProgramme, **changed: Any) -> Json:
    return {
        "participant_id": str(anna), "programme_id": str(programme.id),
        "source": "police", "mandate": "court_order", "received_on": "2026-06-01",
        "mandate_ends_on": "2027-06-01", "reference": "R-17", "referrer_name": "Morgan Vale",
        "referrer_agency": "Police", "referrer_contact": "07700 900123", "consent": "given",
        "consent_on": "2026-06-01", "reason": "Asked for help", **changed,
    }  # fmt: skip


async def refer(client: AsyncClient, person: Person, **changed: Any) -> str:
    """The address of a new referral."""
    anna, programme = await waiting_person(person)
    response = await client.post(
        "/api/v1/referrals", json=referral_json(anna, programme, **changed),
        headers=person.headers,
    )  # fmt: skip
    assert response.status_code == 201
    return f"/api/v1/referrals/{response.json()['id']}"


async def test_a_referral_is_recorded_read_and_amended(client: AsyncClient) -> None:
    person = await manager()
    address = await refer(client, person)

    read = (await client.get(address, headers=person.headers)).json()
    amended = await client.patch(
        address,
        json={
            "version": 1, "referrer_name": "Ashley Brook", "mandate_ends_on": None,
            "amendment_reason": "Another officer",
        },
        headers=person.headers,
    )  # fmt: skip
    stale = await client.patch(
        address, json={"version": 1, "reason": "Late"}, headers=person.headers
    )

    assert (read["reference"], read["status"]) == ("R-17", "received")
    assert [(move["before"], move["after"]) for move in read["moves"]] == [(None, "received")]
    assert read["may_move_to"] == [
        "awaiting_allocation", "awaiting_assessment", "deferred", "not_eligible", "on_hold",
        "withdrawn",
    ]  # fmt: skip
    assert (amended.json()["referrer_name"], amended.json()["mandate_ends_on"]) == (
        "Ashley Brook", None,
    )  # fmt: skip
    assert (amended.json()["reason"], amended.json()["version"]) == ("Asked for help", 2)
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")


async def test_a_second_open_referral_is_refused(client: AsyncClient) -> None:
    person = await manager()
    anna, programme = await waiting_person(person)
    sent = referral_json(anna, programme, reference="")
    await client.post("/api/v1/referrals", json=sent, headers=person.headers)

    again = await client.post("/api/v1/referrals", json=sent, headers=person.headers)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/referral-open")


async def test_moves_illegal_stale_and_not_for_hands(client: AsyncClient) -> None:
    person = await manager()
    address = await refer(client, person)
    move = {"version": 1, "status": "on_hold", "on": "2026-06-09", "reason": "Abroad", "note": ""}

    refused = [
        await client.post(f"{address}/status", json={**move, **changed}, headers=person.headers)
        for changed in ({"status": "scheduled"}, {"status": "recall"}, {"reason": ""})
    ]
    moved = await client.post(f"{address}/status", json=move, headers=person.headers)
    stale = await client.post(
        f"{address}/status", json={**move, "status": "deferred"}, headers=person.headers
    )

    assert [(item.status_code, item.json()["type"]) for item in refused] == [
        (422, "/problems/status-follows"),
        (409, "/problems/referral-move"),
        (400, "/problems/invalid-input"),
    ]
    assert "place in a group" in refused[0].json()["detail"]
    assert (moved.status_code, moved.json()["status"], moved.json()["version"]) == (
        200, "on_hold", 2,
    )  # fmt: skip
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")


async def test_a_move_needs_no_more_than_its_status(client: AsyncClient) -> None:
    person = await manager()
    address = await refer(client, person)

    moved = await client.post(
        f"{address}/status", json={"status": "awaiting_assessment"}, headers=person.headers
    )
    stored = (await client.get(address, headers=person.headers)).json()

    assert moved.is_success
    assert (stored["status"], stored["moves"][0]["on"]) == (
        "awaiting_assessment", clock.today().isoformat(),
    )  # fmt: skip


async def test_an_assessment_moves_the_referral(client: AsyncClient) -> None:
    person = await manager()
    address = await refer(client, person)
    found = {"version": 1, "outcome": "not_suitable", "on": "2026-06-09"}

    refused = await client.post(f"{address}/assessment", json=found, headers=person.headers)
    answer = await client.post(
        f"{address}/assessment", json={**found, "unsuitable_reason": "out_of_area"},
        headers=person.headers,
    )  # fmt: skip

    assert [error["field"] for error in refused.json()["errors"]] == ["unsuitable_reason"]
    assert (answer.json()["status"], answer.json()["suitable"]) == ("not_suitable", False)
    assert answer.json()["not_started_reason"] == "not_suitable"


async def test_what_the_referrer_was_told_is_listed(client: AsyncClient) -> None:
    person = await manager()
    address = await refer(client, person)

    told = await client.post(
        f"{address}/told",
        json={"told": "received", "told_on": "2026-06-02", "told_whom": "Morgan Vale"},
        headers=person.headers,
    )
    listed = (await client.get(f"{address}/told", headers=person.headers)).json()

    assert told.status_code == 201
    assert [(item["told"], item["told_on"]) for item in listed["items"]] == [
        ("received", "2026-06-02")
    ]


async def test_referrals_are_listed_by_person_and_status(client: AsyncClient) -> None:
    person = await manager()
    first, second = [await waiting_person(person) for _ in range(2)]
    for (anna, programme), status in ((first, "received"), (second, "on_hold")):
        await make_referral(
            participant_id=anna, programme_id=programme.id, status=ReferralStatus(status)
        )

    answers = [
        (await client.get(f"/api/v1/referrals?{query}", headers=person.headers)).json()["items"]
        for query in (f"participant_id={first[0]}", "status=on_hold", "")
    ]

    assert [[item["participant_id"] for item in answer] for answer in answers] == [
        [str(first[0])], [str(second[0])], [str(first[0]), str(second[0])],
    ]  # fmt: skip


async def test_d11_reading_a_referral_is_audited(client: AsyncClient) -> None:
    person = await manager()
    address = await refer(client, person)
    await client.get(address, headers=person.headers)

    events = await audit.events(
        scope=SYSTEM.scope, cursor=Cursor(), subject=UUID(address.rpartition("/")[2])
    )

    assert [event.action for event in events.items] == ["referral_viewed", "referral_added"]


WRITES = [
    ("patch", "", {"version": 1}),
    ("post", "/status", {"version": 1, "status": "on_hold", "on": "2026-06-09", "reason": "x"}),
    ("post", "/assessment", {"version": 1, "outcome": "suitable", "on": "2026-06-09"}),
    ("post", "/told", {"told": "received", "told_on": "2026-06-02"}),
]


@pytest.mark.parametrize(("method", "ending", "sent"), WRITES)
async def test_d1_a_referral_of_elsewhere_is_not_there(
    client: AsyncClient, method: str, ending: str, sent: Json
) -> None:
    person = await manager()
    address = await refer(client, person)
    others = [await manager(GrantSide.PERPETRATOR), await manager()]
    others.append(await manager(GrantSide.PERPETRATOR, organisation_id=person.organisation_id))

    answers = [
        await client.request(method, address + ending, json=sent, headers=other.headers)
        for other in others
    ]
    reads = [
        await client.get(address + ending, headers=other.headers)
        for other in others
        if ending in {"", "/told"}
    ]

    assert {answer.status_code for answer in [*answers, *reads]} == {404}
    assert await ReferralMove.count() == 1


@pytest.mark.parametrize(("method", "ending", "sent"), WRITES)
async def test_who_may_only_look_changes_no_referral(
    client: AsyncClient, method: str, ending: str, sent: Json
) -> None:
    person = await manager()
    address = await refer(client, person)
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=person.organisation_id
    )

    answer = await client.request(method, address + ending, json=sent, headers=lead.headers)

    assert answer.status_code == 403
    assert (await client.get(address, headers=lead.headers)).status_code == 200


async def test_the_waiting_list_of_a_cohort_says_who_can_come(client: AsyncClient) -> None:
    person = await manager()
    hall = await make_venue(organisation_id=person.organisation_id)
    cohort = await make_cohort(organisation_id=person.organisation_id, venue_id=hall, at="18:30")
    weekday = (clock.today() - timedelta(weeks=5)).weekday()
    for days, needs in (
        (30, {"available": [(weekday, PartOfDay.EVENING)]}),
        (11, {"venues_to_avoid": [hall]}),
    ):
        anna = await make_participant(organisation_id=person.organisation_id)
        await make_needs(participant_id=anna, **needs)  # type: ignore[arg-type]
        await make_referral(
            participant_id=anna, programme_id=cohort.programme.id,
            received_on=clock.today() - timedelta(days=days),
        )  # fmt: skip

    of_cohort = await client.get(
        f"/api/v1/cohorts/{cohort.id}/waiting-list", headers=person.headers
    )
    of_programme = await client.get(
        f"/api/v1/programmes/{cohort.programme.id}/waiting-list?area=Nowhere",
        headers=person.headers,
    )

    found = of_cohort.json()
    assert [(one["waited_days"], one["fit"], one["avoids_venue"]) for one in found["items"]] == [
        (30, "fits", False), (11, "not_recorded", True),
    ]  # fmt: skip
    assert (found["median_days"], found["longest_days"], found["not_ready"]) == (20.5, 30, [])
    assert (of_programme.json()["items"], of_programme.json()["median_days"]) == ([], None)


async def test_d1_a_waiting_list_of_elsewhere_is_not_there(client: AsyncClient) -> None:
    person = await manager()
    _, programme = await waiting_person(person)
    others = [
        await manager(),
        await manager(GrantSide.PERPETRATOR, organisation_id=person.organisation_id),
    ]

    answers = [
        await client.get(f"/api/v1/programmes/{programme.id}/waiting-list", headers=other.headers)
        for other in others
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


NEEDS: Json = {
    "availability": [{"weekday": 0, "part": "evening"}], "venues_to_avoid": [],
    "areas_to_avoid": "Brookside", "access_needs": "Step-free", "learning_needs": "",
    "interpreter_language": "Polish",
}  # fmt: skip


async def test_needs_are_read_and_saved_with_their_version(client: AsyncClient) -> None:
    person = await manager()
    anna, _ = await waiting_person(person)
    address = f"/api/v1/participants/{anna}/needs"

    before = await client.get(address, headers=person.headers)
    saved = await client.put(address, json={**NEEDS, "version": 0}, headers=person.headers)
    stale = await client.put(address, json={**NEEDS, "version": 0}, headers=person.headers)

    assert (before.json()["version"], before.json()["availability"]) == (0, [])
    assert saved.json() == {**NEEDS, "version": 1}
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"availability": [{"weekday": 9, "part": "evening"}]}, "availability[0].weekday"),
        ({"availability": [{"weekday": 1, "part": "night"}]}, "availability[0].part"),
        ({"access_needs": "a" * 1001}, "access_needs"),
        (
            {"venues_to_avoid": ["00000000-0000-7000-8000-000000000000"]},
            "venues_to_avoid[0]",
        ),
    ],
)
async def test_wrong_needs_name_the_field(client: AsyncClient, changed: Json, field: str) -> None:
    person = await manager()
    anna, _ = await waiting_person(person)

    response = await client.put(
        f"/api/v1/participants/{anna}/needs", json={**NEEDS, "version": 0, **changed},
        headers=person.headers,
    )  # fmt: skip

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_the_history_of_a_person_is_newest_first(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1, code="SF-9")
    anna = cohort.participant_ids[0]
    await make_mark(session_id=cohort.session_ids[2], enrolment_id=cohort.enrolment_ids[0])
    address = await refer(client, person, participant_id=str(anna))
    await client.post(
        f"{address}/status",
        json={"version": 1, "status": "withdrawn", "on": "2026-06-09", "reason": "Moved"},
        headers=person.headers,
    )

    answer = await client.get(f"/api/v1/participants/{anna}/history", headers=person.headers)

    assert [(line["on"], line["kind"], line["after"]) for line in answer.json()["items"]] == [
        ("2026-06-09", "referral", "withdrawn"),
        ("2026-06-01", "referral", "received"),
        ("2026-05-13", "attendance", "attended"),
        ("2026-05-06", "joined", "joined"),
    ]
    assert answer.json()["items"][0]["reason"] == "Moved"


@pytest.mark.parametrize("ending", ["needs", "history"])
async def test_d1_needs_and_history_of_elsewhere_are_not_there(
    client: AsyncClient, ending: str
) -> None:
    person = await manager()
    anna, _ = await waiting_person(person)
    others = [
        await manager(),
        await manager(GrantSide.PERPETRATOR, organisation_id=person.organisation_id),
    ]

    answers = [
        await client.get(f"/api/v1/participants/{anna}/{ending}", headers=other.headers)
        for other in others
    ]
    if ending == "needs":
        answers += [
            await client.put(
                f"/api/v1/participants/{anna}/needs", json={**NEEDS, "version": 0},
                headers=other.headers,
            )
            for other in others
        ]  # fmt: skip

    assert {answer.status_code for answer in answers} == {404}


async def test_a_person_is_added_with_reference_and_area(client: AsyncClient) -> None:
    person = await manager()
    new = {
        "side": "survivor", "given_name": "Ottilie", "family_name": "Brandt",
        "reference": "TR-0417", "area": "Larch Vale",
    }  # fmt: skip

    added = await client.post("/api/v1/participants", json=new, headers=person.headers)
    again = await client.post("/api/v1/participants", json=new, headers=person.headers)
    found = (await client.get("/api/v1/participants?search=TR-04", headers=person.headers)).json()
    changed = await client.patch(
        f"/api/v1/participants/{added.json()['id']}", json={"version": 1, "area": "Brookside"},
        headers=person.headers,
    )  # fmt: skip

    assert (again.status_code, again.json()["type"]) == (409, "/problems/reference-taken")
    assert [item["reference"] for item in found["items"]] == ["TR-0417"]
    assert (changed.json()["area"], changed.json()["reference"]) == ("Brookside", "TR-0417")
