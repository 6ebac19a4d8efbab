"""Corrections: the window in which facilitators may, the history, and two at once."""

import asyncio
from datetime import timedelta

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import NotFoundError
from core.scope import Actor, Side
from programmes.domain.register import Entry
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.errors import EditWindowOverError, StaleRegisterError
from programmes.queries.mark_history import mark_history
from programmes.queries.registers import register
from programmes.services.registers import Submission, save
from programmes.tables import Attendance, MarkChange, ProgrammeVersion, Session
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, entry, make_cohort, make_enrolment
from tests.fakes import FixedClock
from tests.statements import counted

TODAY = 6

pytestmark = pytest.mark.usefixtures("db")


async def make_group(*, side: Side = Side.SURVIVOR, enrolled: int = 1) -> tuple[MadeCohort, Actor]:
    person = await make_person(Role.FACILITATOR, GrantSide(side.value))
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=side, enrolled=enrolled,
        facilitator_ids=[person.id],
    )  # fmt: skip
    return cohort, person.actor


async def manager_of(cohort: MadeCohort) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(cohort.side.value),
        organisation_id=cohort.organisation_id,
    )  # fmt: skip


def everyone(cohort: MadeCohort, outcome: Outcome = Outcome.ATTENDED) -> tuple[Entry, ...]:
    return tuple(entry(enrolment_id, outcome) for enrolment_id in cohort.enrolment_ids)


@pytest.mark.parametrize("window_days", [0, 14, 60])
async def test_a_facilitator_corrects_inside_the_programmes_window_only(
    now: FixedClock, window_days: int
) -> None:
    cohort, by = await make_group()
    await ProgrammeVersion.update({ProgrammeVersion.edit_window_days: window_days}, force=True)
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)

    now.instant += timedelta(days=window_days)
    assert await save(session_id, Submission(1, everyone(cohort, Outcome.LATE), "Late"), by=by) == 2

    now.instant += timedelta(days=1)
    with pytest.raises(EditWindowOverError, match="Ask a programme manager"):
        await save(session_id, Submission(2, everyone(cohort), "On time"), by=by)
    assert {row["outcome"] for row in await Attendance.select()} == {"late"}


async def test_after_the_window_a_manager_corrects_and_anybody_saves_first_marks(
    now: FixedClock,
) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)
    forgotten = await make_enrolment(cohort_id=cohort.id)
    now.instant += timedelta(days=15)

    assert await save(session_id, Submission(1, (entry(forgotten),)), by=by) == 2
    manager = await manager_of(cohort)
    late = Submission(2, everyone(cohort, Outcome.LATE), "Seen on the camera")
    assert await save(session_id, late, by=manager.actor) == 3


async def test_d11_the_history_tells_each_state_with_who_when_and_why(now: FixedClock) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)
    now.instant += timedelta(minutes=5)
    await save(session_id, Submission(1, everyone(cohort, Outcome.LATE), "Came at 10:20"), by=by)
    now.instant += timedelta(minutes=5)
    manager = (await manager_of(cohort)).actor
    left = (entry(cohort.enrolment_ids[0], Outcome.LEFT_EARLY, minutes_attended=40, note="Ill"),)
    await save(session_id, Submission(2, left, "And left"), by=manager)
    (mark,) = [row.mark for row in (await register(session_id, scope=by.scope)).rows]
    assert mark
    assert mark.is_corrected

    found = await mark_history(mark.id, scope=by.scope)

    assert [(one.mark.outcome, one.reason, one.recorded_by) for one in found.states] == [
        (Outcome.LEFT_EARLY, "And left", manager.account_id),
        (Outcome.LATE, "Came at 10:20", by.account_id),
        (Outcome.ATTENDED, "", by.account_id),
    ]
    assert (found.states[0].mark.minutes_attended, found.states[0].note) == (40, "Ill")
    assert found.states[0].recorded_at - found.states[2].recorded_at == timedelta(minutes=10)
    assert found.name.endswith(" E.")


async def test_d1_the_other_side_and_another_organisation_find_no_history() -> None:
    cohort, by = await make_group()
    await save(cohort.session_ids[TODAY], Submission(0, everyone(cohort)), by=by)
    (mark,) = await Attendance.select()
    others = [
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
        await make_person(
            Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
        ),
    ]

    for other in others:
        with pytest.raises(NotFoundError):
            await mark_history(mark["id"], scope=other.actor.scope)


async def test_a_mark_that_was_not_corrected_has_one_state() -> None:
    cohort, by = await make_group()
    await save(cohort.session_ids[TODAY], Submission(0, everyone(cohort)), by=by)
    (mark,) = await Attendance.select()

    assert len((await mark_history(mark["id"], scope=by.scope)).states) == 1
    assert await MarkChange.count() == 0


async def attempt(cohort: MadeCohort, submission: Submission, by: Actor) -> int | None:
    """The new version, or nothing where somebody else was faster."""
    try:
        return await save(cohort.session_ids[TODAY], submission, by=by)
    except StaleRegisterError:
        return None


async def test_of_two_corrections_of_one_mark_at_once_one_wins_and_keeps_one_change() -> None:
    cohort, by = await make_group()
    other = (await manager_of(cohort)).actor
    await save(cohort.session_ids[TODAY], Submission(0, everyone(cohort)), by=by)

    found = await asyncio.gather(
        attempt(cohort, Submission(1, everyone(cohort, Outcome.LATE), "One"), by),
        attempt(cohort, Submission(1, everyone(cohort, Outcome.ABSENT_NOTIFIED), "Two"), other),
    )

    assert sorted(found, key=str) == [2, None]
    (change,) = await MarkChange.select()
    assert change["outcome"] == "attended"
    assert change["reason"] == ("One" if found[0] else "Two")


async def test_fifty_registers_saved_at_once_are_all_saved() -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    groups = [
        await make_cohort(organisation_id=person.organisation_id, enrolled=3) for _ in range(10)
    ]
    sessions = [(group, group.session_ids[number]) for group in groups for number in range(1, 6)]

    versions = await asyncio.gather(
        *[
            save(session_id, Submission(0, everyone(group)), by=person.actor)
            for group, session_id in sessions
        ]
    )

    assert versions == [1] * 50
    assert await Attendance.count() == 150
    held = await Session.count().where(Session.register_version == 1)
    assert held == 50


async def test_the_register_asks_for_the_same_number_of_statements_whatever_the_groups_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small, by = await make_group(enrolled=1)
    large, also = await make_group(enrolled=12)
    numbers = []
    for cohort, actor in ((small, by), (large, also)):
        with counted(monkeypatch) as sent:
            await register(cohort.session_ids[TODAY], scope=actor.scope)
        numbers.append(len(sent))

    assert numbers == [2, 2]
