"""What does not fit together is listed case by case, and counted in the report (C4, C13)."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.reports import Question
from core.scope import SYSTEM, Scope, Side
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import AttendanceOutcome, EnrolmentStatus, ExitReason
from programmes.queries.progress import enrolment
from programmes.queries.quality import Fault, faulty_cases
from programmes.reports.completion import completion
from programmes.services.registers import Submission, save
from programmes.tables import Attendance, Enrolment, Referral, Session
from tests.factories import at, make_person
from tests.factories_programmes import (
    MadeCohort,
    entry,
    make_cohort,
    make_enrolment,
    make_mark,
    make_session,
)
from tests.fakes import FixedClock
from tests.integration.places import TODAY, make_member, manager_of

SCOPE = SYSTEM.scope
ONE_UNIT = CompletionRule(min_units=1)


async def faults(scope: Scope = SCOPE) -> list[tuple[Fault, UUID]]:
    return [(case.fault, case.subject) for case in await faulty_cases(scope=scope)]


async def make_quiet_group(**given: Any) -> MadeCohort:
    """A group whose sessions so far are marked, so that nothing of it stands out."""
    cohort = await make_cohort(starts_on=TODAY - timedelta(weeks=1), **given)
    await Session.update({Session.status: "held"}).where(Session.cohort == cohort.id)
    return cohort


async def ended(cohort: MadeCohort, status: EnrolmentStatus, **given: Any) -> UUID:
    """Somebody whose place ended today, unless something else is given."""
    person, _ = await make_member(cohort)
    left = status is EnrolmentStatus.EXITED
    columns = {
        "status": status.value, "ended_on": TODAY,
        "exit_reason": ExitReason.HEALTH.value if left else None, **given,
    }  # fmt: skip
    await Enrolment.update(columns).where(Enrolment.id == person)
    return person


async def test_a_group_in_order_has_no_fault(db: None) -> None:
    cohort = await make_quiet_group()
    await make_member(cohort, attended=(1,))

    assert await faults() == []


async def test_completed_without_a_start_and_with_too_few_units(db: None) -> None:
    cohort = await make_quiet_group(rule=CompletionRule(min_percent=60), units=3)
    never = await ended(cohort, EnrolmentStatus.COMPLETED)
    short = await ended(cohort, EnrolmentStatus.COMPLETED, started_on=TODAY)
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=short)
    await make_mark(session_id=cohort.session_ids[2], enrolment_id=short, minutes_attended=89)
    enough = await ended(cohort, EnrolmentStatus.COMPLETED, started_on=TODAY)
    for number, minutes in ((1, 90), (2, None)):
        await make_mark(
            session_id=cohort.session_ids[number], enrolment_id=enough, minutes_attended=minutes
        )
    await ended(cohort, EnrolmentStatus.COMPLETED_PARTIAL)

    assert await faults() == [
        (Fault.NEVER_STARTED, never), (Fault.TOO_FEW_UNITS, never), (Fault.TOO_FEW_UNITS, short),
    ]  # fmt: skip


async def test_units_of_an_earlier_place_are_enough(db: None) -> None:
    """C13: units carry."""
    cohort = await make_quiet_group(rule=CompletionRule(min_units=2), units=2)
    before = await ended(cohort, EnrolmentStatus.TRANSFERRED, started_on=TODAY)
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=before)
    after = await ended(cohort, EnrolmentStatus.COMPLETED, started_on=TODAY, continues=before)
    await make_mark(session_id=cohort.session_ids[2], enrolment_id=after)

    assert await faults() == []


async def test_a_catch_up_dated_after_the_exit_is_listed_and_not_credited(db: None) -> None:
    """C13: held before the person was marked as exited, but dated after."""
    cohort = await make_quiet_group()
    gone = await ended(cohort, EnrolmentStatus.EXITED, started_on=TODAY,
                       ended_on=TODAY - timedelta(days=2))  # fmt: skip
    catch_up = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[1], catch_up_for=gone,
        starts_at=at("2026-06-09 14:00"),
    )  # fmt: skip
    await make_mark(session_id=catch_up, enrolment_id=gone)

    assert await faults() == [(Fault.AFTER_EXIT, gone)]


@pytest.mark.parametrize(
    ("starts_at", "found"),
    [
        ("2026-06-10 00:30", []),
        ("2026-06-09 23:30", [Fault.BEFORE_JOINING]),
        ("2026-06-10 23:30", []),
        ("2026-06-11 00:30", [Fault.AFTER_EXIT]),
    ],
)
async def test_a_session_moved_across_midnight_counts_by_its_day_in_london(
    db: None, now: FixedClock, starts_at: str, found: list[Fault]
) -> None:
    """C13: 00:30 in London is the day before in UTC, in summer."""
    cohort = await make_quiet_group()
    gone = await ended(cohort, EnrolmentStatus.EXITED, started_on=TODAY, joined_on=TODAY)
    session_id = cohort.session_ids[1]
    await Session.update({Session.starts_at: at(starts_at)}).where(Session.id == session_id)
    await make_mark(session_id=session_id, enrolment_id=gone)

    assert [fault for fault, _ in await faults()] == found


async def test_an_absence_outside_the_window_is_no_fault(db: None) -> None:
    cohort = await make_quiet_group()
    gone = await ended(cohort, EnrolmentStatus.EXITED, ended_on=TODAY - timedelta(days=5))
    await make_mark(
        session_id=cohort.session_ids[2], enrolment_id=gone,
        outcome=AttendanceOutcome.ABSENT_NOT_NOTIFIED,
    )  # fmt: skip

    assert await faults() == []


@pytest.mark.parametrize(
    ("today", "listed"),
    [("2026-06-12", False), ("2026-06-13", False), ("2026-06-15", True)],
)
async def test_a_session_is_without_a_register_after_two_working_days(
    db: None, now: FixedClock, today: str, *, listed: bool
) -> None:
    """C4: on Wednesday; Thursday and Friday pass, and the weekend is not counted."""
    cohort = await make_cohort(starts_on=TODAY)
    now.instant = at(f"{today} 13:00")

    found = await faults()

    assert found == ([(Fault.NO_REGISTER, cohort.session_ids[1])] if listed else [])


async def test_still_active_a_month_after_the_last_session(db: None) -> None:
    weeks = timedelta(weeks=12)
    cohort = await make_quiet_group(units=2)
    await Session.update({Session.starts_at: at("2026-05-12 10:00")}).where(
        Session.id == cohort.session_ids[2]
    )
    await Session.update({Session.starts_at: at("2026-05-05 10:00")}).where(
        Session.id == cohort.session_ids[1]
    )
    person, _ = await make_member(cohort, joined_on=TODAY - weeks)
    caught_up, _ = await make_member(cohort, joined_on=TODAY - weeks)
    await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[1], catch_up_for=caught_up,
        starts_at=at("2026-06-20 10:00"),
    )  # fmt: skip

    assert await faults() == [(Fault.STILL_ACTIVE, person)]


async def test_enrolled_without_a_referral_is_listed_once_after_a_transfer(db: None) -> None:
    cohort = await make_quiet_group()
    alone = await make_enrolment(cohort_id=cohort.id)
    old = await ended(cohort, EnrolmentStatus.TRANSFERRED, referral=None)
    who = (await Enrolment.select(Enrolment.participant).where(Enrolment.id == old))[0]
    new = await make_enrolment(cohort_id=cohort.id, participant_id=who["participant"])
    await Enrolment.update({"continues": old}).where(Enrolment.id == new)

    assert set(await faults()) == {
        (Fault.NO_REFERRAL, alone), (Fault.NO_REFERRAL, new),
    }  # fmt: skip


async def test_the_report_counts_each_kind(db: None) -> None:
    cohort = await make_quiet_group(rule=ONE_UNIT)
    for _ in range(2):
        await ended(cohort, EnrolmentStatus.COMPLETED)

    assert (await completion(Question(), scope=SCOPE)).data_quality == (
        "2 completed without having attended a group unit",
        "2 completed with fewer units than the programme asks for",
    )


async def test_the_report_counts_what_the_list_holds_of_every_kind(db: None) -> None:
    cohort = await make_quiet_group(rule=CompletionRule(min_units=2), units=3)
    await make_cohort(starts_on=TODAY - timedelta(weeks=1), organisation_id=cohort.organisation_id)
    await make_enrolment(cohort_id=cohort.id)
    for units in ((), (1,), (1, 2)):
        person = await ended(cohort, EnrolmentStatus.COMPLETED)
        for number in units:
            await make_mark(session_id=cohort.session_ids[number], enrolment_id=person)
    late = await ended(cohort, EnrolmentStatus.EXITED, joined_on=TODAY)
    gone = await ended(cohort, EnrolmentStatus.EXITED, ended_on=TODAY - timedelta(days=6))
    for number, person in ((1, late), (2, gone)):
        await make_mark(session_id=cohort.session_ids[number], enrolment_id=person)

    listed = Counter(fault for fault, _ in await faults())

    assert listed == {
        Fault.NEVER_STARTED: 3, Fault.TOO_FEW_UNITS: 2, Fault.BEFORE_JOINING: 1,
        Fault.AFTER_EXIT: 1, Fault.NO_REFERRAL: 1, Fault.NO_REGISTER: 1,
    }  # fmt: skip
    said = (await completion(Question(), scope=SCOPE)).data_quality
    assert sorted(int(line.split()[0]) for line in said) == sorted(listed.values())


async def test_the_report_says_where_there_may_be_more_cases_than_are_listed(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = await make_quiet_group()
    for _ in range(3):
        await make_enrolment(cohort_id=cohort.id)
    for module in ("programmes.queries.quality", "programmes.reports.faults"):
        monkeypatch.setattr(f"{module}.MOST_CASES", 2)

    assert (await completion(Question(), scope=SCOPE)).data_quality == (
        "2 or more enrolled without a recorded referral, and so in none of these counts",
    )


async def test_units_short_in_every_place_that_continues_another_are_listed(db: None) -> None:
    cohort = await make_quiet_group(rule=CompletionRule(min_units=2), units=3)
    before = await ended(cohort, EnrolmentStatus.TRANSFERRED, started_on=TODAY)
    after = await ended(cohort, EnrolmentStatus.COMPLETED, started_on=TODAY, continues=before)
    for place in (before, after):
        await make_mark(session_id=cohort.session_ids[1], enrolment_id=place)

    assert await faults() == [(Fault.TOO_FEW_UNITS, after)]


async def test_cases_of_the_other_side_and_of_others_groups_are_not_listed(db: None) -> None:
    """D1."""
    cohort = await make_quiet_group()
    alone = await make_enrolment(cohort_id=cohort.id)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )

    assert await faults((await manager_of(cohort)).scope) == [(Fault.NO_REFERRAL, alone)]
    assert await faults(other.actor.scope) == []
    assert await faults(facilitator.actor.scope) == []


async def test_a_late_register_restates_the_figures_and_keeps_when_it_was_entered(
    db: None, now: FixedClock
) -> None:
    """C13: entered after the quarter closed."""
    cohort = await make_cohort(starts_on=date(2026, 3, 25), side=Side.SURVIVOR)
    person, _ = await make_member(cohort)
    before = (await completion(Question(), scope=SCOPE)).rows[0][4]

    await save(cohort.session_ids[1], Submission(0, (entry(person),)), by=SYSTEM)

    assert (before, (await completion(Question(), scope=SCOPE)).rows[0][4]) == (0, 1)
    rows = await Attendance.select().where(Attendance.enrolment == person)
    assert [row["recorded_at"] for row in rows] == [now.instant]


async def test_who_started_in_an_earlier_year_completes_in_their_own_cohort(db: None) -> None:
    """C13, C2: completed in quarter 2, referred and started in the year before."""
    cohort = await make_quiet_group(rule=ONE_UNIT)
    person = await ended(cohort, EnrolmentStatus.COMPLETED, started_on=date(2026, 3, 2))
    row = await Enrolment.select(Enrolment.referral).where(Enrolment.id == person)
    await Referral.update({Referral.received_on: date(2026, 2, 2)}).where(
        Referral.id == row[0]["referral"]
    )

    year = await completion(Question(date(2025, 4, 1), date(2026, 3, 31)), scope=SCOPE)
    quarter = await completion(Question(date(2026, 4, 1), date(2026, 6, 30)), scope=SCOPE)

    assert [row[1:6] for row in year.rows] == [(1, 0, 0, 1, 1)]
    assert [row[1:6] for row in quarter.rows] == []


async def test_the_same_unit_of_two_cycles_counts_once(db: None) -> None:
    """C13."""
    cohort = await make_quiet_group(units=2)
    person, _ = await make_member(cohort, attended=(1,))
    again = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[1], starts_at=at("2026-06-09 10:00")
    )
    await make_mark(session_id=again, enrolment_id=person)

    found = (await enrolment(person, scope=SCOPE)).member.progress

    assert (found.units_credited, found.attended, found.minutes) == ((1,), 2, 120)
