"""The field's enumerations for programmes (domain.md 2.1 to 2.3)."""

from enum import StrEnum


class ProgrammeType(StrEnum):
    """What kind of programme a template is (2.1)."""

    FREEDOM = "freedom"
    SURVIVOR_GROUP_OTHER = "survivor_group_other"
    BEHAVIOUR_CHANGE = "behaviour_change"
    EARLY_RESPONSE = "early_response"
    HELP_SEEKING = "help_seeking"
    INTENSIVE_CASE_MANAGEMENT = "intensive_case_mgmt"
    IDAP = "idap"
    BBR = "bbr"
    BUILDING_CHOICES = "building_choices"
    CALEDONIAN = "caledonian"
    CARING_DADS = "caring_dads"
    PEER_SUPPORT = "peer_support"


class GroupModel(StrEnum):
    """How people join a group."""

    CLOSED = "closed"
    ROLLING = "rolling"
    MODULAR_ENTRY = "modular_entry"


class DeliveryMode(StrEnum):
    """How sessions are held."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    HYBRID = "hybrid"


class UnitKind(StrEnum):
    """Whether a unit is for the group or for one person."""

    GROUP = "group"
    ONE_TO_ONE = "one_to_one"


class Nation(StrEnum):
    """Whose bank holidays a cohort keeps, named as GOV.UK names its divisions."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class SessionStatus(StrEnum):
    """Whether a session is to come, was held or does not take place."""

    SCHEDULED = "scheduled"
    HELD = "held"
    CANCELLED = "cancelled"


class ReferralSource(StrEnum):
    """Who referred (2.2)."""

    SELF = "self"
    POLICE = "police"
    CHILDRENS_SOCIAL_CARE = "childrens_social_care"
    ADULT_SOCIAL_CARE = "adult_social_care"
    HEALTH = "health"
    PROBATION = "probation"
    COURT = "court"
    HOUSING = "housing"
    SPECIALIST_DA_SERVICE = "specialist_da_service"
    SUBSTANCE_MISUSE = "substance_misuse"
    EDUCATION_EARLY_HELP = "education_early_help"
    VOLUNTARY_SECTOR = "voluntary_sector"
    YOUTH_JUSTICE = "youth_justice"
    FAMILY_OR_FRIEND = "family_or_friend"
    OTHER = "other"
    NOT_RECORDED = "not_recorded"


class Mandate(StrEnum):
    """Why somebody attends."""

    VOLUNTARY = "voluntary"
    COURT_ORDER = "court_order"
    LICENCE = "licence"
    FAMILY_COURT = "family_court"
    CHILD_PROTECTION_PLAN = "child_protection_plan"
    OUT_OF_COURT_DISPOSAL = "out_of_court_disposal"


class ReferralStatus(StrEnum):
    """Where a referral stands (2.2)."""

    RECEIVED = "received"
    AWAITING_ASSESSMENT = "awaiting_assessment"
    ASSESSMENT_STARTED = "assessment_started"
    ON_HOLD = "on_hold"
    NOT_ELIGIBLE = "not_eligible"
    NOT_SUITABLE = "not_suitable"
    SUITABLE_NOT_READY = "suitable_not_ready"
    AWAITING_ALLOCATION = "awaiting_allocation"
    SCHEDULED = "scheduled"
    ON_PROGRAMME = "on_programme"
    PROGRAMME_COMPLETE = "programme_complete"
    DEFERRED = "deferred"
    DEPRIORITISED = "deprioritised"
    BREACH_NON_ATTENDANCE = "breach_non_attendance"
    RETURN_TO_COURT = "return_to_court"
    RECALL = "recall"
    DESELECTED = "deselected"
    WITHDRAWN = "withdrawn"


CLOSED_REFERRALS = frozenset(
    {
        ReferralStatus.NOT_ELIGIBLE,
        ReferralStatus.NOT_SUITABLE,
        ReferralStatus.PROGRAMME_COMPLETE,
        ReferralStatus.DESELECTED,
        ReferralStatus.WITHDRAWN,
    }
)
"""Statuses after which the same person may be referred to the same programme again."""


