"""Why people leave, and what follows (2.2)."""

import pytest

from core.scope import Side
from programmes.domain.case_terms import NotStartedReason
from programmes.domain.exits import (
    GROUPS,
    NOT_STARTED,
    REASONS,
    Departure,
    ExitGroup,
    Leaving,
    allows_rejoin,
    departure,
    fits,
    group_of,
    is_neutral,
    reasons_for,
    referral_after,
)
from programmes.domain.moves import is_allowed
from programmes.domain.terms import NEUTRAL_EXITS, ExitReason, ReferralStatus

ON = ReferralStatus.ON_PROGRAMME
SCHEDULED = ReferralStatus.SCHEDULED


def test_every_reason_stands_in_one_group() -> None:
    listed = [reason for group in GROUPS.values() for reason in group]

    assert sorted(listed) == sorted(ExitReason)


def test_the_neutral_reasons_are_those_that_reports_take_out() -> None:
    """C3."""
    assert {reason for reason in ExitReason if is_neutral(reason)} == NEUTRAL_EXITS


def test_being_deselected_dropping_out_and_chance_are_told_apart() -> None:
    """WG18, C3: each reason is of one of them."""
    found = {kind: {one for one in REASONS if departure(one) is kind} for kind in Departure}

    assert found[Departure.NEUTRAL] == NEUTRAL_EXITS
    assert found[Departure.DESELECTED] == {
        ExitReason.BEHAVIOUR_IN_SESSION, ExitReason.BEHAVIOUR_OUTSIDE,
        ExitReason.DESELECTED_RISK_INCREASE,
    }  # fmt: skip
    assert len(found[Departure.DROPPED_OUT]) == len(ExitReason) - 9
    assert group_of(ExitReason.BREACHED) is ExitGroup.JUSTICE


@pytest.mark.parametrize(
    ("reason", "follows"),
    [
        (ExitReason.BEHAVIOUR_IN_SESSION, ReferralStatus.DESELECTED),
        (ExitReason.BEHAVIOUR_OUTSIDE, ReferralStatus.DESELECTED),
        (ExitReason.DESELECTED_RISK_INCREASE, ReferralStatus.DESELECTED),
        (ExitReason.BREACHED, ReferralStatus.BREACH_NON_ATTENDANCE),
        (ExitReason.RECALLED_OR_CUSTODY, ReferralStatus.RECALL),
        (ExitReason.ORDER_REVOKED, ReferralStatus.RETURN_TO_COURT),
        (ExitReason.DISENGAGED, ReferralStatus.WITHDRAWN),
        (ExitReason.DIED, ReferralStatus.WITHDRAWN),
    ],
)
def test_where_the_referral_goes(reason: ExitReason, follows: ReferralStatus) -> None:
    assert referral_after(Leaving(reason), ON) is follows


@pytest.mark.parametrize("reason", list(ExitReason))
@pytest.mark.parametrize("keep_open", [True, False])
@pytest.mark.parametrize("before", [ON, SCHEDULED])
def test_what_follows_is_a_move_that_is_allowed(
    *, reason: ExitReason, keep_open: bool, before: ReferralStatus
) -> None:
    assert is_allowed(before, referral_after(Leaving(reason, keep_open), before))


def test_why_somebody_who_leaves_first_never_started() -> None:
    """2.2; a reason that has no counterpart stays unsaid."""
    assert NOT_STARTED[ExitReason.MOVED_AREA] is NotStartedReason.MOVED
    assert NOT_STARTED[ExitReason.DISENGAGED] is NotStartedReason.REFUSED
    deselected = [
        reason for reason in ExitReason
        if referral_after(Leaving(reason), SCHEDULED) is ReferralStatus.DESELECTED
    ]  # fmt: skip
    assert {NOT_STARTED[reason] for reason in deselected} == {NotStartedReason.NOT_SUITABLE}
    assert not {ExitReason.HEALTH, ExitReason.DIED, ExitReason.NOT_RECORDED} & NOT_STARTED.keys()


def test_whoever_was_only_scheduled_has_breached_nothing() -> None:
    assert referral_after(Leaving(ExitReason.BREACHED), SCHEDULED) is ReferralStatus.WITHDRAWN


def test_a_referral_that_somebody_closed_or_moved_before_stays_there() -> None:
    breached = ReferralStatus.BREACH_NON_ATTENDANCE

    assert referral_after(Leaving(ExitReason.HEALTH), ReferralStatus.DESELECTED) is (
        ReferralStatus.DESELECTED
    )
    assert referral_after(Leaving(ExitReason.BREACHED), breached) is breached


def test_a_referral_that_is_kept_open_waits_for_a_place_again() -> None:
    kept = Leaving(ExitReason.HEALTH, keep_open=True)

    assert referral_after(kept, ON) is ReferralStatus.AWAITING_ALLOCATION
    assert referral_after(Leaving(ExitReason.BREACHED, keep_open=True), ON) is (
        ReferralStatus.BREACH_NON_ATTENDANCE
    )


@pytest.mark.parametrize(
    ("reason", "allowed"),
    [
        (ExitReason.DIED, False),
        (ExitReason.PROGRAMME_CLOSED, False),
        (ExitReason.ORDER_ENDED, False),
        (ExitReason.ORDER_REVOKED, False),
        (ExitReason.ACQUITTED, False),
        (ExitReason.DESELECTED_RISK_INCREASE, False),
        (ExitReason.HEALTH, True),
        (ExitReason.RECALLED_OR_CUSTODY, True),
        (ExitReason.DISENGAGED, True),
    ],
)
def test_after_which_reasons_somebody_can_come_back(reason: ExitReason, *, allowed: bool) -> None:
    assert allows_rejoin(reason) is allowed


def test_survivors_are_offered_no_reason_of_courts_and_risk() -> None:
    offered = reasons_for(Side.SURVIVOR)
    reasons = {reason for group in offered.values() for reason in group}

    assert ExitGroup.JUSTICE not in offered
    assert ExitGroup.SAFETY not in offered
    assert ExitReason.BREACHED not in reasons
    assert {ExitReason.HEALTH, ExitReason.PERSONAL_SAFETY, ExitReason.OTHER} <= reasons
    assert reasons == {reason for reason in ExitReason if fits(reason, Side.SURVIVOR)}


def test_perpetrators_are_offered_every_reason() -> None:
    assert reasons_for(Side.PERPETRATOR) == GROUPS
    assert all(fits(reason, Side.PERPETRATOR) for reason in ExitReason)
