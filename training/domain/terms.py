"""The field's enumerations for staff and training (domain.md 2.5)."""

from enum import StrEnum


class Sector(StrEnum):
    """Where a member of staff works."""

    HEALTH = "health"
    HOUSING = "housing"
    ADULT_SOCIAL_CARE = "adult_social_care"
    CHILDRENS_SOCIAL_CARE = "childrens_social_care"
    EDUCATION = "education"
    POLICE = "police"
    PROBATION = "probation"
    FIRE = "fire"
    VOLUNTARY_DA_SPECIALIST = "voluntary_da_specialist"
    VOLUNTARY_OTHER = "voluntary_other"
    SUBSTANCE_MISUSE = "substance_misuse"
    YOUTH_JUSTICE = "youth_justice"
    COUNCIL_OTHER = "council_other"
    ELECTED_MEMBER = "elected_member"
    GP_PRACTICE = "gp_practice"


class StaffGroup(StrEnum):
    """What kind of work a member of staff does."""

    FRONT_LINE = "front_line"
    MANAGER = "manager"
    SPECIALIST = "specialist"
    RECEPTION_ADMIN = "reception_admin"
    VOLUNTEER = "volunteer"
    AGENCY = "agency"
    STUDENT = "student"


class Evidence(StrEnum):
    """What shows that training was completed."""

    CERTIFICATE = "certificate"
    REGISTER = "register"
    E_LEARNING_RESULT = "e_learning_result"
    SELF_DECLARED = "self_declared"


class ComplianceStatus(StrEnum):
    """Where one person stands with one requirement on one day."""

    NOT_REQUIRED = "not_required"
    EXEMPT = "exempt"
    COMPLIANT = "compliant"
    EXPIRING_SOON = "expiring_soon"
    IN_GRACE = "in_grace"
    OVERDUE_NEVER = "overdue_never"
    EXPIRED = "expired"


class Rag(StrEnum):
    """Red, amber or green; shown as its word, never by colour alone."""

    GREEN = "Green"
    AMBER = "Amber"
    RED = "Red"
