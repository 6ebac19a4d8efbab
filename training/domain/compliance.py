"""Where people stand with a requirement, and the figures that this adds up to.

Source: domain.md 2.5 and C8.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from training.domain.holdings import Completions, Held, held_on
from training.domain.requirements import EVERYBODY, Career, Rule, Section
from training.domain.terms import ComplianceStatus, Rag

EXPIRING_WITHIN = timedelta(days=90)

NOT_COMPLIANT = (
    ComplianceStatus.OVERDUE_NEVER,
    ComplianceStatus.EXPIRED,
    ComplianceStatus.IN_GRACE,
)
"""In scope without valid training, the most pressing first."""

PRESSING = (
    *NOT_COMPLIANT,
    ComplianceStatus.EXPIRING_SOON,
    ComplianceStatus.COMPLIANT,
    ComplianceStatus.EXEMPT,
    ComplianceStatus.NOT_REQUIRED,
)
"""All statuses, the most pressing first."""


class Grouping(StrEnum):
    """What compliance figures can be grouped by."""

    REQUIREMENT = "requirement"
    ORGANISATION = "organisation"
    TEAM = "team"
    SECTOR = "sector"
    STAFF_GROUP = "staff_group"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands with one requirement, and what decides it.

    ``due_on`` is ``None`` where nothing is asked of them, ``held`` where they have nothing.
    """

    status: ComplianceStatus
    due_on: date | None
    held: Held | None

    @property
    def completed_on(self) -> date | None:
        """Answer the day of the completion that it rests on."""
        return self.held.completed_on if self.held else None

    @property
    def expires_on(self) -> date | None:
        """Answer the last day that it is valid; ``None`` for never, or for nothing held."""
        return self.held.last_on if self.held else None

    @property
    def act_by(self) -> date | None:
        """Answer the last day to train or renew by; ``None`` where nothing more is asked.

        Whoever holds training that runs out before they are first due has until that day.
        """
        if self.due_on is None or self.status is ComplianceStatus.EXEMPT:
            return None
        if self.held is None or not self.held.is_enough:
            return self.due_on
        return self.held.last_on and max(self.held.last_on, self.due_on)


def standing_on(
    day: date,
    *,
    posts: Career,
    rule: Rule,
    completions: Completions,
    is_exempt: bool,
    section: Section = EVERYBODY,
) -> Standing:
    """Answer the status on ``day`` with what decides it: one person, by their posts in a section.

    Of several posts, the one that is due first decides.
    """
    due_on = rule.due_on(posts, day, section)
    held = held_on(day, rule, completions)
    return Standing(status_on(day, due_on=due_on, held=held, is_exempt=is_exempt), due_on, held)


def status_on(
    day: date, *, due_on: date | None, held: Held | None, is_exempt: bool
) -> ComplianceStatus:
    """Answer the status on ``day`` of somebody who has to be trained by ``due_on``, if at all."""
    if due_on is None:
        return ComplianceStatus.NOT_REQUIRED
    if is_exempt:
        return ComplianceStatus.EXEMPT
    if held is not None and held.is_valid_on(day):
        soon = held.last_on is not None and held.last_on - day <= EXPIRING_WITHIN
        return ComplianceStatus.EXPIRING_SOON if soon else ComplianceStatus.COMPLIANT
    if day <= due_on:
        return ComplianceStatus.IN_GRACE
    return ComplianceStatus.OVERDUE_NEVER if held is None else ComplianceStatus.EXPIRED


