"""Courses, what covers what, and requirements."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core import database
from core.database import Row
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope
from training.domain.prerequisites import CourseFacts, covered_by
from training.domain.requirements import Covering, Due, Filter, Rule, validity
from training.domain.rule_faults import RequirementDetails
from training.domain.terms import Basis, CountedFrom, CourseMode, Sector, StaffGroup
from training.queries.areas import touches
from training.tables import Course, Requirement

UNSAVED = UUID(int=0)
"""Stands for the id of a requirement that is not saved yet; nobody is exempt from it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseView:
    """A course of the catalogue that all organisations share; ``covers`` are courses' ids."""

    id: UUID
    code: str
    name: str
    rank: int
    level: str
    pathway: str
    validity_months: int | None
    hours: Decimal
    prerequisite_id: UUID | None
    provider: str
    mode: CourseMode
    retired_on: date | None
    covers: tuple[UUID, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementView:
    """A requirement with its course; ``rule`` has the courses that satisfy it, resolved."""

    id: UUID
    name: str
    course_id: UUID
    course_name: str
    mandatory: bool
    validity_months: int | None
    never_expires: bool
    by_level: bool
    rule: Rule
    version: int


async def courses(*, scope: Scope, cursor: Cursor) -> Page[CourseView]:
    """Answer the courses in order of making."""
    found = sorted(await every_course(scope=scope), key=lambda view: view.id)
    if after := cursor.after_id():
        found = [view for view in found if view.id > after]
    return cursor.page(found, lambda view: (view.id,))


async def every_course(*, scope: Scope) -> tuple[CourseView, ...]:
    """Answer all courses by name, retired ones too: two statements."""
    if not scope.has(Permission.VIEW_STAFF):
        return ()
    rows = await Course.select().order_by(Course.name, Course.id)
    covers: dict[UUID, list[UUID]] = {}
    for by, covered in await _equivalences():
        covers.setdefault(by, []).append(covered)
    return tuple(_course(row, tuple(covers.get(row["id"], ()))) for row in rows)


async def course(course_id: UUID, *, scope: Scope) -> CourseView:
    """Answer one course.

    Raises:
        NotFoundError: there is none.
    """
    for view in await every_course(scope=scope):
        if view.id == course_id:
            return view
    raise NotFoundError


async def course_facts(*, scope: Scope) -> dict[UUID, CourseFacts]:
    """Answer what each course says of completions, for whoever decides which count."""
    found = await every_course(scope=scope)
    pairs = _pairs(found)
    return {
        view.id: CourseFacts(
            id=view.id,
            validity_months=view.validity_months,
            prerequisite=view.prerequisite_id,
            covered_by=covered_by(view.id, pairs),
        )
        for view in found
    }


async def requirements(*, scope: Scope, cursor: Cursor) -> Page[RequirementView]:
    """Answer the requirements that touch the scope's organisations, in order of making."""
    found = sorted(await every_requirement(scope=scope), key=lambda view: view.id)
    if after := cursor.after_id():
        found = [view for view in found if view.id > after]
    return cursor.page(found, lambda view: (view.id,))


async def every_requirement(*, scope: Scope) -> tuple[RequirementView, ...]:
    """Answer all requirements that touch the scope's organisations, by name: three statements."""
    rows = await Requirement.select().order_by(Requirement.name)
    known = {row["id"]: row for row in await Course.select()}
    pairs = await _equivalences()
    views = (_requirement(row, known, pairs) for row in rows)
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


async def proposed(
    details: RequirementDetails, *, scope: Scope, id: UUID = UNSAVED
) -> RequirementView:
    """Answer a requirement as it would be if it were saved, with the courses that satisfy it.

    Raises:
        NotFoundError: there is no such course.
    """
    known = {view.id: view for view in await every_course(scope=scope)}
    if details.course_id not in known:
        raise NotFoundError
    rows = {view.id: asdict(view) for view in known.values()}
    wanted = {**asdict(details), "course": details.course_id}
    return RequirementView(
        id=id,
        name=details.name,
        course_id=details.course_id,
        course_name=known[details.course_id].name,
        mandatory=details.mandatory,
        validity_months=details.validity_months,
        never_expires=details.never_expires,
        by_level=details.by_level,
        rule=Rule(
            filter=details.filter,
            courses=_coverings(wanted, rows, _pairs(known.values())),
            due=details.due,
            effective_from=details.effective_from,
            effective_to=details.effective_to,
            basis=details.basis,
            hours=details.hours,
            window_months=details.window_months,
        ),
        version=0,
    )


def _pairs(courses: Iterable[CourseView]) -> list[tuple[UUID, UUID]]:
    return [(view.id, covered) for view in courses for covered in view.covers]


async def _equivalences() -> list[tuple[UUID, UUID]]:
    rows = await database.run('SELECT "course", "covers" FROM "course_equivalences" ORDER BY "id"')
    return [(row["course"], row["covers"]) for row in rows]


def _course(row: Row, covers: tuple[UUID, ...]) -> CourseView:
    return CourseView(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        rank=row["rank"],
        level=row["level"],
        pathway=row["pathway"],
        validity_months=row["validity_months"],
        hours=row["hours"],
        prerequisite_id=row["prerequisite"],
        provider=row["provider"],
        mode=CourseMode(row["mode"]),
        retired_on=row["retired_on"],
        covers=covers,
        version=row["version"],
    )


def _requirement(
    row: Row, known: Mapping[UUID, Row], pairs: list[tuple[UUID, UUID]]
) -> RequirementView:
    return RequirementView(
        id=row["id"],
        name=row["name"],
        course_id=row["course"],
        course_name=known[row["course"]]["name"],
        mandatory=row["mandatory"],
        validity_months=row["validity_months"],
        never_expires=row["never_expires"],
        by_level=row["by_level"],
        rule=_rule(row, _coverings(row, known, pairs)),
        version=row["version"],
    )


def _coverings(
    row: Row, known: Mapping[UUID, Row], pairs: list[tuple[UUID, UUID]]
) -> tuple[Covering, ...]:
    """Answer the course itself, what covers it, and by level the pathway's as high or higher."""
    wanted = known[row["course"]]
    ids = {row["course"], *covered_by(row["course"], pairs)}
    if row["by_level"] and wanted["pathway"]:
        ids |= {
            other["id"]
            for other in known.values()
            if other["pathway"] == wanted["pathway"] and other["rank"] >= wanted["rank"]
        }
    return tuple(
        Covering(
            course_id=id,
            validity_months=validity(
                requirement_months=row["validity_months"],
                never_expires=row["never_expires"],
                course_months=known[id]["validity_months"],
            ),
            retired_on=known[id]["retired_on"],
        )
        for id in sorted(ids, key=lambda id: (id != row["course"], id))
    )


def _rule(row: Row, satisfied_by: tuple[Covering, ...]) -> Rule:
    return Rule(
        filter=Filter(
            sectors=frozenset(Sector(code) for code in json.loads(row["sectors"])),
            staff_groups=frozenset(StaffGroup(code) for code in json.loads(row["staff_groups"])),
            organisation_ids=frozenset(UUID(id) for id in json.loads(row["organisation_ids"])),
            roles=frozenset(json.loads(row["roles"])),
            is_people_manager=row["is_people_manager"],
            min_fte=row["min_fte"],
            started_from=row["started_from"],
            started_before=row["started_before"],
        ),
        courses=satisfied_by,
        due=Due(
            within_days=row["due_within_days_of_start"],
            within_months=row["due_within_months_of_start"],
            on=row["due_on"],
            counted_from=CountedFrom(row["counted_from"]),
            transition_on=row["transition_on"],
            transition_due_on=row["transition_due_on"],
        ),
        effective_from=row["effective_from"],
        effective_to=row["effective_to"],
        basis=Basis(row["basis"]),
        hours=row["hours"],
        window_months=row["window_months"],
    )
