"""Adds and changes staff; notes who looked at whom."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from accounts.queries import organisations
from core import audit, clock, database
from core.errors import InvalidInputError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.posts import corrected
from training.errors import PayrollNumberTakenError
from training.queries.people import StaffView
from training.services.careers import (
    PostDetails,
    managers_of,
    note,
    post_faults,
    posts_of,
    refuse_wrong_days,
    to_change,
    write,
    written,
)
from training.services.fields import email_fault, refuse, text_fault
from training.services.kept import settle
from training.services.positions import position_id
from training.tables import Post, Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDetails(PostDetails):
    """What is written down of a member of staff and of the post that stands for them."""

    payroll_number: str
    name: str
    email: str = ""

    @classmethod
    def of(cls, view: StaffView) -> "StaffDetails":
        """Answer what is written down now."""
        return cls(
            payroll_number=view.payroll_number, name=view.name, email=view.email, **written(view)
        )

    def of_person(self) -> Mapping[str, Any]:
        """Answer the columns of the person alone."""
        return {"payroll_number": self.payroll_number, "name": self.name, "email": self.email}


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
    staff_id, post = new_id(), details.post(new_id(), organisation_id)
    refuse_wrong_days({}, post)
    async with database.transaction():
        with database.refusing(Staff, staff_payroll_number_once=PayrollNumberTakenError()):
            await Staff(
                id=staff_id,
                organisation=organisation_id,
                created_at=clock.now(),
                **details.of_person(),
            ).save()
        await Post(
            id=post.id,
            staff=staff_id,
            position=await position_id(post.position),
            line_manager=details.line_manager_id,
            started_on=post.started_on,
            ended_on=post.ended_on,
        ).save()
        await settle([staff_id])
        await audit.record(
            "staff_added", by=by, subject_type=audit.Subject.STAFF, subject=staff_id,
            organisation_id=organisation_id,
        )  # fmt: skip
    return staff_id


async def update(staff_id: UUID, details: StaffDetails, *, version: int, by: Actor) -> None:
    """Correct what is written down of a member of staff and of the post that stands for them.

    Raises:
        LineManagerCircleError: they would be their own line manager.
        NotFoundError: there is none in the person's organisations.
        PayrollNumberTakenError: the organisation has the payroll number already.
        PostsOverlapError: they hold the same post on some of these days.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await to_change(staff_id, version, by=by)
    details = await _checked(details, person.organisation_id, by=by)
    old = person.post
    post = details.post(old.id, person.organisation_id, follows=old.follows)
    posts = corrected(posts_of(person), post)
    refuse_wrong_days(posts, post)
    before, after = audit.changed(
        asdict(StaffDetails.of(person)), asdict(details), personal=Staff.PERSONAL
    )
    ends = details.ended_on is not None and old.ended_on is None
    managers = {**managers_of(person), post.id: details.line_manager_id}
    async with database.transaction():
        await write(person, posts, managers, of_person=details.of_person(), by=by)
        await note(
            "staff_ended" if ends else "staff_changed", person, by=by, before=before, after=after
        )


async def viewed(person: StaffView, *, by: Actor) -> None:
    """Write that somebody looked at a member of staff's record (D11)."""
    async with database.transaction():
        await note("staff_viewed", person, by=by)


async def _checked(details: StaffDetails, organisation_id: UUID, *, by: Actor) -> StaffDetails:
    """Answer the details without outer spaces, or refuse them with every fault."""
    tidy = replace(
        details.tidy(),
        payroll_number=details.payroll_number.strip(),
        name=details.name.strip(),
        email=details.email.strip(),
    )
    refuse(
        (
            text_fault("payroll_number", tidy.payroll_number, longest=32),
            text_fault("name", tidy.name, longest=120),
            email_fault("email", tidy.email),
            *await post_faults(tidy, organisation_id, by=by),
        )
    )
    return tidy
