"""What people systems and learning systems write for the codes of the field (domain.md 2.5)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.columns import folded
from training.domain.terms import Evidence, Sector, StaffGroup

E = TypeVar("E", bound=StrEnum)


def _words(codes: type[E], also: Mapping[E, tuple[str, ...]]) -> Mapping[str, E]:
    return {
        **{folded(code.value): code for code in codes},
        **{folded(word): code for code, words in also.items() for word in words},
    }


SECTORS = _words(
    Sector,
    {
        Sector.HEALTH: ("nhs", "health service", "hospital", "acute trust", "community health"),
        Sector.HOUSING: ("housing association", "rsl", "registered provider", "social housing"),
        Sector.ADULT_SOCIAL_CARE: (
            "asc", "adults", "adult services", "adults social care", "adult's social care",
        ),
        Sector.CHILDRENS_SOCIAL_CARE: (
            "csc", "children", "childrens", "children's", "children's services",
            "children's social care", "childrens services", "children and families",
        ),
        Sector.EDUCATION: ("school", "schools", "college", "early years", "early help"),
        Sector.POLICE: ("police force", "constabulary"),
        Sector.PROBATION: ("probation service", "hmpps"),
        Sector.FIRE: ("fire and rescue", "fire & rescue", "fire service"),
        Sector.VOLUNTARY_DA_SPECIALIST: (
            "da specialist", "specialist da service", "domestic abuse service", "refuge", "idva",
        ),
        Sector.VOLUNTARY_OTHER: ("voluntary", "voluntary sector", "vcs", "vcse", "charity"),
        Sector.SUBSTANCE_MISUSE: ("drug and alcohol", "drugs and alcohol", "substance use"),
        Sector.YOUTH_JUSTICE: ("yjs", "yot", "youth offending", "youth offending team"),
        Sector.COUNCIL_OTHER: ("council", "corporate", "other council", "customer services"),
        Sector.ELECTED_MEMBER: ("elected members", "councillor", "councillors", "member"),
        Sector.GP_PRACTICE: ("gp", "gp surgery", "general practice", "primary care"),
    },
)  # fmt: skip

STAFF_GROUPS = _words(
    StaffGroup,
    {
        StaffGroup.FRONT_LINE: ("frontline", "front line staff", "frontline staff", "practitioner"),
        StaffGroup.MANAGER: ("managers", "management", "team manager", "supervisor"),
        StaffGroup.SPECIALIST: ("specialists", "da specialist"),
        StaffGroup.RECEPTION_ADMIN: (
            "admin", "administration", "administrative", "reception", "receptionist",
            "reception and admin", "business support", "back office",
        ),
        StaffGroup.VOLUNTEER: ("volunteers",),
        StaffGroup.AGENCY: ("agency staff", "agency worker", "temp", "locum", "bank"),
        StaffGroup.STUDENT: ("students", "trainee", "apprentice", "placement"),
    },
)  # fmt: skip

EVIDENCE = _words(
    Evidence,
    {
        Evidence.CERTIFICATE: ("cert", "certificate seen", "certificated"),
        Evidence.REGISTER: ("attendance register", "signed register", "attended", "attendance"),
        Evidence.E_LEARNING_RESULT: (
            "e learning", "elearning", "online", "online course", "lms", "passed",
        ),
        Evidence.SELF_DECLARED: (
            "self", "self declaration", "self reported", "declared", "self certified",
        ),
    },
)  # fmt: skip
