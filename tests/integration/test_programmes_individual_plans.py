"""One person's own number of sessions: counted with everything attended, never a gate (C4)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.clock import instant_of
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.scope import SYSTEM
from core.tables import AuditEvent
from programmes.domain.completion import CompletionRule, Standing
from programmes.domain.terms import (
    AttendanceOutcome,
    EnrolmentStatus,
    ExitReason,
    ReferralStatus,
    SessionStatus,
)
from programmes.errors import EnrolmentEndedError
from programmes.queries.progress import MemberView, enrolment
from programmes.services.enrolments import enrol
from programmes.services.individual_plans import IndividualPlan, save_plan
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Enrolment, Session
from tests.factories import make_person
from tests.factories_programmes import MadeCohort, make_cohort, make_mark, make_session
from tests.integration.places import (
    TODAY,
    attend,
    make_member,
    manager_of,
    person_of,
    refused,
    second_cohort,
)

pytestmark = pytest.mark.usefixtures("db")

TEN = IndividualPlan(10, " Safety, and\nthe children ")


async def member(enrolment_id: UUID) -> MemberView:
    return (await enrolment(enrolment_id, scope=SYSTEM.scope)).member


async def own_session(cohort: MadeCohort, enrolment_id: UUID, unit: int, **given: Any) -> UUID:
    return await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[unit], catch_up_for=enrolment_id,
        starts_at=instant_of(TODAY - timedelta(days=2), "18:00"), **given,
    )  # fmt: skip


async def test_a_plan_is_kept_and_audited_without_its_words() -> None:
    """D13: the text is personal, so the audit names the field only."""
    cohort = await make_cohort(enrolled=1)
    by, (place,) = await manager_of(cohort), cohort.enrolment_ids

    await save_plan(place, TEN, version=1, by=by)

    view = await member(place)
    assert (view.planned_sessions, view.plan, view.version) == (10, "Safety, and\nthe children", 2)
    event = (await AuditEvent.select().order_by(AuditEvent.id))[-1]
    assert (event["action"], event["subject"]) == ("plan_saved", place)
    assert '"planned_sessions": 10' in event["after"]
    assert "plan" in event["after"]
    assert "Safety" not in str(event)

    await save_plan(place, IndividualPlan(None), version=2, by=by)

    assert ((await member(place)).planned_sessions, (await member(place)).plan) == (None, "")


async def test_everything_attended_counts_own_sessions_included() -> None:
    """Three of the group and a catch-up; neither an absence nor a cancelled session."""
    cohort = await make_cohort(enrolled=1)
    (place,) = cohort.enrolment_ids
    await attend(cohort, place, 1, 2, 3)
    await attend(cohort, place, 4, outcome=AttendanceOutcome.ABSENT_NOT_NOTIFIED)
    await make_mark(session_id=await own_session(cohort, place, 4), enrolment_id=place)
    cancelled = await own_session(cohort, place, 5)
    await make_mark(session_id=cancelled, enrolment_id=place)
    await Session.update({Session.status: SessionStatus.CANCELLED}).where(Session.id == cancelled)

    stand = (await member(place)).progress

    assert (stand.sessions_attended, stand.attended, stand.marked) == (4, 3, 4)


async def test_c4_a_plan_neither_completes_nor_hinders() -> None:
    cohort = await make_cohort(enrolled=1, rule=CompletionRule(min_units=2))
    by, (place,) = await manager_of(cohort), cohort.enrolment_ids
    await attend(cohort, place, 1, 2)

    standings = []
    for version, planned in enumerate((1, 500, None), start=1):
        await save_plan(place, IndividualPlan(planned), version=version, by=by)
        standings.append((await member(place)).progress.standing)

    assert standings == [Standing.COMPLETE] * 3


async def test_a_transfer_takes_the_plan_and_what_was_attended_along() -> None:
    cohort = await make_cohort()
    place, _ = await make_member(cohort, attended=(1, 2))
    by = await manager_of(cohort)
    await save_plan(place, TEN, version=1, by=by)
    other = await second_cohort(cohort)

    moved = await transfer(place, Transfer(other.id, version=2), by=by)

    view = await member(moved)
    assert (view.planned_sessions, view.plan) == (10, TEN.plan.strip())
    assert view.progress.sessions_attended == 2


@pytest.mark.parametrize(
    ("reason", "planned"),
    [(ExitReason.DISENGAGED, 10), (ExitReason.DIED, None)],
)
async def test_who_comes_back_continues_the_plan(reason: ExitReason, planned: int | None) -> None:
    cohort = await make_cohort()
    place, _ = await make_member(
        cohort, attended=(1,), referral_status=ReferralStatus.AWAITING_ALLOCATION
    )
    by = await manager_of(cohort)
    await save_plan(place, TEN, version=1, by=by)
    await Enrolment.update(
        {
            Enrolment.status: EnrolmentStatus.EXITED,
            Enrolment.ended_on: TODAY,
            Enrolment.exit_reason: reason,
        }
    ).where(Enrolment.id == place)

    back = await enrol(cohort.id, await person_of(place), by=by)

    assert (await member(back)).planned_sessions == planned


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (IndividualPlan(0), "planned_sessions"),
        (IndividualPlan(501), "planned_sessions"),
        (IndividualPlan(10, "p" * 501), "plan"),
        (IndividualPlan(10, "bell\a"), "plan"),
    ],
)
async def test_a_wrong_plan_names_the_field_and_saves_nothing(
    plan: IndividualPlan, field: str
) -> None:
    cohort = await make_cohort(enrolled=1)
    by, (place,) = await manager_of(cohort), cohort.enrolment_ids

    with pytest.raises(InvalidInputError) as caught:
        await save_plan(place, plan, version=1, by=by)

    assert [error.field for error in caught.value.errors] == [field]
    assert (await member(place)).version == 1


async def test_a_stale_plan_and_one_of_an_ended_place_are_refused() -> None:
    cohort = await make_cohort(enrolled=1)
    by, (place,) = await manager_of(cohort), cohort.enrolment_ids
    ended, _ = await make_member(cohort, status=EnrolmentStatus.COMPLETED, ended_on=TODAY)
    await save_plan(place, TEN, version=1, by=by)

    assert [
        await refused(save_plan(place, TEN, version=1, by=by)),
        await refused(save_plan(ended, TEN, version=1, by=by)),
    ] == [StaleVersionError, EnrolmentEndedError]


async def test_d1_who_may_only_look_or_is_elsewhere_plans_nothing() -> None:
    cohort = await make_cohort(enrolled=1)
    (place,) = cohort.enrolment_ids
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    elsewhere = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    other_side = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )

    assert [
        await refused(save_plan(place, TEN, version=1, by=person.actor))
        for person in (lead, elsewhere, other_side)
    ] == [ForbiddenError, NotFoundError, NotFoundError]
