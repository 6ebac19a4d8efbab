"""Failures of the programmes room."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from core.errors import ConflictError, ForbiddenError, RuleBrokenError, StaleVersionError


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


class ApartError(ConflictError):
    """People are to be kept apart; ``found`` says why, for the safety lead alone (D3, D6)."""

    def __init__(self, *, found: Sequence[Any]) -> None:
        super().__init__(f"{self.title}. Ask your safety lead.")
        self.found = tuple(found)


class CannotJoinError(ApartError):
    """Somebody in the group, or who works with it, is to be kept apart from the person (D6)."""

    slug = "cannot-join"
    title = "This person cannot join this group"


class CannotAssignError(ApartError):
    """The worker would work with both parties of a link (D3)."""

    slug = "cannot-assign"
    title = "This person cannot be assigned here"


class AlreadyRecordedError(ConflictError):
    """The same is recorded already, such as a link between these two people."""

    slug = "already-recorded"
    title = "This is recorded already"


class AlreadySettledError(ConflictError):
    """Somebody settled this conflict, or ended this link, before."""

    slug = "already-settled"
    title = "This has been settled already"


class StatusFollowsError(RuleBrokenError):
    """The status follows from a place, a start or a completion, so nobody sets it by hand (2.2)."""

    slug = "status-follows"
    title = "This status follows from what happens in a group"


class ReferenceTakenError(ConflictError):
    """The reference is another person's, or another referral's to the same programme."""

    slug = "reference-taken"
    title = "This reference is in use already"


class UnitCreditedError(ConflictError):
    """A catch-up would credit a unit twice."""

    slug = "unit-credited"
    title = "This unit is credited already"


class CatchUpExistsError(ConflictError):
    """The person has a session of their own for this unit that is not marked yet."""

    slug = "catch-up-exists"
    title = "This person has a session for this unit already"


class AbsencePlannedError(ConflictError):
    """The absence was recorded before."""

    slug = "absence-planned"
    title = "This absence is recorded already"


class SessionBegunError(RuleBrokenError):
    """An absence can be planned only before the session begins; then there is its register."""

    slug = "session-begun"
    title = "This session has begun"


class EditWindowOverError(ForbiddenError):
    """A saved mark is older than the programme's window for corrections (2.3)."""

    slug = "edit-window-over"
    title = "Only a manager can correct this register now"


class FollowUpClosedError(ConflictError):
    """Somebody closed this review or welfare check already."""

    slug = "follow-up-closed"
    title = "This is closed already"


class MeasureExistsError(ConflictError):
    """The organisation has a measure of this code on this side."""

    slug = "measure-exists"
    title = "A measure with this code exists already"


class OutcomeRecordedError(ConflictError):
    """There is a report of this measure, timepoint and source; a change names its version."""

    slug = "outcome-recorded"
    title = "This has been recorded already"


class NotEligibleYetError(RuleBrokenError):
    """Only who completed the programme that this one follows may join it (S7)."""

    slug = "not-eligible-yet"
    title = "Only people who completed the programme before this one can join"


class OtherProgrammeError(RuleBrokenError):
    """Units carry over within one programme only."""

    slug = "other-programme"
    title = "People are moved between groups of the same programme"


class PauseOverlapsError(ConflictError):
    """The pause shares a day with another one of the same place."""

    slug = "pause-overlaps"
    title = "There is a pause on some of these days already"


class NotPausedError(ConflictError):
    """There is no pause to end, now or to come."""

    slug = "not-paused"
    title = "This person has no pause"


class NotRevocableError(ConflictError):
    """Only an ending can be taken back, and only while no other place continues this one."""

    slug = "not-revocable"
    title = "There is no ending here that can be taken back"


class RuleMetError(RuleBrokenError):
    """Whoever meets the rule has completed, not in part (C4)."""

    slug = "rule-met"
    title = "The rule for completion is met, so this is no completion in part"


class VenueNotAvailableError(ConflictError):
    """Nobody can meet in the venue on that day: the venue is closed, or the sides would meet (D5).

    ``both_sides`` tells which of the two it was, for the safety lead alone.
    """

    slug = "venue-not-available"
    title = "The venue is not available on this day"

    def __init__(self, day: date, *, both_sides: bool = False) -> None:
        super().__init__(
            f"The venue is not available on {day:%A} {day.day} {day:%B}."
            " Choose another day or venue, or ask your safety lead."
        )
        self.day = day
        self.both_sides = both_sides


class SessionFixedError(ConflictError):
    """The session has begun or has a register, so it stays where it is."""

    slug = "session-fixed"
    title = "This session has begun and cannot be moved"


class CannotLinkError(ApartError):
    """Somebody works with both people of the link (D3)."""

    slug = "cannot-link"
    title = "This link cannot be recorded here"


class SessionNotCancelledError(ConflictError):
    """Only a cancelled session can be put back."""

    slug = "session-not-cancelled"
    title = "This session is not cancelled"


class LineStatedError(ConflictError):
    """A stated total includes the line, so it is not simply removed."""

    slug = "line-stated"
    title = "A stated total includes this line"
