"""Payloads of requirements."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from api.schemas.base import In, Name, Out
from api.schemas.courses import Hours, Months, Version
from training.domain.requirements import Due, Filter
from training.domain.rule_faults import RequirementDetails
from training.domain.terms import Basis, CountedFrom, Sector, StaffGroup
from training.queries.catalogue import RequirementView
from training.services.requirements import details_of

Role = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Fte = Annotated[float, msgspec.Meta(gt=0, le=1)]
DueDays = Annotated[int, msgspec.Meta(ge=0, le=3650)]
DueMonths = Annotated[int, msgspec.Meta(ge=0, le=120)]

_DUE = {
    "due_within_days_of_start": "within_days",
    "due_within_months_of_start": "within_months",
    "due_on": "on",
}
_WAYS = {
    "counted_from": "counted_from",
    "transition_on": "transition_on",
    "transition_due_on": "transition_due_on",
}


class FilterIn(In, frozen=True, kw_only=True):
    """Who a requirement applies to; what is empty or null means everybody.

    ``started_from`` and ``started_before`` ask when somebody was appointed.
    """

    sectors: list[Sector] = []
    staff_groups: list[StaffGroup] = []
    roles: Annotated[list[Role], msgspec.Meta(max_length=50)] = []
    organisation_ids: list[UUID] = []
    is_people_manager: bool | None = None
    min_fte: Fte | None = None
    started_from: date | None = None
    started_before: date | None = None

    def filter(self) -> Filter:
        """Answer it as the domain has it."""
        return Filter(
            sectors=frozenset(self.sectors),
            staff_groups=frozenset(self.staff_groups),
            roles=frozenset(self.roles),
            organisation_ids=frozenset(self.organisation_ids),
            is_people_manager=self.is_people_manager,
            min_fte=_exact(self.min_fte),
            started_from=self.started_from,
            started_before=self.started_before,
        )


class RequirementIn(In, frozen=True, kw_only=True):
    """A requirement to add; ``validity_months`` null means the course's own validity.

    Of the three ways to say by when, exactly one is given. Those appointed before
    ``transition_on`` have until ``transition_due_on`` instead.
    """

    name: Name
    course_id: UUID
    mandatory: bool = True
    basis: Basis = Basis.COURSE
    hours: Hours | None = None
    window_months: Months | None = None
    validity_months: Months | None = None
    never_expires: bool = False
    by_level: bool = False
    filter: FilterIn = msgspec.field(default_factory=FilterIn)
    due_within_days_of_start: DueDays | None = None
    due_within_months_of_start: DueMonths | None = None
    due_on: date | None = None
    counted_from: CountedFrom = CountedFrom.START
    transition_on: date | None = None
    transition_due_on: date | None = None
    effective_from: date
    effective_to: date | None = None

    def details(self) -> RequirementDetails:
        """Answer it as the service takes it."""
        values = _plain(msgspec.structs.asdict(self))
        due = {ours: values.pop(theirs) for theirs, ours in {**_DUE, **_WAYS}.items()}
        return RequirementDetails(due=Due(**due), **values)


class RequirementPatch(In, frozen=True, kw_only=True):
    """What to change of a requirement; what is left out stays, a filter changes as a whole.

    Of the ways to say by when, one that is given takes the place of the one there was.
    """

    version: Version
    name: Name | UnsetType = UNSET
    course_id: UUID | UnsetType = UNSET
    mandatory: bool | UnsetType = UNSET
    basis: Basis | UnsetType = UNSET
    hours: Hours | UnsetType | None = UNSET
    window_months: Months | UnsetType | None = UNSET
    validity_months: Months | UnsetType | None = UNSET
    never_expires: bool | UnsetType = UNSET
    by_level: bool | UnsetType = UNSET
    filter: FilterIn | UnsetType = UNSET
    due_within_days_of_start: DueDays | UnsetType | None = UNSET
    due_within_months_of_start: DueMonths | UnsetType | None = UNSET
    due_on: date | UnsetType | None = UNSET
    counted_from: CountedFrom | UnsetType = UNSET
    transition_on: date | UnsetType | None = UNSET
    transition_due_on: date | UnsetType | None = UNSET
    effective_from: date | UnsetType = UNSET
    effective_to: date | UnsetType | None = UNSET

    def applied_to(self, view: RequirementView) -> RequirementDetails:
        """Answer what the requirement says with what is to change."""
        given = msgspec.structs.asdict(self)
        del given["version"]
        values = _plain({field: value for field, value in given.items() if value is not UNSET})
        now = details_of(view)
        way: dict[str, Any] = {
            ours: values.pop(theirs) for theirs, ours in _DUE.items() if theirs in values
        }
        if any(value is not None for value in way.values()):
            way = dict.fromkeys(_DUE.values()) | way
        way |= {ours: values.pop(theirs) for theirs, ours in _WAYS.items() if theirs in values}
        return replace(now, due=replace(now.due, **way), **values)


class RequirementEnd(In, frozen=True, kw_only=True):
    """The last day on which a requirement asks anything."""

    version: Version
    effective_to: date


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Answer the values as the domain has them."""
    if "filter" in values:
        values["filter"] = values["filter"].filter()
    if "hours" in values:
        values["hours"] = _exact(values["hours"])
    return values


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


class FilterOut(Out, frozen=True, kw_only=True):
    """Who a requirement applies to; what is empty or null means everybody."""

    sectors: list[Sector]
    staff_groups: list[StaffGroup]
    roles: list[str]
    organisation_ids: list[UUID]
    is_people_manager: bool | None
    min_fte: float | None
    started_from: date | None
    started_before: date | None

    @classmethod
    def of(cls, wanted: Filter) -> "FilterOut":
        """Shape a filter."""
        return cls(
            sectors=sorted(wanted.sectors),
            staff_groups=sorted(wanted.staff_groups),
            roles=sorted(wanted.roles),
            organisation_ids=sorted(wanted.organisation_ids),
            is_people_manager=wanted.is_people_manager,
            min_fte=None if wanted.min_fte is None else float(wanted.min_fte),
            started_from=wanted.started_from,
            started_before=wanted.started_before,
        )


class RequirementOut(Out, frozen=True, kw_only=True):
    """A requirement."""

    id: UUID
    name: str
    course_id: UUID
    mandatory: bool
    basis: Basis
    hours: float | None
    window_months: int | None
    validity_months: int | None
    never_expires: bool
    by_level: bool
    filter: FilterOut
    due_within_days_of_start: int | None
    due_within_months_of_start: int | None
    due_on: date | None
    counted_from: CountedFrom
    transition_on: date | None
    transition_due_on: date | None
    effective_from: date
    effective_to: date | None
    version: int

    @classmethod
    def of(cls, view: RequirementView) -> "RequirementOut":
        """Shape a requirement."""
        rule, due = view.rule, view.rule.due
        return cls(
            id=view.id,
            name=view.name,
            course_id=view.course_id,
            mandatory=view.mandatory,
            basis=rule.basis,
            hours=None if rule.hours is None else float(rule.hours),
            window_months=rule.window_months,
            validity_months=view.validity_months,
            never_expires=view.never_expires,
            by_level=view.by_level,
            filter=FilterOut.of(rule.filter),
            due_within_days_of_start=due.within_days,
            due_within_months_of_start=due.within_months,
            due_on=due.on,
            counted_from=due.counted_from,
            transition_on=due.transition_on,
            transition_due_on=due.transition_due_on,
            effective_from=rule.effective_from,
            effective_to=rule.effective_to,
            version=view.version,
        )
