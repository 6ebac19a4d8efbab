"""The day of starting follows the marks (C3), and a catch-up credits the missed unit (C5)."""

import asyncio
from datetime import date
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import InvalidInputError
from core.scope import Actor
from programmes.domain.register import Entry
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.domain.terms import EnrolmentStatus
from programmes.queries.progress import enrolment
from programmes.services.registers import Submission, save
from programmes.tables import Enrolment
from tests.factories import at, make_person
from tests.factories_programmes import (
    MadeCohort,
    entry,
    make_cohort,
    make_enrolment,
    make_session,
)
from tests.statements import counted


async def make_group(*, enrolled: int) -> tuple[MadeCohort, Actor]:
    """A cohort and the manager who may mark its registers, and correct them late."""
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=enrolled)
    return cohort, person.actor


def everyone(cohort: MadeCohort, outcome: Outcome = Outcome.ATTENDED) -> tuple[Entry, ...]:
    return tuple(entry(enrolment_id, outcome) for enrolment_id in cohort.enrolment_ids)


async def started(enrolment_id: UUID) -> tuple[date | None, str]:
    rows = await Enrolment.select().where(Enrolment.id == enrolment_id)
    return rows[0]["started_on"], rows[0]["status"]


async def test_the_first_group_unit_attended_is_the_start(db: None) -> None:
    cohort, by = await make_group(enrolled=1)
    (person,) = cohort.enrolment_ids

    await save(
        cohort.session_ids[1], Submission(0, everyone(cohort, Outcome.ABSENT_NOTIFIED)), by=by
    )
    assert await started(person) == (None, "enrolled")

    await save(cohort.session_ids[3], Submission(0, everyone(cohort)), by=by)
    assert await started(person) == (date(2026, 5, 20), "active")

    await save(cohort.session_ids[2], Submission(0, everyone(cohort, Outcome.LATE)), by=by)
    assert await started(person) == (date(2026, 5, 13), "active")


async def test_whoever_has_started_is_not_read_for_marks_of_later_days(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort, by = await make_group(enrolled=2)
    early, other = cohort.enrolment_ids
    for number, came in ((3, (early,)), (4, (early, other))):
        await save(
            cohort.session_ids[number],
            Submission(0, tuple(entry(one) for one in came)),
            by=by,
        )

    assert await started(early) == (date(2026, 5, 20), "active")
    assert await started(other) == (date(2026, 5, 27), "active")
    await save(cohort.session_ids[2], Submission(0, (entry(other),)), by=by)
    assert await started(other) == (date(2026, 5, 13), "active")
    with counted(monkeypatch) as sent:
        await save(
            cohort.session_ids[5],
            Submission(0, everyone(cohort, Outcome.ABSENT_NOTIFIED)),
            by=by,
        )
    assert [statement for statement in sent if "started_on" in statement] == []


async def test_correcting_the_only_attendance_takes_the_start_away(db: None) -> None:
    cohort, by = await make_group(enrolled=1)
    await save(cohort.session_ids[1], Submission(0, everyone(cohort)), by=by)

    absent = everyone(cohort, Outcome.ABSENT_NOT_NOTIFIED)
    await save(cohort.session_ids[1], Submission(1, absent, "Another person"), by=by)

    assert await started(cohort.enrolment_ids[0]) == (None, "enrolled")


async def test_correcting_the_first_attendance_moves_the_start_to_the_next(db: None) -> None:
    cohort, by = await make_group(enrolled=1)
    for number in (1, 2):
        await save(cohort.session_ids[number], Submission(0, everyone(cohort)), by=by)

    absent = everyone(cohort, Outcome.ABSENT_NOTIFIED)
    await save(cohort.session_ids[1], Submission(1, absent, "Another person"), by=by)

    assert await started(cohort.enrolment_ids[0]) == (date(2026, 5, 13), "active")


async def test_somebody_sent_home_has_not_started(db: None) -> None:
    cohort, by = await make_group(enrolled=1)

    sent_home = everyone(cohort, Outcome.SENT_HOME_SERVICE)
    await save(cohort.session_ids[1], Submission(0, sent_home), by=by)

    assert await started(cohort.enrolment_ids[0]) == (None, "enrolled")


async def test_a_late_correction_leaves_an_ended_enrolment_ended(db: None) -> None:
    cohort, by = await make_group(enrolled=0)
    gone = await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.COMPLETED_PARTIAL, ended_on=date(2026, 6, 9)
    )

    await save(cohort.session_ids[2], Submission(0, (entry(gone),)), by=by)

    assert await started(gone) == (date(2026, 5, 13), "completed_partial")


async def test_two_sessions_marked_at_once_leave_the_earlier_as_the_start(db: None) -> None:
    cohort, by = await make_group(enrolled=5)
    numbers = (5, 4, 3, 2, 1)

    await asyncio.gather(
        *[
            save(cohort.session_ids[number], Submission(0, everyone(cohort)), by=by)
            for number in numbers
        ]
    )

    assert {await started(id) for id in cohort.enrolment_ids} == {(date(2026, 5, 6), "active")}


async def test_a_catch_up_has_its_own_register_and_credits_the_missed_unit(db: None) -> None:
    cohort, by = await make_group(enrolled=2)
    person, other = cohort.enrolment_ids
    missed = entry(person, Outcome.ABSENT_NOTIFIED)
    await save(cohort.session_ids[3], Submission(0, (missed, entry(other))), by=by)
    catch_up = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[3], catch_up_for=person,
        starts_at=at("2026-05-22 14:00"),
    )  # fmt: skip

    with pytest.raises(InvalidInputError):
        await save(catch_up, Submission(0, (entry(other),)), by=by)
    await save(catch_up, Submission(0, (entry(person),)), by=by)

    found = (await enrolment(person, scope=by.scope)).member.progress
    assert (found.units_credited, found.units_by_catch_up) == ((3,), (3,))
    assert (found.marked, found.attended) == (1, 0)
    assert await started(person) == (date(2026, 5, 22), "active")
    others = (await enrolment(other, scope=by.scope)).member.progress
    assert (others.units_credited, others.units_by_catch_up) == ((3,), ())
