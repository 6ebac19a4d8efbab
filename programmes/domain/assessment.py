"""What an assessment found, where it leads a referral, and what stands beside it (2.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from core.scope import Side
from programmes.domain.case_terms import AssessmentOutcome, NotStartedReason, UnsuitableReason
from programmes.domain.moves import BY_WHAT_HAPPENS, is_allowed
from programmes.domain.terms import ReferralStatus

_O, _S, _N = AssessmentOutcome, ReferralStatus, NotStartedReason

LEADS_TO: Mapping[AssessmentOutcome, ReferralStatus] = {
    _O.SUITABLE: _S.AWAITING_ALLOCATION,
    _O.SUITABLE_WITH_ONE_TO_ONE: _S.AWAITING_ALLOCATION,
    _O.SUITABLE_NOT_READY: _S.SUITABLE_NOT_READY,
    _O.NOT_SUITABLE: _S.NOT_SUITABLE,
    _O.NOT_ELIGIBLE: _S.NOT_ELIGIBLE,
    _O.DECLINED: _S.WITHDRAWN,
    _O.REFERRED_ELSEWHERE: _S.WITHDRAWN,
    _O.DID_NOT_ATTEND: _S.AWAITING_ASSESSMENT,
}

_SUITABLE: Mapping[AssessmentOutcome, bool] = {
    _O.SUITABLE: True,
    _O.SUITABLE_WITH_ONE_TO_ONE: True,
    _O.SUITABLE_NOT_READY: True,
    _O.NOT_SUITABLE: False,
    _O.NOT_ELIGIBLE: False,
}

NOT_STARTED: Mapping[AssessmentOutcome, NotStartedReason] = {
    _O.NOT_SUITABLE: _N.NOT_SUITABLE,
    _O.NOT_ELIGIBLE: _N.NOT_SUITABLE,
    _O.DECLINED: _N.REFUSED,
    _O.REFERRED_ELSEWHERE: _N.REFERRAL_CANCELLED,
}
"""Why somebody whose assessment closes the referral never started."""

WITH_REASON = frozenset({_O.NOT_SUITABLE, _O.NOT_ELIGIBLE, _O.SUITABLE_NOT_READY})
"""Outcomes beside which a reason of unsuitability may stand; the first needs one."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment as somebody writes it down.

    On the perpetrator side, who is not suitable leaves a partner whose worker must know: either
    the day on which the worker was told, or that there is none.
    """

    outcome: AssessmentOutcome
    on: date
    unsuitable_reason: UnsuitableReason | None = None
    note: str = ""
    partner_worker_told_on: date | None = None
    no_partner_worker: bool = False

    @property
    def suitable(self) -> bool | None:
        """Tell whether the person was found suitable; ``None`` where that was not decided."""
        return _SUITABLE.get(self.outcome)

    @property
    def took_place(self) -> bool:
        """Tell whether anything was assessed."""
        return self.outcome is not AssessmentOutcome.DID_NOT_ATTEND

    def faults(self, side: Side) -> Iterator[tuple[str, str]]:
        """Answer each wrong field with what to do about it."""
        yield from self._reason_faults()
        if side is not Side.PERPETRATOR:
            if self.partner_worker_told_on or self.no_partner_worker:
                yield "partner_worker_told_on", "Leave this out: it is for perpetrators only"
            return
        if self.partner_worker_told_on and self.no_partner_worker:
            yield "partner_worker_told_on", "Give the day, or say that there is no partner worker"
        silent = not (self.partner_worker_told_on or self.no_partner_worker)
        if self.outcome is AssessmentOutcome.NOT_SUITABLE and silent:
            yield (
                "partner_worker_told_on",
                "Enter the day on which the partner worker was told, or that there is none",
            )

    def _reason_faults(self) -> Iterator[tuple[str, str]]:
        if self.outcome is AssessmentOutcome.NOT_SUITABLE and self.unsuitable_reason is None:
            yield "unsuitable_reason", "Select why the person is not suitable"
        if self.unsuitable_reason is not None and self.outcome not in WITH_REASON:
            yield "unsuitable_reason", "Leave this out: the outcome has no such reason"


def path_after(
    before: ReferralStatus, outcome: AssessmentOutcome
) -> tuple[ReferralStatus, ...] | None:
    """Answer the moves that an assessment makes, ``None`` where nobody can be assessed.

    What waited otherwise, or had just come in, waits for its assessment first. An assessment that
    leaves the status as it is, such as a second one missed, is a line of the history all the same.
    """
    after = LEADS_TO[outcome]
    if before in BY_WHAT_HAPPENS:
        return None
    if before is after or is_allowed(before, after):
        return (after,)
    waits = ReferralStatus.AWAITING_ASSESSMENT
    if is_allowed(before, waits) and is_allowed(waits, after):
        return (waits, after)
    return None
