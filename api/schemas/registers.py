"""Payloads of registers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from api.schemas.base import In, Note, Out
from api.schemas.cohorts import SessionOut
from programmes.domain.register import Entry
from programmes.domain.terms import AbsenceReason, AttendanceOutcome
from programmes.queries.registers import MarkView, RegisterRow, RegisterView
from programmes.services.registers import Submission

_MOST_ROWS = 500


class MarkIn(In, frozen=True, kw_only=True):
    """One line of a register."""

    enrolment_id: UUID
    outcome: AttendanceOutcome
    minutes_attended: int | None = None
    absence_reason: AbsenceReason | None = None
    acceptable: bool | None = None
    engaged: bool | None = None
    note: Note = ""

    def entry(self) -> Entry:
        """Answer it as the domain has it."""
        return Entry(
            enrolment_id=self.enrolment_id,
            outcome=self.outcome,
            minutes_attended=self.minutes_attended,
            absence_reason=self.absence_reason,
            acceptable=self.acceptable,
            engaged=self.engaged,
            note=self.note,
        )


class RegisterIn(In, frozen=True, kw_only=True):
    """A filled-in register; a session that was not held is cancelled instead."""

    version: int
    held: Literal[True] = True
    marks: Annotated[list[MarkIn], msgspec.Meta(max_length=_MOST_ROWS)]
    correction_reason: str = ""

    def submission(self) -> Submission:
        """Answer it as the service takes it."""
        return Submission(
            self.version, tuple(mark.entry() for mark in self.marks), self.correction_reason
        )


class MarkOut(Out, frozen=True, kw_only=True):
    """A mark as it is stored."""

    outcome: AttendanceOutcome
    minutes_attended: int | None
    absence_reason: AbsenceReason | None
    acceptable: bool | None
    engaged: bool | None
    note: str
    recorded_at: datetime

    @classmethod
    def of(cls, view: MarkView) -> "MarkOut":
        """Shape a mark."""
        return cls(
            outcome=view.mark.outcome,
            minutes_attended=view.mark.minutes_attended,
            absence_reason=view.mark.absence_reason,
            acceptable=view.mark.acceptable,
            engaged=view.engaged,
            note=view.note,
            recorded_at=view.recorded_at,
        )


class PersonOut(Out, frozen=True, kw_only=True):
    """A person as registers name them: first name and initial (D10)."""

    id: UUID
    name: str


class RegisterRowOut(Out, frozen=True, kw_only=True):
    """One person on a register."""

    enrolment_id: UUID
    participant: PersonOut
    mark: MarkOut | None

    @classmethod
    def of(cls, row: RegisterRow) -> "RegisterRowOut":
        """Shape a row."""
        return cls(
            enrolment_id=row.enrolment_id,
            participant=PersonOut(id=row.participant_id, name=row.name),
            mark=MarkOut.of(row.mark) if row.mark else None,
        )


class RegisterOut(Out, frozen=True, kw_only=True):
    """A register, with the version to save it with."""

    session: SessionOut
    version: int
    rows: list[RegisterRowOut]

    @classmethod
    def of(cls, view: RegisterView) -> "RegisterOut":
        """Shape a register."""
        return cls(
            session=SessionOut.of(view.session),
            version=view.version,
            rows=[RegisterRowOut.of(row) for row in view.rows],
        )


class SavedOut(Out, frozen=True, kw_only=True):
    """The version that a save made, or that was there already."""

    version: int
