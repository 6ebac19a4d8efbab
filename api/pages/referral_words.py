"""Says in words what referrals, assessments and waiting lists keep as codes and figures."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from api.pages import case_words
from core.scope import Side
from programmes.domain.case_terms import (
    AssessmentOutcome,
    Consent,
    NotStartedReason,
    PartOfDay,
    ToldReferrer,
    UnsuitableReason,
)
from programmes.domain.moves import BY_WHAT_HAPPENS, MOVES
from programmes.domain.terms import ReferralSource, ReferralStatus
from programmes.domain.waiting import Availability, Fit, Waits
from programmes.queries.needs import NeedsView
from programmes.queries.programmes import VenueView
from programmes.queries.referrals import ReferralView
from programmes.queries.waiting import WaiterView

_S = ReferralStatus

STATUSES: Mapping[ReferralStatus, str] = {
    _S.RECEIVED: "Received",
    _S.AWAITING_ASSESSMENT: "Waiting for an assessment",
    _S.ASSESSMENT_STARTED: "Assessment begun",
    _S.ON_HOLD: "On hold",
    _S.NOT_ELIGIBLE: "Not eligible",
    _S.NOT_SUITABLE: "Not suitable",
    _S.SUITABLE_NOT_READY: "Suitable, not ready yet",
    _S.AWAITING_ALLOCATION: "Suitable, waiting for a place",
    _S.SCHEDULED: "Has a place",
    _S.ON_PROGRAMME: "On the programme",
    _S.PROGRAMME_COMPLETE: "Completed the programme",
    _S.DEFERRED: "Deferred",
    _S.DEPRIORITISED: "Given lower priority",
    _S.BREACH_NON_ATTENDANCE: "Breach for not attending",
    _S.RETURN_TO_COURT: "Returned to court",
    _S.RECALL: "Recalled",
    _S.DESELECTED: "Deselected",
    _S.WITHDRAWN: "Withdrawn",
}

STEPS: Mapping[ReferralStatus, str] = {
    _S.AWAITING_ASSESSMENT: "Wait for an assessment",
    _S.ASSESSMENT_STARTED: "Begin the assessment",
    _S.AWAITING_ALLOCATION: "Ready for a place in a group",
    _S.ON_HOLD: "Put on hold",
    _S.DEFERRED: "Defer",
    _S.DEPRIORITISED: "Give lower priority",
    _S.RECALL: "Record a recall",
    _S.RETURN_TO_COURT: "Record a return to court",
    _S.BREACH_NON_ATTENDANCE: "Record a breach for not attending",
    _S.DESELECTED: "Deselect",
    _S.WITHDRAWN: "Withdraw",
}
"""What somebody does who moves a referral there; what an assessment finds is recorded as such."""

_ENFORCED = frozenset({_S.RECALL, _S.RETURN_TO_COURT, _S.BREACH_NON_ATTENDANCE})
"""Steps of courts and probation, which survivors have nothing to do with."""

OUTCOMES: Mapping[AssessmentOutcome, tuple[str, str]] = {
    AssessmentOutcome.SUITABLE: ("Suitable", "They wait for a place in a group."),
    AssessmentOutcome.SUITABLE_WITH_ONE_TO_ONE: (
        "Suitable, with one-to-one sessions",
        "They wait for a place in a group.",
    ),
    AssessmentOutcome.SUITABLE_NOT_READY: (
        "Suitable, but not ready yet",
        "They stay on the list, apart from those who can start.",
    ),
    AssessmentOutcome.NOT_SUITABLE: ("Not suitable", "The referral closes. Give the reason."),
    AssessmentOutcome.NOT_ELIGIBLE: ("Not eligible", "The referral closes."),
    AssessmentOutcome.DECLINED: ("They declined", "The referral closes."),
    AssessmentOutcome.REFERRED_ELSEWHERE: ("Referred elsewhere", "The referral closes."),
    AssessmentOutcome.DID_NOT_ATTEND: (
        "They did not attend",
        "They wait for another assessment.",
    ),
}

UNSUITABLE: Mapping[UnsuitableReason, str] = {
    UnsuitableReason.SEVERE_MENTAL_ILLNESS: "Severe mental illness",
    UnsuitableReason.SUBSTANCE_DEPENDENCY: "Dependency that is not stabilised",
    UnsuitableReason.DENIAL: "Level of denial",
    UnsuitableReason.RISK: "Level of risk",
    UnsuitableReason.NEED_UNMET: "A language or learning need that cannot be met",
    UnsuitableReason.OUT_OF_AREA: "Lives outside the area",
    UnsuitableReason.NO_PARTNER: "No partner or ex-partner within the time",
    UnsuitableReason.NON_ASSOCIATION: "Must not meet somebody in the group",
    UnsuitableReason.DUPLICATE: "Referred twice",
    UnsuitableReason.CONSENT_REFUSED: "Consent refused",
}

NOT_STARTED: Mapping[NotStartedReason, str] = {
    NotStartedReason.NO_CONTACT: "Could not be reached",
    NotStartedReason.REFUSED: "Refused",
    NotStartedReason.MISSED_ASSESSMENT: "Missed the assessment",
    NotStartedReason.REFERRAL_CANCELLED: "The referral was cancelled",
    NotStartedReason.MOVED: "Moved away",
    NotStartedReason.WAITING: "Did not want to wait longer",
    NotStartedReason.NOT_SUITABLE: "Not suitable",
}

TOLD: Mapping[ToldReferrer, str] = {
    ToldReferrer.RECEIVED: "The referral was received",
    ToldReferrer.ACCEPTED: "The referral was accepted",
    ToldReferrer.NOT_ACCEPTED: "The referral was not accepted",
    ToldReferrer.STARTED: "They started",
    ToldReferrer.COMPLETED: "They completed",
    ToldReferrer.LEFT: "They left",
}

CONSENTS: Mapping[Consent, str] = {
    Consent.GIVEN: "Yes",
    Consent.REFUSED: "No",
    Consent.NOT_RECORDED: "Not recorded",
}

PARTS: Mapping[PartOfDay, str] = {
    PartOfDay.MORNING: "Morning",
    PartOfDay.AFTERNOON: "Afternoon",
    PartOfDay.EVENING: "Evening",
}

_FITS: Mapping[Fit, str] = {
    Fit.FITS: "Can come at this time",
    Fit.PARTLY: "Can come to some of the weekly times",
    Fit.DOES_NOT: "Cannot come at this time",
    Fit.NOT_RECORDED: "When they can come is not recorded",
}


def source(value: ReferralSource) -> str:
    """Answer who referred."""
    if value is ReferralSource.SPECIALIST_DA_SERVICE:
        return "Specialist domestic abuse service"
    if value is ReferralSource.CHILDRENS_SOCIAL_CARE:
        return "Children’s social care"
    return value.value.replace("_", " ").capitalize()


def steps(view: ReferralView) -> list[tuple[ReferralStatus, str]]:
    """Answer what somebody may do by hand with a referral from here, in the usual order.

    Only who was found suitable goes on the waiting list as such without an assessment.
    """
    open_to = MOVES[view.status] - BY_WHAT_HAPPENS
    if view.side is Side.SURVIVOR:
        open_to = open_to - _ENFORCED
    if not view.suitable:
        open_to = open_to - {_S.AWAITING_ALLOCATION}
    return [(step, text) for step, text in STEPS.items() if step in open_to]


def days(count: int) -> str:
    """Answer a length of time such as ``1 day`` or ``34 days``."""
    return "1 day" if count == 1 else f"{count} days"


def wait_figures(waits: Waits) -> str:
    """Answer how many wait and for how long, in a sentence each."""
    if waits.median_days is None or waits.longest_days is None:
        return "Nobody waits for a place."
    people = "1 person waits" if waits.people == 1 else f"{waits.people} people wait"
    return (
        f"{people} for a place. Median wait: {_figure(waits.median_days)} days."
        f" Longest wait: {days(waits.longest_days)}."
    )


def _figure(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.1f}"


def available(values: tuple[Availability, ...]) -> list[str]:
    """Answer when somebody can come, a weekday a line."""
    by_day: dict[int, list[str]] = {}
    for item in sorted(values, key=lambda one: (one.weekday, list(PARTS).index(one.part))):
        by_day.setdefault(item.weekday, []).append(PARTS[item.part].lower())
    return [f"{case_words.WEEKDAYS[day]}: {', '.join(parts)}" for day, parts in by_day.items()]


def suits(item: WaiterView) -> list[str]:
    """Answer whether a group suits somebody who waits, and what speaks against it."""
    found = [_FITS[item.fit]] if item.fit else []
    if item.avoids_venue:
        found.append("Must not come to this venue")
    if item.needs.areas_to_avoid:
        found.append(f"Avoids: {' '.join(item.needs.areas_to_avoid.split())}")
    if item.needs.access_needs:
        found.append(f"Access: {' '.join(item.needs.access_needs.split())}")
    if item.needs.interpreter_language:
        found.append(f"Interpreter: {item.needs.interpreter_language}")
    return found


def needs(view: NeedsView, venues: Iterable[VenueView]) -> list[tuple[str, str]]:
    """Answer what is known of somebody's needs, without what is not."""
    avoided = [venue.name for venue in venues if venue.id in view.venues_to_avoid]
    known = [
        ("Can come", "; ".join(available(view.availability))),
        ("Venues to avoid", ", ".join(avoided)),
        ("Areas to avoid", view.areas_to_avoid),
        ("Access needs", view.access_needs),
        ("Learning needs", view.learning_needs),
        ("Interpreter", view.interpreter_language),
    ]
    return [(label, text) for label, text in known if text]
