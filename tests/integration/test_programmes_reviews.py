"""Reviews of absences (2.3): opened by registers, with a clock, closed by people or corrections."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.pagination import Cursor
from core.scope import Actor, Side
from core.tables import AuditEvent
from programmes.domain.absences import DEFAULT_RULES, ReviewRule
from programmes.domain.case_terms import ReviewCause, ReviewOutcome
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.domain.terms import EnrolmentStatus, ExitReason, Mandate
from programmes.errors import FollowUpClosedError
from programmes.queries.reviews import ReviewView, absence_rules, review, reviews
from programmes.services import absence_rules as rules
from programmes.services.absence_rules import NewRule
from programmes.services.registers import Submission, save
from programmes.services.reviews import Closing, close
from programmes.tables import AbsenceRule, Enrolment, Referral
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    entry,
    make_cohort,
    make_enrolment,
    make_referral,
)
from tests.statements import counted

MISSED = Outcome.ABSENT_NOT_NOTIFIED

pytestmark = pytest.mark.usefixtures("db")


async def make_group(
    side: Side = Side.PERPETRATOR, *, mandate: Mandate | None = Mandate.COURT_ORDER
) -> tuple[MadeCohort, Actor]:
    """A cohort of one person, and the manager who may correct its registers late."""
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value))
    cohort = await make_cohort(organisation_id=person.organisation_id, side=side, enrolled=1)
    if mandate:
        referral = await make_referral(
            participant_id=cohort.participant_ids[0], programme_id=cohort.programme.id
        )
        await Referral.update({Referral.mandate: mandate}).where(Referral.id == referral)
        await Enrolment.update({Enrolment.referral: referral}).where(
            Enrolment.id == cohort.enrolment_ids[0]
        )
    return cohort, person.actor


async def mark(
    cohort: MadeCohort, by: Actor, unit: int, outcome: Outcome = MISSED, *, version: int = 0,
    **more: Any,
) -> None:  # fmt: skip
    line = entry(cohort.enrolment_ids[0], outcome, **more)
    reason = "Another person's line" if version else ""
    await save(cohort.session_ids[unit], Submission(version, (line,), reason), by=by)


async def open_reviews(by: Actor, *, closed: bool = False) -> list[ReviewView]:
    return list((await reviews(scope=by.scope, cursor=Cursor(), closed=closed)).items)


async def test_the_second_unacceptable_absence_of_a_court_order_is_due_in_ten_working_days() -> (
    None
):
    """PC43: breach action within 10 working days; 25 May 2026 is a bank holiday."""
    cohort, by = await make_group()
    await mark(cohort, by, 1)
    assert await open_reviews(by) == []

    await mark(cohort, by, 3)

    (found,) = await open_reviews(by)
    assert (found.cause, found.absences, found.due_on) == (
        ReviewCause.UNACCEPTABLE, 2, date(2026, 6, 4),
    )  # fmt: skip
    assert (found.session_id, found.cohort_code) == (cohort.session_ids[3], found.cohort_code)
    (event,) = await AuditEvent.select().where(AuditEvent.action == "review_opened")
    assert (event["subject"], event["side"]) == (found.id, "perpetrator")


@pytest.mark.parametrize("mandate", [None, Mandate.VOLUNTARY])
async def test_whoever_comes_freely_is_reviewed_after_three_misses_in_a_row(
    mandate: Mandate | None,
) -> None:
    cohort, by = await make_group(mandate=mandate)
    for unit in (1, 2):
        await mark(cohort, by, unit)
    assert await open_reviews(by) == []

    await mark(cohort, by, 3, Outcome.ABSENT_NOTIFIED, acceptable=True)

    (found,) = await open_reviews(by)
    assert (found.cause, found.absences) == (ReviewCause.CONSECUTIVE, 3)


async def test_there_is_one_open_review_a_cause_however_many_absences_follow() -> None:
    cohort, by = await make_group()
    for unit in (1, 2, 3, 4):
        await mark(cohort, by, unit)

    assert [one.absences for one in await open_reviews(by)] == [2]


async def test_coming_again_does_not_close_a_review_by_itself() -> None:
    cohort, by = await make_group(mandate=None)
    for unit in (1, 2, 3):
        await mark(cohort, by, unit)
    await mark(cohort, by, 4, Outcome.ATTENDED)

    assert len(await open_reviews(by)) == 1


async def test_a_correction_that_takes_the_cause_away_closes_it_and_another_opens_a_new_one() -> (
    None
):
    cohort, by = await make_group()
    await mark(cohort, by, 1)
    await mark(cohort, by, 2)
    await mark(cohort, by, 2, Outcome.LATE, version=1)

    assert await open_reviews(by) == []
    (closed,) = await open_reviews(by, closed=True)
    assert (closed.outcome, closed.closed_by) == (ReviewOutcome.CORRECTED, by.account_id)

    await mark(cohort, by, 2, version=2)
    assert len(await open_reviews(by)) == 1


async def test_after_a_review_each_further_unacceptable_absence_opens_one() -> None:
    cohort, by = await make_group()
    await mark(cohort, by, 1)
    await mark(cohort, by, 2)
    (first,) = await open_reviews(by)
    await close(first.id, Closing(ReviewOutcome.WARNING, " Letter sent ", 1), by=by)
    await mark(cohort, by, 3, Outcome.ATTENDED)
    assert await open_reviews(by) == []

    await mark(cohort, by, 4)

    (second,) = await open_reviews(by)
    assert (second.absences, second.session_id) == (3, cohort.session_ids[4])
    (closed,) = await open_reviews(by, closed=True)
    assert (closed.outcome, closed.note, closed.version) == (
        ReviewOutcome.WARNING, "Letter sent", 2,
    )  # fmt: skip


async def test_absences_are_carried_through_a_transfer() -> None:
    cohort, by = await make_group()
    await mark(cohort, by, 1)
    into = await make_cohort(programme=cohort.programme)
    await Enrolment.update(
        {Enrolment.status: EnrolmentStatus.TRANSFERRED, Enrolment.ended_on: date(2026, 5, 10)}
    ).where(Enrolment.id == cohort.enrolment_ids[0])
    (before,) = await Enrolment.select().where(Enrolment.id == cohort.enrolment_ids[0])
    moved = await make_enrolment(
        cohort_id=into.id, participant_id=cohort.participant_ids[0], referral_id=before["referral"]
    )
    await Enrolment.update({Enrolment.continues: before["id"]}).where(Enrolment.id == moved)

    await save(into.session_ids[3], Submission(0, (entry(moved, MISSED),)), by=by)

    (found,) = await open_reviews(by)
    assert (found.enrolment_id, found.absences) == (moved, 2)


async def test_nobody_who_has_left_is_put_under_review() -> None:
    cohort, by = await make_group()
    await mark(cohort, by, 1)
    await Enrolment.update(
        {
            Enrolment.status: EnrolmentStatus.EXITED, Enrolment.ended_on: date(2026, 6, 9),
            Enrolment.exit_reason: ExitReason.DISENGAGED,
        }
    ).where(Enrolment.id == cohort.enrolment_ids[0])  # fmt: skip

    await mark(cohort, by, 2)

    assert await open_reviews(by) == []


@pytest.mark.parametrize("mandate", list(Mandate))
async def test_a_survivor_is_asked_after_three_misses_whatever_the_mandate(
    mandate: Mandate,
) -> None:
    """Nobody judges a survivor's absences, so no mandate's enforcement applies."""
    cohort, by = await make_group(Side.SURVIVOR, mandate=mandate)
    for unit in (1, 2):
        await mark(cohort, by, unit)
    assert await open_reviews(by) == []

    await mark(cohort, by, 3)

    assert [one.cause for one in await open_reviews(by)] == [ReviewCause.CONSECUTIVE]


async def test_a_late_mark_that_moves_a_row_on_asks_again_after_a_review() -> None:
    """Weeks 1 and 3 to 5 missed, reviewed up to 4; that week 2 was attended comes to light."""
    cohort, by = await make_group(mandate=None)
    for unit in (1, 3, 4, 5):
        await mark(cohort, by, unit)
    (first,) = await open_reviews(by)
    assert first.session_id == cohort.session_ids[4]
    await close(first.id, Closing(ReviewOutcome.NO_ACTION, "", 1), by=by)

    await mark(cohort, by, 2, Outcome.ATTENDED)

    (second,) = await open_reviews(by)
    assert (second.session_id, second.absences) == (cohort.session_ids[5], 3)


async def test_a_correction_that_joins_two_rows_asks() -> None:
    cohort, by = await make_group(mandate=None)
    for unit, outcome in ((1, MISSED), (2, MISSED), (3, Outcome.ATTENDED), (4, MISSED)):
        await mark(cohort, by, unit, outcome)
    assert await open_reviews(by) == []

    await mark(cohort, by, 3, Outcome.NOT_REQUIRED, version=1)

    (found,) = await open_reviews(by)
    assert (found.session_id, found.absences) == (cohort.session_ids[4], 3)


async def test_what_was_reviewed_in_the_group_before_is_not_asked_again_by_coming() -> None:
    cohort, by = await make_group(mandate=None)
    for unit in (1, 2, 3):
        await mark(cohort, by, unit)
    (found,) = await open_reviews(by)
    await close(found.id, Closing(ReviewOutcome.NO_ACTION, "", 1), by=by)
    into = await make_cohort(programme=cohort.programme)
    (before,) = await Enrolment.select().where(Enrolment.id == cohort.enrolment_ids[0])
    await Enrolment.update(
        {Enrolment.status: EnrolmentStatus.TRANSFERRED, Enrolment.ended_on: date(2026, 5, 24)}
    ).where(Enrolment.id == before["id"])
    moved = await make_enrolment(cohort_id=into.id, participant_id=before["participant"])
    await Enrolment.update({Enrolment.continues: before["id"]}).where(Enrolment.id == moved)

    await save(into.session_ids[4], Submission(0, (entry(moved, Outcome.ATTENDED),)), by=by)
    assert await open_reviews(by) == []

    for unit in (5, 6):
        await save(into.session_ids[unit], Submission(0, (entry(moved, MISSED),)), by=by)
    assert await open_reviews(by) == []


async def test_where_everybody_came_only_that_nobody_is_under_review_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR, enrolled=4
    )

    async def everyone(unit: int, first: Outcome) -> int:
        one, *others = cohort.enrolment_ids
        lines = (entry(one, first), *(entry(other, Outcome.ATTENDED) for other in others))
        with counted(monkeypatch) as sent:
            await save(cohort.session_ids[unit], Submission(0, lines), by=person.actor)
        engines_own = ("pg_advisory", "FOR UPDATE", "plan_cache_mode")
        return len([one for one in sent if not any(word in one for word in engines_own)])

    await everyone(1, Outcome.ATTENDED)
    came = await everyone(2, Outcome.ATTENDED)
    missed = await everyone(3, MISSED)

    # session, people; version, marks, starts, reviews, counts, the audit event
    assert (came, missed) == (8, 10)


@pytest.mark.parametrize(
    ("side", "outcome"),
    [
        (Side.SURVIVOR, ReviewOutcome.WARNING),
        (Side.SURVIVOR, ReviewOutcome.BREACH),
        (Side.SURVIVOR, ReviewOutcome.CORRECTED),
        (Side.PERPETRATOR, ReviewOutcome.CORRECTED),
    ],
)
async def test_an_outcome_that_does_not_fit_is_refused(side: Side, outcome: ReviewOutcome) -> None:
    cohort, by = await make_group(side, mandate=None)
    for unit in (1, 2, 3):
        await mark(cohort, by, unit)
    (found,) = await open_reviews(by)

    with pytest.raises(InvalidInputError) as caught:
        await close(found.id, Closing(outcome, "", 1), by=by)

    assert [error.field for error in caught.value.errors] == ["outcome"]
    assert len(await open_reviews(by)) == 1


async def test_a_closed_or_changed_review_cannot_be_closed_again() -> None:
    cohort, by = await make_group()
    for unit in (1, 2):
        await mark(cohort, by, unit)
    (found,) = await open_reviews(by)

    with pytest.raises(StaleVersionError):
        await close(found.id, Closing(ReviewOutcome.BREACH, "", 7), by=by)
    await close(found.id, Closing(ReviewOutcome.BREACH, "", 1), by=by)
    with pytest.raises(FollowUpClosedError):
        await close(found.id, Closing(ReviewOutcome.NO_ACTION, "", 2), by=by)
    assert (await review(found.id, scope=by.scope)).outcome is ReviewOutcome.BREACH


async def test_d1_a_review_exists_on_its_side_only_and_readers_do_not_close_it() -> None:
    cohort, by = await make_group()
    for unit in (1, 2):
        await mark(cohort, by, unit)
    (found,) = await open_reviews(by)
    other_side = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )
    elsewhere = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)

    for person in (other_side, elsewhere):
        assert await open_reviews(person.actor) == []
        with pytest.raises(NotFoundError):
            await close(found.id, Closing(ReviewOutcome.NO_ACTION, "", 1), by=person.actor)
    assert len(await open_reviews(lead.actor)) == 1
    with pytest.raises(ForbiddenError):
        await close(found.id, Closing(ReviewOutcome.NO_ACTION, "", 1), by=lead.actor)


async def test_the_soonest_due_come_first_page_by_page() -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    due: dict[int, UUID] = {}
    for last in (6, 4, 5):
        cohort = await make_cohort(
            organisation_id=person.organisation_id, side=Side.PERPETRATOR, enrolled=1
        )
        for unit in (last - 2, last - 1, last):
            await mark(cohort, person.actor, unit)
        due[last] = cohort.enrolment_ids[0]

    found, after = [], None
    while found == [] or after:
        page = await reviews(scope=person.actor.scope, cursor=Cursor(limit=1, after=after))
        found += [one.enrolment_id for one in page.items]
        after = page.next

    assert found == [due[4], due[5], due[6]]
    of_one = await reviews(scope=person.actor.scope, cursor=Cursor(), enrolment_id=due[5])
    assert [one.enrolment_id for one in of_one.items] == [due[5]]


def test_numbers_out_of_range_are_named() -> None:
    faults = [fault.field for fault in rules._faults(ReviewRule(0, 51, 61)) if fault]

    assert faults == ["after_unacceptable", "after_consecutive", "act_within_working_days"]


async def rule_of(person: Person, mandate: Mandate) -> tuple[ReviewRule, int]:
    found = await absence_rules(scope=person.actor.scope)
    return next((one.rule, one.version) for one in found if one.mandate is mandate)


async def test_an_organisation_sets_its_own_rule_for_a_mandate() -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    assert await rule_of(person, Mandate.LICENCE) == (DEFAULT_RULES[Mandate.LICENCE], 0)
    own = ReviewRule(1, None, 5)

    new = NewRule(person.organisation_id, Mandate.LICENCE, own, 0)
    assert await rules.save(new, by=person.actor) == 1
    with pytest.raises(StaleVersionError):
        await rules.save(new, by=person.actor)
    changed = NewRule(person.organisation_id, Mandate.LICENCE, ReviewRule(None, None, 5), 1)
    assert await rules.save(changed, by=person.actor) == 2

    assert await rule_of(person, Mandate.LICENCE) == (ReviewRule(None, None, 5), 2)
    assert (await rule_of(person, Mandate.COURT_ORDER))[1] == 0


async def test_a_rule_of_ones_own_decides_when_a_review_opens() -> None:
    cohort, by = await make_group()
    await rules.save(
        NewRule(cohort.organisation_id, Mandate.COURT_ORDER, ReviewRule(1, None, 1), 0), by=by
    )

    await mark(cohort, by, 6)

    (found,) = await open_reviews(by)
    assert (found.absences, found.due_on) == (1, date(2026, 6, 11))


async def test_only_a_manager_of_the_organisation_sets_its_rules() -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    elsewhere = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.PERPETRATOR, organisation_id=person.organisation_id
    )
    new = NewRule(person.organisation_id, Mandate.LICENCE, ReviewRule(1, 1, 1), 0)

    with pytest.raises(NotFoundError):
        await rules.save(new, by=elsewhere.actor)
    with pytest.raises(ForbiddenError):
        await rules.save(new, by=facilitator.actor)
    assert await absence_rules(scope=facilitator.actor.scope) == ()
    assert await AbsenceRule.count() == 0