class EnrolmentStatus(StrEnum):
    """Where somebody stands in a cohort (2.2)."""

    INVITED = "invited"
    ENROLLED = "enrolled"
    ACTIVE = "active"
    PAUSED = "paused"
    TRANSFERRED = "transferred"
    COMPLETED = "completed"
    COMPLETED_PARTIAL = "completed_partial"
    EXITED = "exited"


OPEN_ENROLMENTS = (
    EnrolmentStatus.INVITED,
    EnrolmentStatus.ENROLLED,
    EnrolmentStatus.ACTIVE,
    EnrolmentStatus.PAUSED,
)
"""Statuses that take a place in the group; a person has at most one such enrolment."""


class ExitReason(StrEnum):
    """Why somebody left before completing (2.2)."""

    MISSED_TOO_MANY = "missed_too_many"
    DISENGAGED = "disengaged"
    MOTIVATION_CHANGED = "motivation_changed"
    BEHAVIOUR_IN_SESSION = "behaviour_in_session"
    BEHAVIOUR_OUTSIDE = "behaviour_outside"
    CONFLICT_WITH_MEMBERS = "conflict_with_members"
    ATTITUDE_TO_FACILITATORS = "attitude_to_facilitators"
    INTOXICATED = "intoxicated"
    HEALTH = "health"
    WORK_OR_CARING = "work_or_caring"
    CHILDCARE = "childcare"
    MOVED_AREA = "moved_area"
    PERSONAL_SAFETY = "personal_safety"
    SUBSTANCE_USE = "substance_use"
    LEGAL_ADVICE = "legal_advice"
    DIED = "died"
    BREACHED = "breached"
    RECALLED_OR_CUSTODY = "recalled_or_custody"
    ORDER_ENDED = "order_ended"
    ORDER_REVOKED = "order_revoked"
    ACQUITTED = "acquitted"
    RECONVICTED = "reconvicted"
    PROVIDER_WITHDREW = "provider_withdrew"
    PROGRAMME_CLOSED = "programme_closed"
    TRANSFERRED = "transferred"
    NOT_ENOUGH_TIME = "not_enough_time"
    NON_ASSOCIATION = "non_association"
    ADMIN_ERROR = "admin_error"
    DUPLICATE = "duplicate"
    DESELECTED_RISK_INCREASE = "deselected_risk_increase"
    PARTNER_SAFETY_CONCERN = "partner_safety_concern"
    NEEDS_MET_ELSEWHERE = "needs_met_elsewhere"
    OTHER = "other"
    NOT_RECORDED = "not_recorded"


NEUTRAL_EXITS = frozenset(
    {
        ExitReason.DIED,
        ExitReason.PROVIDER_WITHDREW,
        ExitReason.PROGRAMME_CLOSED,
        ExitReason.TRANSFERRED,
        ExitReason.ADMIN_ERROR,
        ExitReason.DUPLICATE,
    }
)
"""Exits outside the participant's control; C3 takes them out of R3's denominator."""


class AttendanceOutcome(StrEnum):
    """What a mark on a register says (api.md, registers)."""

    ATTENDED = "attended"
    LATE = "late"
    LEFT_EARLY = "left_early"
    SENT_HOME_BEHAVIOUR = "sent_home_behaviour"
    SENT_HOME_SERVICE = "sent_home_service"
    ABSENT_NOTIFIED = "absent_notified"
    ABSENT_NOT_NOTIFIED = "absent_not_notified"
    NOT_REQUIRED = "not_required"


class AbsenceReason(StrEnum):
    """Why somebody was absent; each maps onto an HMPPS code of 2.3."""

    MEDICAL = "medical"
    EMPLOYMENT = "employment"
    FAMILY_CHILDCARE = "family_childcare"
    COURT_LEGAL = "court_legal"
    RELIGIOUS = "religious"
    HOLIDAY = "holiday"
    IN_CUSTODY = "in_custody"
    STOOD_DOWN = "stood_down"
    OTHER = "other"


class SmsSafety(StrEnum):
    """Whether somebody confirmed that texts are safe (M1); the default is not to text."""

    SAFE = "safe"
    NOT_SAFE = "not_safe"
    UNKNOWN = "unknown"
