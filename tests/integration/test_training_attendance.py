"""Attendance at training by partner organisation, and reach (C8, S9)."""

from datetime import date

import pytest

from accounts.domain.roles import Role
from core.reports import Question, Rate, Report
from core.scope import SYSTEM, Scope
from tests.factories import at, make_organisation, make_person
from tests.factories_events import AFTERWARDS, booked_on, make_event, somebody_books
from tests.factories_training import make_course, make_record, make_staff
from tests.fakes import FixedClock
from tests.statements import counted
from training.domain.terms import BookingOutcome
from training.reports import training_attendance
from training.services.bookings import cancel_booking
from training.services.event_registers import EventMark, save
from training.services.events import cancel

FULL, EARLY = BookingOutcome.ATTENDED_FULL, BookingOutcome.LEFT_EARLY
NO_SHOW = BookingOutcome.NO_SHOW


async def report(scope: Scope = SYSTEM.scope, *group_by: str, since: date | None = None) -> Report:
    return await training_attendance(
        Question(since, date(2026, 6, 30), group_by=group_by), scope=scope
    )


def rows(found: Report) -> dict[str, dict[str, object]]:
    """Each row by its labels, without what is nought."""
    labels = sum(column.key in {"organisation", "course", "event"} for column in found.columns)
    keys = [column.key for column in found.columns][labels:]
    return {
        " / ".join(map(str, row[:labels])): {
            key: value for key, value in zip(keys, row[labels:], strict=True) if value
        }
        for row in found.rows
    }


async def mark(event_id: object, *said: BookingOutcome) -> None:
    booked = await booked_on(event_id)  # type: ignore[arg-type]
    marks = [EventMark(row.id, one) for row, one in zip(booked, said, strict=False)]
    await save(event_id, marks, version=1, by=SYSTEM)  # type: ignore[arg-type]


async def test_two_of_seven_left_early_and_each_partners_rate_is_told_wirral_s9(
    db: None, now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    giver = await make_person(Role.WORKFORCE_LEAD)
    wirral, absent = await make_organisation("A council"), await make_organisation("B trust")
    course = await make_course(name="Awareness", code="A1")
    event_id = await make_event(organisation_id=giver.organisation_id, course_id=course, places=8)
    for _ in range(7):
        await somebody_books(event_id, organisation_id=wirral)
    await cancel_booking((await somebody_books(event_id, organisation_id=absent)).id, by=SYSTEM)
    await make_event(organisation_id=giver.organisation_id, starts_at=at("2026-06-11 15:00"))
    now.instant = AFTERWARDS.replace(hour=20)
    await mark(event_id, *[FULL] * 5, EARLY, EARLY)

    with counted(monkeypatch) as sent:
        everywhere = await report()
    told = rows(everywhere)

    assert len(sent) == 4
    assert told["A council"] == {
        "booked": 7, "attended_full": 5, "left_early": 2,
        "expected": 7, "attendance": Rate(5, 7),
        "headcount": 7, "trained": 5, "reach": Rate(5, 7),
    }  # fmt: skip
    assert told["B trust"] == {
        "booked": 1, "cancelled_by_staff": 1, "expected": 1, "attendance": Rate(0, 1),
        "headcount": 1, "reach": Rate(0, 1),
    }  # fmt: skip
    assert everywhere.totals
    assert everywhere.totals[-5:] == (8, Rate(5, 8), 8, 5, Rate(5, 8))
    assert everywhere.data_quality[0].endswith("not counted: 1.")
    by_giver = rows(await report(giver.actor.scope))
    assert by_giver["A council"]["attendance"] == Rate(5, 7)
    assert by_giver["A council"]["reach"] == Rate(0, 0)
    by_course = rows(await report(SYSTEM.scope, "course"))
    assert by_course["Awareness (A1)"]["reach"] == Rate(5, 8)
    by_event = rows(await report(SYSTEM.scope, "event"))
    assert by_event["2026-06-11 09:30 Awareness (A1)"]["left_early"] == 2
    assert rows(await report(since=date(2026, 6, 12)))["A council"] == {
        "attendance": Rate(0, 0), "headcount": 7, "trained": 5, "reach": Rate(5, 7),
    }  # fmt: skip


async def test_another_organisations_attendance_is_not_told(db: None, now: FixedClock) -> None:
    partner = await make_person(Role.WORKFORCE_LEAD)
    event_id = await make_event(booked=1)
    await somebody_books(event_id, organisation_id=partner.organisation_id)
    now.instant = AFTERWARDS
    await mark(event_id, FULL, NO_SHOW)

    (told,) = rows(await report(partner.actor.scope)).values()

    assert (told["booked"], told["no_show"], told["attendance"]) == (1, 1, Rate(0, 1))


async def test_a_cancelled_event_counts_against_nobody_and_reach_counts_a_person_once(
    db: None,
) -> None:
    here, course = await make_organisation("A council"), await make_course(name="X", code="X")
    event_id = await make_event(organisation_id=here, course_id=course, booked=2, places=2)
    await somebody_books(event_id, organisation_id=here)
    await cancel(event_id, "Flooded", by=SYSTEM)
    trained = await make_staff(organisation_id=here)
    for day in (date(2021, 1, 1), date(2026, 1, 1)):
        await make_record(trained, course, completed_on=day)
    await make_record(
        await make_staff(organisation_id=here, ended_on=date(2026, 6, 1)), course,
        completed_on=date(2026, 1, 1),
    )  # fmt: skip

    assert rows(await report()) == {
        "A council": {
            "booked": 2, "cancelled_by_provider": 2, "attendance": Rate(0, 0),
            "headcount": 4, "trained": 1, "reach": Rate(1, 4),
        }
    }  # fmt: skip
    both = rows(await report(SYSTEM.scope, "course", "organisation"))
    assert both["A council / X (X)"]["reach"] == Rate(1, 4)
