"""Makes staff, courses, requirements and records with one call each."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from core import clock, database
from core.ids import new_id
from tests.factories import Json, make_organisation
from training.domain.requirements import Position
from training.domain.terms import Evidence, Sector, StaffGroup
from training.services.kept import settle
from training.services.positions import position_id
from training.tables import Course, Exemption, Post, Requirement, Staff, TrainingRecord

_NUMBERS = count(1)
LONG_AGO = date(2019, 1, 1)


async def make_staff(
    *,
    organisation_id: UUID | None = None,
    name: str = "",
    payroll_number: str = "",
    sector: Sector = Sector.HOUSING,
    staff_group: StaffGroup = StaffGroup.FRONT_LINE,
    is_people_manager: bool = False,
    started_on: date = LONG_AGO,
    ended_on: date | None = None,
    email: str = "",
    account_id: UUID | None = None,
    **post: Any,
) -> UUID:
    """A member of staff with one post; ``post`` are team, role, fte and line_manager."""
    number = next(_NUMBERS)
    staff = Staff(
        id=new_id(),
        organisation=organisation_id or await make_organisation(),
        payroll_number=payroll_number or f"P{number:05}",
        name=name or f"Colleague {number:05}",
        email=email,
        account=account_id,
        created_at=clock.now(),
    )
    await staff.save()
    await make_post(
        staff.id, sector=sector, staff_group=staff_group, is_people_manager=is_people_manager,
        started_on=started_on, ended_on=ended_on, **post,
    )  # fmt: skip
    return staff.id


async def make_post(
    staff_id: UUID,
    *,
    started_on: date = LONG_AGO,
    ended_on: date | None = None,
    follows: UUID | None = None,
    line_manager: UUID | None = None,
    sector: Sector = Sector.HOUSING,
    staff_group: StaffGroup = StaffGroup.FRONT_LINE,
    **position: Any,
) -> UUID:
    """A post of somebody; ``position`` are team, role, is_people_manager and fte."""
    rows = await Staff.select(Staff.organisation).where(Staff.id == staff_id)
    held = Position(
        organisation_id=rows[0]["organisation"], sector=sector, staff_group=staff_group, **position
    )
    post = Post(
        id=new_id(),
        staff=staff_id,
        position=await position_id(held),
        line_manager=line_manager,
        follows=follows,
        started_on=started_on,
        ended_on=ended_on,
    )
    await post.save()
    async with database.transaction():
        await settle([staff_id])
    return post.id


async def make_course(
    *, name: str = "", code: str = "", validity_months: int | None = 36, **other: Any
) -> UUID:
    """A course; ``other`` are columns of it, such as pathway, rank and prerequisite."""
    number = next(_NUMBERS)
    values = {"rank": 1, "hours": Decimal("3.50"), **other}
    course = Course(
        id=new_id(),
        code=code or f"C{number:05}",
        name=name or f"Course {number:05}",
        validity_months=validity_months,
        created_at=clock.now(),
        **values,
    )
    await course.save()
    return course.id


async def make_requirement(
    course_id: UUID,
    *,
    name: str = "",
    sectors: Sequence[Sector] = (),
    staff_groups: Sequence[StaffGroup] = (),
    organisation_ids: Sequence[UUID] = (),
    due_within_days_of_start: int | None = 90,
    effective_from: date = LONG_AGO,
    **other: Any,
) -> UUID:
    """A requirement; ``other`` are columns of it."""
    requirement = Requirement(
        id=new_id(),
        name=name or f"Requirement {next(_NUMBERS):05}",
        course=course_id,
        sectors=json.dumps(list(sectors)),
        staff_groups=json.dumps(list(staff_groups)),
        organisation_ids=json.dumps([str(id) for id in organisation_ids]),
        due_within_days_of_start=due_within_days_of_start,
        effective_from=effective_from,
        created_at=clock.now(),
        **other,
    )
    await requirement.save()
    return requirement.id


async def make_record(
    staff_id: UUID, course_id: UUID, *, completed_on: date, verified: bool = True
) -> UUID:
    record = TrainingRecord(
        id=new_id(),
        staff=staff_id,
        course=course_id,
        completed_on=completed_on,
        evidence=Evidence.CERTIFICATE if verified else Evidence.SELF_DECLARED,
        verified=verified,
        created_at=clock.now(),
    )
    await record.save()
    async with database.transaction():
        await settle([staff_id])
    return record.id


async def make_exemption(
    staff_id: UUID, *, from_on: date, to_on: date, requirement_id: UUID | None = None
) -> UUID:
    exemption = Exemption(
        id=new_id(),
        staff=staff_id,
        requirement=requirement_id,
        from_on=from_on,
        to_on=to_on,
        reason="Secondment",
        created_at=clock.now(),
    )
    await exemption.save()
    return exemption.id


def staff_json(organisation_id: UUID, **other: object) -> Json:
    return {
        "payroll_number": "N-1001",
        "name": "Rowan Ashdown",
        "organisation_id": str(organisation_id),
        "team": "Front desk",
        "sector": "housing",
        "staff_group": "front_line",
        "role": "Housing officer",
        "is_people_manager": False,
        "started_on": "2026-01-05",
        "ended_on": None,
        **other,
    }


def requirement_json(course_id: UUID, organisation_ids: Sequence[UUID], **other: object) -> Json:
    return {
        "name": "Domestic abuse awareness",
        "course_id": str(course_id),
        "filter": {
            "sectors": ["housing", "health"],
            "staff_groups": ["front_line"],
            "organisation_ids": [str(id) for id in organisation_ids],
        },
        "validity_months": 36,
        "due_within_days_of_start": 90,
        "effective_from": "2026-01-01",
        **other,
    }


def record_json(staff_id: UUID, course_id: UUID, **other: object) -> Json:
    return {
        "staff_id": str(staff_id),
        "course_id": str(course_id),
        "completed_on": "2026-06-01",
        "hours": 3.5,
        "evidence": "certificate",
        "verified": True,
        **other,
    }


def exemption_json(staff_id: UUID, **other: object) -> Json:
    return {
        "staff_id": str(staff_id),
        "requirement_id": None,
        "from_on": "2026-06-01",
        "to_on": "2026-11-30",
        "reason": "Secondment",
        **other,
    }
