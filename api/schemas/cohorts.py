"""Payloads of cohorts, their timetables and sessions."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from api.schemas.base import In, Out
from api.schemas.enrolments import MatrixRowOut
from api.schemas.programmes import Count
from api.schemas.sessions import ClashOut, FacilitatorPart, SessionOut
from core.scope import Side
from programmes.domain.case_terms import GroupSex
from programmes.domain.terms import DeliveryMode, GroupModel, Nation
from programmes.domain.timetable import Slot
from programmes.queries.cohorts import CohortView
from programmes.queries.timetables import Facilitation
from programmes.services.cohort_changes import CohortChange
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
    lead_id: UUID | None = None
    group_sex: GroupSex | None = None
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
            lead_id=self.lead_id,
            group_sex=self.group_sex,
        )


class CohortChangeIn(In, frozen=True, kw_only=True):
    """What changes of a cohort; what is left out stays as it is."""

    version: Count
    capacity: Count | None = None
    facilitator_ids: list[UUID] | None = None
    lead_id: UUID | None = None
    group_sex: GroupSex | None = None

    def changes(self) -> CohortChange:
        """Answer it as the service takes it."""
        people = self.facilitator_ids
        return CohortChange(
            self.version,
            self.capacity,
            None if people is None else tuple(people),
            self.lead_id,
            self.group_sex,
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


class ContactOut(Out, frozen=True, kw_only=True):
    """The days between which a one-to-one contact falls; ``null`` where there is no bound."""

    unit_number: int
    earliest_on: date | None
    latest_on: date | None


class PlanOut(Out, frozen=True, kw_only=True):
    """A timetable that would be made."""

    sessions: list[PlannedSessionOut]
    contacts: list[ContactOut]
    skipped: list[ClosedDayOut]
    clashes: list[ClashOut]

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
            contacts=[
                ContactOut(
                    unit_number=item.unit_number, earliest_on=item.earliest_on,
                    latest_on=item.latest_on,
                )
                for item in plan.contacts
            ],
            skipped=[ClosedDayOut(on=day, reason=reason) for day, reason in plan.skipped],
            clashes=[ClashOut.of(item) for item in plan.clashes],
        )  # fmt: skip


class CohortOut(Out, frozen=True, kw_only=True):
    """A cohort."""

    id: UUID
    organisation_id: UUID
    programme_id: UUID
    programme: str
    version_number: int
    group_model: GroupModel
    delivery_mode: DeliveryMode
    group_sex: GroupSex | None
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
            version_number=view.version_number,
            group_model=view.group_model,
            delivery_mode=view.delivery_mode,
            group_sex=view.group_sex,
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


class CohortOneOut(CohortOut, frozen=True, kw_only=True):
    """One cohort, with its facilitators."""

    facilitators: list[FacilitatorPart]

    @classmethod
    def with_facilitators(cls, view: CohortView, takers: Sequence[Facilitation]) -> "CohortOneOut":
        """Shape a cohort and who facilitates it."""
        return cls(
            **msgspec.structs.asdict(CohortOut.of(view)),
            facilitators=[FacilitatorPart.of(taker) for taker in takers],
        )


class MatrixOut(Out, frozen=True, kw_only=True):
    """Who attended what: the sessions in order of time, and a row for each person."""

    sessions: list[SessionOut]
    rows: list[MatrixRowOut]
