"""Failures of the programmes room."""

from core.errors import ConflictError, RuleBrokenError, StaleVersionError


class ProgrammeExistsError(ConflictError):
    """The organisation has a programme of this name on this side."""

    slug = "programme-exists"
    title = "A programme with this name exists already"


class VenueExistsError(ConflictError):
    """The organisation has a venue of this name on this side."""

    slug = "venue-exists"
    title = "A venue with this name exists already"


class CohortCodeTakenError(ConflictError):
    """The organisation has a cohort of this code on this side."""

    slug = "cohort-code-taken"
    title = "A cohort with this code exists already"


class CohortFullError(ConflictError):
    """An enrolment would take a cohort past its capacity."""

    slug = "cohort-full"
    title = "This cohort has no places left"


class AlreadyEnrolledError(ConflictError):
    """The person has an open enrolment, here or elsewhere."""

    slug = "already-enrolled"
    title = "This person has a place in a group already"


class ReferralOpenError(ConflictError):
    """The person has an open referral to this programme."""

    slug = "referral-open"
    title = "This person has an open referral to this programme already"


class EnrolmentEndedError(ConflictError):
    """The enrolment has ended, so it cannot change any more."""

    slug = "enrolment-ended"
    title = "This enrolment has ended"


class NotCompletedError(RuleBrokenError):
    """The completion rule does not hold yet (C4)."""

    slug = "not-completed"
    title = "The programme's rule for completion is not met yet"


class SessionNotBegunError(RuleBrokenError):
    """A register cannot be marked before the session begins."""

    slug = "session-not-begun"
    title = "This session has not begun yet"


class SessionCancelledError(ConflictError):
    """The session is cancelled, so there is nobody to mark."""

    slug = "session-cancelled"
    title = "This session is cancelled"


class SessionMarkedError(ConflictError):
    """The session has a register, so it took place."""

    slug = "session-marked"
    title = "This session has a register and cannot be cancelled"


class NoOpenDayFoundError(RuleBrokenError):
    """Closed days leave no room for the timetable (C6)."""

    slug = "no-open-day"
    title = "Closed days leave no room for this timetable"


class StaleRegisterError(StaleVersionError):
    """Somebody else saved this register in the meantime; what they saved is beside the error."""


class ReferralMoveError(ConflictError):
    """No allowed move leads a referral to that status (2.2)."""

    slug = "referral-move"
    title = "A referral cannot move to this status from where it is now"
