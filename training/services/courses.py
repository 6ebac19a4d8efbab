"""Adds and changes courses; brings whose training counts up to date with them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, ForbiddenError, StaleVersionError
from core.ids import new_id
from core.scope import SYSTEM, Actor, Permission
from training.domain.offers import Catalogue, leads_to, needed_first
from training.domain.prerequisites import goes_in_a_circle
from training.domain.terms import CourseMode
from training.errors import CourseExistsError
from training.queries.catalogue import CourseView, course, course_facts, every_course
from training.services.fields import (
    LONGEST_VALIDITY_MONTHS,
    day_fault,
    hours_fault,
    range_fault,
    refuse,
    text_fault,
)
from training.services.kept import settle_courses
from training.tables import Course, CourseEquivalence

HIGHEST_RANK = 4
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)
_RESTS_ON = ("prerequisite_id", "validity_months")
"""What decides which completions count, of this course or of those that it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDetails:
    """What a course says; ``validity_months`` is ``None`` for one that never expires.

    From ``retired_on`` it counts no longer.
    """

    code: str
    name: str
    rank: int
    validity_months: int | None
    hours: Decimal
    level: str = ""
    pathway: str = ""
    prerequisite_id: UUID | None = None
    provider: str = ""
    mode: CourseMode = CourseMode.IN_PERSON
    retired_on: date | None = None

    @classmethod
    def of(cls, view: CourseView) -> "CourseDetails":
        """Answer what it says now."""
        return cls(
            code=view.code,
            name=view.name,
            rank=view.rank,
            validity_months=view.validity_months,
            hours=view.hours,
            level=view.level,
            pathway=view.pathway,
            prerequisite_id=view.prerequisite_id,
            provider=view.provider,
            mode=view.mode,
            retired_on=view.retired_on,
        )


async def add_course(details: CourseDetails, *, by: Actor) -> UUID:
    """Add a course to the shared catalogue and answer its id.

    Raises:
        CourseExistsError: the code is taken.
        InvalidInputError: a field is wrong.
    """
    _require(by)
    details = _checked(details)
    row = Course(id=new_id(), created_at=clock.now(), **_values(details))
    async with database.transaction():
        refuse([_prerequisite_fault(row.id, details, await every_course(scope=SYSTEM.scope))])
        with database.refusing(Course, code=CourseExistsError()):
            await row.save()
        await _note("course_added", row.id, by=by)
    return row.id


async def change_course(
    course_id: UUID, details: CourseDetails, *, version: int, by: Actor
) -> None:
    """Change a course, and with it whose completions count.

    Raises:
        CourseExistsError: the code is taken.
        InvalidInputError: a field is wrong, such as a prerequisite that needs this course first.
        NotFoundError: there is no such course.
        StaleVersionError: somebody else saved it in the meantime.
    """
    _require(by)
    details = _checked(details)
    async with database.transaction():
        await _alone()
        view = await _to_change(course_id, version)
        refuse([_prerequisite_fault(course_id, details, await every_course(scope=SYSTEM.scope))])
        await _save(view, _values(details))
        if any(getattr(view, field) != getattr(details, field) for field in _RESTS_ON):
            leads = leads_to(course_id, await course_facts(scope=SYSTEM.scope))
            await settle_courses({course_id, *leads})
        before, after = audit.changed(asdict(CourseDetails.of(view)), asdict(details))
        await _note("course_changed", course_id, by=by, before=before, after=after)


async def set_covers(course_id: UUID, covers: Collection[UUID], *, version: int, by: Actor) -> None:
    """Say which courses whoever completed this one need not complete.

    Raises:
        InvalidInputError: one of them is this course, or none.
        NotFoundError: there is no such course.
        StaleVersionError: somebody else saved it in the meantime.
    """
    _require(by)
    async with database.transaction():
        await _alone()
        view = await _to_change(course_id, version)
        known = await course_facts(scope=SYSTEM.scope)
        refuse([_covers_fault(course_id, covers, known)])
        await _save(view, {})
        await _keep_covers(view, covers)
        leads = leads_to(course_id, known)
        await settle_courses(leads | leads_to(course_id, await course_facts(scope=SYSTEM.scope)))
        before, after = audit.changed(
            {"covers": sorted(view.covers)}, {"covers": sorted(set(covers))}
        )
        await _note("course_changed", course_id, by=by, before=before, after=after)


