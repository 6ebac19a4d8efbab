"""Which completions count: those whose course's prerequisite was valid that day (C8)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from training.domain.validity import expires_on


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    """What a course says of completions: ``covered_by`` are the courses that stand for it too."""

    id: UUID
    validity_months: int | None = None
    prerequisite: UUID | None = None
    covered_by: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """A completion that is verified and not withdrawn."""

    id: UUID
    course_id: UUID
    completed_on: date


def counting(taken: Sequence[Taken], courses: Mapping[UUID, CourseFacts]) -> tuple[Taken, ...]:
    """Answer the completions of one person that count, the earliest first.

    A prerequisite of the same day will do.
    """
    found: list[Taken] = []
    left = sorted(taken, key=lambda one: (one.completed_on, one.id))
    while counted := [one for one in left if _may_count(one, found, courses)]:
        found += counted
        left = [one for one in left if one not in counted]
    return tuple(sorted(found, key=lambda one: (one.completed_on, one.id)))


def _may_count(one: Taken, found: Iterable[Taken], courses: Mapping[UUID, CourseFacts]) -> bool:
    wanted = courses[one.course_id].prerequisite
    if wanted is None:
        return True
    stands_for_it = {wanted, *courses[wanted].covered_by}
    return any(
        earlier.course_id in stands_for_it
        and earlier.completed_on <= one.completed_on
        and one.completed_on
        <= (
            expires_on(earlier.completed_on, courses[earlier.course_id].validity_months) or date.max
        )
        for earlier in found
    )


def covered_by(course_id: UUID, equivalences: Collection[tuple[UUID, UUID]]) -> frozenset[UUID]:
    """Answer the courses that cover a course, directly or through another.

    ``equivalences`` are pairs: who completed the first need not complete the second.
    """
    found: set[UUID] = set()
    looking = {course_id}
    while looking:
        looking = {by for by, covers in equivalences if covers in looking} - found - {course_id}
        found |= looking
    return frozenset(found)


def goes_in_a_circle(
    course_id: UUID, prerequisite: UUID | None, prerequisites: Mapping[UUID, UUID | None]
) -> bool:
    """Tell whether a course would, by this prerequisite, need itself first."""
    seen: set[UUID] = set()
    while prerequisite is not None and prerequisite not in seen:
        if prerequisite == course_id:
            return True
        seen.add(prerequisite)
        prerequisite = prerequisites.get(prerequisite)
    return False
