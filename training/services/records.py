"""Adds training records, of one's staff or of oneself; none is ever changed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import SYSTEM, Actor, Permission
from training.domain.terms import Evidence
from training.domain.validity import add_months
from training.errors import TrainingRecordExistsError
from training.queries.catalogue import CourseView, every_course
from training.queries.own import own_staff_id
from training.queries.people import StaffView, staff_member
from training.services import certificates
from training.services.certificates import NewFile
from training.services.fields import day_fault, hours_fault, refuse
from training.services.kept import hold, settle
from training.tables import TrainingRecord

_MOST_MONTHS_BEFORE_STARTING = 50 * 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """A completion to record; ``hours`` is ``None`` where nobody counted them."""

    staff_id: UUID
    course_id: UUID
    completed_on: date
    hours: Decimal | None
    evidence: Evidence
    verified: bool


async def add_record(new: NewRecord, *, by: Actor, file: NewFile | None = None) -> UUID:
    """Record that a member of staff completed a course, with what shows it; answer its id.

    Raises:
        InvalidInputError: a field is wrong.
        NotFoundError: there is no such member of staff in the person's organisations.
        TooLargeError: the file is larger than 5 MB.
        TrainingRecordExistsError: this completion is recorded.
    """
    person = await staff_member(new.staff_id, scope=by.scope)
    by.require(Permission.RECORD_TRAINING, organisation_id=person.organisation_id)
    return await _add(new, person, file, by=by)


async def declare(
    course_id: UUID,
    completed_on: date,
    hours: Decimal | None,
    *,
    by: Actor,
    file: NewFile | None = None,
) -> UUID:
    """Record what one says to have completed oneself; it counts once somebody else verifies it.

    Raises:
        InvalidInputError: a field is wrong.
        NotFoundError: the account is linked to no member of staff.
        TooLargeError: the file is larger than 5 MB.
        TrainingRecordExistsError: this completion is recorded.
    """
    staff_id = await own_staff_id(scope=by.scope)
    if staff_id is None:
        raise NotFoundError
    person = await staff_member(staff_id, scope=SYSTEM.scope)
    new = NewRecord(
        staff_id=staff_id,
        course_id=course_id,
        completed_on=completed_on,
        hours=hours,
        evidence=Evidence.SELF_DECLARED,
        verified=False,
    )
    return await _add(new, person, file, by=by)


async def _add(new: NewRecord, person: StaffView, file: NewFile | None, *, by: Actor) -> UUID:
    refuse(await _faults(new, person, by=by))
    kept = certificates.checked(file) if file else None
    record = TrainingRecord(
        id=new_id(),
        staff=new.staff_id,
        course=new.course_id,
        completed_on=new.completed_on,
        hours=new.hours,
        evidence=new.evidence,
        verified=new.verified,
        recorded_by=by.account_id,
        created_at=clock.now(),
        verified_by=by.account_id if new.verified else None,
        verified_at=clock.now() if new.verified else None,
    )
    async with database.transaction():
        await hold([new.staff_id])
        with database.refusing(TrainingRecord, training_record_once=TrainingRecordExistsError()):
            await record.save()
        await settle([new.staff_id])
        await audit.record(
            "training_recorded",
            by=by,
            subject_type=audit.Subject.TRAINING_RECORD,
            subject=record.id,
            organisation_id=person.organisation_id,
            after={"staff_id": new.staff_id, "verified": new.verified},
        )
        if kept:
            await certificates.keep(kept, record.id, person.organisation_id, by=by)
        await announce(people=[new.staff_id])
    return record.id


async def _faults(new: NewRecord, person: StaffView, *, by: Actor) -> list[FieldError | None]:
    courses = {course.id: course for course in await every_course(scope=SYSTEM.scope)}
    course = courses.get(new.course_id)
    return [
        None if course else FieldError("course_id", "Select a course"),
        _day_fault(new.completed_on, person, course),
        hours_fault("hours", new.hours),
        _verification_fault(new, person, by=by),
    ]


def _day_fault(
    completed_on: date, person: StaffView, course: CourseView | None
) -> FieldError | None:
    field, retired_on = "completed_on", course.retired_on if course else None
    if completed_on < add_months(person.started_on, -_MOST_MONTHS_BEFORE_STARTING):
        return FieldError(field, "Enter a day at most 50 years before their first day")
    if retired_on and completed_on >= retired_on:
        on = f"{retired_on.day} {retired_on:%B %Y}"
        return FieldError(field, f"The course was retired on {on}: enter an earlier day")
    return day_fault(field, completed_on, earliest=date.min, latest=clock.today())


def _verification_fault(new: NewRecord, person: StaffView, *, by: Actor) -> FieldError | None:
    if not new.verified:
        return None
    # What somebody says of themselves counts only once another kind of evidence is seen.
    if new.evidence is Evidence.SELF_DECLARED:
        return FieldError("verified", "What somebody declares themselves cannot be verified yet")
    if by.account_id is not None and person.account_id == by.account_id:
        return FieldError("verified", "Somebody else must see the evidence of your own training")
    return None
