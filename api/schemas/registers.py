"""Payloads of registers."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from api.schemas.base import In, Note, Out, ShortText
from api.schemas.sessions import SessionOut
from core.errors import InvalidInputError
from programmes.domain.attendance import Mark
from programmes.domain.case_terms import NotHeldBecauseOf
from programmes.domain.register import Entry
from programmes.domain.terms import AbsenceReason, AttendanceOutcome
from programmes.queries.mark_history import MarkHistory, MarkState
from programmes.queries.registers import MarkView, PlannedView, RegisterRow, RegisterView
from programmes.services.catch_ups import NewCatchUp
from programmes.services.not_held import NotHeld
from programmes.services.planned_absences import NewAbsence
from programmes.services.registers import Submission

_MOST_ROWS = 500


class MarkIn(In, frozen=True, kw_only=True):
    """One line of a register."""

    enrolment_id: UUID
    outcome: AttendanceOutcome
    minutes_attended: int | None = None
    minutes_late: int | None = None
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
            minutes_late=self.minutes_late,
        )


class RegisterIn(In, frozen=True, kw_only=True):
    """A filled-in register; with ``held`` false, whose reason it was that nobody met, and why.

    Without ``covered`` the log of what the group did stays as it is.
    """

    version: int
    held: bool = True
    marks: Annotated[list[MarkIn], msgspec.Meta(max_length=_MOST_ROWS)] = []
    correction_reason: str = ""
    covered: Note | None = None
    because_of: NotHeldBecauseOf | None = None
    reason: ShortText = ""

    def submission(self) -> Submission:
        """Answer it as the service takes it.

        Raises:
            InvalidInputError: it says why the session was not held, and that it was.
        """
        if self.because_of or self.reason:
            raise InvalidInputError.of(
                "held", "Only a session that was not held has a reason for it"
            )
        return Submission(
            self.version,
            tuple(mark.entry() for mark in self.marks),
            self.correction_reason,
            self.covered,
        )

    def not_held(self) -> NotHeld:
        """Answer why the session was not held.

        Raises:
            InvalidInputError: nobody says whose reason it was, or somebody is marked.
        """
        if self.marks:
            raise InvalidInputError.of("marks", "A session that was not held has no marks")
        if self.because_of is None:
            raise InvalidInputError.of("because_of", "Say whose reason it was")
        return NotHeld(self.because_of, self.reason, self.version)


class MarkOut(Out, frozen=True, kw_only=True):
    """A mark as it is stored; ``is_corrected`` where its history has more than one state."""

    id: UUID
    outcome: AttendanceOutcome
    minutes_attended: int | None
    minutes_late: int | None
    absence_reason: AbsenceReason | None
    acceptable: bool | None
    engaged: bool | None
    note: str
    recorded_by: UUID | None
    recorded_at: datetime
    is_corrected: bool

    @classmethod
    def of(cls, view: MarkView) -> "MarkOut":
        """Shape a mark."""
        return cls(
            id=view.id,
            **_columns(view.mark),
            note=view.note,
            recorded_by=view.recorded_by,
            recorded_at=view.recorded_at,
            is_corrected=view.is_corrected,
        )


def _columns(mark: Mark) -> dict[str, Any]:
    return {
        "outcome": mark.outcome,
        "minutes_attended": mark.minutes_attended,
        "minutes_late": mark.minutes_late,
        "absence_reason": mark.absence_reason,
        "acceptable": mark.acceptable,
        "engaged": mark.engaged,
    }


class PlannedOut(Out, frozen=True, kw_only=True):
    """An absence that somebody told of before the session."""

    id: UUID
    reason: AbsenceReason
    acceptable: bool | None
    note: str

    @classmethod
    def of(cls, view: PlannedView) -> "PlannedOut":
        """Shape a planned absence."""
        return cls(
            id=view.id, reason=view.reason, acceptable=view.acceptable, note=view.note
        )  # fmt: skip


class PersonOut(Out, frozen=True, kw_only=True):
    """A person as registers name them: first name and initial (D10)."""

    id: UUID
    name: str


class RegisterRowOut(Out, frozen=True, kw_only=True):
    """One person on a register; ``planned`` is an absence told beforehand, counted once marked."""

    enrolment_id: UUID
    participant: PersonOut
    mark: MarkOut | None
    planned: PlannedOut | None

    @classmethod
    def of(cls, row: RegisterRow) -> "RegisterRowOut":
        """Shape a row."""
        return cls(
            enrolment_id=row.enrolment_id,
            participant=PersonOut(id=row.participant_id, name=row.name),
            mark=MarkOut.of(row.mark) if row.mark else None,
            planned=PlannedOut.of(row.planned) if row.planned else None,
        )


class RegisterOut(Out, frozen=True, kw_only=True):
    """A register, with the version to save it with; saved marks change until a day (2.3)."""

    session: SessionOut
    version: int
    rows: list[RegisterRowOut]
    covered: str
    correctable_until: date

    @classmethod
    def of(cls, view: RegisterView) -> "RegisterOut":
        """Shape a register."""
        return cls(
            session=SessionOut.of(view.session),
            version=view.version,
            rows=[RegisterRowOut.of(row) for row in view.rows],
            covered=view.session.covered,
            correctable_until=view.correctable_until,
        )


class SavedOut(Out, frozen=True, kw_only=True):
    """The version that a save made, or that was there already."""

    version: int


class PlannedAbsenceIn(In, frozen=True, kw_only=True):
    """Who will not come to a session, and why; ``acceptable`` for perpetrators only."""

    enrolment_id: UUID
    reason: AbsenceReason
    acceptable: bool | None = None
    note: Note = ""

    def new(self) -> NewAbsence:
        """Answer it as the service takes it."""
        return NewAbsence(self.enrolment_id, self.reason, self.acceptable, self.note)


class CatchUpIn(In, frozen=True, kw_only=True):
    """One person's own session for a unit; without ``minutes`` as long as the unit."""

    enrolment_id: UUID
    unit_number: int
    starts_at: Annotated[datetime, msgspec.Meta(tz=True)]
    minutes: int | None = None
    facilitator_id: UUID | None = None

    def new(self) -> NewCatchUp:
        """Answer it as the service takes it."""
        return NewCatchUp(
            self.enrolment_id, self.unit_number, self.starts_at, self.minutes, self.facilitator_id
        )


class MarkStateOut(Out, frozen=True, kw_only=True):
    """A mark as it stood for a time, who recorded it, and why it was changed to this."""

    outcome: AttendanceOutcome
    minutes_attended: int | None
    minutes_late: int | None
    absence_reason: AbsenceReason | None
    acceptable: bool | None
    engaged: bool | None
    note: str
    recorded_by: UUID | None
    recorded_at: datetime
    reason: str

    @classmethod
    def of(cls, state: MarkState) -> "MarkStateOut":
        """Shape a state."""
        return cls(
            **_columns(state.mark),
            note=state.note,
            recorded_by=state.recorded_by,
            recorded_at=state.recorded_at,
            reason=state.reason,
        )


class MarkHistoryOut(Out, frozen=True, kw_only=True):
    """All that one mark ever was, the present state first."""

    attendance_id: UUID
    enrolment_id: UUID
    participant: str
    session: SessionOut
    states: list[MarkStateOut]

    @classmethod
    def of(cls, view: MarkHistory) -> "MarkHistoryOut":
        """Shape a history."""
        return cls(
            attendance_id=view.attendance_id,
            enrolment_id=view.enrolment_id,
            participant=view.name,
            session=SessionOut.of(view.session),
            states=[MarkStateOut.of(state) for state in view.states],
        )
