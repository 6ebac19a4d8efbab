"""Courses and requirements."""

import json
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.database import Row
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope
from training.domain.requirements import Filter, Rule, validity
from training.domain.terms import Sector, StaffGroup
from training.queries.areas import touches
from training.tables import Course, Requirement


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course of the catalogue that all organisations share."""

    id: UUID
    code: str
    name: str
    rank: int
    validity_months: int | None
    hours: Decimal
    version: int


@dataclass(frozen=True, slots=True)
class RequirementView:
    """A requirement with its course; ``rule`` has the validity that applies."""

    id: UUID
    name: str
    course_id: UUID
    course_name: str
    mandatory: bool
    validity_months: int | None
    rule: Rule
    version: int


async def courses(*, scope: Scope, cursor: Cursor) -> Page[CourseView]:
    """Answer the courses in order of making."""
    if not scope.has(Permission.VIEW_STAFF):
        return Page((), None)
    query = Course.select().order_by(Course.id).limit(cursor.limit + 1)
    if after := cursor.after_id():
        query = query.where(Course.id > after)
    return cursor.page([_course(row) for row in await query], lambda view: (view.id,))


async def every_course(*, scope: Scope) -> tuple[CourseView, ...]:
    """Answer all courses by name, for a list to choose from."""
    if not scope.has(Permission.VIEW_STAFF):
        return ()
    rows = await Course.select().order_by(Course.name, Course.id)
    return tuple(_course(row) for row in rows)


async def requirements(*, scope: Scope, cursor: Cursor) -> Page[RequirementView]:
    """Answer the requirements that touch the scope's organisations, in order of making."""
    found = sorted(await every_requirement(scope=scope), key=lambda view: view.id)
    if after := cursor.after_id():
        found = [view for view in found if view.id > after]
    return cursor.page(found, lambda view: (view.id,))


async def every_requirement(*, scope: Scope) -> tuple[RequirementView, ...]:
    """Answer all requirements that touch the scope's organisations, by name."""
    rows = await Requirement.select(
        *Requirement.all_columns(),
        Requirement.course.name.as_alias("course_name"),
        Requirement.course.validity_months.as_alias("course_months"),
    ).order_by(Requirement.name)
    views = (_requirement(row) for row in rows)
    return tuple(view for view in views if touches(view.rule.filter.organisation_ids, scope=scope))


async def requirement(requirement_id: UUID, *, scope: Scope) -> RequirementView:
    """Answer one requirement.

    Raises:
        NotFoundError: there is none, or it touches none of the scope's organisations.
    """
    for view in await every_requirement(scope=scope):
        if view.id == requirement_id:
            return view
    raise NotFoundError


def _course(row: Row) -> CourseView:
    return CourseView(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        rank=row["rank"],
        validity_months=row["validity_months"],
        hours=row["hours"],
        version=row["version"],
    )


def _requirement(row: Row) -> RequirementView:
    return RequirementView(
        id=row["id"],
        name=row["name"],
        course_id=row["course"],
        course_name=row["course_name"],
        mandatory=row["mandatory"],
        validity_months=row["validity_months"],
        rule=_rule(row),
        version=row["version"],
    )


def _rule(row: Row) -> Rule:
    return Rule(
        filter=Filter(
            sectors=frozenset(Sector(code) for code in json.loads(row["sectors"])),
            staff_groups=frozenset(StaffGroup(code) for code in json.loads(row["staff_groups"])),
            organisation_ids=frozenset(UUID(id) for id in json.loads(row["organisation_ids"])),
            is_people_manager=row["is_people_manager"],
        ),
        validity_months=validity(
            requirement_months=row["validity_months"], course_months=row["course_months"]
        ),
        due_within_days_of_start=row["due_within_days_of_start"],
        effective_from=row["effective_from"],
        effective_to=row["effective_to"],
    )
