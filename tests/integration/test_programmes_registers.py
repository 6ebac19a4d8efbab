"""Saving a register: all rows or none, and never over somebody else's save."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Side
from core.tables import AuditEvent
from programmes.domain.register import Entry
from programmes.domain.terms import AbsenceReason, EnrolmentStatus, SessionStatus
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.errors import SessionCancelledError, SessionNotBegunError, StaleRegisterError
from programmes.queries.progress import enrolment
from programmes.queries.registers import register
from programmes.services.marks import stored_entries
from programmes.services.registers import Submission, save
from programmes.tables import Attendance, Enrolment, MarkChange, Session
from tests.factories import Person, at, make_person
from tests.factories_programmes import (
    MadeCohort,
    entry,
    make_cohort,
    make_enrolment,
    make_mark,
)
from tests.fakes import FixedClock

TODAY = 6
"""The unit of today's session, which began two hours ago."""

Group = tuple[MadeCohort, Actor]


async def make_group(
    *, enrolled: int = 3, side: Side = Side.SURVIVOR, organisation_id: UUID | None = None
) -> Group:
    """A cohort and the facilitator who may mark its registers."""
    person = await make_facilitator(side, organisation_id)
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=side, enrolled=enrolled,
        facilitator_ids=[person.id],
    )  # fmt: skip
    return cohort, person.actor


async def make_facilitator(side: Side, organisation_id: UUID | None = None) -> Person:
    return await make_person(
        Role.FACILITATOR, GrantSide(side.value), organisation_id=organisation_id
    )


def everyone(cohort: MadeCohort, outcome: Outcome = Outcome.ATTENDED) -> tuple[Entry, ...]:
    return tuple(entry(enrolment_id, outcome) for enrolment_id in cohort.enrolment_ids)


async def stored(session_id: UUID) -> dict[str, Any]:
    rows = await Session.select().where(Session.id == session_id)
    return dict(rows[0])


async def events(action: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await AuditEvent.select().where(AuditEvent.action == action)]


async def nothing_was_saved(session_id: UUID, version: int = 0) -> bool:
    row = await stored(session_id)
    marks = await Attendance.count().where(Attendance.session == session_id)
    return (row["register_version"], marks, await AuditEvent.count()) == (version, 0, 0)


async def test_the_first_save_keeps_every_mark_and_holds_the_session(db: None) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    entries = (
        entry(cohort.enrolment_ids[0], engaged=True, note="Took part"),
        entry(cohort.enrolment_ids[1], Outcome.LEFT_EARLY, minutes_attended=45),
        entry(
            cohort.enrolment_ids[2], Outcome.ABSENT_NOTIFIED, absence_reason=AbsenceReason.MEDICAL
        ),
    )

    assert await save(session_id, Submission(0, entries), by=by) == 1

    found = await register(session_id, scope=by.scope)
    assert stored_entries(found) == {line.enrolment_id: line for line in entries}
    assert (found.version, found.session.status) == (1, SessionStatus.HELD)
    assert (await stored(session_id))["register_saved_by"] == by.account_id
    (event,) = await events("register_saved")
    assert json.loads(event["after"]) == {
        str(line.enrolment_id): line.outcome.value for line in entries
    }


async def test_people_may_stay_unmarked_and_be_marked_later_without_a_reason(db: None) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    first, *others = everyone(cohort)

    await save(session_id, Submission(0, (first,)), by=by)
    assert await save(session_id, Submission(1, (first, *others)), by=by) == 2

    assert await Attendance.count() == 3
    assert await events("mark_corrected") == []


async def test_a_session_that_nobody_came_to_the_sheet_of_is_held_all_the_same(db: None) -> None:
    cohort, by = await make_group(enrolled=0)

    assert await save(cohort.session_ids[TODAY], Submission(0, ()), by=by) == 1

    assert (await stored(cohort.session_ids[TODAY]))["status"] == "held"


@pytest.mark.parametrize("version", [0, 1])
async def test_saving_the_same_again_changes_nothing(db: None, version: int) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)
    before = (await stored(session_id), await Attendance.select(), await AuditEvent.count())

    assert await save(session_id, Submission(version, everyone(cohort)), by=by) == 1

    assert before == (
        await stored(session_id), await Attendance.select(), await AuditEvent.count(),
    )  # fmt: skip


@pytest.mark.parametrize("version", [0, 2])
async def test_a_version_that_is_not_the_stored_one_is_refused(db: None, version: int) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)
    changed = Submission(version, everyone(cohort, Outcome.LATE), "They told me")

    with pytest.raises(StaleRegisterError):
        await save(session_id, changed, by=by)

    assert {row["outcome"] for row in await Attendance.select()} == {"attended"}
    assert len(await events("register_saved")) == 1


