"""Why people leave before completing (domain.md 2.2), and what follows from each reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.scope import Side
from programmes.domain.case_terms import NotStartedReason
from programmes.domain.moves import is_allowed
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    NEUTRAL_EXITS,
    ExitReason,
    ReferralStatus,
)

_R, _S, _N = ExitReason, ReferralStatus, NotStartedReason


class ExitGroup(StrEnum):
    """The groups of reasons that reports have."""

    MOTIVATION = "motivation_behaviour"
    PERSONAL = "personal_health"
    JUSTICE = "justice"
    OPERATIONAL = "operational"
    SAFETY = "safety"
    OTHER = "other"


GROUPS: Mapping[ExitGroup, tuple[ExitReason, ...]] = {
    ExitGroup.MOTIVATION: (
        _R.MISSED_TOO_MANY, _R.DISENGAGED, _R.MOTIVATION_CHANGED, _R.BEHAVIOUR_IN_SESSION,
        _R.BEHAVIOUR_OUTSIDE, _R.CONFLICT_WITH_MEMBERS, _R.ATTITUDE_TO_FACILITATORS,
        _R.INTOXICATED,
    ),
    ExitGroup.PERSONAL: (
        _R.HEALTH, _R.WORK_OR_CARING, _R.CHILDCARE, _R.MOVED_AREA, _R.PERSONAL_SAFETY,
        _R.SUBSTANCE_USE, _R.LEGAL_ADVICE, _R.DIED,
    ),
    ExitGroup.JUSTICE: (
        _R.BREACHED, _R.RECALLED_OR_CUSTODY, _R.ORDER_ENDED, _R.ORDER_REVOKED, _R.ACQUITTED,
        _R.RECONVICTED,
    ),
    ExitGroup.OPERATIONAL: (
        _R.PROVIDER_WITHDREW, _R.PROGRAMME_CLOSED, _R.TRANSFERRED, _R.NOT_ENOUGH_TIME,
        _R.NON_ASSOCIATION, _R.ADMIN_ERROR, _R.DUPLICATE,
    ),
    ExitGroup.SAFETY: (_R.DESELECTED_RISK_INCREASE, _R.PARTNER_SAFETY_CONCERN),
    ExitGroup.OTHER: (_R.NEEDS_MET_ELSEWHERE, _R.OTHER, _R.NOT_RECORDED),
}  # fmt: skip

REASONS = tuple(reason for reasons in GROUPS.values() for reason in reasons)
"""All of them, in the order of their groups."""

_FINAL = frozenset(
    {
        _R.DIED, _R.PROVIDER_WITHDREW, _R.PROGRAMME_CLOSED, _R.ORDER_ENDED, _R.ORDER_REVOKED,
        _R.ACQUITTED, _R.ADMIN_ERROR, _R.DUPLICATE, _R.NEEDS_MET_ELSEWHERE, _R.TRANSFERRED,
        _R.BEHAVIOUR_IN_SESSION, _R.BEHAVIOUR_OUTSIDE, _R.DESELECTED_RISK_INCREASE,
    }
)  # fmt: skip
"""After these nothing is left to come back to: the person, the programme or the order is gone, the
place was a mistake or is elsewhere now, or the person was deselected and is referred anew [R]."""

_FOLLOWS: Mapping[ExitReason, ReferralStatus] = {
    _R.BEHAVIOUR_IN_SESSION: _S.DESELECTED,
    _R.BEHAVIOUR_OUTSIDE: _S.DESELECTED,
    _R.DESELECTED_RISK_INCREASE: _S.DESELECTED,
    _R.BREACHED: _S.BREACH_NON_ATTENDANCE,
    _R.RECALLED_OR_CUSTODY: _S.RECALL,
    _R.ORDER_REVOKED: _S.RETURN_TO_COURT,
}
"""Being deselected and dropping out are never merged; every other reason is a withdrawal."""

EARLY = Fraction(1, 4)
"""Whoever leaves with fewer of the units than this dropped out early (C5)."""

NOT_STARTED: Mapping[ExitReason, NotStartedReason] = {
    _R.DISENGAGED: _N.REFUSED,
    _R.MOTIVATION_CHANGED: _N.REFUSED,
    _R.MOVED_AREA: _N.MOVED,
    _R.BEHAVIOUR_IN_SESSION: _N.NOT_SUITABLE,
    _R.BEHAVIOUR_OUTSIDE: _N.NOT_SUITABLE,
    _R.DESELECTED_RISK_INCREASE: _N.NOT_SUITABLE,
    _R.ADMIN_ERROR: _N.REFERRAL_CANCELLED,
    _R.DUPLICATE: _N.REFERRAL_CANCELLED,
    _R.NEEDS_MET_ELSEWHERE: _N.REFERRAL_CANCELLED,
}
"""Why somebody who leaves before any start never started; other reasons have no word for it."""

_NOT_A_SURVIVORS = frozenset(
    {
        *GROUPS[ExitGroup.JUSTICE], _R.BEHAVIOUR_OUTSIDE, _R.DESELECTED_RISK_INCREASE,
        _R.PARTNER_SAFETY_CONCERN,
    }
)  # fmt: skip


class Departure(StrEnum):
    """How somebody left: standards tell de-selection from dropping out, and C3 both from chance."""

    DROPPED_OUT = "dropped_out"
    DESELECTED = "deselected"
    NEUTRAL = "neutral"


def departure(reason: ExitReason) -> Departure:
    """Answer how somebody who left for this reason left.

    Source: domain.md 2.2, Welsh standards of 2018 (WG18).
    """
    if is_neutral(reason):
        return Departure.NEUTRAL
    if _FOLLOWS.get(reason) is _S.DESELECTED:
        return Departure.DESELECTED
    return Departure.DROPPED_OUT


def group_of(reason: ExitReason) -> ExitGroup:
    """Answer the group that a reason is in."""
    return next(group for group, reasons in GROUPS.items() if reason in reasons)


def is_neutral(reason: ExitReason) -> bool:
    """Tell whether leaving was outside the person's control (C3)."""
    return reason in NEUTRAL_EXITS


