"""Adds and changes staff; notes who looked at whom."""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from accounts.queries import organisations
from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, NotFoundError, StaleVersionError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.requirements import WHOLE_TIME, Position
from training.domain.terms import Sector, StaffGroup
from training.errors import PayrollNumberTakenError
from training.queries.people import StaffView, staff_member
from training.services.fields import day_fault, refuse, text_fault
from training.services.kept import settle
from training.services.positions import position_id
from training.tables import Post, Staff

EARLIEST_START = date(1950, 1, 1)
_AHEAD = timedelta(days=366)
_LATEST_END = date(2100, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDetails:
    """What is written down of a member of staff and of the post that stands for them."""

    payroll_number: str
    name: str
    email: str = ""
    team: str
    sector: Sector
    staff_group: StaffGroup
    role: str
    is_people_manager: bool
    fte: Decimal = WHOLE_TIME
    line_manager_id: UUID | None = None
    started_on: date
    ended_on: date | None

    @classmethod
    def of(cls, view: StaffView) -> "StaffDetails":
        """Answer what is written down now."""
        post, position = view.post, view.post.position
        return cls(
            payroll_number=view.payroll_number,
            name=view.name,
            email=view.email,
            team=position.team,
            sector=position.sector,
            staff_group=position.staff_group,
            role=position.role,
            is_people_manager=position.is_people_manager,
            fte=position.fte,
            line_manager_id=view.line_manager_id,
            started_on=post.started_on,
            ended_on=post.ended_on,
        )

    def position(self, organisation_id: UUID) -> Position:
        """Answer the position of the post."""
        return Position(
            organisation_id=organisation_id,
            team=self.team,
            sector=self.sector,
            staff_group=self.staff_group,
            role=self.role,
            is_people_manager=self.is_people_manager,
            fte=self.fte,
        )


async def add(details: StaffDetails, *, organisation_id: UUID, by: Actor) -> UUID:
    """Add a member of staff with a first post to an organisation and answer their id.

    Raises:
        InvalidInputError: a field is wrong, or the organisation is not one of the person's.
        PayrollNumberTakenError: the organisation has the payroll number already.
    """
    if organisation_id not in {seen.id for seen in await organisations(scope=by.scope)}:
        raise InvalidInputError.of("organisation_id", "Select one of your organisations")
    by.require(Permission.MANAGE_STAFF, organisation_id=organisation_id)
    details = await _checked(details, organisation_id, by=by)
    staff_id = new_id()
    async with database.transaction():
        with database.refusing(Staff, staff_payroll_number_once=PayrollNumberTakenError()):
            await Staff(
                id=staff_id,
                organisation=organisation_id,
                payroll_number=details.payroll_number,
                name=details.name,
                email=details.email,
                created_at=clock.now(),
            ).save()
        await Post(
            id=new_id(),
            staff=staff_id,
            position=await position_id(details.position(organisation_id)),
            line_manager=details.line_manager_id,
            started_on=details.started_on,
            ended_on=details.ended_on,
        ).save()
        await settle([staff_id])
        await _note("staff_added", staff_id, organisation_id, by=by)
    return staff_id


async def update(staff_id: UUID, details: StaffDetails, *, version: int, by: Actor) -> None:
    """Correct what is written down of a member of staff, the last day among it; records stay.

    Raises:
        NotFoundError: there is none in the person's organisations.
        PayrollNumberTakenError: the organisation has the payroll number already.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await _to_change(staff_id, by=by)
    if person.version != version:
        raise StaleVersionError
    await _save(person, await _checked(details, person.organisation_id, by=by), by=by)


async def viewed(person: StaffView, *, by: Actor) -> None:
    """Write that somebody looked at a member of staff's record (D11)."""
    async with database.transaction():
        await _note("staff_viewed", person.id, person.organisation_id, by=by)


async def _to_change(staff_id: UUID, *, by: Actor) -> StaffView:
    person = await staff_member(staff_id, scope=by.scope)
    by.require(Permission.MANAGE_STAFF, organisation_id=person.organisation_id)
    return person


async def _save(person: StaffView, details: StaffDetails, *, by: Actor) -> None:
    before, after = audit.changed(
        asdict(StaffDetails.of(person)), asdict(details), personal=Staff.PERSONAL
    )
    ends = details.ended_on is not None and person.post.ended_on is None
    changes = {
        "payroll_number": details.payroll_number, "name": details.name, "email": details.email,
        "version": person.version + 1,
    }  # fmt: skip
    async with database.transaction():
        with database.refusing(Staff, staff_payroll_number_once=PayrollNumberTakenError()):
            touched = await (
                Staff.update(database.assignments(changes))
                .where(Staff.id == person.id, Staff.version == person.version)
                .returning(Staff.id)
            )
        if not touched:
            raise StaleVersionError
        post = {
            "position": await position_id(details.position(person.organisation_id)),
            "line_manager": details.line_manager_id,
            "started_on": details.started_on,
            "ended_on": details.ended_on,
        }
        await Post.update(database.assignments(post)).where(Post.id == person.post.id)
        await settle([person.id])
        await _note(
            "staff_ended" if ends else "staff_changed",
            person.id,
            person.organisation_id,
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


async def _checked(details: StaffDetails, organisation_id: UUID, *, by: Actor) -> StaffDetails:
    """Answer the details without outer spaces, or refuse them with every fault."""
    tidy = replace(
        details,
        payroll_number=details.payroll_number.strip(),
        name=details.name.strip(),
        email=details.email.strip(),
        team=details.team.strip(),
        role=details.role.strip(),
    )
    latest_start = clock.today() + _AHEAD
    refuse(
        (
            text_fault("payroll_number", tidy.payroll_number, longest=32),
            text_fault("name", tidy.name, longest=120),
            text_fault("email", tidy.email, longest=254, optional=True),
            text_fault("team", tidy.team, longest=80, optional=True),
            text_fault("role", tidy.role, longest=80, optional=True),
            day_fault("started_on", tidy.started_on, earliest=EARLIEST_START, latest=latest_start),
            _end_fault(tidy),
            _fte_fault(tidy.fte),
            await _line_manager_fault(tidy.line_manager_id, organisation_id, by=by),
        )
    )
    return tidy


def _fte_fault(fte: Decimal) -> FieldError | None:
    if 0 < fte <= WHOLE_TIME and fte == round(fte, 2):
        return None
    return FieldError("fte", "Enter the share of whole time, above 0 and at most 1, like 0.6")


async def _line_manager_fault(
    manager_id: UUID | None, organisation_id: UUID, *, by: Actor
) -> FieldError | None:
    fault = FieldError("line_manager_id", "Select a member of staff of the same organisation")
    if manager_id is None:
        return None
    try:
        manager = await staff_member(manager_id, scope=by.scope)
    except NotFoundError:
        return fault
    return None if manager.organisation_id == organisation_id else fault


def _end_fault(details: StaffDetails) -> FieldError | None:
    if details.ended_on and details.ended_on < details.started_on:
        return FieldError("ended_on", "The last day cannot be before the first")
    return day_fault("ended_on", details.ended_on, earliest=EARLIEST_START, latest=_LATEST_END)
