"""The pages of training events, as a browser without JavaScript uses them."""

from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from tests.api.forms import day, fields_of, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_events import (
    AFTERWARDS,
    TOMORROW,
    booked_on,
    make_event,
    outcomes,
    seen,
    somebody_books,
)
from tests.factories_training import make_course, make_requirement, make_staff
from tests.fakes import FixedClock
from tests.statements import counted
from training.services.bookings import cancel_booking
from training.tables import TrainingEvent, TrainingRecord

CSRF = "/change-password"


async def form(client: AsyncClient, path: str, **typed: str) -> Response:
    """Send a form with the token of this browser."""
    page = await client.get(CSRF)
    token = page.text.split('name="_csrf_token" value="')[1].split('"')[0]
    return await client.post(path, data={"_csrf_token": token, **typed})


async def lead_signed_in(client: AsyncClient, organisation_id: UUID | None = None) -> Person:
    person = await make_person(Role.WORKFORCE_LEAD, organisation_id=organisation_id)
    sign_in(client, person)
    return person


async def test_an_event_is_planned_and_a_wrong_field_keeps_what_was_typed(
    client: AsyncClient,
) -> None:
    await lead_signed_in(client)
    course = await make_course(name="Awareness")
    typed = {
        **fields_of(await client.get("/training-events/new")),
        **day("starts_at", "2026-06-18"), "course_id": str(course), "at": "9 am",
        "ends_at": "12:30", "venue": "Harbour Hall",
    }  # fmt: skip

    refused = await client.post("/training-events/new", data=typed)
    early = await client.post("/training-events/new", data={**typed, "at": "13:00"})
    made = await client.post("/training-events/new", data={**typed, "at": "09:30"})
    shown = await client.get(made.headers["location"])

    assert summary(refused) == [("at", "Write the time like 09:30")]
    assert 'value="Harbour Hall"' in refused.text
    assert summary(early) == [("ends_at", "The end must be after the start")]
    assert title(shown) == "Training event – Programme Tracker"
    for said in ("Training event saved", "Thursday 18 June 2026, 09:30 to 12:30",
                 "20 of 20 left", "Nobody is booked yet"):  # fmt: skip
        assert said in text(shown)


async def test_an_event_is_changed_from_the_version_that_was_seen_and_cancelled_for_a_reason(
    client: AsyncClient,
) -> None:
    lead = await lead_signed_in(client)
    event_id = await make_event(
        organisation_id=lead.organisation_id, ends_at=AFTERWARDS.replace(day=12), booked=1
    )
    path = f"/training-events/{event_id}"
    typed = fields_of(await client.get(f"{path}/edit"))

    changed = await client.post(f"{path}/edit", data={**typed, "venue": "Quay Room"})
    stale = await client.post(f"{path}/edit", data={**typed, "venue": "Attic"})
    silent = await form(client, f"{path}/cancel", reason="")
    cancelled = await form(client, f"{path}/cancel", reason="The hall is flooded")
    shown = await client.get(cancelled.headers["location"])

    assert changed.status_code == 303
    assert (stale.status_code, 'value="Attic"' in stale.text) == (409, True)
    assert summary(silent)[0][0] == "reason"
    for said in ("Quay Room", "This event is cancelled: The hall is flooded",
                 "Thursday 11 June 2026, 09:30 to Friday 12 June 2026, 17:00",
                 "Cancelled by provider"):  # fmt: skip
        assert said in text(shown)
    assert (await form(client, f"{path}/edit", **typed)).status_code == 409


