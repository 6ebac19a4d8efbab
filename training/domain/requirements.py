"""Who a requirement applies to, what satisfies it, and by when (domain.md 2.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from training.domain.terms import Basis, CountedFrom, Sector, StaffGroup
from training.domain.validity import add_months

WHOLE_TIME = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What posts have in common that rules and figures ask about."""

    organisation_id: UUID
    sector: Sector
    staff_group: StaffGroup
    is_people_manager: bool = False
    team: str = ""
    role: str = ""
    fte: Decimal = WHOLE_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A position that somebody holds for a time; ``follows`` is the post it changed from."""

    id: UUID
    position: Position
    started_on: date
    ended_on: date | None = None
    follows: UUID | None = None

    def is_held_on(self, day: date) -> bool:
        """Tell whether the person is in post; the last day still counts (C13)."""
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)


Career = Mapping[UUID, Post]
"""All posts of one person, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the workforce by what its posts are; ``None`` admits any, no team is ``""``."""

    organisation_id: UUID | None = None
    team: str | None = None
    sector: Sector | None = None
    staff_group: StaffGroup | None = None

    def has(self, position: Position) -> bool:
        """Tell whether posts of this kind are in the section."""
        return (
            self.organisation_id in (None, position.organisation_id)
            and self.team in (None, position.team)
            and self.sector in (None, position.sector)
            and self.staff_group in (None, position.staff_group)
        )


EVERYBODY = Section()


def career(posts: Sequence[Post]) -> Career:
    """Answer posts by id."""
    return {post.id: post for post in posts}


def appointed_on(post: Post, posts: Career) -> date:
    """Answer the day of the first of the posts that this one goes back to."""
    while post.follows is not None:
        post = posts[post.follows]
    return post.started_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which posts a requirement is for; what is empty or ``None`` admits everybody.

    ``started_from`` and ``started_before`` ask when somebody was appointed.
    """

    sectors: frozenset[Sector] = frozenset()
    staff_groups: frozenset[StaffGroup] = frozenset()
    organisation_ids: frozenset[UUID] = frozenset()
    roles: frozenset[str] = frozenset()
    is_people_manager: bool | None = None
    min_fte: Decimal | None = None
    started_from: date | None = None
    started_before: date | None = None

    def admits(self, position: Position) -> bool:
        """Tell whether the requirement is for posts of this kind; roles in any case."""
        return (
            (not self.sectors or position.sector in self.sectors)
            and (not self.staff_groups or position.staff_group in self.staff_groups)
            and (not self.organisation_ids or position.organisation_id in self.organisation_ids)
            and (not self.roles or position.role.casefold() in self.folded_roles())
            and self.is_people_manager in (None, position.is_people_manager)
            and (self.min_fte is None or position.fte >= self.min_fte)
        )

    def admits_appointment(self, appointed: date) -> bool:
        """Tell whether the requirement is for somebody appointed on that day."""
        return (self.started_from is None or appointed >= self.started_from) and (
            self.started_before is None or appointed < self.started_before
        )

    def folded_roles(self) -> frozenset[str]:
        """Answer the roles as they are compared."""
        return frozenset(role.casefold() for role in self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """By when: within a time of starting, or by a fixed day; one of the three is set.

    Those appointed before ``transition_on`` have until ``transition_due_on`` instead.
    """

    within_days: int | None = None
    within_months: int | None = None
    on: date | None = None
    counted_from: CountedFrom = CountedFrom.START
    transition_on: date | None = None
    transition_due_on: date | None = None

    def day(self, *, since: date, appointed: date) -> date:
        """Answer the last day to be trained by, of somebody asked since a day."""
        if self.transition_on and self.transition_due_on and appointed < self.transition_on:
            return self.transition_due_on
        if self.on is not None:
            return self.on
        if self.within_months is not None:
            return add_months(since, self.within_months)
        return since + timedelta(days=self.within_days or 0)


@dataclass(frozen=True, slots=True)
class Covering:
    """A course that satisfies a rule, for how many months (``None``: for good), until retired."""

    course_id: UUID
    validity_months: int | None = None
    retired_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one requirement asks: one of the courses, or ``hours`` of them in the window."""

    filter: Filter
    courses: tuple[Covering, ...]
    due: Due
    effective_from: date
    effective_to: date | None = None
    basis: Basis = Basis.COURSE
    hours: Decimal | None = None
    window_months: int | None = None

    def is_effective_on(self, day: date) -> bool:
        """Tell whether the requirement is in force."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def due_on(self, posts: Career, day: date, section: Section = EVERYBODY) -> date | None:
        """Answer by when somebody must be trained; ``None`` for whom it does not ask on the day.

        Of several posts that it asks, the one that is due first; never before it took effect.
        Posts outside the section are not looked at.
        """
        dues = self.dues(posts, day)
        return min((dues[id] for id in dues if section.has(posts[id].position)), default=None)

    def dues(self, posts: Career, day: date) -> dict[UUID, date]:
        """Answer by when each post that is asked on the day must be trained for."""
        if not self.is_effective_on(day):
            return {}
        return {
            post.id: self.due_since(self._asked_since(post, posts), appointed_on(post, posts))
            for post in self.asked_of(posts, day)
        }

    def asked_of(self, posts: Career, day: date) -> tuple[Post, ...]:
        """Answer the posts that somebody holds on the day and that the requirement is for."""
        return tuple(
            post
            for post in posts.values()
            if post.is_held_on(day)
            and self.filter.admits(post.position)
            and self.filter.admits_appointment(appointed_on(post, posts))
        )

    def due_since(self, since: date, appointed: date) -> date:
        """Answer by when somebody asked since a day must be trained; not before it took effect."""
        return max(self.due.day(since=since, appointed=appointed), self.effective_from)

    def _asked_since(self, post: Post, posts: Career) -> date:
        """Answer the first day of this post, or of the first one before it that was asked too."""
        if self.due.counted_from is CountedFrom.START:
            while post.follows is not None and self.filter.admits(posts[post.follows].position):
                post = posts[post.follows]
        return post.started_on


def validity(
    *, requirement_months: int | None, never_expires: bool, course_months: int | None
) -> int | None:
    """Answer the requirement's validity, else the course's, else ``None``: no expiry."""
    if never_expires:
        return None
    return course_months if requirement_months is None else requirement_months
