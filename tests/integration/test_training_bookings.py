"""Places of training events and their waiting list (S9)."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.domain.roles import Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.scope import SYSTEM, Actor, Area, Permission, Scope
from tests.api.training_calls import actions
from tests.factories import at, make_organisation, make_person
from tests.factories_events import (
    TOMORROW,
    booked_on,
    details,
    make_event,
    outcomes,
    places,
    seen,
    somebody_books,
)
from tests.factories_training import LONG_AGO, make_course, make_requirement, make_staff
from tests.fakes import FixedClock
from tests.interleaving import slip_in
from tests.statements import counted
from training.domain.events import HAS_PLACE
from training.domain.terms import BookingOutcome
from training.errors import AlreadyBookedError, BookingEndedError, EventClosedError
from training.queries.bookings import still_needing
from training.queries.events import event
from training.services.bookings import book, cancel_booking
from training.services.event_registers import EventMark, save
from training.services.events import cancel, change, plan
from training.tables import Course, TrainingEvent


def said(refused: pytest.ExceptionInfo[InvalidInputError]) -> list[tuple[str, str]]:
    return [(error.field, error.message) for error in refused.value.errors]


async def test_who_comes_last_waits_and_has_the_place_of_who_cancels(
    db: None, now: FixedClock
) -> None:
    event_id = await make_event(places=2)
    first, _ = await somebody_books(event_id), await somebody_books(event_id)
    waiting = await somebody_books(event_id)
    now.advance(minutes=1)

    await cancel_booking(first.id, by=SYSTEM)

    assert waiting.outcome == "waitlisted"
    assert await outcomes(event_id) == ["cancelled_by_staff", "booked", "booked"]
    assert await places(event_id) == (2, 2)
    assert (await booked_on(event_id))[2].placed_at == now.instant
    assert (await actions())[-2:] == ["training_booking_cancelled", "training_place_given"]


async def test_more_places_go_to_who_waits_in_their_order(db: None, now: FixedClock) -> None:
    event_id = await make_event(places=1, booked=4)

    await change(event_id, details(places=3), version=1, by=SYSTEM)

    assert await outcomes(event_id) == ["booked", "booked", "booked", "waitlisted"]
    assert await places(event_id) == (3, 3)


async def test_nobody_books_twice_but_who_cancelled_may_again(db: None) -> None:
    event_id = await make_event()
    staff_id = await make_staff()
    booked = await book(event_id, staff_id, by=SYSTEM)
    with pytest.raises(AlreadyBookedError):
        await book(event_id, staff_id, by=SYSTEM)
    await cancel_booking(booked.id, by=SYSTEM)

    again = await book(event_id, staff_id, by=SYSTEM)

    assert again == booked
    assert (await places(event_id))[0] == 1
    await cancel_booking(booked.id, by=SYSTEM)
    with pytest.raises(BookingEndedError):
        await cancel_booking(booked.id, by=SYSTEM)


async def test_who_leaves_the_waiting_list_frees_no_place_and_never_had_one(db: None) -> None:
    event_id = await make_event(places=1, booked=1)
    waiting = await somebody_books(event_id)

    await cancel_booking(waiting.id, by=SYSTEM)

    assert await places(event_id) == (1, 1)
    assert (await booked_on(event_id))[1].placed_at is None


async def test_an_event_that_is_cancelled_lets_everybody_go(db: None) -> None:
    event_id = await make_event(places=2, booked=3)
    left = (await booked_on(event_id))[0]
    await cancel_booking(left.id, by=SYSTEM)

    await cancel(event_id, " The trainer is ill ", by=SYSTEM)

    assert await outcomes(event_id) == ["cancelled_by_staff", *["cancelled_by_provider"] * 2]
    assert await places(event_id) == (0, 2)
    assert (await seen(event_id)).cancelled_reason == "The trainer is ill"
    with pytest.raises(EventClosedError, match="cancelled"):
        await somebody_books(event_id)
    with pytest.raises(EventClosedError, match="cancelled"):
        await cancel(event_id, "Again", by=SYSTEM)
    with pytest.raises(EventClosedError):
        await change(event_id, details(), version=2, by=SYSTEM)


async def test_fewer_places_than_people_have_are_refused(db: None) -> None:
    event_id = await make_event(places=3, booked=2)

    with pytest.raises(InvalidInputError, match="More people have a place"):
        await change(event_id, details(places=1), version=1, by=SYSTEM)

    by_link = details(places=2, venue="", link="https://meet.example.org/room")
    await change(event_id, by_link, version=1, by=SYSTEM)
    assert await places(event_id) == (2, 2)
    with pytest.raises(StaleVersionError):
        await change(event_id, details(places=5), version=1, by=SYSTEM)


async def test_once_it_has_begun_only_who_gives_it_adds_people_who_are_there(
    db: None, now: FixedClock
) -> None:
    giver, other = await make_person(Role.TRAINING_ADMIN), await make_person(Role.TRAINING_ADMIN)
    event_id = await make_event(organisation_id=giver.organisation_id, places=1, booked=1)
    partner = await make_staff(organisation_id=other.organisation_id)
    waiting = await book(event_id, partner, by=other.actor)
    now.instant = TOMORROW

    with pytest.raises(BookingEndedError, match="begun"):
        await cancel_booking(waiting.id, by=other.actor)
    with pytest.raises(EventClosedError, match="begun"):
        await book(
            event_id, await make_staff(organisation_id=other.organisation_id), by=other.actor
        )
    with pytest.raises(NotFoundError):
        await book(event_id, partner, by=giver.actor)
    await book(event_id, await make_staff(organisation_id=giver.organisation_id), by=giver.actor)
    came_from_the_list = await book(event_id, partner, by=SYSTEM)

    assert came_from_the_list == (type(waiting))(waiting.id, came_from_the_list.outcome)
    assert await outcomes(event_id) == ["booked"] * 3
    assert await places(event_id) == (3, 3)


async def test_a_room_holds_a_thousand_and_nothing_is_half_saved(db: None, now: FixedClock) -> None:
    event_id = await make_event(places=1)
    await TrainingEvent.update({"places": 1000, "places_taken": 1000}, force=True)
    now.instant = TOMORROW

    with pytest.raises(EventClosedError, match="1,000"):
        await somebody_books(event_id)

    assert await outcomes(event_id) == []


async def test_who_is_not_in_post_on_the_day_is_not_booked(db: None) -> None:
    event_id = await make_event()
    leaver = await make_staff(ended_on=at("2026-06-10 12:00").date())

    with pytest.raises(InvalidInputError) as refused:
        await book(event_id, leaver, by=SYSTEM)

    assert said(refused) == [("staff_id", "This person is not in post on the day of the event")]


async def test_cancelling_between_reading_and_booking_is_seen(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = await make_event(places=1)
    staff_id = await make_staff()
    slip_in(monkeypatch, "training.services.bookings.bookable",
            lambda: cancel(event_id, "Flooded", by=SYSTEM))  # fmt: skip

    with pytest.raises(EventClosedError):
        await book(event_id, staff_id, by=SYSTEM)

    assert await outcomes(event_id) == []


async def test_the_provider_lets_go_of_another_organisations_staff_as_the_provider(
    db: None,
) -> None:
    giver = await make_person(Role.TRAINING_ADMIN)
    other = await make_person(Role.WORKFORCE_LEAD)
    event_id = await make_event(organisation_id=giver.organisation_id)
    theirs = await somebody_books(event_id, organisation_id=other.organisation_id)
    foreign = await somebody_books(event_id)

    await cancel_booking(theirs.id, by=giver.actor)
    with pytest.raises(NotFoundError):
        await cancel_booking(foreign.id, by=other.actor)

    assert await outcomes(event_id) == ["cancelled_by_provider", "booked"]


STEPS = st.lists(
    st.tuples(st.sampled_from(["book", "cancel", "more"]), st.integers(0, 6)), max_size=14
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_whatever_happens_places_are_kept_and_the_list_is_served_in_order(
    db: None, now: FixedClock, steps: list[tuple[str, int]]
) -> None:
    event_id = await make_event(places=2)
    people = [await make_staff() for _ in range(7)]
    asked: dict[int, str] = {}

    for step, number in steps:
        now.advance(minutes=1)
        mine = {row.staff_id: row for row in await booked_on(event_id)}.get(people[number])
        if step == "more":
            now_there = await seen(event_id)
            wanted = details(places=min(now_there.places + 1, 4))
            await change(event_id, wanted, version=now_there.version, by=SYSTEM)
        elif step == "book" and (mine is None or mine.outcome == "cancelled_by_staff"):
            await book(event_id, people[number], by=SYSTEM)
            asked.pop(number, None)
            asked[number] = "in order of asking"
        elif step == "cancel" and mine and mine.outcome != "cancelled_by_staff":
            await cancel_booking(mine.id, by=SYSTEM)
            asked.pop(number)

        rows = {row.staff_id: row.outcome for row in await booked_on(event_id)}
        taken, offered = await places(event_id)
        in_order = [rows[people[number]] for number in asked]
        assert taken == sum(outcome in HAS_PLACE for outcome in rows.values()) <= offered
        assert in_order == ["booked"] * taken + ["waitlisted"] * (len(asked) - taken)
        assert taken == min(len(asked), offered)


async def test_two_who_book_the_last_place_at_once_have_one_between_them(db: None) -> None:
    for _ in range(5):
        event_id = await make_event(places=1)
        people = [await make_staff(), await make_staff()]

        made = await asyncio.gather(*(book(event_id, id, by=SYSTEM) for id in people))

        assert sorted(one.outcome for one in made) == ["booked", "waitlisted"]
        assert await places(event_id) == (1, 1)


async def test_who_waits_as_somebody_cancels_is_never_left_waiting(db: None) -> None:
    for _ in range(5):
        event_id = await make_event(places=1, booked=1)
        (holds,) = await booked_on(event_id)

        await asyncio.gather(
            cancel_booking(holds.id, by=SYSTEM), book(event_id, await make_staff(), by=SYSTEM)
        )

        assert await outcomes(event_id) == ["cancelled_by_staff", "booked"]


async def test_who_lacks_the_course_is_named_first_in_a_few_statements(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    here = lead.organisation_id
    course = await make_course()
    await make_requirement(course)
    await make_requirement(course, due_within_days_of_start=3000)
    event_id = await make_event(organisation_id=here, course_id=course)
    new = at("2026-06-01 12:00").date()
    await make_staff(organisation_id=here, started_on=new, name="Not yet due")
    await make_staff(organisation_id=here, started_on=LONG_AGO, name="Overdue")
    await make_staff(name="Elsewhere")
    found = await seen(event_id)

    with counted(monkeypatch) as sent:
        names = [one.name for one in await still_needing(found, scope=lead.actor.scope)]

    assert names == ["Overdue", "Not yet due"]
    assert len(sent) <= 10
    event_of_other = await seen(await make_event())
    assert await still_needing(event_of_other, scope=lead.actor.scope) == ()


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"ends_at": at("2026-06-11 09:30")}, "ends_at"),
        ({"ends_at": at("2026-07-13 09:30")}, "ends_at"),
        ({"starts_at": at("2025-06-01 09:30")}, "starts_at"),
        ({"starts_at": at("2030-06-01 09:30")}, "starts_at"),
        ({"venue": " "}, "venue"),
        ({"link": "http://example.org"}, "link"),
        ({"link": "https://[oops"}, "link"),
        ({"link": "https://exa mple.org"}, "link"),
        ({"link": "https:nowhere"}, "link"),
        ({"link": f"https://example.org/{'x' * 300}"}, "link"),
        ({"places": 0}, "places"),
    ],
)
async def test_a_wrong_field_of_an_event_is_named(
    db: None, other: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await make_event(**other)

    assert [fault for fault, _ in said(refused)] == [field]
    assert not await TrainingEvent.exists()


async def test_a_retired_course_cannot_be_planned_from_that_day_on(db: None) -> None:
    course = await make_course()
    before = await make_event(course_id=course)
    await Course.update({Course.retired_on: at("2026-06-11 12:00").date()}, force=True)

    with pytest.raises(InvalidInputError) as refused:
        await make_event(course_id=course)
    assert said(refused) == [("starts_at", "This course is retired from 11 June 2026 on")]
    await make_event(course_id=course, starts_at=at("2026-06-10 15:00"))
    await change(before, details(venue="Elsewhere"), version=1, by=SYSTEM)
    with pytest.raises(InvalidInputError, match="correcting"):
        await change(before, details(starts_at=at("2026-06-12 09:30")), version=2, by=SYSTEM)


async def test_an_event_is_planned_for_an_organisation_and_a_course_that_there_are(
    db: None,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    with pytest.raises(InvalidInputError, match="one of your organisations"):
        await plan(await make_course(), details(), organisation_id=await make_organisation(),
                   by=lead.actor)  # fmt: skip
    with pytest.raises(InvalidInputError) as refused:
        await make_event(course_id=await make_organisation())
    assert said(refused) == [("course_id", "Select a course")]


async def test_who_has_no_part_in_training_sees_no_event(db: None) -> None:
    event_id = await make_event()
    auditor = await make_person(Role.AUDITOR)

    with pytest.raises(NotFoundError):
        await event(event_id, scope=auditor.actor.scope)
    with pytest.raises(NotFoundError):
        await event(event_id, scope=Scope(account_id=None, areas=frozenset()))


async def test_what_changes_between_reading_an_event_and_saving_it_is_seen(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id, other = await make_event(), await make_event()
    slip_in(monkeypatch, "training.services.events.event",
            lambda: change(event_id, details(places=5), version=1, by=SYSTEM))  # fmt: skip
    with pytest.raises(StaleVersionError):
        await change(event_id, details(places=9), version=1, by=SYSTEM)

    slip_in(monkeypatch, "training.services.events.event",
            lambda: cancel(other, "Flooded", by=SYSTEM))  # fmt: skip
    with pytest.raises(EventClosedError, match="cancelled"):
        await cancel(other, "Snowed in", by=SYSTEM)

    assert (await places(event_id), (await seen(other)).cancelled_reason) == ((0, 5), "Flooded")


async def test_an_event_that_has_begun_is_corrected_and_gives_no_place_to_who_waited(
    db: None, now: FixedClock
) -> None:
    event_id = await make_event(places=1, booked=2)
    now.instant = TOMORROW

    await change(event_id, details(places=3), version=1, by=SYSTEM)
    await save(
        event_id,
        [EventMark((await booked_on(event_id))[0].id, BookingOutcome.NO_SHOW)],
        version=2,
        by=SYSTEM,
    )

    assert await outcomes(event_id) == ["no_show", "waitlisted"]
    with pytest.raises(EventClosedError, match="register of this event is marked"):
        await cancel(event_id, "Nobody came", by=SYSTEM)


async def test_who_may_see_staff_and_not_book_them_cancels_nothing(db: None) -> None:
    organisation_id = await make_organisation()
    booked = await somebody_books(await make_event(), organisation_id=organisation_id)
    sees = Area(Permission.VIEW_STAFF, organisation_id=organisation_id)
    onlooker = Actor(None, "Onlooker", Scope(account_id=None, areas=frozenset({sees})))

    with pytest.raises(ForbiddenError):
        await cancel_booking(booked.id, by=onlooker)
