"""The demonstration's courses and requirements."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from training.demo.desk import Desk
from training.domain.terms import Basis, CourseMode, Sector, StaffGroup
from training.tables import Course, CourseEquivalence, Requirement


@dataclass(frozen=True, slots=True)
class Taught:
    """A course in a few words."""

    code: str
    name: str
    rank: int
    months: int | None
    hours: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement in a few words; what is empty asks everybody."""

    name: str
    course: str
    months: int | None
    within_days: int
    sectors: tuple[Sector, ...] = ()
    groups: tuple[StaffGroup, ...] = ()
    managers: bool | None = None
    mandatory: bool = True


COURSES = (
    Taught("L1", "Level 1: responding to a disclosure", 1, 36, "3.5"),
    Taught("AWARE", "Domestic abuse awareness for front-line staff", 1, 36, "3"),
    Taught("ASK", "Know how to ask", 2, 36, "6"),
    Taught("DASH", "Risk identification with the DASH checklist", 2, 24, "6"),
    Taught("MANAGERS", "Supporting staff who may themselves be affected", 2, 36, "3"),
    Taught("ADULTS", "Safeguarding adults", 2, 36, "4"),
    Taught("CHILDREN", "Effects on children and young people", 2, 36, "4"),
    Taught("CHANGE", "Talking with people who use abusive behaviour", 3, 36, "7"),
    Taught("MARAC", "Preparing for and taking part in a MARAC", 3, 24, "3.5"),
    Taught("SPECIAL", "Specialist practice", 4, None, "24"),
)
_DETAILS: Mapping[str, Mapping[str, Any]] = {
    "L1": {"level": "Level 1", "mode": CourseMode.E_LEARNING, "provider": "Council learning team"},
    "AWARE": {"level": "Level 1", "provider": "Harbour Light"},
    "ASK": {"level": "Level 2", "prerequisite": "L1", "provider": "Harbour Light"},
    "DASH": {"level": "Level 2", "provider": "Harbour Light"},
    "CHANGE": {"level": "Level 3", "provider": "Harbour Light"},
    "MARAC": {"level": "Level 3", "mode": CourseMode.VIDEO, "provider": "Harbour Light"},
    "SPECIAL": {"level": "Level 4", "provider": "Harbour Light", "mode": CourseMode.HYBRID},
}
_PATHWAY = "Domestic abuse pathway"
_LATER = (
    Taught("PATH1", "Domestic abuse pathway: basic awareness", 1, 36, "2"),
    Taught("PATH2", "Domestic abuse pathway: responding", 2, 36, "4"),
    Taught("AWARE-OLD", "Domestic abuse awareness (older course)", 1, 36, "2"),
    Taught("CPD", "Continuing professional development", 3, None, "1"),
)
"""Taken by nobody by chance; who takes them is told in ``lives.py``."""

_LATER_DETAILS: Mapping[str, Mapping[str, Any]] = {
    "PATH1": {"pathway": _PATHWAY, "level": "Basic", "mode": CourseMode.E_LEARNING},
    "PATH2": {"pathway": _PATHWAY, "level": "Intermediate", "prerequisite": "PATH1"},
    "AWARE-OLD": {"provider": "Harbour Light"},
    "CPD": {"mode": CourseMode.HYBRID},
}
_FRONT_LINE = (StaffGroup.FRONT_LINE,)
REQUIREMENTS = (
    Asked("Level 1 at induction, every three years (Kent)", "L1", 36, 90),
    Asked("Front-line health: awareness", "AWARE", 36, 120, (Sector.HEALTH,), _FRONT_LINE),
    Asked("Front-line housing: awareness", "AWARE", 36, 120, (Sector.HOUSING,), _FRONT_LINE),
    Asked(
        "Front-line social care: awareness",
        "AWARE",
        36,
        120,
        (Sector.ADULT_SOCIAL_CARE, Sector.CHILDRENS_SOCIAL_CARE),
        _FRONT_LINE,
    ),
    Asked("People managers: staff who may be affected", "MANAGERS", None, 182, managers=True),
    Asked("Police: risk identification", "DASH", 24, 182, (Sector.POLICE,)),
    Asked(
        "Specialists: MARAC", "MARAC", 24, 365,
        (Sector.VOLUNTARY_DA_SPECIALIST, Sector.PROBATION), (StaffGroup.SPECIALIST,),
    ),
    Asked(
        "Adult social care: safeguarding adults (recommended)", "ADULTS", 36, 182,
        (Sector.ADULT_SOCIAL_CARE,), mandatory=False,
    ),
)  # fmt: skip
"""S24 (front-line health, housing and social care), S25 (managers) and some of domain.md 2.5."""


