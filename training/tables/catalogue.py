"""Courses, what covers what, and who must hold what."""

from typing import Any, ClassVar

from piccolo.columns import (
    JSON,
    UUID,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from core.database import Index, one_of
from core.ids import new_id
from training.domain.terms import Basis, CountedFrom, CourseMode


class Course(Table, tablename="courses"):
    """A course that staff can complete; the catalogue is shared by all organisations.

    ``level`` is its local name and ``rank`` where that stands (domain.md 2.5); ``pathway`` says
    which courses are levels of the same thing. From ``retired_on`` it counts no longer.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    code = Varchar(length=24, unique=True, default=None)
    name = Varchar(length=120, default=None)
    rank = Integer(default=None)
    validity_months = Integer(null=True, default=None)
    hours = Numeric(digits=(5, 2), default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)
    level = Varchar(length=60, default="")
    pathway = Varchar(length=60, default="")
    prerequisite: Any = ForeignKey("self", on_delete=OnDelete.restrict, null=True)
    provider = Varchar(length=120, default="")
    mode = Varchar(length=12, choices=CourseMode, default=CourseMode.IN_PERSON)
    retired_on = Date(null=True, default=None)

    course_rank_in_range = Check('"rank" BETWEEN 1 AND 4')
    course_validity_in_range = Check(
        '"validity_months" IS NULL OR "validity_months" BETWEEN 1 AND 240'
    )
    course_hours_in_range = Check('"hours" > 0 AND "hours" <= 500')
    course_mode_is_known = Check(one_of("mode", list(CourseMode)))


class CourseEquivalence(Table, tablename="course_equivalences"):
    """Whoever completed ``course`` needs not complete ``covers``."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    course = ForeignKey(Course, on_delete=OnDelete.restrict, null=False)
    covers = ForeignKey(Course, on_delete=OnDelete.restrict, null=False)
    created_at = Timestamptz(default=None)

    course_equivalence_once = Unique([course, covers])
    course_equivalence_is_of_two = Check('"course" <> "covers"')


class Requirement(Table, tablename="requirements"):
    """Which staff must hold which course, or hours of it, by when and for how long.

    What is empty in the filter asks everybody. Of the three ways to say when it is due one is set;
    those appointed before ``transition_on`` have until ``transition_due_on`` instead.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=120, unique=True, default=None)
    course = ForeignKey(Course, on_delete=OnDelete.restrict, null=False)
    mandatory = Boolean(default=True)
    validity_months = Integer(null=True, default=None)
    sectors = JSON(default="[]")
    staff_groups = JSON(default="[]")
    organisation_ids = JSON(default="[]")
    is_people_manager = Boolean(null=True, default=None)
    due_within_days_of_start = Integer(null=True, default=None)
    effective_from = Date(default=None)
    effective_to = Date(null=True, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)
    basis = Varchar(length=8, choices=Basis, default=Basis.COURSE)
    hours = Numeric(digits=(5, 2), null=True, default=None)
    window_months = Integer(null=True, default=None)
    never_expires = Boolean(default=False)
    by_level = Boolean(default=False)
    roles = JSON(default="[]")
    min_fte = Numeric(digits=(3, 2), null=True, default=None)
    started_from = Date(null=True, default=None)
    started_before = Date(null=True, default=None)
    counted_from = Varchar(length=12, choices=CountedFrom, default=CountedFrom.START)
    due_within_months_of_start = Integer(null=True, default=None)
    due_on = Date(null=True, default=None)
    transition_on = Date(null=True, default=None)
    transition_due_on = Date(null=True, default=None)

    requirement_validity_in_range = Check(
        '"validity_months" IS NULL OR "validity_months" BETWEEN 1 AND 240'
    )
    requirement_days_in_order = Check(
        '"effective_to" IS NULL OR "effective_to" >= "effective_from"'
    )
    requirement_basis_is_known = Check(one_of("basis", list(Basis)))
    requirement_counted_from_is_known = Check(one_of("counted_from", list(CountedFrom)))
    requirement_fte_in_range = Check('"min_fte" IS NULL OR ("min_fte" > 0 AND "min_fte" <= 1)')
    requirement_due_in_range = Check(
        '("due_within_days_of_start" IS NULL OR "due_within_days_of_start" BETWEEN 0 AND 3650) '
        'AND ("due_within_months_of_start" IS NULL '
        'OR "due_within_months_of_start" BETWEEN 0 AND 120)'
    )
    requirement_is_due_one_way = Check(
        'CASE WHEN "due_within_days_of_start" IS NULL THEN 0 ELSE 1 END '
        '+ CASE WHEN "due_within_months_of_start" IS NULL THEN 0 ELSE 1 END '
        '+ CASE WHEN "due_on" IS NULL THEN 0 ELSE 1 END = 1'
    )
    requirement_transition_has_both_days = Check(
        '("transition_on" IS NULL) = ("transition_due_on" IS NULL)'
    )
    requirement_hours_have_their_window = Check(
        'CASE WHEN "basis" = \'hours\' THEN "hours" IS NOT NULL AND "hours" > 0 '
        'AND "window_months" IS NOT NULL AND "window_months" BETWEEN 1 AND 240 '
        'AND "validity_months" IS NULL AND NOT "never_expires" '
        'ELSE "hours" IS NULL AND "window_months" IS NULL END'
    )
    requirement_expires_or_never = Check('NOT "never_expires" OR "validity_months" IS NULL')
