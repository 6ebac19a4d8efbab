"""Exempts staff from requirements for a while; afterwards they are asked again by themselves."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, StaleVersionError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.validity import add_months
from training.errors import ExemptionOverlapsError
from training.queries.catalogue import every_requirement
from training.queries.exemptions import ExemptionView, exemption
from training.queries.people import StaffView, staff_member
from training.services.fields import day_fault, refuse, text_fault
from training.tables import Exemption

USUAL_MONTHS, LONGEST_MONTHS = 6, 12
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExemption:
    """Days to exempt somebody from one requirement, or with ``None`` from all."""

    staff_id: UUID
    requirement_id: UUID | None
    from_on: date
    to_on: date
    reason: str


def last_day(from_on: date, *, months: int) -> date:
    """Answer the last of so many months that begin on a day."""
    return add_months(from_on, months) - timedelta(days=1)


async def add_exemption(new: NewExemption, *, by: Actor) -> UUID:
    """Exempt a member of staff for a while and answer the exemption's id.

    Raises:
        ExemptionOverlapsError: they are exempt from the same on some of these days.
        InvalidInputError: a field is wrong, or it is for longer than twelve months.
        NotFoundError: there is no such member of staff in the person's organisations.
    """
    person = await staff_member(new.staff_id, scope=by.scope)
    by.require(Permission.MANAGE_STAFF, organisation_id=person.organisation_id)
    reason = new.reason.strip()
    refuse(
        (
            text_fault("reason", reason, longest=200),
            day_fault("from_on", new.from_on, earliest=_EARLIEST, latest=_LATEST),
            _days_fault(new),
            await _requirement_fault(new.requirement_id, person, by=by),
        )
    )
    row = Exemption(
        id=new_id(),
        staff=new.staff_id,
        requirement=new.requirement_id,
        from_on=new.from_on,
        to_on=new.to_on,
        reason=reason,
        created_at=clock.now(),
    )
    async with database.transaction():
        await database.serialise(f"exemptions of {new.staff_id}")
        await _refuse_overlap(new)
        await row.save()
        await _note("exemption_added", row.id, new.staff_id, person.organisation_id, by=by)
        await announce(people=[new.staff_id])
    return row.id


async def end_exemption(exemption_id: UUID, to_on: date, *, by: Actor) -> None:
    """Let an exemption end earlier; from the day after, the person is asked again.

    Raises:
        InvalidInputError: the day is not within the exemption, or is its last one already.
        NotFoundError: there is none in the person's organisations.
        StaleVersionError: somebody else has ended it earlier in the meantime.
    """
    view = await exemption(exemption_id, scope=by.scope)
    by.require(Permission.MANAGE_STAFF, organisation_id=view.organisation_id)
    refuse([_end_fault(view, to_on)])
    async with database.transaction():
        touched = await (
            Exemption.update({Exemption.to_on: to_on})
            .where(Exemption.id == exemption_id, Exemption.to_on > to_on)
            .returning(Exemption.id)
        )
        if not touched:
            raise StaleVersionError
        await _note("exemption_ended", view.id, view.staff_id, view.organisation_id, by=by)
        await announce(people=[view.staff_id])


async def _refuse_overlap(new: NewExemption) -> None:
    same = (
        Exemption.requirement.is_null()
        if new.requirement_id is None
        else Exemption.requirement == new.requirement_id
    )
    if await Exemption.exists().where(
        Exemption.staff == new.staff_id,
        Exemption.from_on <= new.to_on,
        Exemption.to_on >= new.from_on,
        same,
    ):
        raise ExemptionOverlapsError


async def _note(
    action: str, exemption_id: UUID, staff_id: UUID, organisation_id: UUID, *, by: Actor
) -> None:
    await audit.record(
        action,
        by=by,
        subject_type=audit.Subject.EXEMPTION,
        subject=exemption_id,
        organisation_id=organisation_id,
        after={"staff_id": staff_id},
    )


def _days_fault(new: NewExemption) -> FieldError | None:
    if new.to_on < new.from_on:
        return FieldError("to_on", "The last day cannot be before the first")
    if not _EARLIEST <= new.from_on <= _LATEST:
        return None  # the first day is refused already
    longest = last_day(new.from_on, months=LONGEST_MONTHS)
    return day_fault("to_on", new.to_on, earliest=new.from_on, latest=longest)


def _end_fault(view: ExemptionView, to_on: date) -> FieldError | None:
    if to_on == view.to_on:
        return FieldError("to_on", "It ends on that day already: enter an earlier day")
    return day_fault("to_on", to_on, earliest=view.from_on, latest=view.to_on)


async def _requirement_fault(
    requirement_id: UUID | None, person: StaffView, *, by: Actor
) -> FieldError | None:
    asked = {
        view.id
        for view in await every_requirement(scope=by.scope)
        if person.organisation_id in (view.rule.filter.organisation_ids or {person.organisation_id})
    }
    if requirement_id is None or requirement_id in asked:
        return None
    return FieldError("requirement_id", "Select a requirement")
