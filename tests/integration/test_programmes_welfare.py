"""M14: a survivor's missed session opens a same-day welfare check, and never a text."""

from datetime import date

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import InvalidInputError, NotFoundError, StaleVersionError
from core.pagination import Cursor
from core.scope import Actor, Side
from core.tables import AuditEvent
from jobs import reminders
from messaging.tables import Message
from programmes.domain.case_terms import WelfareOutcome
from programmes.domain.terms import AbsenceReason
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.errors import FollowUpClosedError
from programmes.queries.welfare import WelfareView, welfare_check, welfare_checks
from programmes.services import planned_absences
from programmes.services.planned_absences import NewAbsence
from programmes.services.registers import Submission, save
from programmes.services.welfare import Closing, close
from programmes.tables import CaseWorker, WelfareCheck
from tests.conftest import SETTINGS
from tests.factories import at, make_person
from tests.factories_messaging import Group, drama_number, make_rule
from tests.factories_programmes import MadeCohort, entry, make_cohort, make_safe_contact
from tests.fakes import FixedClock

TODAY = 6
MISSED = Outcome.ABSENT_NOT_NOTIFIED

pytestmark = pytest.mark.usefixtures("db")


async def make_group(side: Side = Side.SURVIVOR, *, enrolled: int = 1) -> tuple[MadeCohort, Actor]:
    person = await make_person(Role.FACILITATOR, GrantSide(side.value))
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=side, enrolled=enrolled,
        facilitator_ids=[person.id],
    )  # fmt: skip
    return cohort, person.actor


async def mark(
    cohort: MadeCohort, by: Actor, outcome: Outcome = MISSED, *, unit: int = TODAY, version: int = 0
) -> None:
    line = entry(cohort.enrolment_ids[0], outcome)
    reason = "Another person's line" if version else ""
    await save(cohort.session_ids[unit], Submission(version, (line,), reason), by=by)


async def checks(by: Actor, *, closed: bool = False) -> list[WelfareView]:
    return list((await welfare_checks(scope=by.scope, cursor=Cursor(), closed=closed)).items)


@pytest.mark.parametrize("outcome", [Outcome.ABSENT_NOT_NOTIFIED, Outcome.ABSENT_NOTIFIED])
async def test_m14_a_missed_session_opens_a_check_for_the_same_day(outcome: Outcome) -> None:
    cohort, by = await make_group()

    await mark(cohort, by, outcome)

    (found,) = await checks(by)
    assert (found.due_on, found.session_id) == (date(2026, 6, 10), cohort.session_ids[TODAY])
    (event,) = await AuditEvent.select().where(AuditEvent.action == "welfare_check_opened")
    assert (event["subject"], event["side"]) == (found.id, "survivor")


async def test_a_register_saved_days_later_opens_checks_for_that_day() -> None:
    cohort, by = await make_group()

    await mark(cohort, by, unit=4)

    assert [one.due_on for one in await checks(by)] == [date(2026, 6, 10)]


async def test_an_absence_that_was_planned_opens_none(now: FixedClock) -> None:
    cohort, by = await make_group()
    await planned_absences.add(
        cohort.session_ids[7], NewAbsence(cohort.enrolment_ids[0], AbsenceReason.HOLIDAY), by=by
    )
    now.instant = at("2026-06-17 12:00")

    await mark(cohort, by, unit=7)

    assert await checks(by) == []


async def test_whoever_came_or_was_stood_down_is_not_called() -> None:
    cohort, by = await make_group(enrolled=2)
    lines = (
        entry(cohort.enrolment_ids[0]),
        entry(
            cohort.enrolment_ids[1], Outcome.ABSENT_NOTIFIED,
            absence_reason=AbsenceReason.STOOD_DOWN,
        ),
    )  # fmt: skip

    await save(cohort.session_ids[TODAY], Submission(0, lines), by=by)

    assert await checks(by) == []


async def test_perpetrators_have_no_welfare_checks() -> None:
    cohort, by = await make_group(Side.PERPETRATOR)

    await mark(cohort, by)

    assert await WelfareCheck.count() == 0


async def test_a_correction_to_attended_closes_the_check_and_back_opens_it_again() -> None:
    cohort, by = await make_group()
    await mark(cohort, by)
    await mark(cohort, by, Outcome.LATE, version=1)

    assert await checks(by) == []
    (closed,) = await checks(by, closed=True)
    assert (closed.outcome, closed.closed_by) == (WelfareOutcome.NOT_NEEDED, by.account_id)

    await mark(cohort, by, version=2)
    (found,) = await checks(by)
    assert (found.id, found.version, found.outcome) == (closed.id, 3, None)


