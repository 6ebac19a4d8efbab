"""Training events, bookings and registers over HTTP."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.training_calls import NOBODY, V1, actions, fields, get, patch, post
from tests.factories import Json, Person, make_organisation, make_person
from tests.factories_events import AFTERWARDS, event_json, make_event, outcomes, somebody_books
from tests.factories_training import make_course, make_staff
from tests.fakes import FixedClock
from training.tables import Booking, TrainingEvent


async def put_register(client: AsyncClient, person: Person, event_id: object, body: Json) -> int:
    path = f"{V1}/training-events/{event_id}/register"
    return (await client.put(path, json=body, headers=person.headers)).status_code


async def test_an_event_is_planned_changed_and_cancelled(client: AsyncClient) -> None:
    lead = await make_person(Role.TRAINING_ADMIN)
    body = event_json(lead.organisation_id, await make_course())

    created = await post(client, lead, "/training-events", body)
    path = f"/training-events/{created.json()['id']}"
    changed = await patch(client, lead, path, {"version": 1, "places": 20})
    stale = await patch(client, lead, path, {"version": 1, "places": 30})
    cancelled = await post(client, lead, f"{path}/cancel", {"reason": "The hall is flooded"})

    assert [one.status_code for one in (created, changed, stale, cancelled)] == [
        201, 200, 409, 201,
    ]  # fmt: skip
    shown = (await get(client, lead, path)).json()
    assert {key: shown[key] for key in ("places", "places_left", "status", "version")} == {
        "places": 20, "places_left": 20, "status": "cancelled", "version": 3,
    }  # fmt: skip
    assert shown["starts_at"] == "2026-06-11T08:30:00Z"
    assert await actions() == [
        "training_event_planned", "training_event_changed", "training_event_cancelled",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"starts_at": "2026-06-11T09:30:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "ends_at"),
        ({"ends_at": "9999-12-31T23:59:59-12:00"}, "ends_at"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"venue": ""}, "venue"),
        ({"venue": "a\u0000b"}, "venue"),
        ({"places": 1001}, "places"),
        ({"organisation_id": NOBODY}, "organisation_id"),
        ({"course_id": NOBODY}, "course_id"),
        ({"room": 1}, "room"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_saved(
    client: AsyncClient, other: Json, field: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    body = {**event_json(lead.organisation_id, await make_course()), **other}

    response = await post(client, lead, "/training-events", body)

    assert (response.status_code, fields(response)[0]) == (400, field)
    assert not await TrainingEvent.exists()


async def test_partners_see_events_and_book_and_see_the_names_of_their_own_alone(
    client: AsyncClient,
) -> None:
    giver, partner = [await make_person(Role.WORKFORCE_LEAD) for _ in range(2)]
    event_id = await make_event(organisation_id=giver.organisation_id, places=3, booked=1)
    theirs = await make_staff(organisation_id=partner.organisation_id, name="Rowan Ashdown")
    path = f"/training-events/{event_id}"

    booked = await post(client, partner, f"{path}/bookings", {"staff_id": str(theirs)})
    seen = (await get(client, partner, f"{path}/bookings")).json()["items"]
    by_giver = (await get(client, giver, f"{path}/bookings")).json()["items"]

    assert (booked.status_code, booked.json()["outcome"]) == (201, "booked")
    assert [row["name"] for row in seen] == ["Rowan Ashdown"]
    assert len(by_giver) == 2
    assert (await get(client, partner, path)).json()["places_left"] == 1
    assert (await get(client, partner, f"{path}/register")).status_code == 404
    assert (await patch(client, partner, path, {"version": 1, "places": 9})).status_code == 403
    assert (await post(client, partner, f"{path}/cancel", {"reason": "No"})).status_code == 403
    of_giver = next(row for row in by_giver if row["name"] != "Rowan Ashdown")
    for missing in (of_giver["id"], NOBODY):
        answer = await post(client, partner, f"/bookings/{missing}/cancel", {})
        assert answer.status_code == 404
    answer = await post(client, partner, f"{path}/bookings", {"staff_id": of_giver["staff_id"]})
    assert answer.status_code == 404


async def test_a_person_books_and_cancels_for_themselves_and_for_nobody_else(
    client: AsyncClient,
) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR)
    own = await make_staff(organisation_id=worker.organisation_id, account_id=worker.id)
    colleague = await make_staff(organisation_id=worker.organisation_id)
    event_id = await make_event()
    path = f"/training-events/{event_id}"

    booked = await post(client, worker, f"{path}/bookings", {"staff_id": str(own)})
    other = await post(client, worker, f"{path}/bookings", {"staff_id": str(colleague)})
    cancelled = await post(client, worker, f"/bookings/{booked.json()['id']}/cancel", {})

    assert [one.status_code for one in (booked, other, cancelled)] == [201, 404, 201]
    assert await outcomes(event_id) == ["cancelled_by_staff"]
    reached = [
        (await get(client, worker, address)).status_code
        for address in ("/training-events", path, f"{path}/bookings", f"{path}/register")
    ]
    assert reached == [403] * 4


async def test_a_facilitator_without_a_staff_record_reaches_nothing_of_events(
    client: AsyncClient,
) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    event_id = await make_event()
    booked = await somebody_books(event_id, organisation_id=worker.organisation_id)
    staff_id = (await Booking.select())[0]["staff"]

    answers = [
        await post(client, worker, f"/training-events/{event_id}/bookings",
                   {"staff_id": str(staff_id)}),
        await post(client, worker, f"/bookings/{booked.id}/cancel", {}),
        await post(client, worker, f"/training-events/{event_id}/cancel", {"reason": "No"}),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404, 404, 403]
    assert await outcomes(event_id) == ["booked"]


async def test_a_register_is_marked_by_who_gives_the_event(
    client: AsyncClient, now: FixedClock
) -> None:
    lead = await make_person(Role.TRAINING_ADMIN)
    event_id = await make_event(organisation_id=lead.organisation_id, booked=2)
    shown = (await get(client, lead, f"/training-events/{event_id}/register")).json()
    marks = [{"booking_id": row["id"], "outcome": "attended_full"} for row in shown["marks"]]
    body = {"version": shown["version"], "marks": marks}

    early = await put_register(client, lead, event_id, body)
    now.instant = AFTERWARDS
    saved = await put_register(client, lead, event_id, body)
    twice = await put_register(client, lead, event_id, body)
    marks[0]["outcome"] = "left_early"
    stale = await put_register(client, lead, event_id, body)
    huge = await put_register(client, lead, event_id, {**body, "version": 10**30})

    assert (early, saved, twice, stale) == (409, 200, 200, 409)
    assert huge in {400, 409}
    assert await outcomes(event_id) == ["attended_full"] * 2
    again = (await get(client, lead, f"/training-events/{event_id}/register")).json()
    assert {row["outcome"] for row in again["marks"]} == {"attended_full"}


async def test_coming_and_past_events_are_listed_page_by_page_in_their_order(
    client: AsyncClient, now: FixedClock
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    elsewhere, course = await make_organisation(), await make_course()
    days = [AFTERWARDS.replace(day=day) for day in (15, 13, 14)]
    made = [
        str(await make_event(organisation_id=elsewhere, course_id=course, starts_at=day))
        for day in days
    ]
    await make_event()
    in_order = [made[1], made[2], made[0]]

    async def listed(past: str) -> list[str]:
        ids: list[str] = []
        after = ""
        while True:
            path = f"/training-events?limit=2&course_id={course}&past={past}{after}"
            page = (await get(client, lead, path)).json()
            ids += [row["id"] for row in page["items"]]
            if not page["next"]:
                return ids
            after = f"&after={page['next']}"

    assert (await listed("false"), await listed("true")) == (in_order, [])
    now.advance(days=30)
    assert (await listed("false"), await listed("true")) == ([], in_order[::-1])
