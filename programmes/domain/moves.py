"""Which status of a referral may follow which (domain.md 2.2), as data."""

from collections.abc import Mapping

from programmes.domain.terms import CLOSED_REFERRALS, ReferralStatus

_S = ReferralStatus

MOVES: Mapping[ReferralStatus, frozenset[ReferralStatus]] = {
    _S.RECEIVED: frozenset(
        {
            _S.AWAITING_ASSESSMENT,
            _S.AWAITING_ALLOCATION,
            _S.ON_HOLD,
            _S.DEFERRED,
            _S.NOT_ELIGIBLE,
            _S.WITHDRAWN,
        }
    ),
    _S.AWAITING_ASSESSMENT: frozenset(
        {
            _S.ASSESSMENT_STARTED,
            _S.AWAITING_ALLOCATION,
            _S.SUITABLE_NOT_READY,
            _S.DEPRIORITISED,
            _S.RECALL,
            _S.RETURN_TO_COURT,
            _S.ON_HOLD,
            _S.DEFERRED,
            _S.NOT_ELIGIBLE,
            _S.NOT_SUITABLE,
            _S.WITHDRAWN,
        }
    ),
    _S.ASSESSMENT_STARTED: frozenset(
        {
            _S.AWAITING_ASSESSMENT,
            _S.AWAITING_ALLOCATION,
            _S.SUITABLE_NOT_READY,
            _S.ON_HOLD,
            _S.DEFERRED,
            _S.NOT_ELIGIBLE,
            _S.NOT_SUITABLE,
            _S.WITHDRAWN,
        }
    ),
    _S.SUITABLE_NOT_READY: frozenset(
        {_S.AWAITING_ASSESSMENT, _S.AWAITING_ALLOCATION, _S.ON_HOLD, _S.DEFERRED, _S.WITHDRAWN}
    ),
    _S.AWAITING_ALLOCATION: frozenset({_S.SCHEDULED, _S.ON_HOLD, _S.DEFERRED, _S.WITHDRAWN}),
    _S.SCHEDULED: frozenset({_S.ON_PROGRAMME, _S.AWAITING_ALLOCATION, _S.DESELECTED, _S.WITHDRAWN}),
    _S.ON_PROGRAMME: frozenset(
        {
            _S.PROGRAMME_COMPLETE,
            _S.AWAITING_ALLOCATION,
            _S.AWAITING_ASSESSMENT,
            _S.BREACH_NON_ATTENDANCE,
            _S.RETURN_TO_COURT,
            _S.RECALL,
            _S.DESELECTED,
            _S.WITHDRAWN,
        }
    ),
    _S.BREACH_NON_ATTENDANCE: frozenset({_S.AWAITING_ASSESSMENT, _S.WITHDRAWN}),
    _S.RETURN_TO_COURT: frozenset({_S.AWAITING_ASSESSMENT, _S.WITHDRAWN}),
    _S.RECALL: frozenset({_S.AWAITING_ASSESSMENT, _S.WITHDRAWN}),
    _S.DEPRIORITISED: frozenset({_S.AWAITING_ASSESSMENT, _S.WITHDRAWN}),
    _S.ON_HOLD: frozenset(
        {_S.AWAITING_ASSESSMENT, _S.AWAITING_ALLOCATION, _S.DEFERRED, _S.WITHDRAWN}
    ),
    _S.DEFERRED: frozenset({_S.AWAITING_ASSESSMENT, _S.AWAITING_ALLOCATION, _S.WITHDRAWN}),
    **{status: frozenset() for status in CLOSED_REFERRALS},
}
"""The moves of HMPPS, and those that its list leaves out because it begins at the assessment:
from ``received``, to and from waiting states, and out by withdrawal or de-selection."""

BY_WHAT_HAPPENS = frozenset({_S.SCHEDULED, _S.ON_PROGRAMME, _S.PROGRAMME_COMPLETE})
"""Statuses that follow from a place, a start or a completion; nobody sets them by hand."""

READY_FOR_A_PLACE = frozenset(
    {_S.RECEIVED, _S.AWAITING_ASSESSMENT, _S.ASSESSMENT_STARTED, _S.AWAITING_ALLOCATION}
)
"""Statuses from which a place may be given; all but the last pass through it on the way."""

FORWARD = frozenset({_S.AWAITING_ASSESSMENT, _S.ASSESSMENT_STARTED, _S.AWAITING_ALLOCATION})
"""Statuses on the way to a place; moving to any other by hand needs its reason written down."""


def is_allowed(before: ReferralStatus, after: ReferralStatus) -> bool:
    """Tell whether a referral may go from one status to the other."""
    return after in MOVES[before]


def path_to(before: ReferralStatus, after: ReferralStatus) -> tuple[ReferralStatus, ...] | None:
    """Answer the moves that lead from one status to the other, ``None`` where none do.

    Giving a place, or completing, may pass through the status between: what was skipped is
    written down all the same.
    """
    if is_allowed(before, after):
        return (after,)
    for between in (_S.AWAITING_ALLOCATION, _S.ON_PROGRAMME):
        if is_allowed(before, between) and is_allowed(between, after):
            return (between, after)
    return None
