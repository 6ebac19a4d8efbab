"""What the rows of one person make of the posts that are stored: corrections and role changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from training.domain.importing.staff import StaffLine
from training.domain.posts import overlapping
from training.domain.requirements import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPost:
    """A post with who manages whoever holds it."""

    post: Post
    line_manager_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a row from being imported, and in which column."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class Career:
    """The posts of one person, as they are stored and then as the rows make them.

    ``managers`` are the ids of those whom the rows name; ``new_id`` answers the id of a new post.
    """

    organisation_id: UUID
    stored: Mapping[UUID, HeldPost]
    managers: Mapping[str, UUID]
    today: date
    new_id: Callable[[], UUID]
    posts: dict[UUID, HeldPost] = field(default_factory=dict)
    of_row: dict[int, UUID] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.posts = dict(self.stored)

    def follow(self, lines: Sequence[StaffLine]) -> None:
        """Bring the posts to what all rows of the person say.

        A row is the post that it describes exactly; else, several rows of one person being several
        posts, the one that began on its day; else it corrects the present post, or, where it
        begins later than that, is a role change from its day on.
        """
        left = sorted(lines, key=lambda line: (line.started_on, line.row))
        free = dict(self.stored)
        left = [line for line in left if not self._take(line, self._described(line, free), free)]
        if len(lines) > 1:
            left = [line for line in left if not self._take(line, _begun(line, free), free)]
        for line in left:
            self._place(line, free, alone=len(lines) == 1)
        for line in lines:
            self._refuse_overlap(line)

    def _refuse_overlap(self, line: StaffLine) -> None:
        now = {id: held.post for id, held in self.posts.items()}
        post_id = self.of_row[line.row]
        other = overlapping(now, now[post_id])
        if other and self.posts[post_id] != self.stored.get(post_id):
            day = f"{other.started_on:%Y-%m-%d}"
            self._fail(line, "started_on", f"They have a post like this one already, from {day}")

    def _take(self, line: StaffLine, found: HeldPost | None, free: dict[UUID, HeldPost]) -> bool:
        if found is None:
            return False
        del free[found.post.id]
        self._correct(line, found)
        return True

    def _described(self, line: StaffLine, free: Mapping[UUID, HeldPost]) -> HeldPost | None:
        for held in free.values():
            post = held.post
            if post.started_on == line.started_on and post.position == line.position(
                self.organisation_id, post.position
            ):
                return held
        return None

    def _place(self, line: StaffLine, free: dict[UUID, HeldPost], *, alone: bool) -> None:
        open_to = [held for held in free.values() if alone or _lasts(held, self.today)]
        present = max(open_to, key=_standing, default=None)
        if present is None:
            self._add(line, None)
        elif line.started_on <= present.post.started_on:
            self._take(line, present, free)
        else:
            del free[present.post.id]
            self._change_role(line, present)

    def _change_role(self, line: StaffLine, before: HeldPost) -> None:
        if _lasts(before, line.started_on):
            last = line.started_on - timedelta(days=1)
            before = replace(before, post=replace(before.post, ended_on=last))
            self.posts[before.post.id] = before
        self._add(line, before)

    def _add(self, line: StaffLine, before: HeldPost | None) -> None:
        post = Post(
            id=self.new_id(),
            position=line.position(self.organisation_id, before.post.position if before else None),
            started_on=line.started_on,
            ended_on=line.ended_on,
            follows=self._ended_the_day_before(line.started_on, before),
        )
        manager = before.line_manager_id if before else None
        self.posts[post.id] = HeldPost(
            post=post, line_manager_id=self.managers.get(line.line_manager, manager)
        )
        self.of_row[line.row] = post.id

    def _correct(self, line: StaffLine, held: HeldPost) -> None:
        post = held.post
        begins = post.started_on
        if len(self.posts) == 1:
            begins = min(begins, line.started_on)
        ends = line.ended_on or post.ended_on
        follower = self._follower(post.id)
        if ends and ends < begins:
            self._fail(line, "ended_on", f"Is before the present post began, {begins:%Y-%m-%d}")
        elif follower and line.ended_on and line.ended_on >= follower.started_on:
            day = follower.started_on
            self._fail(line, "ended_on", f"Their next post follows from this one on {day:%Y-%m-%d}")
        self.posts[post.id] = HeldPost(
            post=replace(
                post,
                position=line.position(self.organisation_id, post.position),
                started_on=begins,
                ended_on=ends,
            ),
            line_manager_id=self.managers.get(line.line_manager, held.line_manager_id),
        )
        self.of_row[line.row] = post.id

    def _follower(self, post_id: UUID) -> Post | None:
        return next(
            (held.post for held in self.posts.values() if held.post.follows == post_id), None
        )

    def _ended_the_day_before(self, day: date, before: HeldPost | None) -> UUID | None:
        """Answer the post from which one that begins on a day goes on, ``before`` if it may be."""
        for held in (*filter(None, [before]), *self.posts.values()):
            post = held.post
            if post.ended_on == day - timedelta(days=1) and not self._follower(post.id):
                return post.id
        return None

    def _fail(self, line: StaffLine, column: str, message: str) -> None:
        self.faults.append(Fault(line.row, column, message))


def _begun(line: StaffLine, free: Mapping[UUID, HeldPost]) -> HeldPost | None:
    return next((held for held in free.values() if held.post.started_on == line.started_on), None)


def _lasts(held: HeldPost, day: date) -> bool:
    return held.post.ended_on is None or held.post.ended_on >= day


def _standing(held: HeldPost) -> tuple[date, date, UUID]:
    """Order posts as one stands for the person: the one that lasts longest, then began last."""
    return held.post.ended_on or date.max, held.post.started_on, held.post.id
