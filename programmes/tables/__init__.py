"""Tables of the programmes room."""

from programmes.tables.cohorts import Cohort, CohortFacilitator
from programmes.tables.curriculum import Closure, Programme, ProgrammeVersion, Unit, Venue
from programmes.tables.people import Enrolment, Participant, Referral, SafeContact
from programmes.tables.sessions import Attendance, Session

__all__ = [
    "Attendance",
    "Closure",
    "Cohort",
    "CohortFacilitator",
    "Enrolment",
    "Participant",
    "Programme",
    "ProgrammeVersion",
    "Referral",
    "SafeContact",
    "Session",
    "Unit",
    "Venue",
]
