"""The field's enumerations for what happens around a place in a group (domain.md 2.2 to 2.4)."""

from enum import StrEnum


class AssessmentOutcome(StrEnum):
    """What an assessment found (2.2)."""

    SUITABLE = "suitable"
    SUITABLE_NOT_READY = "suitable_not_ready"
    SUITABLE_WITH_ONE_TO_ONE = "suitable_with_one_to_one"
    NOT_SUITABLE = "not_suitable"
    NOT_ELIGIBLE = "not_eligible"
    DECLINED = "declined"
    DID_NOT_ATTEND = "did_not_attend_assessment"
    REFERRED_ELSEWHERE = "referred_elsewhere"


class UnsuitableReason(StrEnum):
    """Why somebody is not suitable, or not yet (2.2)."""

    SEVERE_MENTAL_ILLNESS = "severe_mental_illness"
    SUBSTANCE_DEPENDENCY = "unstabilised_substance_dependency"
    DENIAL = "level_of_denial"
    RISK = "risk_level"
    NEED_UNMET = "language_or_learning_need_unmet"
    OUT_OF_AREA = "out_of_area"
    NO_PARTNER = "no_partner_within_window"
    NON_ASSOCIATION = "non_association"
    DUPLICATE = "duplicate"
    CONSENT_REFUSED = "consent_refused"


class NotStartedReason(StrEnum):
    """Why somebody who was referred never started (2.2)."""

    NO_CONTACT = "no_contact"
    REFUSED = "refused"
    MISSED_ASSESSMENT = "dna_assessment"
    REFERRAL_CANCELLED = "referral_cancelled"
    MOVED = "moved"
    WAITING = "waiting"
    NOT_SUITABLE = "not_suitable"


class Consent(StrEnum):
    """Whether the person agreed to be referred."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_RECORDED = "not_recorded"


class PartOfDay(StrEnum):
    """When on a day somebody can come: before noon, noon to five, from five on."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class ToldReferrer(StrEnum):
    """What the referrer is told of a referral (S16, standards 27 and 28; D9)."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    STARTED = "started"
    COMPLETED = "completed"
    LEFT = "left"


class PartnerOfferOutcome(StrEnum):
    """What became of offering support to the partner of somebody who starts (D8)."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_SAFE = "not_safe"
    NO_DETAILS = "no_details"


class FacilitatorRole(StrEnum):
    """What somebody does in a group, or in one session of it."""

    LEAD = "lead"
    CO_FACILITATOR = "co_facilitator"
    COVER = "cover"


class GroupSex(StrEnum):
    """Whom a group is for (2.1)."""

    FEMALE = "female"
    MALE = "male"
    MIXED = "mixed"


class NotHeldBecauseOf(StrEnum):
    """Whose reason it was that a session did not take place."""

    SERVICE = "service"
    VENUE = "venue"
    PARTICIPANTS = "participants"
    OTHER = "other"


class ReviewCause(StrEnum):
    """Why attendance is reviewed (2.3, enforcement clock)."""

    UNACCEPTABLE = "unacceptable_absences"
    CONSECUTIVE = "consecutive_absences"


class ReviewOutcome(StrEnum):
    """How a review of attendance ended."""

    NO_ACTION = "no_action"
    PLAN_AGREED = "plan_agreed"
    WARNING = "warning"
    BREACH = "breach_action"
    LEFT = "left_programme"
    CORRECTED = "marks_corrected"


class WelfareOutcome(StrEnum):
    """What a welfare check found (M14)."""

    SAFE = "safe_and_well"
    NOT_REACHED = "not_reached"
    CONCERN = "concern_raised"
    NOT_NEEDED = "not_needed"


class Relationship(StrEnum):
    """How the two people of a link are connected (2.6)."""

    PARTNER = "partner"
    EX_PARTNER = "ex_partner"
    FAMILY_MEMBER = "family_member"


class ConflictKind(StrEnum):
    """What an enrolment, an assignment, a booking or a number ran into (D3, D5, D6, M9)."""

    NON_ASSOCIATION = "non_association"
    SAME_OTHER_PARTY = "same_other_party"
    WORKER_OF_BOTH = "worker_of_both"
    VENUE = "venue"
    SHARED_NUMBER = "shared_number"


class MeasureScale(StrEnum):
    """How a measure is answered."""

    NUMBER = "number"
    YES_NO = "yes_no"


class Direction(StrEnum):
    """Which way a measure gets better."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"


class Timepoint(StrEnum):
    """When a measure is taken, counted from the start or the end of an enrolment (2.4)."""

    START = "start"
    MIDDLE = "middle"
    END = "end"
    SIX_MONTHS_AFTER = "six_months_after"
    TWELVE_MONTHS_AFTER = "twelve_months_after"


class OutcomeSource(StrEnum):
    """Who reports an outcome."""

    SELF = "self"
    PARTNER = "partner"
    PRACTITIONER = "practitioner"
    AGENCY = "agency"
