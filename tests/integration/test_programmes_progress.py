"""Progress as it is read from the database, and how many statements reading takes."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from core import database
from core.figures import percent_or_marker
from core.scope import SYSTEM
from programmes.domain.completion import CompletionRule, Standing
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.domain.terms import EnrolmentStatus, ExitReason, SessionStatus
from programmes.queries.progress import MemberView, enrolment, enrolments_of, members
from programmes.queries.registers import register
from programmes.services.registers import Submission, save
from programmes.tables import Enrolment, Session
from tests.factories import at
from tests.factories_programmes import (
    MadeCohort,
    entry,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_session,
)
from tests.fakes import FixedClock

SCOPE = SYSTEM.scope


async def mark_all(
    cohort: MadeCohort,
    enrolment_id: UUID,
    units: range,
    *,
    absent: dict[int, Outcome] | None = None,
) -> None:
    for number in units:
        await make_mark(
            session_id=cohort.session_ids[number], enrolment_id=enrolment_id,
            outcome=(absent or {}).get(number, Outcome.ATTENDED),
        )  # fmt: skip


async def make_golden_register(now: FixedClock) -> tuple[MadeCohort, dict[str, MemberView]]:
    """C5: week 7 is cancelled and unit 7 and all later ones are a week later."""
    cohort = await make_cohort(starts_on=date(2026, 1, 5))
    now.instant = at("2026-04-01 12:00")
    for number in range(12, 6, -1):
        day = date(2026, 1, 5) + timedelta(weeks=number)
        await Session.update({Session.starts_at: at(f"{day} 10:00")}).where(
            Session.id == cohort.session_ids[number]
        )
    await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[7],
        starts_at=at("2026-02-16 10:00"), status=SessionStatus.CANCELLED,
    )  # fmt: skip
    a, b = [await make_enrolment(cohort_id=cohort.id) for _ in range(2)]
    c = await make_enrolment(cohort_id=cohort.id, joined_on=date(2026, 1, 26))
    d = await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.EXITED, ended_on=date(2026, 2, 2),
        exit_reason=ExitReason.DISENGAGED,
    )  # fmt: skip
    missed = {3: Outcome.ABSENT_NOT_NOTIFIED, 6: Outcome.ABSENT_NOTIFIED}
    await mark_all(cohort, a, range(1, 13))
    await mark_all(cohort, b, range(1, 13), absent=missed)
    await mark_all(cohort, c, range(4, 13))
    await mark_all(
        cohort, d, range(1, 6), absent=dict.fromkeys((3, 4, 5), Outcome.ABSENT_NOT_NOTIFIED)
    )
    catch_up = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[6], catch_up_for=b,
        starts_at=at("2026-02-12 14:00"),
    )  # fmt: skip
    await make_mark(session_id=catch_up, enrolment_id=b)
    found = {view.enrolment_id: view for view in await members(cohort.id, scope=SCOPE)}
    return cohort, {name: found[id] for name, id in zip("ABCD", (a, b, c, d), strict=True)}


async def test_the_golden_register_of_c5_comes_out_of_the_database(
    db: None, now: FixedClock
) -> None:
    _, people = await make_golden_register(now)

    assert {
        name: (
            view.progress.expected,
            view.progress.attended,
            len(view.progress.units_credited),
            int(view.progress.dosage_hours),
            view.progress.standing,
        )
        for name, view in people.items()
    } == {
        "A": (12, 12, 12, 24, Standing.COMPLETE),
        "B": (12, 10, 11, 22, Standing.COMPLETE),
        "C": (9, 9, 9, 18, Standing.COMPLETE),
        "D": (5, 2, 2, 4, Standing.CANNOT_COMPLETE),
    }
    attended = sum(view.progress.attended for view in people.values())
    marked = sum(view.progress.marked for view in people.values())
    assert (attended, marked, percent_or_marker(attended, marked)) == (33, 38, "86.8")
    assert people["B"].progress.units_by_catch_up == (6,)


async def test_a_cancelled_session_and_one_to_come_are_not_expected(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    await Session.update({Session.status: SessionStatus.CANCELLED}).where(
        Session.id == cohort.session_ids[2]
    )

    (view,) = await members(cohort.id, scope=SCOPE)

    assert (view.progress.expected, view.progress.unmarked) == (5, 5)
    assert view.progress.standing is Standing.CAN_COMPLETE


async def test_a_name_on_a_list_is_the_first_name_and_an_initial(db: None) -> None:
    cohort = await make_cohort()
    for given, preferred in (("Zara", ""), ("Annabel", "Bel")):
        person = await make_participant(
            organisation_id=cohort.organisation_id, given_name=given, preferred_name=preferred
        )
        await make_enrolment(cohort_id=cohort.id, participant_id=person)

    found = await members(cohort.id, scope=SCOPE)
    sheet = await register(cohort.session_ids[6], scope=SCOPE)

    assert [view.name for view in found] == ["Bel E.", "Zara E."]
    assert [row.name for row in sheet.rows] == ["Bel E.", "Zara E."]


async def test_a_persons_enrolments_are_newest_first_with_their_own_marks(db: None) -> None:
    first = await make_cohort(enrolled=1)
    person = first.participant_ids[0]
    await make_mark(session_id=first.session_ids[1], enrolment_id=first.enrolment_ids[0])
    await Enrolment.update(
        {
            Enrolment.status: EnrolmentStatus.EXITED,
            Enrolment.exit_reason: ExitReason.HEALTH,
            Enrolment.ended_on: date(2026, 5, 20),
        },
        force=True,
    )
    second = await make_cohort(programme=first.programme)
    again = await make_enrolment(cohort_id=second.id, participant_id=person)

    found = await enrolments_of(person, scope=SCOPE)

    assert [view.member.enrolment_id for view in found] == [again, first.enrolment_ids[0]]
    assert [view.cohort.id for view in found] == [second.id, first.id]
    assert [view.member.exit_reason for view in found] == [None, ExitReason.HEALTH]
    assert found[1].member.outcomes == {first.session_ids[1]: Outcome.ATTENDED}
    assert found[0].member.outcomes == {}


async def test_gates_written_down_are_not_missing(db: None) -> None:
    rule = CompletionRule(min_units=1, needs_end_review=True, needs_report_sent=True)
    cohort = await make_cohort(rule=rule, enrolled=1)
    (person,) = cohort.enrolment_ids
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=person)
    await Enrolment.update({Enrolment.end_review_on: date(2026, 6, 9)}, force=True)

    found = await enrolment(person, scope=SCOPE)

    assert found.member.progress.missing == ("Report sent to the referrer",)


async def test_a_cohort_without_anybody_has_no_members(db: None) -> None:
    assert await members((await make_cohort()).id, scope=SCOPE) == ()


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside the block."""
    kind, seen = type(database.bound()), list[str]()
    run = kind.run_querystring

    async def counting(engine: Any, querystring: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(str(querystring))
        return await run(engine, querystring, *args, **kwargs)

    with patch.object(kind, "run_querystring", counting):
        yield seen


async def statements(read: Callable[[], Awaitable[Any]]) -> int:
    with counted() as seen:
        await read()
    return len(seen)


async def test_reading_a_group_takes_as_many_statements_whatever_its_size(db: None) -> None:
    found = []
    for size in (3, 30):
        cohort = await make_cohort(capacity=30, enrolled=size)
        for person in cohort.enrolment_ids:
            await make_mark(session_id=cohort.session_ids[1], enrolment_id=person)
        found.append(
            (
                await statements(partial(register, cohort.session_ids[1], scope=SCOPE)),
                await statements(partial(members, cohort.id, scope=SCOPE)),
            )
        )

    assert found == [(2, 6), (2, 6)]


@pytest.mark.parametrize("size", [3, 30])
async def test_correcting_a_register_takes_one_statement_for_all_its_marks(
    db: None, size: int
) -> None:
    cohort = await make_cohort(capacity=30, enrolled=size)
    people = cohort.enrolment_ids
    session_id = cohort.session_ids[1]
    first = tuple(entry(person) for person in people)
    await save(session_id, Submission(0, first), by=SYSTEM)
    late = tuple(entry(person, Outcome.LATE) for person in people)

    with counted() as seen:
        await save(session_id, Submission(1, late, "All were late"), by=SYSTEM)

    assert sum("INSERT INTO attendances" in statement for statement in seen) == 1
