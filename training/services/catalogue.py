"""Adds courses and requirements."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounts.queries import organisations
from core import audit, clock, database
from core.errors import FieldError, ForbiddenError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.requirements import Filter
from training.errors import CourseExistsError, RequirementExistsError
from training.services.fields import (
    LONGEST_VALIDITY_MONTHS,
    day_fault,
    hours_fault,
    range_fault,
    refuse,
    text_fault,
)
from training.tables import Course, Requirement

_HIGHEST_RANK = 4
_LONGEST_DUE_DAYS = 3650
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCourse:
    """A course to add; ``validity_months`` is ``None`` for one that never expires."""

    code: str
    name: str
    rank: int
    validity_months: int | None
    hours: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequirement:
    """A requirement to add; without a validity of its own it has the course's."""

    name: str
    course_id: UUID
    mandatory: bool
    validity_months: int | None
    filter: Filter
    due_within_days_of_start: int
    effective_from: date
    effective_to: date | None


async def add_course(new: NewCourse, *, by: Actor) -> UUID:
    """Add a course to the shared catalogue and answer its id.

    Raises:
        CourseExistsError: the code is taken.
        InvalidInputError: a field is wrong.
    """
    if not by.scope.has(Permission.MANAGE_COURSES):
        raise ForbiddenError
    code, name = new.code.strip(), new.name.strip()
    refuse(
        (
            text_fault("code", code, longest=24),
            text_fault("name", name, longest=120),
            range_fault("rank", new.rank, lowest=1, highest=_HIGHEST_RANK),
            _validity_fault(new.validity_months),
            hours_fault("hours", new.hours),
        )
    )
    course = Course(
        id=new_id(),
        code=code,
        name=name,
        rank=new.rank,
        validity_months=new.validity_months,
        hours=new.hours,
        created_at=clock.now(),
    )
    async with database.transaction():
        with database.refusing(Course, code=CourseExistsError()):
            await course.save()
        await audit.record(
            "course_added", by=by, subject_type=audit.Subject.COURSE, subject=course.id
        )
    return course.id


async def add_requirement(new: NewRequirement, *, by: Actor) -> UUID:
    """Add a requirement for the person's organisations and answer its id.

    Raises:
        InvalidInputError: a field is wrong, or it reaches beyond the person's organisations.
        RequirementExistsError: the name is taken.
    """
    if not by.scope.has(Permission.MANAGE_REQUIREMENTS):
        raise ForbiddenError
    name = new.name.strip()
    refuse(
        (
            text_fault("name", name, longest=120),
            _validity_fault(new.validity_months),
            range_fault(
                "due_within_days_of_start",
                new.due_within_days_of_start,
                lowest=0,
                highest=_LONGEST_DUE_DAYS,
            ),
            day_fault("effective_from", new.effective_from, earliest=_EARLIEST, latest=_LATEST),
            _end_fault(new),
            await _organisations_fault(new.filter, by=by),
            await _course_fault(new.course_id),
        )
    )
    requirement = _requirement(new)
    async with database.transaction():
        with database.refusing(Requirement, name=RequirementExistsError()):
            await requirement.save()
        await _note_requirement(requirement.id, new.filter, by=by)
    return requirement.id


def _requirement(new: NewRequirement) -> Requirement:
    return Requirement(
        id=new_id(),
        name=new.name.strip(),
        course=new.course_id,
        mandatory=new.mandatory,
        validity_months=new.validity_months,
        sectors=_listed(sorted(new.filter.sectors)),
        staff_groups=_listed(sorted(new.filter.staff_groups)),
        organisation_ids=_listed(sorted(map(str, new.filter.organisation_ids))),
        is_people_manager=new.filter.is_people_manager,
        due_within_days_of_start=new.due_within_days_of_start,
        effective_from=new.effective_from,
        effective_to=new.effective_to,
        created_at=clock.now(),
    )


async def _note_requirement(requirement_id: UUID, wanted: Filter, *, by: Actor) -> None:
    only = wanted.organisation_ids
    await audit.record(
        "requirement_added",
        by=by,
        subject_type=audit.Subject.REQUIREMENT,
        subject=requirement_id,
        organisation_id=next(iter(only)) if len(only) == 1 else None,
    )


def _listed(codes: Sequence[str]) -> str:
    return json.dumps(list(codes))


def _validity_fault(months: int | None) -> FieldError | None:
    return range_fault("validity_months", months, lowest=1, highest=LONGEST_VALIDITY_MONTHS)


def _end_fault(new: NewRequirement) -> FieldError | None:
    if new.effective_to and new.effective_to < new.effective_from:
        return FieldError("effective_to", "The last day cannot be before the first")
    return day_fault("effective_to", new.effective_to, earliest=_EARLIEST, latest=_LATEST)


async def _organisations_fault(wanted: Filter, *, by: Actor) -> FieldError | None:
    known = {seen.id for seen in await organisations(scope=by.scope)}
    managed = {
        id
        for id in known
        if by.scope.covers(Permission.MANAGE_REQUIREMENTS, side=None, organisation_id=id)
    }
    everywhere = by.scope.covers(Permission.MANAGE_REQUIREMENTS, side=None, organisation_id=None)
    if wanted.organisation_ids <= managed and (wanted.organisation_ids or everywhere):
        return None
    return FieldError("organisation_ids", "Select one or more of your organisations")


async def _course_fault(course_id: UUID) -> FieldError | None:
    if await Course.exists().where(Course.id == course_id):
        return None
    return FieldError("course_id", "Select a course")