async def test_people_are_booked_those_first_who_need_it_and_the_list_says_who_waits(
    client: AsyncClient,
) -> None:
    lead = await lead_signed_in(client)
    here, course = lead.organisation_id, await make_course()
    await make_requirement(course)
    event_id = await make_event(organisation_id=here, course_id=course, places=1)
    lacking = await make_staff(organisation_id=here, name="Rowan Ashdown")
    await make_staff(organisation_id=here, name="Robin Quayle")
    await make_staff(name="Robin Elsewhere")
    path = f"/training-events/{event_id}/book"

    first = await form(client, path, staff_id=str(lacking))
    again = await form(client, path, staff_id=str(lacking))
    found = await form(client, path, q="robin")
    shown = text(await client.get(first.headers["location"]))

    assert first.headers["location"] == f"{path}?saved=booked"
    assert (again.status_code, summary(again)[0][0]) == (409, "book")
    assert "Robin Quayle" in found.text
    assert "Elsewhere" not in found.text
    assert "Every place is taken" in shown
    assert shown.index("Robin Quayle") > shown.index("Who still needs")
    wrong = [await form(client, path, q="a\x00b"), await form(client, path, staff_id="x")]
    assert [one.status_code for one in wrong] == [400, 400]
    taken = text(await form(client, path, q="rowan"))
    assert "Rowan Ashdown" in taken


async def test_a_lead_cancels_a_booking_and_who_waits_has_the_place(
    client: AsyncClient, now: FixedClock
) -> None:
    lead = await lead_signed_in(client)
    event_id = await make_event(organisation_id=lead.organisation_id, places=1, booked=2)
    first, second = await booked_on(event_id)

    cancelled = await form(client, f"/bookings/{first.id}/cancel")
    again = await form(client, f"/bookings/{first.id}/cancel")

    assert cancelled.headers["location"] == (f"/training-events/{event_id}?saved=booking-cancelled")
    assert (again.status_code, summary(again)[0][0]) == (409, "bookings")
    assert await outcomes(event_id) == ["cancelled_by_staff", "booked"]
    assert second.outcome == "waitlisted"


async def test_a_register_is_marked_at_once_and_corrected(
    client: AsyncClient, now: FixedClock
) -> None:
    lead = await lead_signed_in(client)
    event_id = await make_event(organisation_id=lead.organisation_id, booked=3)
    path = f"/training-events/{event_id}/register"
    assert "opens on Thursday 11 June 2026 at 09:30" in text(await client.get(path))
    now.instant = AFTERWARDS
    await lead_signed_in(client, lead.organisation_id)
    (first, *_) = await booked_on(event_id)
    token = fields_of(await client.get(path))

    everyone = await client.post(path, data={**token, "action": "everyone"})
    marks = fields_of(everyone)
    saved = await client.post(path, data={**marks, f"outcome-{first.id}": "left_early"})
    shown = await client.get(saved.headers["location"])
    stale = await client.post(path, data={**marks, f"outcome-{first.id}": "no_show"})
    wrong = await client.post(path, data={**marks, f"outcome-{first.id}": "slept"})

    assert "3 of 3 marked" in text(everyone)
    assert "Register saved" in text(shown)
    assert (await seen(event_id)).version == 2
    assert await TrainingRecord.count() == 2
    assert stale.status_code == 409
    assert "Saved meanwhile: Left early" in text(stale)
    assert summary(wrong)[0][0] == f"outcome-{first.id}"
    assert "Register marked" in text(await client.get("/training-events?past=yes"))


async def test_a_sign_in_sheet_has_names_of_those_with_a_place_and_no_payroll_number(
    client: AsyncClient,
) -> None:
    lead = await lead_signed_in(client)
    event_id = await make_event(organisation_id=lead.organisation_id, places=1)
    staff_id = await make_staff(name="Rowan Ashdown", payroll_number="N-77123")
    await form(client, f"/training-events/{event_id}/book", staff_id=str(staff_id))
    other = await make_staff(
        organisation_id=lead.organisation_id, name="Robin Quayle", payroll_number="N-88123"
    )
    await form(client, f"/training-events/{event_id}/book", staff_id=str(other))

    sheet = await client.get(f"/training-events/{event_id}/sheet")

    assert "Robin Quayle" in sheet.text
    assert "88123" not in sheet.text
    assert "Rowan" not in sheet.text


