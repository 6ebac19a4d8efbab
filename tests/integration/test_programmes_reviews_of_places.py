"""What becomes of open reviews of absences when a place ends or is continued elsewhere (2.3)."""

import json

import pytest

from core.pagination import Cursor
from core.scope import Actor, Side
from core.tables import AuditEvent
from programmes.domain.case_terms import ReviewOutcome
from programmes.domain.terms import AttendanceOutcome, ExitReason, Mandate
from programmes.queries.reviews import ReviewView, reviews
from programmes.services.endings import Ending, complete, leave
from programmes.services.registers import Submission, save
from programmes.services.reviews import Closing, close
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Referral
from tests.factories_programmes import MadeCohort, entry, make_cohort
from tests.integration.places import (
    TODAY,
    TWO_UNITS,
    make_member,
    manager_of,
    referral_status,
    second_cohort,
)

pytestmark = pytest.mark.usefixtures("db")
MISSED = AttendanceOutcome.ABSENT_NOT_NOTIFIED


async def make_reviewed(*units: int) -> tuple[MadeCohort, Actor, ReviewView]:
    """Somebody under a court order who attended these units and missed the third and fourth."""
    cohort = await make_cohort(side=Side.PERPETRATOR, rule=TWO_UNITS)
    by = await manager_of(cohort)
    person, referral = await make_member(cohort, attended=units)
    await Referral.update({Referral.mandate: Mandate.COURT_ORDER}).where(Referral.id == referral)
    for unit in (3, 4):
        await save(cohort.session_ids[unit], Submission(0, (entry(person, MISSED),)), by=by)
    (found,) = await listed(by)
    return cohort, by, found


async def listed(by: Actor, *, closed: bool = False) -> list[ReviewView]:
    return list((await reviews(scope=by.scope, cursor=Cursor(), closed=closed)).items)


async def last_event(review: ReviewView) -> tuple[str, dict[str, str]]:
    rows = (
        await AuditEvent.select()
        .where(AuditEvent.subject == review.id)
        .order_by(AuditEvent.id, ascending=False)
    )
    return rows[0]["action"], json.loads(rows[0]["after"])


async def test_leaving_closes_the_open_review() -> None:
    _, by, opened = await make_reviewed()

    await leave(opened.enrolment_id, Ending(TODAY, 1), ExitReason.DISENGAGED, by=by)

    (closed,) = await listed(by, closed=True)
    assert (closed.id, closed.outcome, closed.closed_by) == (
        opened.id, ReviewOutcome.LEFT, by.account_id,
    )  # fmt: skip
    assert (await listed(by), closed.place_is_open) == ([], False)
    assert await last_event(opened) == ("review_closed", {"outcome": "left_programme"})


async def test_completing_closes_the_open_review_without_action() -> None:
    _, by, opened = await make_reviewed(1, 2)

    await complete(opened.enrolment_id, Ending(TODAY, 1), by=by)

    assert [one.outcome for one in await listed(by, closed=True)] == [ReviewOutcome.NO_ACTION]
    assert await listed(by) == []


async def test_an_ending_leaves_what_was_closed_before_as_it_was() -> None:
    _, by, opened = await make_reviewed()
    await close(opened.id, Closing(ReviewOutcome.WARNING, "Letter", 1), by=by)

    await leave(opened.enrolment_id, Ending(TODAY, 1), ExitReason.BREACHED, by=by)

    assert [one.outcome for one in await listed(by, closed=True)] == [ReviewOutcome.WARNING]


async def test_a_transfer_takes_the_open_review_and_its_clock_along() -> None:
    cohort, by, opened = await make_reviewed(1)
    new = await second_cohort(cohort, starts_on=TODAY)

    made = await transfer(opened.enrolment_id, Transfer(new.id, 1, TODAY), by=by)

    (carried,) = await listed(by)
    assert (carried.id, carried.enrolment_id, carried.cohort_id) == (opened.id, made, new.id)
    assert (carried.due_on, carried.session_id, carried.version) == (
        opened.due_on, opened.session_id, 2,
    )  # fmt: skip
    assert await last_event(opened) == ("review_carried_over", {"enrolment": str(made)})


async def test_breach_action_does_not_move_the_referral_by_itself() -> None:
    _, by, opened = await make_reviewed(1)
    (referral,) = await Referral.select(Referral.id)
    before = await referral_status(referral["id"])

    await close(opened.id, Closing(ReviewOutcome.BREACH, "", 1), by=by)

    assert await referral_status(referral["id"]) == before
    (closed,) = await listed(by, closed=True)
    assert closed.place_is_open
