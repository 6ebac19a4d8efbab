"""Where an assessment leads a referral, and what has to stand beside it (2.2)."""

from datetime import date
from typing import Any

import pytest

from core.scope import Side
from programmes.domain.assessment import LEADS_TO, NOT_STARTED, Assessment, path_after
from programmes.domain.case_terms import AssessmentOutcome, NotStartedReason, UnsuitableReason
from programmes.domain.moves import BY_WHAT_HAPPENS, is_allowed
from programmes.domain.terms import CLOSED_REFERRALS, ReferralStatus

DAY = date(2026, 6, 9)
S = ReferralStatus
O = AssessmentOutcome  # noqa: E741 - one letter, as in the tables above it


def assessment(outcome: AssessmentOutcome, **given: Any) -> Assessment:
    return Assessment(outcome, DAY, **given)


def test_every_outcome_leads_somewhere() -> None:
    assert {outcome: LEADS_TO[outcome] for outcome in O} == {
        O.SUITABLE: S.AWAITING_ALLOCATION,
        O.SUITABLE_WITH_ONE_TO_ONE: S.AWAITING_ALLOCATION,
        O.SUITABLE_NOT_READY: S.SUITABLE_NOT_READY,
        O.NOT_SUITABLE: S.NOT_SUITABLE,
        O.NOT_ELIGIBLE: S.NOT_ELIGIBLE,
        O.DECLINED: S.WITHDRAWN,
        O.REFERRED_ELSEWHERE: S.WITHDRAWN,
        O.DID_NOT_ATTEND: S.AWAITING_ASSESSMENT,
    }


def test_an_outcome_that_closes_says_why_nobody_started() -> None:
    closing = {outcome for outcome in O if LEADS_TO[outcome] in CLOSED_REFERRALS}

    assert closing == set(NOT_STARTED)
    assert NOT_STARTED[O.DECLINED] is NotStartedReason.REFUSED


@pytest.mark.parametrize(
    ("outcome", "suitable"),
    [
        (O.SUITABLE, True),
        (O.SUITABLE_WITH_ONE_TO_ONE, True),
        (O.SUITABLE_NOT_READY, True),
        (O.NOT_SUITABLE, False),
        (O.NOT_ELIGIBLE, False),
        (O.DECLINED, None),
        (O.REFERRED_ELSEWHERE, None),
        (O.DID_NOT_ATTEND, None),
    ],
)
def test_what_an_outcome_says_of_suitability(
    outcome: AssessmentOutcome,
    suitable: bool | None,  # noqa: FBT001 - a value of the table above
) -> None:
    assert assessment(outcome).suitable is suitable


def test_who_did_not_attend_was_not_assessed() -> None:
    assert [one for one in O if not assessment(one).took_place] == [O.DID_NOT_ATTEND]


@pytest.mark.parametrize(
    ("before", "outcome", "path"),
    [
        (S.RECEIVED, O.SUITABLE, (S.AWAITING_ALLOCATION,)),
        (S.RECEIVED, O.NOT_SUITABLE, (S.AWAITING_ASSESSMENT, S.NOT_SUITABLE)),
        (S.RECEIVED, O.SUITABLE_NOT_READY, (S.AWAITING_ASSESSMENT, S.SUITABLE_NOT_READY)),
        (S.AWAITING_ASSESSMENT, O.DID_NOT_ATTEND, (S.AWAITING_ASSESSMENT,)),
        (S.ASSESSMENT_STARTED, O.NOT_ELIGIBLE, (S.NOT_ELIGIBLE,)),
        (S.BREACH_NON_ATTENDANCE, O.SUITABLE, (S.AWAITING_ASSESSMENT, S.AWAITING_ALLOCATION)),
        (S.AWAITING_ALLOCATION, O.SUITABLE_WITH_ONE_TO_ONE, (S.AWAITING_ALLOCATION,)),
        (S.AWAITING_ALLOCATION, O.NOT_SUITABLE, None),
    ],
)
def test_the_moves_of_an_assessment(
    before: ReferralStatus, outcome: AssessmentOutcome, path: tuple[ReferralStatus, ...] | None
) -> None:
    assert path_after(before, outcome) == path


@pytest.mark.parametrize("outcome", list(O))
def test_no_assessment_makes_a_move_that_is_not_allowed(outcome: AssessmentOutcome) -> None:
    for before in S:
        path = path_after(before, outcome)
        for step in path or ():
            assert before is step or is_allowed(before, step)
            before = step  # noqa: PLW2901 - the next move begins there


@pytest.mark.parametrize("outcome", list(O))
@pytest.mark.parametrize("before", sorted(BY_WHAT_HAPPENS))
def test_who_has_a_place_is_not_assessed(
    before: ReferralStatus, outcome: AssessmentOutcome
) -> None:
    assert path_after(before, outcome) is None


REASON = UnsuitableReason.DENIAL


@pytest.mark.parametrize(
    ("side", "wrong", "fields"),
    [
        (Side.SURVIVOR, assessment(O.SUITABLE), []),
        (Side.SURVIVOR, assessment(O.NOT_SUITABLE), ["unsuitable_reason"]),
        (Side.SURVIVOR, assessment(O.NOT_SUITABLE, unsuitable_reason=REASON), []),
        (Side.SURVIVOR, assessment(O.DECLINED, unsuitable_reason=REASON), ["unsuitable_reason"]),
        (Side.SURVIVOR, assessment(O.SUITABLE_NOT_READY, unsuitable_reason=REASON), []),
        (
            Side.SURVIVOR,
            assessment(O.SUITABLE, partner_worker_told_on=DAY),
            ["partner_worker_told_on"],
        ),
        (Side.SURVIVOR, assessment(O.SUITABLE, no_partner_worker=True), ["partner_worker_told_on"]),
        (
            Side.PERPETRATOR,
            assessment(O.NOT_SUITABLE, unsuitable_reason=REASON),
            ["partner_worker_told_on"],
        ),
        (
            Side.PERPETRATOR,
            assessment(O.NOT_SUITABLE, unsuitable_reason=REASON, partner_worker_told_on=DAY),
            [],
        ),
        (
            Side.PERPETRATOR,
            assessment(O.NOT_SUITABLE, unsuitable_reason=REASON, no_partner_worker=True),
            [],
        ),
        (
            Side.PERPETRATOR,
            assessment(O.SUITABLE, partner_worker_told_on=DAY, no_partner_worker=True),
            ["partner_worker_told_on"],
        ),
    ],
)
def test_what_has_to_stand_beside_an_outcome(
    side: Side, wrong: Assessment, fields: list[str]
) -> None:
    """2.2: record the reason, and that the partner worker was told."""
    assert [field for field, _ in wrong.faults(side)] == fields
