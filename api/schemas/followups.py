"""Payloads of what follows from absences: reviews, their rules, welfare checks."""

from datetime import date, datetime
from uuid import UUID

from api.schemas.base import In, Note, Out
from core.scope import Side
from programmes.domain.absences import ReviewRule
from programmes.domain.case_terms import ReviewCause, ReviewOutcome, WelfareOutcome
from programmes.domain.terms import Mandate
from programmes.queries.reviews import ReviewView, RuleView
from programmes.queries.welfare import WelfareView
from programmes.services import reviews, welfare


class ReviewOut(Out, frozen=True, kw_only=True):
    """That somebody's absences are to be reviewed by ``due_on``, or how that ended."""

    id: UUID
    enrolment_id: UUID
    participant_id: UUID
    participant: str
    cohort_id: UUID
    cohort_code: str
    side: Side
    session_id: UUID
    absent_at: datetime
    cause: ReviewCause
    absences: int
    due_on: date
    opened_at: datetime
    closed_at: datetime | None
    closed_by: UUID | None
    outcome: ReviewOutcome | None
    note: str
    version: int

    @classmethod
    def of(cls, view: ReviewView) -> "ReviewOut":
        """Shape a review."""
        return cls(
            id=view.id,
            enrolment_id=view.enrolment_id,
            participant_id=view.participant_id,
            participant=view.name,
            cohort_id=view.cohort_id,
            cohort_code=view.cohort_code,
            side=view.side,
            session_id=view.session_id,
            absent_at=view.absent_at,
            cause=view.cause,
            absences=view.absences,
            due_on=view.due_on,
            opened_at=view.opened_at,
            closed_at=view.closed_at,
            closed_by=view.closed_by,
            outcome=view.outcome,
            note=view.note,
            version=view.version,
        )


class ReviewClosingIn(In, frozen=True, kw_only=True):
    """How a review ended."""

    outcome: ReviewOutcome
    note: Note = ""
    version: int

    def closing(self) -> reviews.Closing:
        """Answer it as the service takes it."""
        return reviews.Closing(self.outcome, self.note, self.version)


class WelfareCheckOut(Out, frozen=True, kw_only=True):
    """That somebody who missed a session is to be called by ``due_on``, or how that went."""

    id: UUID
    enrolment_id: UUID
    participant_id: UUID
    participant: str
    cohort_code: str
    session_id: UUID
    missed_at: datetime
    due_on: date
    opened_at: datetime
    closed_at: datetime | None
    closed_by: UUID | None
    outcome: WelfareOutcome | None
    note: str
    version: int

    @classmethod
    def of(cls, view: WelfareView) -> "WelfareCheckOut":
        """Shape a check."""
        return cls(
            id=view.id,
            enrolment_id=view.enrolment_id,
            participant_id=view.participant_id,
            participant=view.name,
            cohort_code=view.cohort_code,
            session_id=view.session_id,
            missed_at=view.missed_at,
            due_on=view.due_on,
            opened_at=view.opened_at,
            closed_at=view.closed_at,
            closed_by=view.closed_by,
            outcome=view.outcome,
            note=view.note,
            version=view.version,
        )


class WelfareClosingIn(In, frozen=True, kw_only=True):
    """How a welfare check went."""

    outcome: WelfareOutcome
    note: Note = ""
    version: int

    def closing(self) -> welfare.Closing:
        """Answer it as the service takes it."""
        return welfare.Closing(self.outcome, self.note, self.version)


class AbsenceRuleOut(Out, frozen=True, kw_only=True):
    """When absences under one mandate are reviewed; ``version`` 0 while the default holds."""

    organisation_id: UUID
    mandate: Mandate
    after_unacceptable: int | None
    after_consecutive: int | None
    act_within_working_days: int
    version: int

    @classmethod
    def of(cls, view: RuleView) -> "AbsenceRuleOut":
        """Shape a rule."""
        return cls(
            organisation_id=view.organisation_id,
            mandate=view.mandate,
            after_unacceptable=view.rule.after_unacceptable,
            after_consecutive=view.rule.after_consecutive,
            act_within_working_days=view.rule.act_within_working_days,
            version=view.version,
        )


class AbsenceRuleIn(In, frozen=True, kw_only=True):
    """A rule to set; ``null`` switches a cause off."""

    organisation_id: UUID | None = None
    mandate: Mandate
    after_unacceptable: int | None
    after_consecutive: int | None
    act_within_working_days: int
    version: int

    def rule(self) -> ReviewRule:
        """Answer it as the domain has it."""
        return ReviewRule(
            self.after_unacceptable, self.after_consecutive, self.act_within_working_days
        )