def allows_rejoin(reason: ExitReason) -> bool:
    """Tell whether the referral may be kept open, so that the person can come back on it."""
    return reason not in _FINAL


def reasons_for(side: Side) -> Mapping[ExitGroup, tuple[ExitReason, ...]]:
    """Answer the reasons that fit a side; a survivor is under no order and breaches nothing."""
    if side is Side.PERPETRATOR:
        return GROUPS
    fitting = {
        group: tuple(reason for reason in reasons if reason not in _NOT_A_SURVIVORS)
        for group, reasons in GROUPS.items()
    }
    return {group: reasons for group, reasons in fitting.items() if reasons}


def fits(reason: ExitReason, side: Side) -> bool:
    """Tell whether somebody of this side can leave for this reason."""
    return side is Side.PERPETRATOR or reason not in _NOT_A_SURVIVORS


@dataclass(frozen=True, slots=True)
class Leaving:
    """Why somebody leaves, and whether their referral is to stay open."""

    reason: ExitReason
    keep_open: bool = False


def referral_after(leaving: Leaving, before: ReferralStatus) -> ReferralStatus:
    """Answer where the referral of somebody who leaves goes; a closed one stays as it is.

    Whoever was only scheduled breached nothing yet: what cannot follow is a withdrawal.
    """
    if before in CLOSED_REFERRALS:
        return before
    wanted = _FOLLOWS.get(leaving.reason, _S.WITHDRAWN)
    if wanted is _S.WITHDRAWN and leaving.keep_open:
        wanted = _S.AWAITING_ALLOCATION
    return wanted if before is wanted or is_allowed(before, wanted) else _S.WITHDRAWN
