"""How somebody's posts lie in time: which one stands for them, and what a change of one does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from core.errors import FieldError
from training.domain.requirements import Career, Post

_DAY = timedelta(days=1)


def standing_post(posts: Sequence[Post], day: date) -> Post:
    """Answer the post that stands for somebody on a day: of those held, the longest, then latest.

    Before their first and after their last day it is the one that ends last.
    """
    return max(
        posts,
        key=lambda post: (
            post.is_held_on(day), post.ended_on or date.max, post.started_on, post.id,
        ),
    )  # fmt: skip


def overlapping(posts: Career, post: Post) -> Post | None:
    """Answer another post of the same position that is held on a day on which this one is."""
    return next(
        (
            other
            for other in posts.values()
            if other.id != post.id
            and other.position == post.position
            and other.started_on <= (post.ended_on or date.max)
            and post.started_on <= (other.ended_on or date.max)
        ),
        None,
    )


def corrected(posts: Career, post: Post) -> dict[UUID, Post]:
    """Answer the posts with one of them corrected.

    Where it began the day after the post that it follows had ended, that one ends with it.
    """
    found = {**posts, post.id: post}
    before = posts.get(post.follows) if post.follows else None
    if before and before.ended_on == posts[post.id].started_on - _DAY:
        found[before.id] = replace(before, ended_on=post.started_on - _DAY)
    return found


def role_changed(posts: Career, post_id: UUID, new: Post) -> dict[UUID, Post]:
    """Answer the posts with one changed into a new one: it ends the day before."""
    before = replace(posts[post_id], ended_on=new.started_on - _DAY)
    return {**posts, before.id: before, new.id: replace(new, follows=before.id)}


def role_change_fault(posts: Career, post_id: UUID, on: date) -> FieldError | None:
    """Answer why a post cannot change into another on a day, or ``None``."""
    before = posts[post_id]
    if any(other.follows == post_id for other in posts.values()):
        return FieldError("on", "This post has changed into another already; change that one")
    if on <= before.started_on:
        return FieldError("on", f"Enter a day after {_words(before.started_on)}, its first day")
    if before.ended_on is not None and on > before.ended_on + _DAY:
        return FieldError("on", f"The post ended on {_words(before.ended_on)}; add another post")
    return None


def days_fault(posts: Career, post: Post) -> FieldError | None:
    """Answer what is wrong with a post's days beside those before and after it, or ``None``."""
    if post.ended_on is not None and post.ended_on < post.started_on:
        return FieldError("ended_on", "The last day cannot be before the first")
    before = posts.get(post.follows) if post.follows else None
    if before and before.ended_on is not None and before.ended_on < before.started_on:
        return FieldError(
            "started_on",
            f"The post before it began on {_words(before.started_on)}; enter a later day",
        )
    if before and (before.ended_on is None or post.started_on <= before.ended_on):
        return FieldError("started_on", "The post before it has not ended then; end that one first")
    after = next((other for other in posts.values() if other.follows == post.id), None)
    if after and (post.ended_on is None or post.ended_on >= after.started_on):
        return FieldError(
            "ended_on",
            f"The post that follows began on {_words(after.started_on)}; enter an earlier day",
        )
    return None


def ended(posts: Career, on: date) -> dict[UUID, Post]:
    """Answer the posts with none beyond a last day; those that end sooner stay as they are."""
    return {
        post.id: replace(post, ended_on=min(post.ended_on or date.max, on))
        for post in posts.values()
    }


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
