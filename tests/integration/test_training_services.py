"""What the training room's services and reads refuse whoever calls them."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from accounts.domain.roles import Role
from core.errors import ForbiddenError, InvalidInputError, StaleVersionError
from core.pagination import Cursor
from tests.factories import make_person
from tests.factories_training import make_course, make_exemption, make_record, make_staff
from training.domain.requirements import Due, Filter
from training.domain.rule_faults import RequirementDetails
from training.queries import catalogue as reads
from training.queries import people
from training.queries.exemptions import exemptions as read_exemptions
from training.queries.records import records as read_records
from training.services import staff
from training.services.courses import CourseDetails, add_course
from training.services.requirements import add_requirement
from training.services.staff import StaffDetails
from training.tables import Course, Requirement, Staff

COURSE = CourseDetails(code="DA-1", name="Awareness", rank=1, validity_months=36, hours=Decimal(3))
DAYS = [date(2026, month, 1) for month in (1, 2, 3)]


async def test_of_two_changes_at_once_one_is_stale(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    person = await people.staff_member(staff_id, scope=lead.actor.scope)
    details = [replace(StaffDetails.of(person), team=team) for team in ("One", "Two")]

    answers = await asyncio.gather(
        *(staff.update(staff_id, one, version=1, by=lead.actor) for one in details),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers if answer] == [StaleVersionError]
    [row] = await Staff.select(Staff.version)
    assert row["version"] == 2


async def test_a_course_needs_the_permission(db: None) -> None:
    auditor = await make_person(Role.AUDITOR)

    with pytest.raises(ForbiddenError):
        await add_course(COURSE, by=auditor.actor)
    assert not await Course.exists()


async def test_a_requirement_needs_the_permission(db: None) -> None:
    admin = await make_person(Role.TRAINING_ADMIN)
    new = RequirementDetails(
        name="Awareness",
        course_id=await make_course(),
        filter=Filter(organisation_ids=frozenset({admin.organisation_id})),
        due=Due(within_days=90),
        effective_from=DAYS[0],
    )

    with pytest.raises(ForbiddenError):
        await add_requirement(new, by=admin.actor)
    assert not await Requirement.exists()


async def test_every_wrong_field_of_a_course_is_named_at_once(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    wrong = CourseDetails(
        code="x" * 25, name="", rank=5, validity_months=0, hours=Decimal("Infinity")
    )

    with pytest.raises(InvalidInputError) as refused:
        await add_course(wrong, by=lead.actor)

    fields = [error.field for error in refused.value.errors]
    assert fields == ["code", "name", "rank", "validity_months", "hours"]


async def test_courses_are_answered_in_pages_and_only_to_those_who_may_see_staff(db: None) -> None:
    lead, auditor = await make_person(Role.WORKFORCE_LEAD), await make_person(Role.AUDITOR)
    made = [await make_course() for _ in range(3)]

    first = await reads.courses(scope=lead.actor.scope, cursor=Cursor(limit=2))
    second = await reads.courses(scope=lead.actor.scope, cursor=Cursor(limit=2, after=first.next))

    assert [course.id for course in (*first.items, *second.items)] == made
    assert (await reads.courses(scope=auditor.actor.scope, cursor=Cursor())).items == ()
    assert await reads.every_course(scope=auditor.actor.scope) == ()


async def test_records_and_exemptions_come_the_last_recorded_first_in_pages(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    other = await make_staff(organisation_id=lead.organisation_id)
    course = await make_course()
    records = [await make_record(staff_id, course, completed_on=day) for day in DAYS]
    exemptions = [await make_exemption(staff_id, from_on=day, to_on=day) for day in DAYS]
    await make_exemption(other, from_on=DAYS[0], to_on=DAYS[0])

    for read, made in ((read_records, records), (read_exemptions, exemptions)):
        first = await read(scope=lead.actor.scope, cursor=Cursor(limit=2), staff_id=staff_id)
        second = await read(
            scope=lead.actor.scope,
            cursor=Cursor(limit=2, after=first.next),
            staff_id=staff_id,
        )
        assert [view.id for view in (*first.items, *second.items)] == made[::-1]
        assert second.next is None
