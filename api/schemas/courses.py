"""Payloads of courses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from api.schemas.base import In, Name, Out
from training.domain.terms import CourseMode
from training.queries.catalogue import CourseView
from training.services.courses import CourseDetails

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=24)]
Rank = Annotated[int, msgspec.Meta(ge=1, le=4)]
Line = Annotated[str, msgspec.Meta(max_length=60)]
Provider = Annotated[str, msgspec.Meta(max_length=120)]
Hours = Annotated[float, msgspec.Meta(gt=0, le=500)]
Months = Annotated[int, msgspec.Meta(ge=1, le=240)]
Version = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]


class CourseIn(In, frozen=True, kw_only=True):
    """A course to add; ``validity_months`` null means that it never expires.

    Courses of one ``pathway`` are levels of the same thing; ``level`` is what it is called here.
    """

    code: Code
    name: Name
    rank: Rank
    validity_months: Months | None
    hours: Hours
    level: Line = ""
    pathway: Line = ""
    prerequisite_id: UUID | None = None
    provider: Provider = ""
    mode: CourseMode = CourseMode.IN_PERSON
    retired_on: date | None = None

    def details(self) -> CourseDetails:
        """Answer it as the service takes it."""
        return CourseDetails(**_with_exact_hours(msgspec.structs.asdict(self)))


class CoursePatch(In, frozen=True, kw_only=True):
    """What to change of a course; what is left out stays.

    From ``retired_on`` it counts no longer; null offers it again.
    """

    version: Version
    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    rank: Rank | UnsetType = UNSET
    validity_months: Months | UnsetType | None = UNSET
    hours: Hours | UnsetType = UNSET
    level: Line | UnsetType = UNSET
    pathway: Line | UnsetType = UNSET
    prerequisite_id: UUID | UnsetType | None = UNSET
    provider: Provider | UnsetType = UNSET
    mode: CourseMode | UnsetType = UNSET
    retired_on: date | UnsetType | None = UNSET

    def applied_to(self, view: CourseView) -> CourseDetails:
        """Answer what the course says with what is to change."""
        changes = {
            field: value
            for field, value in msgspec.structs.asdict(self).items()
            if value is not UNSET and field != "version"
        }
        return replace(CourseDetails.of(view), **_with_exact_hours(changes))


def _with_exact_hours(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "hours": Decimal(str(values["hours"]))} if "hours" in values else values


class CoversIn(In, frozen=True, kw_only=True):
    """The courses that whoever completed this one need not complete: all of them."""

    version: Version
    course_ids: Annotated[list[UUID], msgspec.Meta(max_length=500)]


class CourseOut(Out, frozen=True, kw_only=True):
    """A course; ``covers`` are those that whoever completed it need not complete."""

    id: UUID
    code: str
    name: str
    rank: int
    level: str
    pathway: str
    validity_months: int | None
    hours: float
    prerequisite_id: UUID | None
    provider: str
    mode: CourseMode
    retired_on: date | None
    covers: list[UUID]
    version: int

    @classmethod
    def of(cls, view: CourseView) -> "CourseOut":
        """Shape a course."""
        return cls(
            id=view.id,
            code=view.code,
            name=view.name,
            rank=view.rank,
            level=view.level,
            pathway=view.pathway,
            validity_months=view.validity_months,
            hours=float(view.hours),
            prerequisite_id=view.prerequisite_id,
            provider=view.provider,
            mode=view.mode,
            retired_on=view.retired_on,
            covers=list(view.covers),
            version=view.version,
        )
