"""Who a requirement applies to, and by when."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from training.domain.terms import Sector, StaffGroup


@dataclass(frozen=True, slots=True)
class Post:
    """What a requirement asks about one member of staff."""

    organisation_id: UUID
    sector: Sector
    staff_group: StaffGroup
    is_people_manager: bool
    started_on: date
    ended_on: date | None

    def is_held_on(self, day: date) -> bool:
        """Tell whether the person is in post; the last day still counts (C13)."""
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which posts a requirement is for; what is empty or ``None`` admits everybody."""

    sectors: frozenset[Sector] = frozenset()
    staff_groups: frozenset[StaffGroup] = frozenset()
    organisation_ids: frozenset[UUID] = frozenset()
    is_people_manager: bool | None = None

    def admits(self, post: Post) -> bool:
        """Tell whether the requirement is for this post."""
        return (
            (not self.sectors or post.sector in self.sectors)
            and (not self.staff_groups or post.staff_group in self.staff_groups)
            and (not self.organisation_ids or post.organisation_id in self.organisation_ids)
            and self.is_people_manager in (None, post.is_people_manager)
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What one requirement asks; ``validity_months`` is ``None`` for training that lasts."""

    filter: Filter
    validity_months: int | None
    due_within_days_of_start: int
    effective_from: date
    effective_to: date | None

    def is_effective_on(self, day: date) -> bool:
        """Tell whether the requirement is in force."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def requires(self, post: Post, day: date) -> bool:
        """Tell whether the person in this post must hold the training on ``day``."""
        return self.is_effective_on(day) and post.is_held_on(day) and self.filter.admits(post)

    def due_on(self, post: Post) -> date:
        """Answer the last day to be trained by, never before the requirement took effect."""
        within = timedelta(days=self.due_within_days_of_start)
        return max(post.started_on + within, self.effective_from)


def validity(*, requirement_months: int | None, course_months: int | None) -> int | None:
    """Answer the requirement's validity, else the course's, else ``None``: no expiry."""
    return course_months if requirement_months is None else requirement_months
