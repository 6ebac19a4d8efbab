"""Failures of the training room."""

from core.errors import ConflictError


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
