"""Failures of the training room."""

from core.errors import ConflictError, RuleBrokenError


class PayrollNumberTakenError(ConflictError):
    """Somebody else in the organisation has this payroll number."""

    slug = "payroll-number-taken"
    title = "Somebody in this organisation has that payroll number already"


class CourseExistsError(ConflictError):
    """Another course has this code."""

    slug = "course-exists"
    title = "A course with this code exists already"


class RequirementExistsError(ConflictError):
    """Another requirement has this name."""

    slug = "requirement-exists"
    title = "A requirement with this name exists already"


class TrainingRecordExistsError(ConflictError):
    """The completion of this course by this person on this day is recorded."""

    slug = "training-record-exists"
    title = "This completion is recorded already"


class PostsOverlapError(RuleBrokenError):
    """Somebody would hold the same position twice at the same time."""

    slug = "posts-overlap"
    title = "They hold the same post on some of these days already"


class LineManagerCircleError(RuleBrokenError):
    """Somebody would, through others, be their own line manager."""

    slug = "line-manager-circle"
    title = "They would be their own line manager, through others"


class LeaverDecidedError(ConflictError):
    """Somebody decided the proposal in the meantime."""

    slug = "leaver-decided"
    title = "This has been decided already"


class AlreadyBookedError(ConflictError):
    """The person has a place at the training event, or waits for one."""

    slug = "already-booked"
    title = "This person is booked already"


class BookingEndedError(ConflictError):
    """The booking has been cancelled, or its event has begun."""

    slug = "booking-ended"
    title = "This booking cannot be cancelled any more"


class EventClosedError(ConflictError):
    """The training event has begun, was held or is cancelled."""

    slug = "event-closed"
    title = "This training event is closed"


class RegisterNotOpenError(ConflictError):
    """The training event has not begun yet."""

    slug = "register-not-open"
    title = "The register opens when the training event begins"


class TrainingRecordSettledError(ConflictError):
    """The training record is verified or withdrawn already."""

    slug = "training-record-settled"
    title = "This training record is verified or withdrawn already"


class OwnTrainingError(RuleBrokenError):
    """Somebody would verify their own training."""

    slug = "own-training"
    title = "Somebody else has to verify your own training"


class ExemptionOverlapsError(ConflictError):
    """The person is exempt from the same requirement on some of these days."""

    slug = "exemption-overlaps"
    title = "They are exempt from this on some of these days already"