def add_catalogue(desk: Desk) -> None:
    """Add the courses that staff take by chance, and what is required of them."""
    for course in COURSES:
        _add_course(desk, course, **_DETAILS.get(course.code, {}))
    for asked in REQUIREMENTS:
        _add_requirement(
            desk,
            asked.name,
            asked.course,
            mandatory=asked.mandatory,
            validity_months=asked.months,
            sectors=json.dumps(asked.sectors),
            staff_groups=json.dumps(asked.groups),
            is_people_manager=asked.managers,
            due_within_days_of_start=asked.within_days,
        )


def add_later(desk: Desk) -> None:
    """Add a pathway with a day of transition, hours to collect, and a course that was retired."""
    desk.courses |= {course.code: desk.ids.new() for course in _LATER}
    retired_on = desk.today - timedelta(days=200)
    for course in _LATER:
        more: dict[str, Any] = {"retired_on": retired_on} if course.code == "AWARE-OLD" else {}
        _add_course(desk, course, **_LATER_DETAILS[course.code], **more)
    desk.rows.add(
        CourseEquivalence,
        id=desk.ids.new(),
        course=desk.courses["AWARE"],
        covers=desk.courses["AWARE-OLD"],
        created_at=_made_at(desk),
    )
    _add_requirement(
        desk,
        "Specialists: six hours of development in three years",
        "CPD",
        basis=Basis.HOURS.value,
        hours=Decimal(6),
        window_months=36,
        mandatory=False,
        staff_groups=json.dumps([StaffGroup.SPECIALIST]),
        due_within_days_of_start=365,
    )
    _add_requirement(
        desk,
        "Domestic abuse pathway, volunteers included",
        "PATH1",
        by_level=True,
        validity_months=36,
        sectors=json.dumps([Sector.COUNCIL_OTHER, Sector.GP_PRACTICE]),
        due_within_months_of_start=6,
        transition_on=desk.today - timedelta(days=365),
        transition_due_on=desk.today + timedelta(days=240),
    )


def _made_at(desk: Desk) -> datetime:
    return clock.instant_of(desk.today - timedelta(days=5 * 365), "09:00")


def _add_course(desk: Desk, course: Taught, *, prerequisite: str = "", **more: Any) -> None:
    desk.rows.add(
        Course,
        id=desk.courses[course.code],
        code=course.code,
        name=course.name,
        rank=course.rank,
        validity_months=course.months,
        hours=Decimal(course.hours),
        prerequisite=desk.courses[prerequisite] if prerequisite else None,
        created_at=_made_at(desk),
        version=1,
        **{name: getattr(value, "value", value) for name, value in more.items()},
    )


def _add_requirement(desk: Desk, name: str, course: str, **more: Any) -> None:
    values = {
        "mandatory": True,
        "validity_months": None,
        "sectors": "[]",
        "staff_groups": "[]",
        "organisation_ids": "[]",
        "is_people_manager": None,
        "effective_from": desk.today - timedelta(days=3 * 365),
        "effective_to": None,
        **more,
    }
    desk.rows.add(
        Requirement,
        id=desk.ids.new(),
        name=name,
        course=desk.courses[course],
        created_at=_made_at(desk),
        version=1,
        **values,
    )
