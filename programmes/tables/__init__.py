"""Tables of the programmes room."""

from programmes.tables.cohorts import CalendarFeed, Cohort, CohortFacilitator
from programmes.tables.curriculum import Closure, Programme, ProgrammeVersion, Unit, Venue
from programmes.tables.enrolments import Enrolment, EnrolmentCounts, PartnerOffer, Pause
from programmes.tables.equality import EqualityProfile
from programmes.tables.followups import AbsenceReview, AbsenceRule, PlannedAbsence, WelfareCheck
from programmes.tables.funding import (
    FundingAgreement,
    FundingLine,
    FundingStatement,
    PublishedClaim,
    StatedLine,
)
from programmes.tables.outcomes import Measure, OutcomeValue, ProgrammeMeasure
from programmes.tables.people import FormerNumber, Participant, ParticipantNeeds, SafeContact
from programmes.tables.referrals import (
    Referral,
    ReferralAmendment,
    ReferralMove,
    ReferrerUpdate,
    WaitingPass,
)
from programmes.tables.safety import (
    CaseWorker,
    Conflict,
    LegalHold,
    Link,
    NonAssociation,
    Restriction,
    RestrictionReader,
    RiskFlag,
)
from programmes.tables.sessions import Attendance, MarkChange, Session, SessionFacilitator

__all__ = [
    "AbsenceReview",
    "AbsenceRule",
    "Attendance",
    "CalendarFeed",
    "CaseWorker",
    "Closure",
    "Cohort",
    "CohortFacilitator",
    "Conflict",
    "Enrolment",
    "EnrolmentCounts",
    "EqualityProfile",
    "FormerNumber",
    "FundingAgreement",
    "FundingLine",
    "FundingStatement",
    "LegalHold",
    "Link",
    "MarkChange",
    "Measure",
    "NonAssociation",
    "OutcomeValue",
    "Participant",
    "ParticipantNeeds",
    "PartnerOffer",
    "Pause",
    "PlannedAbsence",
    "Programme",
    "ProgrammeMeasure",
    "ProgrammeVersion",
    "PublishedClaim",
    "Referral",
    "ReferralAmendment",
    "ReferralMove",
    "ReferrerUpdate",
    "Restriction",
    "RestrictionReader",
    "RiskFlag",
    "SafeContact",
    "Session",
    "SessionFacilitator",
    "StatedLine",
    "Unit",
    "Venue",
    "WaitingPass",
    "WelfareCheck",
]
