"""Catch-ups: one person's own session, tied to what they missed, crediting its unit once."""

import asyncio
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Side
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.domain.terms import EnrolmentStatus, ExitReason, SessionStatus
from programmes.errors import CatchUpExistsError, UnitCreditedError
from programmes.queries.progress import enrolment
from programmes.queries.registers import register, taken_by
from programmes.services import catch_ups
from programmes.services.catch_ups import NewCatchUp
from programmes.services.registers import Submission, save
from programmes.tables import Session, SessionFacilitator
from tests.factories import at, make_person
from tests.factories_programmes import (
    MadeCohort,
    entry,
    make_cohort,
    make_enrolment,
    make_mark,
    make_programme,
)
from tests.fakes import FixedClock

THURSDAY = at("2026-06-11 14:00")

pytestmark = pytest.mark.usefixtures("db")


async def make_group(
    *, one_to_one: tuple[int, ...] = (), enrolled: int = 1
) -> tuple[MadeCohort, Actor]:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    programme = await make_programme(organisation_id=person.organisation_id, one_to_one=one_to_one)
    cohort = await make_cohort(programme=programme, enrolled=enrolled, facilitator_ids=[person.id])
    if one_to_one:  # a group's timetable holds none of them
        await Session.delete().where(
            Session.unit.is_in([programme.unit_ids[number] for number in one_to_one])
        )
    return cohort, person.actor


async def arrange(
    cohort: MadeCohort, by: Actor, *, unit: int = 5, at: datetime = THURSDAY, **more: Any
) -> dict[str, Any]:
    new = NewCatchUp(more.pop("enrolment_id", cohort.enrolment_ids[0]), unit, at, **more)
    session_id = await catch_ups.arrange(cohort.id, new, by=by)
    return dict((await Session.select().where(Session.id == session_id))[0])


async def miss(cohort: MadeCohort, unit: int, outcome: Outcome = Outcome.ABSENT_NOTIFIED) -> UUID:
    return await make_mark(
        session_id=cohort.session_ids[unit], enrolment_id=cohort.enrolment_ids[0], outcome=outcome
    )


async def test_it_is_tied_to_the_missed_session_and_credits_the_unit_once(
    now: FixedClock,
) -> None:
    """C5: a catch-up credits, and is never expected."""
    cohort, by = await make_group()
    await miss(cohort, 5)

    made = await arrange(cohort, by)

    assert (made["missed_session"], bool(made["is_catch_up"]), made["minutes"]) == (
        cohort.session_ids[5], True, 120,
    )  # fmt: skip
    now.instant = at("2026-06-11 16:00")
    await save(made["id"], Submission(0, (entry(cohort.enrolment_ids[0]),)), by=by)
    found = (await enrolment(cohort.enrolment_ids[0], scope=by.scope)).member.progress
    assert (found.units_credited, found.units_by_catch_up) == ((5,), (5,))
    assert (found.expected, found.marked, found.attended) == (6, 1, 0)
    with pytest.raises(UnitCreditedError):
        await arrange(cohort, by)


async def test_only_that_person_is_on_its_register() -> None:
    cohort, by = await make_group(enrolled=3)
    await miss(cohort, 5)
    made = await arrange(cohort, by)

    rows = (await register(made["id"], scope=by.scope)).rows

    assert [row.enrolment_id for row in rows] == [cohort.enrolment_ids[0]]


async def test_the_latest_session_that_did_not_credit_the_unit_is_the_missed_one() -> None:
    cohort, by = await make_group()
    await miss(cohort, 5)
    first = await arrange(cohort, by, at=at("2026-06-09 14:00"))
    await make_mark(
        session_id=first["id"], enrolment_id=cohort.enrolment_ids[0],
        outcome=Outcome.ABSENT_NOT_NOTIFIED,
    )  # fmt: skip

    again = await arrange(cohort, by)

    assert again["missed_session"] == first["id"]


async def test_a_unit_from_before_joining_has_no_missed_session() -> None:
    """C13: a rolling joiner catches up what the group did before."""
    cohort, by = await make_group()
    joiner = await make_enrolment(cohort_id=cohort.id, joined_on=date(2026, 6, 1))

    made = await arrange(cohort, by, unit=1, enrolment_id=joiner)

    assert (made["missed_session"], bool(made["is_catch_up"])) == (None, True)


async def test_a_one_to_one_unit_makes_a_session_that_is_expected(now: FixedClock) -> None:
    """C5: individual sessions count, catch-ups do not."""
    cohort, by = await make_group(one_to_one=(12,))

    made = await arrange(cohort, by, unit=12, minutes=60)

    assert (bool(made["is_catch_up"]), made["missed_session"], made["minutes"]) == (
        False, None, 60,
    )  # fmt: skip
    now.instant = at("2026-06-11 16:00")
    progress = (await enrolment(cohort.enrolment_ids[0], scope=by.scope)).member.progress
    assert progress.expected == 7

    await make_mark(
        session_id=made["id"], enrolment_id=cohort.enrolment_ids[0], outcome=Outcome.ABSENT_NOTIFIED
    )
    again = await arrange(cohort, by, unit=12, at=at("2026-06-18 14:00"))
    assert (bool(again["is_catch_up"]), again["missed_session"]) == (True, made["id"])


