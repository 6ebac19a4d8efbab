"""Criteria of a programme: kept with its version, told of each referral, noted when not met."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import InvalidInputError
from core.scope import SYSTEM
from programmes.domain.assessment import Assessment
from programmes.domain.case_terms import AssessmentOutcome
from programmes.domain.eligibility import ANYBODY, Criteria
from programmes.domain.terms import EnrolmentStatus, Mandate
from programmes.queries.eligibility import eligibility_of
from programmes.queries.programmes import programme
from programmes.queries.referrals import referral
from programmes.services.programmes import add_version
from programmes.services.referral_moves import assess
from tests.factories import Person, make_person
from tests.factories_programmes import (
    make_cohort,
    make_enrolment,
    make_participant,
    make_programme,
    make_referral,
)
from tests.integration.test_programmes_versions import NEXT, manager_of

pytestmark = pytest.mark.usefixtures("db")

TODAY = date(2026, 6, 10)
ADULTS = Criteria(18, ("Larch Vale",), (Mandate.VOLUNTARY,))


async def manager() -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)


async def referred(person: Person, criteria: Criteria = ADULTS, **about: Any) -> UUID:
    made = await make_programme(organisation_id=person.organisation_id, criteria=criteria)
    anna = await make_participant(organisation_id=person.organisation_id, **about)
    return await make_referral(participant_id=anna, programme_id=made.id)


async def met(referral_id: UUID) -> list[bool | None]:
    return [item.met for item in await eligibility_of(referral_id, scope=SYSTEM.scope)]


async def test_a_version_keeps_its_criteria_and_the_newest_are_asked() -> None:
    made = await make_programme(criteria=ADULTS)
    by = (await manager_of(made)).actor
    anna = await make_participant(
        organisation_id=made.organisation_id, born_on=date(1987, 11, 5), area="larch vale"
    )
    referral_id = await make_referral(participant_id=anna, programme_id=made.id)
    assert (await programme(made.id, scope=by.scope)).criteria == ADULTS
    assert await met(referral_id) == [True, True, True]

    older = Criteria(min_age=50, areas=(" Elm End ",), mandates=(Mandate.LICENCE,))
    await add_version(made.id, replace(NEXT, criteria=older), version=1, by=by)

    stored = (await programme(made.id, scope=by.scope)).criteria
    assert stored == replace(older, areas=("Elm End",))
    assert await met(referral_id) == [False, False, False]


@pytest.mark.parametrize(
    ("criteria", "field"),
    [
        (Criteria(min_age=0), "min_age"),
        (Criteria(min_age=121), "min_age"),
        (Criteria(areas=(" ",)), "areas"),
        (Criteria(areas=("a" * 81,)), "areas"),
        (Criteria(areas=("Elm End", "elm  end")), "areas"),
        (Criteria(areas=tuple(f"Area {number}" for number in range(51))), "areas"),
    ],
)
async def test_wrong_criteria_name_the_field(criteria: Criteria, field: str) -> None:
    made = await make_programme()
    by = (await manager_of(made)).actor

    with pytest.raises(InvalidInputError) as caught:
        await add_version(made.id, replace(NEXT, criteria=criteria), version=1, by=by)

    assert [error.field for error in caught.value.errors] == [field]
    assert (await programme(made.id, scope=by.scope)).version_number == 1


async def test_what_is_not_recorded_is_not_known() -> None:
    assert await met(await referred(await manager())) == [None, None, True]


async def test_s7_only_a_completion_of_the_programme_before_counts() -> None:
    cohort = await make_cohort()
    next_one = await make_programme(
        organisation_id=cohort.organisation_id, follows_id=cohort.programme.id
    )
    found = []
    for status in (EnrolmentStatus.COMPLETED, EnrolmentStatus.COMPLETED_PARTIAL):
        anna = await make_participant(organisation_id=cohort.organisation_id)
        await make_enrolment(
            cohort_id=cohort.id, participant_id=anna, status=status, ended_on=TODAY
        )
        found += await met(await make_referral(participant_id=anna, programme_id=next_one.id))

    assert found == [True, False]


async def test_suitable_although_not_met_needs_a_note_and_is_never_blocked() -> None:
    person = await manager()
    made = await referred(person, born_on=date(2010, 1, 1), area="Brookside")
    found = Assessment(AssessmentOutcome.SUITABLE, TODAY)

    with pytest.raises(InvalidInputError) as caught:
        await assess(made, found, version=1, by=person.actor)
    await assess(made, replace(found, note="Turns 18 before the group"), version=1, by=person.actor)

    (error,) = caught.value.errors
    assert error.field == "note"
    assert "Is younger than 18. Lives in Brookside" in error.message
    view = await referral(made, scope=SYSTEM.scope)
    assert (view.suitable, view.assessment_note) == (True, "Turns 18 before the group")


@pytest.mark.parametrize(
    ("outcome", "criteria", "about"),
    [
        (AssessmentOutcome.NOT_ELIGIBLE, ADULTS, {"born_on": date(2010, 1, 1)}),
        (AssessmentOutcome.SUITABLE, ADULTS, {}),
        (AssessmentOutcome.SUITABLE, ADULTS, {"born_on": TODAY.replace(year=2008)}),
        (AssessmentOutcome.SUITABLE, ANYBODY, {"born_on": date(2010, 1, 1)}),
    ],
)
async def test_no_note_is_asked_where_nothing_contradicts(
    outcome: AssessmentOutcome, criteria: Criteria, about: dict[str, Any]
) -> None:
    person = await manager()
    made = await referred(person, criteria, **about)

    await assess(made, Assessment(outcome, TODAY), version=1, by=person.actor)

    assert (await referral(made, scope=SYSTEM.scope)).assessment_outcome is outcome


async def test_d1_eligibility_of_somebody_elsewhere_is_nothing() -> None:
    made = await referred(await manager())

    assert await eligibility_of(made, scope=(await manager()).actor.scope) == ()