async def test_a_correction_needs_its_reason(db: None) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)

    with pytest.raises(InvalidInputError) as caught:
        await save(session_id, Submission(1, everyone(cohort, Outcome.LATE), "  "), by=by)

    assert [error.field for error in caught.value.errors] == ["correction_reason"]
    assert (await stored(session_id))["register_version"] == 1


async def test_a_correction_keeps_what_was_there_before_and_why(db: None) -> None:
    cohort, by = await make_group(enrolled=2)
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)
    mark = (await register(session_id, scope=by.scope)).rows[0].mark
    assert mark
    corrected = entry(cohort.enrolment_ids[0], Outcome.LEFT_EARLY, minutes_attended=30)

    await save(session_id, Submission(1, (corrected,), " Went home ill "), by=by)

    (kept,) = await MarkChange.select()
    assert (kept["attendance"], kept["outcome"], kept["minutes_attended"]) == (
        mark.id, "attended", None,
    )  # fmt: skip
    assert (kept["reason"], kept["changed_by"], kept["recorded_by"]) == (
        "Went home ill", by.account_id, by.account_id,
    )  # fmt: skip
    assert await Attendance.count() == 2


async def test_d13_the_event_of_a_correction_holds_outcomes_and_no_words(db: None) -> None:
    """Events are never deleted, so what retention removes must not be in them."""
    cohort, by = await make_group(enrolled=1)
    session_id = cohort.session_ids[TODAY]
    before = entry(cohort.enrolment_ids[0], Outcome.ABSENT_NOTIFIED, note="In hospital")
    await save(session_id, Submission(0, (before,)), by=by)
    after = entry(
        cohort.enrolment_ids[0], Outcome.ABSENT_NOTIFIED, absence_reason=AbsenceReason.MEDICAL
    )

    await save(session_id, Submission(1, (after,), "Told later"), by=by)

    (event,) = await events("mark_corrected")
    assert (event["reason"], json.loads(event["before"])) == ("", {"outcome": "absent_notified"})
    assert json.loads(event["after"]) == {
        "outcome": "absent_notified", "changed": ["absence_reason", "note"],
    }  # fmt: skip
    (kept,) = await MarkChange.select()
    assert (kept["note"], kept["absence_reason"]) == ("In hospital", None)


async def test_a_mark_for_somebody_not_enrolled_is_named_and_nothing_is_saved(db: None) -> None:
    cohort, by = await make_group()
    other, _ = await make_group(organisation_id=cohort.organisation_id)
    strangers = (entry(other.enrolment_ids[0]), entry(new_id()))
    submission = Submission(0, (*everyone(cohort), *strangers))

    with pytest.raises(InvalidInputError) as caught:
        await save(cohort.session_ids[TODAY], submission, by=by)

    assert [error.field for error in caught.value.errors] == [
        "marks[3].enrolment_id", "marks[4].enrolment_id",
    ]  # fmt: skip
    assert await nothing_was_saved(cohort.session_ids[TODAY])


async def test_whoever_joins_later_or_has_left_is_not_on_the_register(db: None) -> None:
    cohort, by = await make_group(enrolled=1)
    later = await make_enrolment(cohort_id=cohort.id, joined_on=date(2026, 6, 11))
    gone = await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.COMPLETED, ended_on=date(2026, 6, 9)
    )
    paused = await make_enrolment(cohort_id=cohort.id, status=EnrolmentStatus.PAUSED)
    last_day = await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.COMPLETED, ended_on=date(2026, 6, 10)
    )

    found = await register(cohort.session_ids[TODAY], scope=by.scope)

    expected = {row.enrolment_id for row in found.rows}
    assert expected == {cohort.enrolment_ids[0], last_day}
    assert not {later, gone, paused} & expected


async def test_whoever_was_marked_stays_on_the_register(db: None) -> None:
    cohort, by = await make_group(enrolled=1)
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)
    await Enrolment.update({Enrolment.status: EnrolmentStatus.PAUSED}, force=True)

    assert len((await register(session_id, scope=by.scope)).rows) == 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"outcome": Outcome.LEFT_EARLY}, "marks[0].minutes_attended"),
        ({"outcome": Outcome.ABSENT_NOTIFIED, "acceptable": True}, "marks[0].acceptable"),
        ({"note": "n" * 4001}, "marks[0].note"),
        ({"minutes_attended": 601}, "marks[0].minutes_attended"),
    ],
)
async def test_a_line_that_cannot_be_is_named_and_nothing_is_saved(
    db: None, line: dict[str, Any], field: str
) -> None:
    cohort, by = await make_group()
    faulty = entry(cohort.enrolment_ids[0], **line)
    submission = Submission(0, (faulty, *everyone(cohort)[1:]))

    with pytest.raises(InvalidInputError) as caught:
        await save(cohort.session_ids[TODAY], submission, by=by)

    assert [error.field for error in caught.value.errors] == [field]
    assert await nothing_was_saved(cohort.session_ids[TODAY])


