"""Which courses lead to which, and whether anybody can still take one."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from training.domain.prerequisites import CourseFacts

Catalogue = Mapping[UUID, CourseFacts]


def needed_first(
    course_id: UUID, prerequisite: UUID | None, prerequisites: Mapping[UUID, UUID | None]
) -> tuple[UUID, ...]:
    """Answer what has to come before a course, the nearest first, to the end or to itself."""
    found: list[UUID] = []
    while prerequisite is not None and prerequisite not in found:
        found.append(prerequisite)
        if prerequisite == course_id:
            break
        prerequisite = prerequisites[prerequisite]
    return tuple(found)


def leads_to(course_id: UUID, catalogue: Catalogue) -> frozenset[UUID]:
    """Answer the courses whose prerequisite this one meets, itself or by covering it."""
    return frozenset(
        course.id
        for course in catalogue.values()
        if course.prerequisite is not None
        and course_id in {course.prerequisite, *catalogue[course.prerequisite].covered_by}
    )


def can_be_taken(
    course_id: UUID,
    on: date,
    catalogue: Catalogue,
    retired: Mapping[UUID, date],
    trying: frozenset[UUID] = frozenset(),
) -> bool:
    """Tell whether somebody who has nothing yet can complete a course from a day on."""
    if course_id in trying or (course_id in retired and retired[course_id] <= on):
        return False
    wanted = catalogue[course_id].prerequisite
    return wanted is None or any(
        can_be_taken(id, on, catalogue, retired, trying | {course_id})
        for id in sorted({wanted, *catalogue[wanted].covered_by})
    )
