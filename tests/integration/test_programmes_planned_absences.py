"""Absences that somebody told of before the session (2.3): shown, counted once saved."""

from datetime import date
from typing import Any

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import SYSTEM, Actor, Side
from core.tables import AuditEvent
from programmes.domain.terms import AbsenceReason, SessionStatus
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.errors import AbsencePlannedError, SessionBegunError, SessionCancelledError
from programmes.queries.progress import enrolment
from programmes.queries.registers import register
from programmes.reminders import due_sessions, still_due
from programmes.services import planned_absences
from programmes.services.planned_absences import NewAbsence
from programmes.services.registers import Submission, save
from programmes.tables import PlannedAbsence, Session
from tests.factories import at, make_person
from tests.factories_programmes import MadeCohort, entry, make_cohort, make_enrolment
from tests.fakes import FixedClock

NEXT = 7
"""The unit of next week's session."""

pytestmark = pytest.mark.usefixtures("db")


async def make_group(*, side: Side = Side.SURVIVOR) -> tuple[MadeCohort, Actor]:
    person = await make_person(Role.FACILITATOR, GrantSide(side.value))
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=side, enrolled=2,
        facilitator_ids=[person.id],
    )  # fmt: skip
    return cohort, person.actor


def absence(cohort: MadeCohort, **more: Any) -> NewAbsence:
    return NewAbsence(cohort.enrolment_ids[0], AbsenceReason.MEDICAL, **more)


async def test_it_stands_on_the_register_and_counts_only_once_saved(now: FixedClock) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[NEXT]

    planned_id = await planned_absences.add(session_id, absence(cohort, note=" Clinic "), by=by)

    first, second = (await register(session_id, scope=by.scope)).rows
    assert (first.mark, second.planned) == (None, None)
    assert first.planned
    assert (first.planned.id, first.planned.reason, first.planned.note) == (
        planned_id, AbsenceReason.MEDICAL, "Clinic",
    )  # fmt: skip
    now.instant = at("2026-06-17 12:00")
    progress = (await enrolment(cohort.enrolment_ids[0], scope=by.scope)).member.progress
    assert (progress.expected, progress.marked) == (7, 0)

    told = entry(
        cohort.enrolment_ids[0], Outcome.ABSENT_NOTIFIED, absence_reason=AbsenceReason.MEDICAL
    )
    await save(session_id, Submission(0, (told,)), by=by)
    progress = (await enrolment(cohort.enrolment_ids[0], scope=by.scope)).member.progress
    assert (progress.expected, progress.marked, progress.attended) == (7, 1, 0)


async def test_nobody_is_reminded_of_what_they_will_miss() -> None:
    cohort, by = await make_group()
    session_id, (first, second) = cohort.session_ids[NEXT], cohort.participant_ids
    planned_id = await planned_absences.add(session_id, absence(cohort), by=by)
    pairs = [(person, session_id) for person in (first, second)]

    facts = await due_sessions(
        starts_from=at("2026-06-17 00:00"), starts_until=at("2026-06-18 00:00"), scope=SYSTEM.scope
    )
    planned = await still_due(pairs, scope=SYSTEM.scope)

    assert [fact.participant_id for fact in facts] == [second]
    assert {fact.participant_id: fact.is_expected for fact in planned} == {
        first: False, second: True,
    }  # fmt: skip

    await planned_absences.remove(session_id, planned_id, by=by)
    assert all(fact.is_expected for fact in await still_due(pairs, scope=SYSTEM.scope))


async def test_the_event_names_ids_and_no_reason() -> None:
    cohort, by = await make_group()
    await planned_absences.add(cohort.session_ids[NEXT], absence(cohort, note="Clinic"), by=by)

    (event,) = await AuditEvent.select().where(AuditEvent.action == "absence_planned")

    assert "Clinic" not in event["after"]
    assert "medical" not in event["after"]
    assert (event["subject"], event["actor"]) == (cohort.session_ids[NEXT], by.account_id)


async def test_it_can_be_taken_back_until_the_session_begins(now: FixedClock) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[NEXT]
    planned_id = await planned_absences.add(session_id, absence(cohort), by=by)
    with pytest.raises(NotFoundError):
        await planned_absences.remove(session_id, new_id(), by=by)

    await planned_absences.remove(session_id, planned_id, by=by)
    assert await PlannedAbsence.count() == 0

    planned_id = await planned_absences.add(session_id, absence(cohort), by=by)
    now.instant = at("2026-06-17 10:00")
    with pytest.raises(SessionBegunError):
        await planned_absences.remove(session_id, planned_id, by=by)
    with pytest.raises(SessionBegunError):
        await planned_absences.add(session_id, absence(cohort), by=by)


async def test_the_same_absence_is_recorded_once() -> None:
    cohort, by = await make_group()
    await planned_absences.add(cohort.session_ids[NEXT], absence(cohort), by=by)

    with pytest.raises(AbsencePlannedError):
        await planned_absences.add(cohort.session_ids[NEXT], absence(cohort), by=by)
    assert await PlannedAbsence.count() == 1


async def test_a_cancelled_session_can_be_missed_by_nobody() -> None:
    cohort, by = await make_group()
    await Session.update({Session.status: SessionStatus.CANCELLED}).where(
        Session.id == cohort.session_ids[NEXT]
    )

    with pytest.raises(SessionCancelledError):
        await planned_absences.add(cohort.session_ids[NEXT], absence(cohort), by=by)


@pytest.mark.parametrize(
    ("more", "field"), [({"acceptable": True}, "acceptable"), ({"note": "n" * 4001}, "note")]
)
async def test_what_does_not_fit_is_named(more: dict[str, Any], field: str) -> None:
    cohort, by = await make_group()

    with pytest.raises(InvalidInputError) as caught:
        await planned_absences.add(cohort.session_ids[NEXT], absence(cohort, **more), by=by)

    assert [error.field for error in caught.value.errors] == [field]


async def test_somebody_who_joins_later_is_not_expected() -> None:
    cohort, by = await make_group()
    later = await make_enrolment(cohort_id=cohort.id, joined_on=date(2026, 6, 18))

    with pytest.raises(InvalidInputError) as caught:
        await planned_absences.add(
            cohort.session_ids[NEXT], NewAbsence(later, AbsenceReason.OTHER), by=by
        )

    assert [error.field for error in caught.value.errors] == ["enrolment_id"]


async def test_whether_it_is_acceptable_is_said_on_the_perpetrators_side() -> None:
    cohort, by = await make_group(side=Side.PERPETRATOR)

    await planned_absences.add(cohort.session_ids[NEXT], absence(cohort, acceptable=False), by=by)

    planned = (await register(cohort.session_ids[NEXT], scope=by.scope)).rows[0].planned
    assert planned
    assert planned.acceptable is False


async def test_d1_whoever_may_not_mark_plans_nothing() -> None:
    cohort, by = await make_group()
    planned_id = await planned_absences.add(cohort.session_ids[NEXT], absence(cohort), by=by)
    others = [
        (await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), NotFoundError),
        (
            await make_person(
                Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR,
                organisation_id=cohort.organisation_id,
            ),
            NotFoundError,
        ),
        (await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True), ForbiddenError),
    ]  # fmt: skip

    for person, error in others:
        with pytest.raises(error):
            await planned_absences.add(cohort.session_ids[NEXT], absence(cohort), by=person.actor)
        with pytest.raises(error):
            await planned_absences.remove(cohort.session_ids[NEXT], planned_id, by=person.actor)
    assert await PlannedAbsence.count() == 1