async def test_an_absence_is_judged_on_the_perpetrators_side(db: None) -> None:
    cohort, by = await make_group(enrolled=1, side=Side.PERPETRATOR)
    judged = entry(cohort.enrolment_ids[0], Outcome.ABSENT_NOT_NOTIFIED, acceptable=True)

    await save(cohort.session_ids[TODAY], Submission(0, (judged,)), by=by)

    found = await enrolment(cohort.enrolment_ids[0], scope=by.scope)
    assert (found.member.progress.attended, found.member.progress.compliant) == (0, 1)


async def test_a_reason_longer_than_the_log_keeps_is_refused(db: None) -> None:
    cohort, by = await make_group()

    with pytest.raises(InvalidInputError) as caught:
        await save(cohort.session_ids[TODAY], Submission(0, everyone(cohort), "r" * 201), by=by)

    assert [error.field for error in caught.value.errors] == ["correction_reason"]


async def test_a_session_to_come_cannot_be_marked(db: None, now: FixedClock) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY + 1]

    now.instant = at("2026-06-17 09:59")
    with pytest.raises(SessionNotBegunError):
        await save(session_id, Submission(0, everyone(cohort)), by=by)
    assert await nothing_was_saved(session_id)

    now.instant = at("2026-06-17 10:00")
    assert await save(session_id, Submission(0, everyone(cohort)), by=by) == 1


async def test_a_cancelled_session_cannot_be_marked(db: None) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    await Session.update({Session.status: SessionStatus.CANCELLED}).where(Session.id == session_id)

    with pytest.raises(SessionCancelledError):
        await save(session_id, Submission(0, everyone(cohort)), by=by)

    assert await nothing_was_saved(session_id)


async def attempt(session_id: UUID, submission: Submission, by: Actor) -> int | None:
    """The new version, or nothing where somebody else was faster."""
    try:
        return await save(session_id, submission, by=by)
    except StaleRegisterError:
        return None


async def test_of_two_first_saves_at_once_exactly_one_wins(db: None) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    outcomes = (Outcome.ATTENDED, Outcome.LATE)

    found = await asyncio.gather(
        *[attempt(session_id, Submission(0, everyone(cohort, item)), by) for item in outcomes]
    )

    assert sorted(found, key=str) == [1, None]
    winner = outcomes[found.index(1)]
    assert {row["outcome"] for row in await Attendance.select()} == {winner.value}
    assert len(await events("register_saved")) == 1


async def test_of_two_corrections_at_once_exactly_one_wins(db: None) -> None:
    cohort, by = await make_group()
    session_id = cohort.session_ids[TODAY]
    await save(session_id, Submission(0, everyone(cohort)), by=by)
    corrections = [
        Submission(1, everyone(cohort, item), "Mistaken")
        for item in (Outcome.LATE, Outcome.ABSENT_NOTIFIED, Outcome.NOT_REQUIRED)
    ]

    found = await asyncio.gather(*[attempt(session_id, item, by) for item in corrections])

    assert sorted(found, key=str) == [2, None, None]
    assert len({row["outcome"] for row in await Attendance.select()}) == 1
    assert len(await events("mark_corrected")) == 3


async def test_who_may_not_mark_changes_nothing(db: None) -> None:
    cohort, _ = await make_group()
    session_id = cohort.session_ids[TODAY]
    nobody = [
        (await make_facilitator(Side.SURVIVOR, cohort.organisation_id), NotFoundError),
        (await make_facilitator(Side.PERPETRATOR, cohort.organisation_id), NotFoundError),
        (await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), NotFoundError),
        (await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True), ForbiddenError),
        (await make_person(Role.ADMINISTRATOR, everywhere=True), NotFoundError),
    ]

    for person, error in nobody:
        with pytest.raises(error):
            await save(session_id, Submission(0, everyone(cohort)), by=person.actor)

    assert await nothing_was_saved(session_id)


async def test_a_mark_from_before_is_read_into_the_register(db: None) -> None:
    cohort, by = await make_group(enrolled=1)
    await make_mark(
        session_id=cohort.session_ids[TODAY], enrolment_id=cohort.enrolment_ids[0],
        outcome=Outcome.ABSENT_NOTIFIED, absence_reason=AbsenceReason.COURT_LEGAL,
    )  # fmt: skip

    found = stored_entries(await register(cohort.session_ids[TODAY], scope=by.scope))

    assert found == {
        cohort.enrolment_ids[0]: entry(
            cohort.enrolment_ids[0],
            Outcome.ABSENT_NOTIFIED,
            absence_reason=AbsenceReason.COURT_LEGAL,
        )
    }