def _require(by: Actor) -> None:
    if not by.scope.has(Permission.MANAGE_COURSES):
        raise ForbiddenError


async def _alone() -> None:
    """Wait for those who record completions or change courses, and make them wait.

    Recording refers to a course; who did so a moment ago must be seen, to settle them too.
    """
    await database.lock('LOCK TABLE "courses" IN EXCLUSIVE MODE')


async def _to_change(course_id: UUID, version: int) -> CourseView:
    view = await course(course_id, scope=SYSTEM.scope)
    if view.version != version:
        raise StaleVersionError
    return view


async def _save(view: CourseView, values: dict[str, object]) -> None:
    with database.refusing(Course, code=CourseExistsError()):
        await Course.update(database.assignments({**values, "version": view.version + 1})).where(
            Course.id == view.id
        )


async def _keep_covers(view: CourseView, covers: Collection[UUID]) -> None:
    gone = [id for id in view.covers if id not in covers]
    if gone:
        await CourseEquivalence.delete().where(
            CourseEquivalence.course == view.id, CourseEquivalence.covers.is_in(gone)
        )
    for id in sorted(set(covers) - set(view.covers)):
        await CourseEquivalence(
            id=new_id(), course=view.id, covers=id, created_at=clock.now()
        ).save()


def _covers_fault(course_id: UUID, covers: Collection[UUID], known: Catalogue) -> FieldError | None:
    if course_id in covers:
        return FieldError("covers", "A course need not cover itself")
    return None if known.keys() >= set(covers) else FieldError("covers", "Select courses")


def _prerequisite_fault(
    course_id: UUID, details: CourseDetails, courses: Sequence[CourseView]
) -> FieldError | None:
    wanted, field = details.prerequisite_id, "prerequisite_id"
    names = {view.id: view.name for view in courses}
    if wanted is None:
        return None
    if wanted not in names:
        return FieldError(field, "Select a course")
    before = {view.id: view.prerequisite_id for view in courses}
    if not goes_in_a_circle(course_id, wanted, before):
        return None
    chain = [id for id in needed_first(course_id, wanted, before) if id != course_id]
    needs = " needs ".join([details.name, *(names[id] for id in chain), details.name])
    return FieldError(field, f"Nobody could begin: {needs} first")


def _checked(details: CourseDetails) -> CourseDetails:
    """Answer the details without outer spaces, or refuse them with every fault."""
    texts = ("code", "name", "level", "pathway", "provider")
    tidy = replace(details, **{field: getattr(details, field).strip() for field in texts})
    refuse(
        (
            text_fault("code", tidy.code, longest=24),
            text_fault("name", tidy.name, longest=120),
            text_fault("level", tidy.level, longest=60, optional=True),
            text_fault("pathway", tidy.pathway, longest=60, optional=True),
            text_fault("provider", tidy.provider, longest=120, optional=True),
            range_fault("rank", tidy.rank, lowest=1, highest=HIGHEST_RANK),
            range_fault(
                "validity_months", tidy.validity_months, lowest=1, highest=LONGEST_VALIDITY_MONTHS
            ),
            hours_fault("hours", tidy.hours),
            day_fault("retired_on", tidy.retired_on, earliest=_EARLIEST, latest=_LATEST),
        )
    )
    return tidy


def _values(details: CourseDetails) -> dict[str, Any]:
    values = asdict(details)
    values |= {"prerequisite": values.pop("prerequisite_id"), "mode": details.mode.value}
    return values


async def _note(
    action: str,
    course_id: UUID,
    *,
    by: Actor,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.COURSE, subject=course_id, before=before,
        after=after,
    )  # fmt: skip
