"""Payloads of enrolments and of people's progress."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out, RateOut
from core.figures import percent
from programmes.domain.completion import Standing
from programmes.domain.terms import (
    AttendanceOutcome,
    EnrolmentStatus,
    ExitReason,
)
from programmes.queries.progress import MemberView
from programmes.services.enrolments import Ending

PersonName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class EnrolmentIn(In, frozen=True, kw_only=True):
    """A place to give; without ``joined_on`` from today, or from the cohort's start."""

    participant_id: UUID
    referral_id: UUID | None = None
    joined_on: date | None = None


class CompleteIn(In, frozen=True, kw_only=True):
    """That somebody has completed, with the days of the gates that are written down (C4)."""

    version: int
    on: date
    end_review_on: date | None = None
    report_sent_on: date | None = None

    def ending(self) -> Ending:
        """Answer it as the service takes it."""
        return Ending(self.on, self.version, self.end_review_on, self.report_sent_on)


class ExitIn(In, frozen=True, kw_only=True):
    """That somebody has left before completing."""

    version: int
    on: date
    reason: ExitReason

    def ending(self) -> Ending:
        """Answer it as the service takes it."""
        return Ending(self.on, self.version)


class MatrixRowOut(Out, frozen=True, kw_only=True):
    """One person's marks in a cohort, by session id; a session without a mark is left out."""

    enrolment_id: UUID
    participant: str
    marks: dict[UUID, AttendanceOutcome]

    @classmethod
    def of(cls, view: MemberView) -> "MatrixRowOut":
        """Shape a row."""
        return cls(enrolment_id=view.enrolment_id, participant=view.name, marks=dict(view.outcomes))


class ProgressOut(Out, frozen=True, kw_only=True):
    """Where one person stands (C4, C5)."""

    enrolment_id: UUID
    units_credited: int
    units_required: int
    expected: int
    marked: int
    attended: int
    attendance_rate: RateOut
    compliance_rate: RateOut
    dosage_hours: str
    dosage_percent: str | None
    catch_up: int
    can_still_complete: bool
    standing: Standing
    missing: list[str]
    status: EnrolmentStatus
    version: int

    @classmethod
    def of(cls, view: MemberView) -> "ProgressOut":
        """Shape one person's progress."""
        found = view.progress
        return cls(
            enrolment_id=view.enrolment_id,
            units_credited=len(found.units_credited),
            units_required=found.units_required,
            expected=found.expected,
            marked=found.marked,
            attended=found.attended,
            attendance_rate=RateOut.of(found.attended, found.marked),
            compliance_rate=RateOut.of(found.compliant, found.marked),
            dosage_hours=f"{float(found.dosage_hours):.1f}",
            dosage_percent=None if found.dosage_rate is None else percent(found.dosage_rate),
            catch_up=len(found.units_by_catch_up),
            can_still_complete=found.standing is not Standing.CANNOT_COMPLETE,
            standing=found.standing,
            missing=list(found.missing),
            status=view.status,
            version=view.version,
        )


class MemberOut(Out, frozen=True, kw_only=True):
    """One person's place in a cohort."""

    enrolment_id: UUID
    participant_id: UUID
    participant: str
    joined_on: date
    started_on: date | None
    ended_on: date | None
    exit_reason: ExitReason | None
    progress: ProgressOut

    @classmethod
    def of(cls, view: MemberView) -> "MemberOut":
        """Shape a member."""
        return cls(
            enrolment_id=view.enrolment_id,
            participant_id=view.participant_id,
            participant=view.name,
            joined_on=view.joined_on,
            started_on=view.started_on,
            ended_on=view.ended_on,
            exit_reason=view.exit_reason,
            progress=ProgressOut.of(view),
        )
