"""Writes somebody's posts as a whole: what every change of them has in common."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, NotFoundError, StaleVersionError
from core.scope import Actor, Permission
from training.domain.posts import days_fault, overlapping
from training.domain.requirements import WHOLE_TIME, Career, Position, Post, career
from training.domain.terms import Sector, StaffGroup
from training.errors import LineManagerCircleError, PayrollNumberTakenError, PostsOverlapError
from training.queries.line_managers import manages_themselves
from training.queries.people import StaffView, staff_member
from training.services.fields import day_fault, fte_fault, refuse, text_fault
from training.services.kept import settle
from training.services.positions import position_id
from training.tables import Post as PostRow
from training.tables import Staff

EARLIEST_START = date(1950, 1, 1)
LATEST_END = date(2100, 12, 31)
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDetails:
    """What is written down of a post."""

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
    def of_post(cls, post: Post, line_manager_id: UUID | None) -> "PostDetails":
        """Answer what is written down now."""
        return cls(**_written(post, line_manager_id))

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

    def post(self, post_id: UUID, organisation_id: UUID, *, follows: UUID | None = None) -> Post:
        """Answer the post as the rules see it."""
        return Post(
            id=post_id,
            position=self.position(organisation_id),
            started_on=self.started_on,
            ended_on=self.ended_on,
            follows=follows,
        )

    def tidy(self) -> Self:
        """Answer it without outer spaces."""
        return replace(self, team=self.team.strip(), role=self.role.strip())


def written(view: StaffView) -> dict[str, Any]:
    """Answer what is written down of the post that stands for somebody."""
    return _written(view.post, view.line_manager_id)


def _written(post: Post, line_manager_id: UUID | None) -> dict[str, Any]:
    values = asdict(post.position)
    del values["organisation_id"]
    return {
        **values,
        "line_manager_id": line_manager_id,
        "started_on": post.started_on,
        "ended_on": post.ended_on,
    }


async def post_faults(
    details: PostDetails, organisation_id: UUID, *, by: Actor
) -> tuple[FieldError | None, ...]:
    """Answer what is wrong with the fields of a post."""
    latest_start = clock.today() + _AHEAD
    return (
        text_fault("team", details.team, longest=80, optional=True),
        text_fault("role", details.role, longest=80, optional=True),
        fte_fault("fte", details.fte),
        day_fault("started_on", details.started_on, earliest=EARLIEST_START, latest=latest_start),
        day_fault("ended_on", details.ended_on, earliest=EARLIEST_START, latest=LATEST_END),
        await _line_manager_fault(details.line_manager_id, organisation_id, by=by),
    )


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


async def to_change(staff_id: UUID, version: int, *, by: Actor) -> StaffView:
    """Answer somebody whose record the actor may change, as of the version that they read.

    Raises:
        NotFoundError: there is none in the actor's organisations.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await staff_member(staff_id, scope=by.scope)
    by.require(Permission.MANAGE_STAFF, organisation_id=person.organisation_id)
    if person.version != version:
        raise StaleVersionError
    return person


def posts_of(person: StaffView) -> Career:
    """Answer somebody's posts by id."""
    return career([view.post for view in person.posts])


def managers_of(person: StaffView) -> dict[UUID, UUID | None]:
    """Answer who manages each of somebody's posts."""
    return {view.post.id: view.line_manager_id for view in person.posts}


def refuse_wrong_days(posts: Career, post: Post, *, first_day: str = "started_on") -> None:
    """Refuse a post whose days do not fit those of the others; ``first_day`` is its field.

    Raises:
        InvalidInputError: it is not in order with the post before or after it.
        PostsOverlapError: the same position is held twice at the same time.
    """
    refuse([days_fault(posts, post)])
    if other := overlapping(posts, post):
        since = f"{other.started_on.day} {other.started_on:%B %Y}"
        said = f"They hold the same post from {since}; end the one before the other begins"
        raise PostsOverlapError(said, errors=[FieldError(first_day, said)])


async def write(
    person: StaffView,
    posts: Career,
    managers: Mapping[UUID, UUID | None],
    *,
    of_person: Mapping[str, Any] | None = None,
    by: Actor,
) -> None:
    """Save somebody's posts, and with ``of_person`` columns of their own, in the transaction.

    Two changes that would together let line managers go in a circle follow one another.

    Raises:
        LineManagerCircleError: they would be their own line manager.
        PayrollNumberTakenError: the organisation has the payroll number already.
        StaleVersionError: somebody else saved it in the meantime.
    """
    before, managed = posts_of(person), managers_of(person)
    changed = [
        post
        for post in posts.values()
        if before.get(post.id) != post or managed.get(post.id) != managers[post.id]
    ]
    if person.id in {managers[post.id] for post in changed}:
        raise _circle()
    is_managed = any(managers[post.id] for post in changed)
    if is_managed:
        await database.serialise(f"line managers of {person.organisation_id}")
    await _claim(person, of_person or {})
    for post in changed:
        await _save(person, post, managers[post.id], is_new=post.id not in before)
    await settle([person.id])
    if is_managed and await manages_themselves(person.id, scope=by.scope):
        raise _circle()
    await announce(people=[person.id])


def _circle() -> LineManagerCircleError:
    said = LineManagerCircleError.title
    return LineManagerCircleError(errors=[FieldError("line_manager_id", said)])


async def _claim(person: StaffView, of_person: Mapping[str, Any]) -> None:
    changes = {**of_person, "version": person.version + 1}
    with database.refusing(Staff, staff_payroll_number_once=PayrollNumberTakenError()):
        touched = await (
            Staff.update(database.assignments(changes))
            .where(Staff.id == person.id, Staff.version == person.version)
            .returning(Staff.id)
        )
    if not touched:
        raise StaleVersionError


async def _save(person: StaffView, post: Post, manager: UUID | None, *, is_new: bool) -> None:
    values: dict[str, Any] = {
        "position": await position_id(post.position),
        "line_manager": manager,
        "started_on": post.started_on,
        "ended_on": post.ended_on,
    }
    if is_new:
        await PostRow(id=post.id, staff=person.id, follows=post.follows, **values).save()
    else:
        await PostRow.update(database.assignments(values)).where(PostRow.id == post.id)


async def note(
    action: str,
    person: StaffView,
    *,
    by: Actor,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write what was done to somebody's record."""
    await audit.record(
        action,
        by=by,
        subject_type=audit.Subject.STAFF,
        subject=person.id,
        organisation_id=person.organisation_id,
        before=before,
        after=after,
    )
