"""Gives staff another post, changes their role, corrects a post, and writes down their end."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

from core import audit, database
from core.errors import FieldError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor
from training.domain.posts import corrected, ended, role_change_fault, role_changed
from training.domain.requirements import Career, Post
from training.queries.people import StaffView
from training.services.careers import (
    EARLIEST_START,
    LATEST_END,
    PostDetails,
    managers_of,
    note,
    post_faults,
    posts_of,
    refuse_wrong_days,
    to_change,
    write,
)
from training.services.fields import day_fault, refuse


async def add_post(staff_id: UUID, details: PostDetails, *, version: int, by: Actor) -> UUID:
    """Give somebody another post beside those that they have and answer its id.

    Raises:
        LineManagerCircleError: they would be their own line manager.
        NotFoundError: there is no such member of staff in the person's organisations.
        PostsOverlapError: they hold the same post on some of these days.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await to_change(staff_id, version, by=by)
    details = await _checked(details, person, by=by)
    post = details.post(new_id(), person.organisation_id)
    posts = {**posts_of(person), post.id: post}
    await _save("post_added", person, posts, post, details, by=by)
    return post.id


async def change_role(
    staff_id: UUID, post_id: UUID, details: PostDetails, *, version: int, by: Actor
) -> UUID:
    """End a post the day before the new one begins, which follows it, and answer the new one's id.

    Valid training stays; what is asked because of the new post may be due later (C13).

    Raises:
        LineManagerCircleError: they would be their own line manager.
        NotFoundError: there is no such post in the person's organisations.
        PostsOverlapError: they hold the same post on some of these days.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await to_change(staff_id, version, by=by)
    posts = posts_of(person)
    _require(post_id, posts)
    details = await _checked(details, person, by=by, first_day="on")
    refuse([role_change_fault(posts, post_id, details.started_on)])
    new = details.post(new_id(), person.organisation_id, follows=post_id)
    await _save(
        "role_changed", person, role_changed(posts, post_id, new), new, details, by=by,
        before=details_of(person, post_id), first_day="on",
    )  # fmt: skip
    return new.id


async def correct_post(
    staff_id: UUID, post_id: UUID, details: PostDetails, *, version: int, by: Actor
) -> None:
    """Correct what is written down of a post, its last day among it.

    Raises:
        LineManagerCircleError: they would be their own line manager.
        NotFoundError: there is no such post in the person's organisations.
        PostsOverlapError: they hold the same post on some of these days.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await to_change(staff_id, version, by=by)
    posts = posts_of(person)
    old = _require(post_id, posts)
    details = await _checked(details, person, by=by)
    post = details.post(post_id, person.organisation_id, follows=old.follows)
    ends = post.ended_on is not None and old.ended_on is None
    await _save(
        "post_ended" if ends else "post_changed", person, corrected(posts, post), post, details,
        by=by, before=details_of(person, post_id),
    )  # fmt: skip


async def leave(staff_id: UUID, ended_on: date, *, version: int, by: Actor) -> None:
    """Write down somebody's last day in all their posts; their records stay.

    Raises:
        InvalidInputError: a post begins after that day, or all end by it already.
        NotFoundError: there is no such member of staff in the person's organisations.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await to_change(staff_id, version, by=by)
    if person.ended_on and person.ended_on <= ended_on:
        last = f"{person.ended_on.day} {person.ended_on:%B %Y}"
        raise InvalidInputError.of("ended_on", f"Their last day is {last} already")
    async with database.transaction():
        await end_posts(person, ended_on, by=by)


async def end_posts(person: StaffView, ended_on: date, *, by: Actor) -> None:
    """End all posts that somebody holds beyond a day, within the current transaction.

    Raises:
        InvalidInputError: a post begins after that day.
    """
    posts = posts_of(person)
    refuse(
        [
            day_fault("ended_on", ended_on, earliest=EARLIEST_START, latest=LATEST_END),
            _last_day_fault(posts, ended_on),
        ]
    )
    await write(person, ended(posts, ended_on), managers_of(person), by=by)
    await note("staff_ended", person, by=by, after={"ended_on": ended_on})


def details_of(person: StaffView, post_id: UUID) -> PostDetails:
    """Answer what is written down of one of somebody's posts.

    Raises:
        NotFoundError: they have no such post.
    """
    post = _require(post_id, posts_of(person))
    return PostDetails.of_post(post, managers_of(person)[post_id])


def _last_day_fault(posts: Career, ended_on: date) -> FieldError | None:
    latest = max(post.started_on for post in posts.values())
    if latest > ended_on:
        said = f"A post of theirs begins on {latest.day} {latest:%B %Y}; enter that day or later"
        return FieldError("ended_on", said)
    return None


def _require(post_id: UUID, posts: Career) -> Post:
    if post_id not in posts:
        raise NotFoundError
    return posts[post_id]


async def _checked(
    details: PostDetails, person: StaffView, *, by: Actor, first_day: str = "started_on"
) -> PostDetails:
    """Answer the details without outer spaces, or refuse them with every fault."""
    tidy = details.tidy()
    faults = await post_faults(tidy, person.organisation_id, by=by)
    refuse(_named(fault, first_day) for fault in faults)
    return tidy


def _named(fault: FieldError | None, first_day: str) -> FieldError | None:
    if fault and fault.field == "started_on":
        return FieldError(first_day, fault.message)
    return fault


async def _save(
    action: str,
    person: StaffView,
    posts: Career,
    post: Post,
    details: PostDetails,
    *,
    by: Actor,
    before: PostDetails | None = None,
    first_day: str = "started_on",
) -> None:
    refuse_wrong_days(posts, post, first_day=first_day)
    was, now = audit.changed(asdict(before) if before else {}, asdict(details))
    managers = {**managers_of(person), post.id: details.line_manager_id}
    async with database.transaction():
        await write(person, posts, managers, by=by)
        await note(action, person, by=by, before=was, after={**now, "post": post.id})
