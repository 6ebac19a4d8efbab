"""Which of somebody's posts the figures may count together with those of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from training.domain.requirements import Post, appointed_on, career


@dataclass(frozen=True, slots=True)
class KeptPost:
    """A post that is somebody's only one from ``since`` on, with no last day."""

    post: Post
    since: date
    appointed_on: date


def kept_post(posts: Sequence[Post], today: date) -> KeptPost | None:
    """Answer the only post that somebody holds today and from then on; ``None`` if not just one.

    Neither whoever is about to start, nor whoever has a last day.
    """
    current = [post for post in posts if post.ended_on is None or post.ended_on >= today]
    if len(current) != 1 or current[0].ended_on is not None or current[0].started_on > today:
        return None
    [post] = current
    alone = max(
        (other.ended_on + timedelta(days=1) for other in posts if other.ended_on is not None),
        default=post.started_on,
    )
    return KeptPost(post, max(post.started_on, alone), appointed_on(post, career(posts)))
