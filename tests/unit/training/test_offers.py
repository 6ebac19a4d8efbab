"""Which courses lead to which, and whether anybody can still take one."""

from datetime import date
from uuid import UUID

from training.domain.offers import can_be_taken, leads_to, needed_first
from training.domain.prerequisites import CourseFacts

DAY = date(2026, 6, 10)
A, B, C, D = (UUID(int=number) for number in range(1, 5))


def course(
    id: UUID, *, after: UUID | None = None, covered_by: frozenset[UUID] = frozenset()
) -> CourseFacts:
    return CourseFacts(id=id, prerequisite=after, covered_by=covered_by)


def test_what_is_needed_first_is_named_to_the_end_or_to_the_course_itself() -> None:
    before = {A: None, B: A, C: B, D: None}

    assert needed_first(D, C, before) == (C, B, A)
    assert needed_first(A, C, before) == (C, B, A)
    assert needed_first(D, None, before) == ()
    assert needed_first(D, A, {A: B, B: A}) == (A, B), "a circle of others is walked once"


def test_a_course_leads_to_those_whose_prerequisite_it_is_or_covers() -> None:
    courses = {A: course(A, covered_by=frozenset({D})), B: course(B, after=A), C: course(C), D: course(D)}  # noqa: E501  # fmt: skip

    assert leads_to(A, courses) == leads_to(D, courses) == {B}
    assert leads_to(C, courses) == frozenset()


def test_a_course_can_be_taken_until_it_or_all_that_begins_it_is_retired() -> None:
    courses = {A: course(A, covered_by=frozenset({D})), B: course(B, after=A), D: course(D)}

    assert can_be_taken(B, DAY, courses, {})
    assert not can_be_taken(B, DAY, courses, {B: DAY})
    assert can_be_taken(B, DAY, courses, {B: date(2026, 6, 11)})
    assert can_be_taken(B, DAY, courses, {A: DAY}), "D still stands for A"
    assert not can_be_taken(B, DAY, courses, {A: DAY, D: DAY})


def test_courses_that_only_begin_one_another_cannot_be_taken() -> None:
    courses = {A: course(A, covered_by=frozenset({C})), B: course(B, after=A), C: course(C, after=B)}  # noqa: E501  # fmt: skip

    assert not can_be_taken(B, DAY, courses, {A: DAY})
