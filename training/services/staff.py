"""Adds and changes staff; notes who looked at whom."""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from accounts.queries import organisations
from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, StaleVersionError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.terms import Sector, StaffGroup
from training.errors import PayrollNumberTakenError
from training.queries.people import StaffView, staff_member
from training.services.fields import day_fault, refuse, text_fault
from training.tables import Staff

EARLIEST_START = date(1950, 1, 1)
_AHEAD = timedelta(days=366)
_LATEST_END = date(2100, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDetails:
    """What is written down of a member of staff."""

    payroll_number: str
    name: str
    team: str
    sector: Sector
    staff_group: StaffGroup
    role: str
    is_people_manager: bool
    started_on: date
    ended_on: date | None

    @classmethod
    def of(cls, view: StaffView) -> "StaffDetails":
        """Answer what is written down now."""
        return cls(
            payroll_number=view.payroll_number,
            name=view.name,
            team=view.team,
            sector=view.post.sector,
            staff_group=view.post.staff_group,
            role=view.role,
            is_people_manager=view.post.is_people_manager,
            started_on=view.post.started_on,
            ended_on=view.post.ended_on,
        )


async def add(details: StaffDetails, *, organisation_id: UUID, by: Actor) -> UUID:
    """Add a member of staff to an organisation and answer their id.

    Raises:
        InvalidInputError: a field is wrong, or the organisation is not one of the person's.
        PayrollNumberTakenError: the organisation has the payroll number already.
    """
    if organisation_id not in {seen.id for seen in await organisations(scope=by.scope)}:
        raise InvalidInputError.of("organisation_id", "Select one of your organisations")
    by.require(Permission.MANAGE_STAFF, organisation_id=organisation_id)
    details = _checked(details)
    staff_id = new_id()
    async with database.transaction():
        with database.refusing(Staff, staff_payroll_number_once=PayrollNumberTakenError()):
            await Staff(
                id=staff_id,
                organisation=organisation_id,
                created_at=clock.now(),
                **asdict(details),
            ).save()
        await _note("staff_added", staff_id, organisation_id, by=by)
    return staff_id


async def update(staff_id: UUID, details: StaffDetails, *, version: int, by: Actor) -> None:
    """Change what is written down of a member of staff, the last day among it; records stay.

    Raises:
        NotFoundError: there is none in the person's organisations.
        PayrollNumberTakenError: the organisation has the payroll number already.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await _to_change(staff_id, by=by)
    if person.version != version:
        raise StaleVersionError
    await _save(person, _checked(details), by=by)


async def viewed(person: StaffView, *, by: Actor) -> None:
    """Write that somebody looked at a member of staff's record (D11)."""
    async with database.transaction():
        await _note("staff_viewed", person.id, person.post.organisation_id, by=by)


async def _to_change(staff_id: UUID, *, by: Actor) -> StaffView:
    person = await staff_member(staff_id, scope=by.scope)
    by.require(Permission.MANAGE_STAFF, organisation_id=person.post.organisation_id)
    return person


async def _save(person: StaffView, details: StaffDetails, *, by: Actor) -> None:
    before, after = audit.changed(
        asdict(StaffDetails.of(person)), asdict(details), personal=Staff.PERSONAL
    )
    ends = details.ended_on is not None and person.post.ended_on is None
    changes = {**asdict(details), "version": person.version + 1}
    async with database.transaction():
        with database.refusing(Staff, staff_payroll_number_once=PayrollNumberTakenError()):
            touched = await (
                Staff.update(database.assignments(changes))
                .where(Staff.id == person.id, Staff.version == person.version)
                .returning(Staff.id)
            )
        if not touched:
            raise StaleVersionError
        await _note(
            "staff_ended" if ends else "staff_changed",
            person.id,
            person.post.organisation_id,
            by=by,
            before=before,
            after=after,
        )


async def _note(
    action: str,
    staff_id: UUID,
    organisation_id: UUID,
    *,
    by: Actor,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    await audit.record(
        action,
        by=by,
        subject_type=audit.Subject.STAFF,
        subject=staff_id,
        organisation_id=organisation_id,
        before=before,
        after=after,
    )


def _checked(details: StaffDetails) -> StaffDetails:
    """Answer the details without outer spaces, or refuse them with every fault."""
    tidy = replace(
        details,
        payroll_number=details.payroll_number.strip(),
        name=details.name.strip(),
        team=details.team.strip(),
        role=details.role.strip(),
    )
    latest_start = clock.today() + _AHEAD
    refuse(
        (
            text_fault("payroll_number", tidy.payroll_number, longest=32),
            text_fault("name", tidy.name, longest=120),
            text_fault("team", tidy.team, longest=80, optional=True),
            text_fault("role", tidy.role, longest=80, optional=True),
            day_fault("started_on", tidy.started_on, earliest=EARLIEST_START, latest=latest_start),
            _end_fault(tidy),
        )
    )
    return tidy


def _end_fault(details: StaffDetails) -> FieldError | None:
    if details.ended_on and details.ended_on < details.started_on:
        return FieldError("ended_on", "The last day cannot be before the first")
    return day_fault("ended_on", details.ended_on, earliest=EARLIEST_START, latest=_LATEST_END)
