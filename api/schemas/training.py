"""Payloads of courses, requirements and training records."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from api.schemas.base import In, Name, Out
from training.domain.requirements import Filter
from training.domain.terms import Sector, StaffGroup
from training.queries.catalogue import CourseView, RequirementView
from training.services.catalogue import NewCourse, NewRequirement

Hours = Annotated[float, msgspec.Meta(gt=0, le=500)]
Months = Annotated[int, msgspec.Meta(ge=1, le=240)]


class CourseIn(In, frozen=True, kw_only=True):
    """A course to add; ``validity_months`` null means that it never expires."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=24)]
    name: Name
    rank: Annotated[int, msgspec.Meta(ge=1, le=4)]
    validity_months: Months | None
    hours: Hours

    def new(self) -> NewCourse:
        """Answer it as the service takes it."""
        return NewCourse(
            code=self.code,
            name=self.name,
            rank=self.rank,
            validity_months=self.validity_months,
            hours=Decimal(str(self.hours)),
        )


class CourseOut(Out, frozen=True, kw_only=True):
    """A course."""

    id: UUID
    code: str
    name: str
    rank: int
    validity_months: int | None
    hours: float
    version: int

    @classmethod
    def of(cls, view: CourseView) -> "CourseOut":
        """Shape a course."""
        return cls(
            id=view.id,
            code=view.code,
            name=view.name,
            rank=view.rank,
            validity_months=view.validity_months,
            hours=float(view.hours),
            version=view.version,
        )


class FilterIn(In, frozen=True, kw_only=True):
    """Who a requirement applies to; an empty list means everybody."""

    sectors: list[Sector] = []
    staff_groups: list[StaffGroup] = []
    organisation_ids: list[UUID] = []
    is_people_manager: bool | None = None

    def filter(self) -> Filter:
        """Answer it as the domain has it."""
        return Filter(
            sectors=frozenset(self.sectors),
            staff_groups=frozenset(self.staff_groups),
            organisation_ids=frozenset(self.organisation_ids),
            is_people_manager=self.is_people_manager,
        )


class RequirementIn(In, frozen=True, kw_only=True):
    """A requirement to add; ``validity_months`` null means the course's own validity."""

    name: Name
    course_id: UUID
    mandatory: bool = True
    basis: Literal["course"] = "course"
    validity_months: Months | None = None
    filter: FilterIn = msgspec.field(default_factory=FilterIn)
    due_within_days_of_start: Annotated[int, msgspec.Meta(ge=0, le=3650)]
    effective_from: date
    effective_to: date | None = None

    def new(self) -> NewRequirement:
        """Answer it as the service takes it."""
        return NewRequirement(
            name=self.name,
            course_id=self.course_id,
            mandatory=self.mandatory,
            validity_months=self.validity_months,
            filter=self.filter.filter(),
            due_within_days_of_start=self.due_within_days_of_start,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


class FilterOut(Out, frozen=True, kw_only=True):
    """Who a requirement applies to; an empty list means everybody."""

    sectors: list[Sector]
    staff_groups: list[StaffGroup]
    organisation_ids: list[UUID]
    is_people_manager: bool | None


class RequirementOut(Out, frozen=True, kw_only=True):
    """A requirement."""

    id: UUID
    name: str
    course_id: UUID
    mandatory: bool
    basis: Literal["course"]
    validity_months: int | None
    filter: FilterOut
    due_within_days_of_start: int | None
    effective_from: date
    effective_to: date | None
    version: int

    @classmethod
    def of(cls, view: RequirementView) -> "RequirementOut":
        """Shape a requirement."""
        wanted = view.rule.filter
        return cls(
            id=view.id,
            name=view.name,
            course_id=view.course_id,
            mandatory=view.mandatory,
            basis="course",
            validity_months=view.validity_months,
            filter=FilterOut(
                sectors=sorted(wanted.sectors),
                staff_groups=sorted(wanted.staff_groups),
                organisation_ids=sorted(wanted.organisation_ids),
                is_people_manager=wanted.is_people_manager,
            ),
            due_within_days_of_start=view.rule.due.within_days,
            effective_from=view.rule.effective_from,
            effective_to=view.rule.effective_to,
            version=view.version,
        )
