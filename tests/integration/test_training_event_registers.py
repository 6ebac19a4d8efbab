"""Registers of training events, and the records that they make (S9)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.domain.roles import Role
from core.errors import InvalidInputError, NotFoundError, StaleVersionError
from core.scope import SYSTEM, Actor
from core.tables import AuditEvent
from tests.factories import at, make_person
from tests.factories_events import (
    AFTERWARDS,
    booked_on,
    make_event,
    outcomes,
    places,
    seen,
    somebody_books,
)
from tests.factories_training import make_course, make_record, make_staff
from tests.fakes import FixedClock
from tests.interleaving import slip_in
from training.domain.terms import BookingOutcome
from training.errors import EventClosedError, RegisterNotOpenError
from training.queries.bookings import register
from training.services.bookings import book, cancel_booking
from training.services.event_registers import WITHDRAWN_BECAUSE, EventMark, save
from training.services.events import cancel
from training.tables import Booking, Course, CurrentRecord, TrainingEvent, TrainingRecord

FULL, EARLY = BookingOutcome.ATTENDED_FULL, BookingOutcome.LEFT_EARLY
DAY = date(2026, 6, 11)


async def mark(event_id: UUID, *said: BookingOutcome, version: int = 1, by: Actor = SYSTEM) -> int:
    """Mark the bookings of an event in the order of their making."""
    rows = await booked_on(event_id)
    marks = [EventMark(row.id, outcome) for row, outcome in zip(rows, said, strict=False)]
    return await save(event_id, marks, version=version, by=by)


async def test_who_stays_to_the_end_completes_the_course_and_who_left_early_does_not(
    db: None, now: FixedClock
) -> None:
    lead = await make_person(Role.TRAINING_ADMIN)
    event_id = await make_event(organisation_id=lead.organisation_id, booked=7)
    now.instant = AFTERWARDS

    version = await mark(event_id, *[FULL] * 5, EARLY, EARLY, by=lead.actor)

    records = await TrainingRecord.select()
    assert version == 2
    assert (await seen(event_id)).status == "held"
    assert len(records) == await CurrentRecord.count() == 5
    assert {
        (row["completed_on"], row["hours"], row["evidence"], row["verified"], row["counts"],
         row["verified_by"], row["recorded_by"], row["event"])
        for row in records
    } == {(DAY, Decimal("3.50"), "register", True, True, lead.id, lead.id, event_id)}  # fmt: skip


async def test_the_same_register_again_changes_nothing_even_from_an_old_page(
    db: None, now: FixedClock
) -> None:
    event_id = await make_event(booked=2)
    now.instant = AFTERWARDS
    await mark(event_id, FULL, BookingOutcome.NO_SHOW)

    again = await mark(event_id, FULL, BookingOutcome.NO_SHOW, version=1)

    assert again == 2
    assert await TrainingRecord.count() == 1
    events = await AuditEvent.select().where(AuditEvent.action == "training_register_saved")
    assert len(events) == 1


async def test_a_correction_withdraws_the_record_and_another_one_makes_a_new_one(
    db: None, now: FixedClock
) -> None:
    event_id = await make_event(booked=1)
    now.instant = AFTERWARDS
    await mark(event_id, FULL)

    await mark(event_id, EARLY, version=2)

    (withdrawn,) = await TrainingRecord.select()
    assert (withdrawn["counts"], withdrawn["withdrawn_reason"]) == (False, WITHDRAWN_BECAUSE)
    assert withdrawn["withdrawn_at"] == AFTERWARDS
    assert not await CurrentRecord.exists()
    await mark(event_id, FULL, version=3)
    assert (await TrainingRecord.count(), await CurrentRecord.count()) == (2, 1)


async def test_a_completion_of_that_day_is_left_as_it_is_whatever_the_register_says(
    db: None, now: FixedClock
) -> None:
    course = await make_course()
    event_id = await make_event(course_id=course, booked=1)
    (booked,) = await booked_on(event_id)
    now.instant = AFTERWARDS
    own = await make_record(booked.staff_id, course, completed_on=DAY)

    await mark(event_id, FULL)
    await mark(event_id, BookingOutcome.NO_SHOW, version=2)

    (row,) = await TrainingRecord.select()
    assert (row["id"], row["evidence"], row["withdrawn_at"]) == (own, "certificate", None)


async def test_a_register_is_saved_by_one_of_two_who_mark_it_differently(
    db: None, now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = await make_event(booked=2)
    now.instant = AFTERWARDS
    await mark(event_id, FULL)

    with pytest.raises(StaleVersionError):
        await mark(event_id, FULL, FULL, version=1)

    assert await outcomes(event_id) == ["attended_full", "booked"]


async def test_marks_that_are_not_of_this_register_save_nothing(db: None, now: FixedClock) -> None:
    event_id, other = await make_event(booked=1), await make_event(booked=1)
    (mine,), (foreign,) = await booked_on(event_id), await booked_on(other)
    now.instant = AFTERWARDS
    marks = [
        EventMark(mine.id, FULL),
        EventMark(foreign.id, FULL),
        EventMark(mine.id, EARLY),
        EventMark(mine.id, BookingOutcome.WAITLISTED),
    ]

    with pytest.raises(InvalidInputError) as refused:
        await save(event_id, marks, version=1, by=SYSTEM)

    assert [error.field for error in refused.value.errors] == [
        "marks[1].booking_id", "marks[2].booking_id", "marks[3].booking_id", "marks[3].outcome",
    ]  # fmt: skip
    assert await outcomes(event_id) == ["booked"]


async def test_a_register_waits_for_the_event_and_for_its_last_day(
    db: None, now: FixedClock
) -> None:
    one_day = await make_event(booked=1)
    two_days = await make_event(booked=1, ends_at=at("2026-06-12 16:00"))
    with pytest.raises(RegisterNotOpenError):
        await mark(one_day, FULL)
    now.instant = AFTERWARDS
    with pytest.raises(RegisterNotOpenError):
        await mark(two_days, FULL)

    now.instant = at("2026-06-12 12:00")
    await mark(two_days, FULL)

    rows = await TrainingRecord.select(TrainingRecord.completed_on)
    assert rows == [{"completed_on": date(2026, 6, 12)}]


async def test_a_cancelled_event_has_no_register(
    db: None, now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = await make_event(booked=1)
    later = await make_event(booked=1)
    await cancel(event_id, "Flooded", by=SYSTEM)
    now.instant = AFTERWARDS

    with pytest.raises(EventClosedError):
        await mark(event_id, FULL)
    slip_in(monkeypatch, "training.services.event_registers.register",
            lambda: cancel(later, "Flooded", by=SYSTEM))  # fmt: skip
    with pytest.raises(StaleVersionError):
        await mark(later, FULL)

    assert await outcomes(later) == ["cancelled_by_provider"]


async def test_who_only_waited_or_cancelled_is_on_the_register_once_they_came(
    db: None, now: FixedClock
) -> None:
    event_id = await make_event(places=1, booked=1)
    waiting = await somebody_books(event_id)
    (first, _) = await booked_on(event_id)
    now.instant = AFTERWARDS
    assert [row.id for row in (await register(event_id, scope=SYSTEM.scope))[1]] == [first.id]

    await book(event_id, (await booked_on(event_id))[1].staff_id, by=SYSTEM)

    assert waiting.id in {row.id for row in (await register(event_id, scope=SYSTEM.scope))[1]}


async def test_who_cancelled_and_came_all_the_same_had_a_place(db: None, now: FixedClock) -> None:
    event_id = await make_event(places=1, booked=1)
    await cancel_booking((await booked_on(event_id))[0].id, by=SYSTEM)
    await somebody_books(event_id)
    now.instant = AFTERWARDS

    await mark(event_id, FULL, FULL)

    assert await places(event_id) == (2, 2)


async def test_a_course_retired_meanwhile_is_marked_without_a_record(
    db: None, now: FixedClock
) -> None:
    course = await make_course()
    event_id = await make_event(course_id=course, booked=1)
    await Course.update({Course.retired_on: DAY}, force=True)
    now.instant = AFTERWARDS

    await mark(event_id, FULL)

    assert await outcomes(event_id) == ["attended_full"]
    assert not await TrainingRecord.exists()


async def test_only_who_gives_the_event_marks_it(db: None, now: FixedClock) -> None:
    other = await make_person(Role.WORKFORCE_LEAD)
    event_id = await make_event()
    await somebody_books(event_id, organisation_id=other.organisation_id)
    now.instant = AFTERWARDS

    with pytest.raises(NotFoundError):
        await mark(event_id, FULL, by=other.actor)

    assert [row["version"] for row in await TrainingEvent.select()] == [1]
    assert [row["outcome"] for row in await Booking.select()] == ["booked"]


async def test_who_marks_themselves_waits_for_somebody_else_to_verify_it(
    db: None, now: FixedClock
) -> None:
    lead = await make_person(Role.TRAINING_ADMIN)
    event_id = await make_event(organisation_id=lead.organisation_id, booked=1)
    own = await make_staff(organisation_id=lead.organisation_id, account_id=lead.id)
    await book(event_id, own, by=lead.actor)
    now.instant = AFTERWARDS

    await mark(event_id, FULL, FULL, by=lead.actor)

    records = await TrainingRecord.select()
    assert {(row["staff"] == own, row["verified"], row["counts"]) for row in records} == {
        (False, True, True), (True, False, False),
    }  # fmt: skip
    assert [row["verified_by"] for row in records if row["staff"] == own] == [None]
