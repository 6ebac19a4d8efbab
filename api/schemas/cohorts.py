"""Payloads of cohorts, their timetables and sessions."""

from datetime import date, datetime
from uuid import UUID

from api.schemas.base import In, Out, ShortText
from api.schemas.enrolments import MatrixRowOut
from api.schemas.programmes import Count
from core.scope import Side
from programmes.domain.terms import Nation, SessionStatus
from programmes.domain.timetable import Slot
from programmes.queries.cohorts import CohortView, SessionView
from programmes.services.cohorts import NewCohort, Plan


class SlotPart(In, frozen=True, kw_only=True):
    """A weekly time: weekday 0 (Monday) to 6, ``HH:MM`` in London."""

    weekday: int
    at: str


class CohortIn(In, frozen=True, kw_only=True):
    """A cohort to preview or to create."""

    programme_id: UUID
    organisation_id: UUID | None = None
    venue_id: UUID | None = None
    code: str
    starts_on: date
    slots: list[SlotPart]
    capacity: Count
    facilitator_ids: list[UUID] = []
    nation: Nation = Nation.ENGLAND_AND_WALES

    def new(self) -> NewCohort:
        """Answer it as the service takes it."""
        return NewCohort(
            programme_id=self.programme_id,
            organisation_id=self.organisation_id,
            venue_id=self.venue_id,
            code=self.code,
            starts_on=self.starts_on,
            slots=tuple(Slot(slot.weekday, slot.at) for slot in self.slots),
            capacity=self.capacity,
            facilitator_ids=tuple(self.facilitator_ids),
            nation=self.nation,
        )


class PlannedSessionOut(Out, frozen=True, kw_only=True):
    """A session that would be made."""

    unit_number: int
    starts_at: datetime
    minutes: int


class ClosedDayOut(Out, frozen=True, kw_only=True):
    """A closed day that the timetable moves past."""

    on: date
    reason: str


class PlanOut(Out, frozen=True, kw_only=True):
    """A timetable that would be made."""

    sessions: list[PlannedSessionOut]
    skipped: list[ClosedDayOut]

    @classmethod
    def of(cls, plan: Plan) -> "PlanOut":
        """Shape a plan."""
        return cls(
            sessions=[
                PlannedSessionOut(
                    unit_number=item.unit_number, starts_at=item.starts_at, minutes=item.minutes
                )
                for item in plan.sessions
            ],
            skipped=[ClosedDayOut(on=day, reason=reason) for day, reason in plan.skipped],
        )


class CohortOut(Out, frozen=True, kw_only=True):
    """A cohort."""

    id: UUID
    organisation_id: UUID
    programme_id: UUID
    programme: str
    side: Side
    code: str
    venue_id: UUID | None
    starts_on: date
    slots: list[SlotPart]
    nation: Nation
    capacity: int
    places_taken: int
    version: int

    @classmethod
    def of(cls, view: CohortView) -> "CohortOut":
        """Shape a cohort."""
        return cls(
            id=view.id,
            organisation_id=view.organisation_id,
            programme_id=view.programme_id,
            programme=view.programme_name,
            side=view.side,
            code=view.code,
            venue_id=view.venue_id,
            starts_on=view.starts_on,
            slots=[SlotPart(weekday=slot.weekday, at=slot.at) for slot in view.slots],
            nation=view.nation,
            capacity=view.capacity,
            places_taken=view.places_taken,
            version=view.version,
        )


class SessionOut(Out, frozen=True, kw_only=True):
    """A session of a cohort."""

    id: UUID
    cohort_id: UUID
    cohort_code: str
    unit_number: int
    unit_title: str
    starts_at: datetime
    minutes: int
    status: SessionStatus
    is_catchup: bool
    register_version: int

    @classmethod
    def of(cls, view: SessionView) -> "SessionOut":
        """Shape a session."""
        return cls(
            id=view.id,
            cohort_id=view.cohort_id,
            cohort_code=view.cohort_code,
            unit_number=view.unit_number,
            unit_title=view.unit_title,
            starts_at=view.starts_at,
            minutes=view.minutes,
            status=view.status,
            is_catchup=view.is_catch_up,
            register_version=view.register_version,
        )


class MatrixOut(Out, frozen=True, kw_only=True):
    """Who attended what: the sessions in order of time, and a row for each person."""

    sessions: list[SessionOut]
    rows: list[MatrixRowOut]


class CancellationIn(In, frozen=True, kw_only=True):
    """Why a session does not take place."""

    reason: ShortText
    cascade: bool = False
