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


class CourseMode(StrEnum):
    """How a course is taken."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    E_LEARNING = "e_learning"
    HYBRID = "hybrid"


class Basis(StrEnum):
    """What a requirement counts: a completed course, or hours in a rolling window."""

    COURSE = "course"
    HOURS = "hours"


class CountedFrom(StrEnum):
    """From when the time to be trained runs."""

    START = "start"
    ROLE_CHANGE = "role_change"


class EventStatus(StrEnum):
    """What became of a training event."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class BookingOutcome(StrEnum):
    """What became of somebody's place at a training event (domain.md 2.5)."""

    BOOKED = "booked"
    WAITLISTED = "waitlisted"
    ATTENDED_FULL = "attended_full"
    LEFT_EARLY = "left_early"
    NO_SHOW = "no_show"
    CANCELLED_BY_STAFF = "cancelled_by_staff"
    CANCELLED_BY_PROVIDER = "cancelled_by_provider"


class NoticeKind(StrEnum):
    """Whom a notice about training is for, and about what."""

    LEAD_DIGEST = "lead_digest"
    MANAGER_DIGEST = "manager_digest"
    EXPIRY = "expiry"


class NoticeChannel(StrEnum):
    """How a notice reaches somebody; texts go through the messaging room instead."""

    TASK = "task"
    EMAIL = "email"


class NoticeState(StrEnum):
    """Where a notice stands; ``doubtful`` was handed over, and nobody knows whether it went."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    DONE = "done"


class LeaverDecision(StrEnum):
    """What somebody decided of a person who was missing from a full list of staff."""

    ENDED = "ended"
    STAYS = "stays"