@dataclass(frozen=True, slots=True)
class Figures:
    """How many people have each status; those not required are not counted at all."""

    exempt: int = 0
    compliant: int = 0
    expiring_soon: int = 0
    in_grace: int = 0
    overdue_never: int = 0
    expired: int = 0

    @classmethod
    def of(cls, statuses: Iterable[ComplianceStatus]) -> "Figures":
        """Count the statuses."""
        counts = Counter(statuses)
        return cls(
            exempt=counts[ComplianceStatus.EXEMPT],
            compliant=counts[ComplianceStatus.COMPLIANT],
            expiring_soon=counts[ComplianceStatus.EXPIRING_SOON],
            in_grace=counts[ComplianceStatus.IN_GRACE],
            overdue_never=counts[ComplianceStatus.OVERDUE_NEVER],
            expired=counts[ComplianceStatus.EXPIRED],
        )

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            exempt=self.exempt + other.exempt,
            compliant=self.compliant + other.compliant,
            expiring_soon=self.expiring_soon + other.expiring_soon,
            in_grace=self.in_grace + other.in_grace,
            overdue_never=self.overdue_never + other.overdue_never,
            expired=self.expired + other.expired,
        )

    def __sub__(self, other: "Figures") -> "Figures":
        return Figures(
            exempt=self.exempt - other.exempt,
            compliant=self.compliant - other.compliant,
            expiring_soon=self.expiring_soon - other.expiring_soon,
            in_grace=self.in_grace - other.in_grace,
            overdue_never=self.overdue_never - other.overdue_never,
            expired=self.expired - other.expired,
        )

    @property
    def valid(self) -> int:
        """Answer how many hold valid training, those about to expire among them."""
        return self.compliant + self.expiring_soon

    @property
    def in_scope(self) -> int:
        """Answer how many must hold the training and are not exempt."""
        return self.valid + self.without

    @property
    def without(self) -> int:
        """Answer how many in scope hold no valid training."""
        return self.in_grace + self.late

    @property
    def late(self) -> int:
        """Answer how many should hold valid training by now, and do not: whom to chase."""
        return self.overdue_never + self.expired

    @property
    def required(self) -> int:
        """Answer how many the requirement is for, those exempt among them."""
        return self.in_scope + self.exempt

    @property
    def counted(self) -> int:
        """Answer the denominator of the headline: in scope without those in grace."""
        return self.in_scope - self.in_grace

    @property
    def headline(self) -> Fraction | None:
        """Answer valid / (in scope - in grace); ``None`` where nobody is left to count."""
        return Fraction(self.valid, self.counted) if self.counted else None

    @property
    def strict(self) -> Fraction | None:
        """Answer valid / in scope; ``None`` where nobody is in scope."""
        return Fraction(self.valid, self.in_scope) if self.in_scope else None


class Figure(StrEnum):
    """A count in which compliance is told; who is behind it has one of its statuses."""

    REQUIRED = "required"
    EXEMPT = "exempt"
    IN_SCOPE = "in_scope"
    VALID = "valid"
    EXPIRING_SOON = "expiring_soon"
    WITHOUT = "without"
    LATE = "late"
    IN_GRACE = "in_grace"
    OVERDUE_NEVER = "overdue_never"
    EXPIRED = "expired"

    @property
    def statuses(self) -> frozenset[ComplianceStatus]:
        """Answer the statuses that it counts."""
        return _COUNTED.get(self) or frozenset({ComplianceStatus(self.value)})


_VALID = frozenset({ComplianceStatus.COMPLIANT, ComplianceStatus.EXPIRING_SOON})
_IN_SCOPE = _VALID.union(NOT_COMPLIANT)
_COUNTED: Mapping[Figure, frozenset[ComplianceStatus]] = {
    Figure.REQUIRED: _IN_SCOPE | {ComplianceStatus.EXEMPT},
    Figure.IN_SCOPE: _IN_SCOPE,
    Figure.VALID: _VALID,
    Figure.WITHOUT: frozenset(NOT_COMPLIANT),
    Figure.LATE: frozenset({ComplianceStatus.OVERDUE_NEVER, ComplianceStatus.EXPIRED}),
}


@dataclass(frozen=True, slots=True)
class Targets:
    """From which share on a figure is green or amber; a council's own choice."""

    green: Fraction = Fraction(90, 100)
    amber: Fraction = Fraction(80, 100)

    @classmethod
    def of_percent(cls, green: int, amber: int) -> "Targets":
        """Answer targets given in whole percent."""
        return cls(Fraction(green, 100), Fraction(amber, 100))

    def rag(self, share: Fraction | None) -> Rag | None:
        """Answer the colour of the unrounded share; ``None`` where there is no share.

        89.96 % shows as 90.0 and is amber.
        """
        if share is None:
            return None
        if share >= self.green:
            return Rag.GREEN
        return Rag.AMBER if share >= self.amber else Rag.RED


TARGETS = Targets()
"""The default targets (C8)."""
