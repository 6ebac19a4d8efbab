"""Pauses: not expected, not on the register, not reminded, and the place is kept (C5)."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.clock import instant_of
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.scope import SYSTEM
from core.tables import AuditEvent
from programmes.domain.terms import EnrolmentStatus
from programmes.errors import EnrolmentEndedError, NotPausedError, PauseOverlapsError
from programmes.queries.progress import enrolment
from programmes.queries.registers import register
from programmes.reminders import due_sessions, still_due
from programmes.services.pauses import NewPause, pause, resume
from programmes.tables import Pause
from tests.factories import make_person
from tests.factories_programmes import MadeCohort, make_cohort, make_enrolment, make_safe_contact
from tests.fakes import FixedClock
from tests.integration.places import TODAY, attend, manager_of, places_taken, refused

SCOPE = SYSTEM.scope
WEEK = timedelta(weeks=1)


def away(from_on: date = TODAY, to_on: date | None = None, reason: str = "In hospital") -> NewPause:
    return NewPause(from_on, to_on, reason)


async def status_of(enrolment_id: UUID) -> EnrolmentStatus:
    return (await enrolment(enrolment_id, scope=SCOPE)).member.status


async def on_register(cohort: MadeCohort, unit: int) -> bool:
    return bool((await register(cohort.session_ids[unit], scope=SCOPE)).rows)


async def reminded(cohort: MadeCohort) -> list[date]:
    """The days of this and the next four weeks of which the person is reminded."""
    facts = await due_sessions(
        starts_from=instant_of(TODAY, "00:00"),
        starts_until=instant_of(TODAY + 5 * WEEK, "00:00"),
        scope=SCOPE,
    )
    return [fact.starts_at.date() for fact in facts]


async def test_an_open_pause_holds_until_they_are_back(db: None, now: FixedClock) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids

    await pause(person, away(), by=by)
    assert await status_of(person) is EnrolmentStatus.PAUSED
    assert [await on_register(cohort, unit) for unit in (5, 6, 7)] == [True, False, False]
    now.instant += 3 * WEEK
    assert await status_of(person) is EnrolmentStatus.PAUSED

    await resume(person, on=TODAY + 3 * WEEK, by=by)

    assert await status_of(person) is EnrolmentStatus.ENROLLED
    assert [await on_register(cohort, unit) for unit in (8, 9)] == [False, True]
    assert await places_taken(cohort.id) == 1


async def test_a_dated_pause_begins_and_ends_by_its_days(db: None, now: FixedClock) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids
    await make_safe_contact(participant_id=cohort.participant_ids[0])

    await pause(person, away(TODAY + WEEK, TODAY + 2 * WEEK), by=by)

    assert await status_of(person) is EnrolmentStatus.ENROLLED
    assert await reminded(cohort) == [TODAY, TODAY + 3 * WEEK, TODAY + 4 * WEEK]
    now.instant += WEEK
    assert await status_of(person) is EnrolmentStatus.PAUSED
    now.instant += WEEK + timedelta(days=1)
    assert await status_of(person) is EnrolmentStatus.ENROLLED


async def test_a_text_that_was_planned_is_withheld_within_the_pause_only(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids
    await make_safe_contact(participant_id=cohort.participant_ids[0])
    await pause(person, away(TODAY + WEEK, TODAY + WEEK), by=by)

    facts = await still_due(
        [(cohort.participant_ids[0], cohort.session_ids[unit]) for unit in (7, 8)], scope=SCOPE
    )

    assert {fact.session_id: fact.is_expected for fact in facts} == {
        cohort.session_ids[7]: False, cohort.session_ids[8]: True,
    }  # fmt: skip
    assert await still_due([], scope=SCOPE) == ()


async def test_paused_days_are_not_expected_but_an_attendance_then_counts(db: None) -> None:
    """C5."""
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids
    await attend(cohort, person, 1, 3)

    await pause(person, away(TODAY - 4 * WEEK, TODAY - 3 * WEEK), by=by)

    found = (await enrolment(person, scope=SCOPE)).member.progress
    assert (found.expected, found.marked, found.units_credited) == (4, 1, (1, 3))


async def test_pauses_do_not_overlap_but_may_follow_each_other(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids
    await pause(person, away(TODAY, TODAY + WEEK), by=by)

    assert await refused(pause(person, away(TODAY + WEEK), by=by)) is PauseOverlapsError
    assert await refused(pause(person, away(TODAY + WEEK + timedelta(days=1)), by=by)) is None
    assert await refused(pause(person, away(TODAY + 9 * WEEK), by=by)) is PauseOverlapsError


async def test_of_two_pauses_at_once_one_is_kept(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids

    found = await asyncio.gather(
        refused(pause(person, away(), by=by)),
        refused(pause(person, away(TODAY, TODAY + WEEK), by=by)),
    )

    assert sorted(found, key=str) == [PauseOverlapsError, None]
    assert await Pause.count() == 1


async def test_who_is_back_before_the_pause_begins_was_never_away(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids
    await pause(person, away(TODAY + WEEK), by=by)

    await resume(person, on=TODAY + WEEK, by=by)

    assert await Pause.count() == 0
    assert await refused(resume(person, on=TODAY, by=by)) is NotPausedError


async def test_a_pause_that_has_ended_cannot_be_ended_again(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids
    await pause(person, away(TODAY - 2 * WEEK, TODAY - WEEK), by=by)

    assert await refused(resume(person, on=TODAY, by=by)) is NotPausedError


async def test_coming_back_later_than_planned_is_a_new_pause(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids
    await pause(person, away(TODAY, TODAY + WEEK), by=by)

    with pytest.raises(InvalidInputError) as caught:
        await resume(person, on=TODAY + 2 * WEEK, by=by)

    assert [error.field for error in caught.value.errors] == ["on"]


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (away(date(2026, 5, 5)), "from_on"),
        (away(date(2029, 1, 1)), "from_on"),
        (away(TODAY, TODAY - timedelta(days=1)), "to_on"),
        (away(TODAY, date(2029, 1, 1)), "to_on"),
        (away(reason=" "), "reason"),
        (away(reason="a" * 201), "reason"),
    ],
)
async def test_a_pause_that_cannot_be_is_refused(db: None, new: NewPause, field: str) -> None:
    cohort = await make_cohort(enrolled=1)

    with pytest.raises(InvalidInputError) as caught:
        await pause(cohort.enrolment_ids[0], new, by=await manager_of(cohort))

    assert [error.field for error in caught.value.errors] == [field]


async def test_an_ended_place_is_neither_paused_nor_resumed(db: None) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort)
    gone = await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.COMPLETED, ended_on=TODAY
    )

    assert await refused(pause(gone, away(), by=by)) is EnrolmentEndedError
    assert await refused(resume(gone, on=TODAY, by=by)) is EnrolmentEndedError


async def test_why_somebody_is_away_is_not_in_the_audit(db: None) -> None:
    cohort = await make_cohort(enrolled=1)

    await pause(cohort.enrolment_ids[0], away(), by=await manager_of(cohort))

    events = await AuditEvent.select().where(AuditEvent.action == "paused")
    assert len(events) == 1
    assert "hospital" not in str(events[0])


async def test_the_other_side_and_onlookers_pause_nobody(db: None) -> None:
    """D1."""
    cohort = await make_cohort(enrolled=1)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )
    (person,) = cohort.enrolment_ids

    for actor, expected in ((other.actor, NotFoundError), (lead.actor, ForbiddenError)):
        assert await refused(pause(person, away(), by=actor)) is expected
        assert await refused(resume(person, on=TODAY, by=actor)) is expected
