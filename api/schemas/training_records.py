"""Payloads of training records, their certificates, and exemptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile

from api.schemas.base import In, Out
from api.schemas.courses import Hours
from training.domain.certificates import MediaType
from training.domain.terms import Evidence
from training.queries.certificates import CertificateView
from training.queries.exemptions import ExemptionView
from training.queries.records import RecordView
from training.services.exemptions import NewExemption
from training.services.records import NewRecord

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class TrainingRecordIn(In, frozen=True, kw_only=True):
    """A completion to record."""

    staff_id: UUID
    course_id: UUID
    completed_on: date
    hours: Hours | None = None
    evidence: Evidence
    verified: bool

    def new(self) -> NewRecord:
        """Answer it as the service takes it."""
        return NewRecord(
            staff_id=self.staff_id,
            course_id=self.course_id,
            completed_on=self.completed_on,
            hours=as_decimal(self.hours),
            evidence=self.evidence,
            verified=self.verified,
        )


class OwnTrainingRecordIn(In, frozen=True, kw_only=True):
    """A completion that somebody declares of themselves."""

    course_id: UUID
    completed_on: date
    hours: Hours | None = None


class VerifyIn(In, frozen=True, kw_only=True):
    """What was seen of a completion."""

    evidence: Evidence


class WithdrawIn(In, frozen=True, kw_only=True):
    """Why a record is withdrawn."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class CertificateIn:
    """A PDF, JPEG or PNG file, as a form sends one."""

    file: UploadFile


class CertificateOut(Out, frozen=True, kw_only=True):
    """A file that shows a completion; its content is under ``/certificates/{id}``."""

    id: UUID
    file_name: str
    media_type: MediaType
    size_bytes: int

    @classmethod
    def of(cls, view: CertificateView) -> "CertificateOut":
        """Shape a certificate."""
        return cls(
            id=view.id,
            file_name=view.file_name,
            media_type=view.media_type,
            size_bytes=view.size_bytes,
        )


class TrainingRecordOut(Out, frozen=True, kw_only=True):
    """A completion of a course; ``counts`` tells whether it counts towards compliance."""

    id: UUID
    staff_id: UUID
    course_id: UUID
    completed_on: date
    hours: float | None
    evidence: Evidence
    verified: bool
    counts: bool
    verified_by: UUID | None
    verified_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    event_id: UUID | None
    certificates: list[CertificateOut]

    @classmethod
    def of(cls, view: RecordView, certificates: Sequence[CertificateView]) -> "TrainingRecordOut":
        """Shape a completion."""
        return cls(
            id=view.id,
            staff_id=view.staff_id,
            course_id=view.course_id,
            completed_on=view.completed_on,
            hours=None if view.hours is None else float(view.hours),
            evidence=view.evidence,
            verified=view.verified,
            counts=view.counts,
            verified_by=view.verified_by,
            verified_at=view.verified_at,
            withdrawn_at=view.withdrawn_at,
            withdrawn_reason=view.withdrawn_reason,
            event_id=view.event_id,
            certificates=[CertificateOut.of(one) for one in certificates],
        )


class ExemptionIn(In, frozen=True, kw_only=True):
    """An exemption to add; ``requirement_id`` null means from every requirement."""

    staff_id: UUID
    requirement_id: UUID | None
    from_on: date
    to_on: date
    reason: Reason

    def new(self) -> NewExemption:
        """Answer it as the service takes it."""
        return NewExemption(**msgspec.structs.asdict(self))


class EndIn(In, frozen=True, kw_only=True):
    """The last day of what ends earlier."""

    to_on: date


class ExemptionOut(Out, frozen=True, kw_only=True):
    """An exemption."""

    id: UUID
    staff_id: UUID
    requirement_id: UUID | None
    from_on: date
    to_on: date
    reason: str

    @classmethod
    def of(cls, view: ExemptionView) -> "ExemptionOut":
        """Shape an exemption."""
        return cls(
            id=view.id,
            staff_id=view.staff_id,
            requirement_id=view.requirement_id,
            from_on=view.from_on,
            to_on=view.to_on,
            reason=view.reason,
        )


def as_decimal(hours: float | None) -> Decimal | None:
    """Answer hours as they are counted."""
    return None if hours is None else Decimal(str(hours))
