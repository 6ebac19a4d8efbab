"""What the demonstration's staff are made with, and what was made so far."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from core.demonstration import Ids, Rows
from training.domain.terms import Sector, StaffGroup


@dataclass(frozen=True, slots=True)
class Employer:
    """An organisation with the sectors of its staff, each as likely as its weight."""

    organisation_id: UUID
    code: str
    sectors: Sequence[tuple[Sector, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An account whose holder is one of the staff; ``manages`` asks for a manager's record."""

    account_id: UUID
    organisation_id: UUID
    name: str
    email: str
    manages: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who was made, as far as what happens to them later asks."""

    staff_id: UUID
    post_id: UUID
    organisation_id: UUID
    team: str
    sector: Sector
    staff_group: StaffGroup
    started_on: date
    has_left: bool


@dataclass(slots=True)
class Desk:
    """The rows made so far, with what each of them needs."""

    chance: random.Random
    ids: Ids
    rows: Rows
    today: date
    recorded_by: UUID
    courses: dict[str, UUID]
    positions: dict[tuple[object, ...], UUID] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    taken: set[tuple[UUID, UUID, date]] = field(default_factory=set)
    """Who completed which course on which day: no record of it is made twice."""
    follows: dict[UUID, UUID] = field(default_factory=dict)
    """Posts that changed from another one, by their ids."""
