"""Adds training records and exemptions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.terms import Evidence
from training.errors import TrainingRecordExistsError
from training.queries.catalogue import every_course, every_requirement
from training.queries.people import staff_member
from training.services.fields import day_fault, hours_fault, refuse, text_fault
from training.services.kept import settle
from training.tables import Exemption, TrainingRecord

EARLIEST_COMPLETION = date(1990, 1, 1)
_LATEST = date(2100, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """A completion to record; ``hours`` is ``None`` where nobody counted them."""

    staff_id: UUID
    course_id: UUID
    completed_on: date
    hours: Decimal | None
    evidence: Evidence
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExemption:
    """Days to exempt somebody from one requirement, or with ``None`` from all."""

    staff_id: UUID
    requirement_id: UUID | None
    from_on: date
    to_on: date
    reason: str


async def add_record(new: NewRecord, *, by: Actor) -> UUID:
    """Record that a member of staff completed a course and answer the record's id.

    Raises:
        InvalidInputError: a field is wrong.
        NotFoundError: there is no such member of staff in the person's organisations.
        TrainingRecordExistsError: this completion is recorded.
    """
    person = await staff_member(new.staff_id, scope=by.scope)
    organisation_id = person.organisation_id
    by.require(Permission.RECORD_TRAINING, organisation_id=organisation_id)
    refuse(await _record_faults(new, by=by))
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
        with database.refusing(TrainingRecord, training_record_once=TrainingRecordExistsError()):
            await record.save()
        await settle([new.staff_id])
        await audit.record(
            "training_recorded",
            by=by,
            subject_type=audit.Subject.TRAINING_RECORD,
            subject=record.id,
            organisation_id=organisation_id,
            after={"staff_id": new.staff_id, "verified": new.verified},
        )
    return record.id


async def add_exemption(new: NewExemption, *, by: Actor) -> UUID:
    """Exempt a member of staff for a while and answer the exemption's id.

    Raises:
        InvalidInputError: a field is wrong.
        NotFoundError: there is no such member of staff in the person's organisations.
    """
    person = await staff_member(new.staff_id, scope=by.scope)
    organisation_id = person.organisation_id
    by.require(Permission.MANAGE_STAFF, organisation_id=organisation_id)
    reason = new.reason.strip()
    refuse(
        (
            text_fault("reason", reason, longest=200),
            day_fault("from_on", new.from_on, earliest=EARLIEST_COMPLETION, latest=_LATEST),
            _days_fault(new),
            await _requirement_fault(new.requirement_id, by=by),
        )
    )
    exemption = Exemption(
        id=new_id(),
        staff=new.staff_id,
        requirement=new.requirement_id,
        from_on=new.from_on,
        to_on=new.to_on,
        reason=reason,
        created_at=clock.now(),
    )
    async with database.transaction():
        await exemption.save()
        await audit.record(
            "exemption_added",
            by=by,
            subject_type=audit.Subject.EXEMPTION,
            subject=exemption.id,
            organisation_id=organisation_id,
            after={"staff_id": new.staff_id},
        )
    return exemption.id


async def _record_faults(new: NewRecord, *, by: Actor) -> list[FieldError | None]:
    courses = {course.id for course in await every_course(scope=by.scope)}
    return [
        None if new.course_id in courses else FieldError("course_id", "Select a course"),
        day_fault(
            "completed_on", new.completed_on, earliest=EARLIEST_COMPLETION, latest=clock.today()
        ),
        hours_fault("hours", new.hours),
        _verification_fault(new),
    ]


def _verification_fault(new: NewRecord) -> FieldError | None:
    # What somebody says of themselves counts only once another kind of evidence is seen.
    if new.verified and new.evidence is Evidence.SELF_DECLARED:
        return FieldError("verified", "What somebody declares themselves cannot be verified yet")
    return None


def _days_fault(new: NewExemption) -> FieldError | None:
    if new.to_on < new.from_on:
        return FieldError("to_on", "The last day cannot be before the first")
    return day_fault("to_on", new.to_on, earliest=EARLIEST_COMPLETION, latest=_LATEST)


async def _requirement_fault(requirement_id: UUID | None, *, by: Actor) -> FieldError | None:
    seen = {requirement.id for requirement in await every_requirement(scope=by.scope)}
    if requirement_id is None or requirement_id in seen:
        return None
    return FieldError("requirement_id", "Select a requirement")