async def test_a_person_books_and_cancels_on_a_page_of_their_own(client: AsyncClient) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    await make_staff(organisation_id=worker.organisation_id, account_id=worker.id)
    event_id = await make_event(places=1)
    sign_in(client, worker)
    path = "/my-training/events"

    booked = await form(client, path, event_id=str(event_id))
    twice = await form(client, path, event_id=str(event_id))
    (own,) = await booked_on(event_id)
    shown = text(await client.get(path))
    cancelled = await form(client, f"/bookings/{own.id}/cancel")
    gone = await form(client, f"/bookings/{own.id}/cancel")

    assert booked.headers["location"] == f"{path}?saved=booked"
    assert (twice.status_code, gone.status_code) == (409, 409)
    assert "Booked Cancel your booking" in shown
    assert cancelled.headers["location"] == f"{path}?saved=booking-cancelled"
    assert await outcomes(event_id) == ["cancelled_by_staff"]
    wrong = await form(client, path, event_id="x")
    assert wrong.status_code == 400
    assert (await client.get(f"/training-events/{event_id}")).status_code == 403


async def test_an_account_without_a_staff_record_sees_no_event(client: AsyncClient) -> None:
    sign_in(client, await make_person(Role.FACILITATOR, GrantSide.SURVIVOR))
    event_id = await make_event()

    shown = await client.get("/my-training/events")

    assert "not joined to a staff record" in text(shown)
    assert str(event_id) not in shown.text
    refused = await form(client, "/my-training/events", event_id=str(event_id))
    assert refused.status_code == 403


async def test_another_organisation_sees_an_event_and_neither_its_register_nor_its_forms(
    client: AsyncClient, now: FixedClock
) -> None:
    await lead_signed_in(client)
    event_id = await make_event(booked=1)
    (theirs,) = await booked_on(event_id)
    path = f"/training-events/{event_id}"

    shown = await client.get(path)
    closed = {
        name: (await client.get(f"{path}/{name}")).status_code
        for name in ("register", "sheet", "edit", "cancel")
    }

    assert "None of your staff are booked" in text(shown)
    assert theirs.name not in shown.text
    assert closed == {"register": 404, "sheet": 404, "edit": 403, "cancel": 403}
    assert (await form(client, f"/bookings/{theirs.id}/cancel")).status_code == 404


async def test_who_came_is_added_once_it_has_begun(client: AsyncClient, now: FixedClock) -> None:
    lead = await lead_signed_in(client)
    event_id = await make_event(organisation_id=lead.organisation_id, booked=1, places=1)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    now.instant = TOMORROW
    await lead_signed_in(client, lead.organisation_id)

    page = await client.get(f"/training-events/{event_id}")
    await form(client, f"/training-events/{event_id}/book", staff_id=str(staff_id))

    assert "Add somebody who came" in text(page)
    assert "Under way" in text(page)
    assert (await seen(event_id)).places == 2
    register = await client.get(f"/training-events/{event_id}/register")
    assert "0 of 2 marked" in text(register)


async def test_the_lists_take_as_many_statements_for_many_as_for_one(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await lead_signed_in(client)
    event_id = await make_event(organisation_id=lead.organisation_id, booked=1)

    async def statements(path: str) -> int:
        with counted(monkeypatch) as sent:
            assert (await client.get(path)).status_code == 200
        return len(sent)

    paths = ["/training-events", f"/training-events/{event_id}", "/my-training/events",
             f"/training-events/{event_id}/book"]  # fmt: skip
    before = [await statements(path) for path in paths]
    for _ in range(3):
        await make_event()
        await somebody_books(event_id, organisation_id=lead.organisation_id)
    await cancel_booking((await booked_on(event_id))[0].id, by=lead.actor)

    assert [await statements(path) for path in paths] == before
    assert await TrainingEvent.count() == 4


async def test_a_full_event_says_so(client: AsyncClient) -> None:
    lead = await lead_signed_in(client)
    await make_event(organisation_id=lead.organisation_id, places=1, booked=2)

    shown = text(await client.get("/training-events"))

    assert "0 of 1 left, 1 waiting Full" in shown