async def test_a_one_to_one_session_that_was_cancelled_is_arranged_again_as_itself() -> None:
    cohort, by = await make_group(one_to_one=(12,))
    made = await arrange(cohort, by, unit=12)
    await Session.update({Session.status: SessionStatus.CANCELLED}).where(Session.id == made["id"])

    again = await arrange(cohort, by, unit=12)

    assert (bool(again["is_catch_up"]), again["missed_session"]) == (False, None)


async def test_a_session_that_was_cancelled_and_not_re_run_can_be_caught_up() -> None:
    cohort, by = await make_group()
    await Session.update({Session.status: SessionStatus.CANCELLED}).where(
        Session.id == cohort.session_ids[5]
    )

    assert (await arrange(cohort, by))["missed_session"] == cohort.session_ids[5]


async def test_one_waits_at_a_time_however_fast_somebody_asks() -> None:
    cohort, by = await make_group()
    await miss(cohort, 5)

    found = await asyncio.gather(*[arrange(cohort, by) for _ in range(3)], return_exceptions=True)

    refused = [one for one in found if isinstance(one, CatchUpExistsError)]
    assert len(refused) == 2
    assert await Session.count().where(Session.is_catch_up == True) == 1  # noqa: E712 - SQL


async def test_it_may_come_after_the_group_has_ended() -> None:
    cohort, by = await make_group()
    await miss(cohort, 5)

    made = await arrange(cohort, by, at=at("2026-12-01 14:00"))

    assert made["missed_session"] == cohort.session_ids[5]


async def test_c13_after_leaving_it_must_lie_before_the_last_day() -> None:
    """A catch-up held before the person was marked as having left, and written down after."""
    cohort, by = await make_group()
    gone = await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.EXITED, ended_on=date(2026, 6, 9),
        exit_reason=ExitReason.DISENGAGED,
    )  # fmt: skip

    made = await arrange(cohort, by, at=at("2026-06-09 16:00"), enrolment_id=gone)
    assert made["missed_session"] == cohort.session_ids[5]
    with pytest.raises(InvalidInputError) as caught:
        await arrange(cohort, by, unit=4, at=at("2026-06-10 16:00"), enrolment_id=gone)
    assert [error.field for error in caught.value.errors] == ["starts_at"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"unit": 13}, "unit_number"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 601}, "minutes"),
        ({"at": at("2030-01-01 10:00")}, "starts_at"),
        ({"at": at("2026-05-01 10:00")}, "starts_at"),
        ({"facilitator_id": new_id()}, "facilitator_id"),
    ],
    ids=["no such unit", "no time", "too long", "too far ahead", "before joining", "a stranger"],
)
async def test_what_does_not_fit_is_named_and_nothing_is_saved(
    more: dict[str, Any], field: str
) -> None:
    cohort, by = await make_group()
    before = await Session.count()

    with pytest.raises(InvalidInputError) as caught:
        await arrange(cohort, by, **more)

    assert [error.field for error in caught.value.errors] == [field]
    assert await Session.count() == before


async def test_whoever_takes_it_is_written_down_in_place_of_the_groups_facilitators() -> None:
    cohort, by = await make_group()
    colleague = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )

    made = await arrange(cohort, by, facilitator_id=colleague.id)

    rows = await SessionFacilitator.select().where(SessionFacilitator.session == made["id"])
    assert [(row["account"], row["role"]) for row in rows] == [(colleague.id, "lead")]
    session = (await register(made["id"], scope=by.scope)).session
    assert await taken_by(session, scope=by.scope) == (colleague.id,)
    own = await arrange(cohort, by, unit=4, facilitator_id=by.account_id)
    session = (await register(own["id"], scope=by.scope)).session
    assert await taken_by(session, scope=by.scope) == (by.account_id,)
    group = (await register(cohort.session_ids[1], scope=by.scope)).session
    assert await taken_by(group, scope=by.scope) == (by.account_id,)


async def test_d1_whoever_does_not_run_the_group_arranges_nothing() -> None:
    cohort, by = await make_group()
    elsewhere, _ = await make_group()
    other_side = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(Side.PERPETRATOR.value),
        organisation_id=cohort.organisation_id,
    )  # fmt: skip
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    before = await Session.count()

    with pytest.raises(NotFoundError):
        await arrange(cohort, other_side.actor)
    with pytest.raises(ForbiddenError):
        await arrange(cohort, lead.actor)
    with pytest.raises(NotFoundError):  # of another cohort
        await catch_ups.arrange(
            elsewhere.id, NewCatchUp(cohort.enrolment_ids[0], 5, THURSDAY), by=by
        )
    assert await Session.count() == before