async def test_correcting_how_somebody_was_absent_leaves_the_check_as_it_is() -> None:
    cohort, by = await make_group()
    await mark(cohort, by)
    (found,) = await checks(by)
    await close(found.id, Closing(WelfareOutcome.NOT_NEEDED, "With her in court", 1), by=by)

    await mark(cohort, by, Outcome.ABSENT_NOTIFIED, version=1)

    assert await checks(by) == []


async def test_a_correction_to_attended_leaves_a_check_that_somebody_made() -> None:
    cohort, by = await make_group()
    await mark(cohort, by)
    (found,) = await checks(by)
    await close(found.id, Closing(WelfareOutcome.SAFE, "", 1), by=by)

    await mark(cohort, by, Outcome.ATTENDED, version=1)
    await mark(cohort, by, version=2)

    (closed,) = await checks(by, closed=True)
    assert closed.outcome is WelfareOutcome.SAFE


async def test_m14_whoever_missed_gets_the_same_texts_as_whoever_came(now: FixedClock) -> None:
    """No text follows from a missed session: next week's reminder is all there is."""
    cohort, by = await make_group(enrolled=2)
    programme = cohort.programme
    await make_rule(
        Group(
            programme.organisation_id, cohort.side, programme.id, programme.unit_ids[1], cohort.id
        )
    )
    for number, person in enumerate(cohort.participant_ids, start=1):
        await make_safe_contact(participant_id=person, number=drama_number(number))
    missed, came = cohort.enrolment_ids
    lines = (entry(missed, MISSED), entry(came))

    await save(cohort.session_ids[TODAY], Submission(0, lines), by=by)
    assert await reminders.plan(SETTINGS) == 2
    now.instant = at("2026-06-11 10:00")
    assert await reminders.plan(SETTINGS) == 0

    rows = await Message.select(Message.recipient, Message.subject)
    assert {(row["recipient"], row["subject"]) for row in rows} == {
        (person, cohort.session_ids[7]) for person in cohort.participant_ids
    }


async def test_those_within_reach_close_it_with_an_outcome_and_a_note() -> None:
    """A facilitator of the group, a manager, the person's link worker, the safety lead."""
    cohort, by = await make_group()
    link_worker = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )
    await CaseWorker(
        participant=cohort.participant_ids[0], account=link_worker.id, since=clock.today()
    ).save()
    people = [
        by,
        (
            await make_person(
                Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
            )
        ).actor,
        link_worker.actor,
        (await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)).actor,
    ]

    for unit, person in enumerate(people, start=1):
        await mark(cohort, by, unit=unit)
        (found,) = await checks(person)
        await close(found.id, Closing(WelfareOutcome.SAFE, " At her sister's ", 1), by=person)
        closed = await welfare_check(found.id, scope=person.scope)
        assert (closed.outcome, closed.note, closed.closed_by) == (
            WelfareOutcome.SAFE, "At her sister's", person.account_id,
        )  # fmt: skip
    assert await checks(by) == []


async def test_d1_nobody_else_finds_it() -> None:
    cohort, by = await make_group()
    await mark(cohort, by)
    (found,) = await checks(by)
    others = [
        await make_person(
            Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
        ),
        await make_person(
            Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
        ),
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
        await make_person(
            Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=cohort.organisation_id
        ),
        await make_person(Role.ADMINISTRATOR, everywhere=True),
    ]

    for other in others:
        assert await checks(other.actor) == []
        with pytest.raises(NotFoundError):
            await close(found.id, Closing(WelfareOutcome.SAFE, "", 1), by=other.actor)


async def test_a_concern_needs_its_words_and_a_closed_check_stays_closed() -> None:
    cohort, by = await make_group()
    await mark(cohort, by)
    (found,) = await checks(by)

    with pytest.raises(InvalidInputError) as caught:
        await close(found.id, Closing(WelfareOutcome.CONCERN, " ", 1), by=by)
    assert [error.field for error in caught.value.errors] == ["note"]
    with pytest.raises(StaleVersionError):
        await close(found.id, Closing(WelfareOutcome.SAFE, "", 5), by=by)
    await close(found.id, Closing(WelfareOutcome.CONCERN, "Told the lead", 1), by=by)
    with pytest.raises(FollowUpClosedError):
        await close(found.id, Closing(WelfareOutcome.SAFE, "", 2), by=by)


async def test_the_longest_due_come_first_page_by_page(now: FixedClock) -> None:
    cohort, by = await make_group()
    due = []
    for unit in (4, 5, 6):
        await mark(cohort, by, unit=unit)
        due.append(clock.today())
        now.instant = at(f"2026-06-1{len(due)} 13:00")

    first = await welfare_checks(scope=by.scope, cursor=Cursor(limit=2))
    rest = await welfare_checks(scope=by.scope, cursor=Cursor(limit=2, after=first.next))

    assert [one.due_on for one in (*first.items, *rest.items)] == due
    assert rest.next is None
