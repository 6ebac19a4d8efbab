"""Where people stand with a requirement, and the figures that this adds up to.

Source: domain.md 2.5 and C8.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from training.domain.requirements import Post, Rule
from training.domain.terms import ComplianceStatus, Rag
from training.domain.validity import expires_on

EXPIRING_WITHIN = timedelta(days=90)

NOT_COMPLIANT = (
    ComplianceStatus.OVERDUE_NEVER,
    ComplianceStatus.EXPIRED,
    ComplianceStatus.IN_GRACE,
)
"""In scope without valid training, the most pressing first."""


class Grouping(StrEnum):
    """What compliance figures can be grouped by."""

    REQUIREMENT = "requirement"
    ORGANISATION = "organisation"
    SECTOR = "sector"
    STAFF_GROUP = "staff_group"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands with one requirement, and the days that decide it."""

    status: ComplianceStatus
    due_on: date
    completed_on: date | None
    expires_on: date | None


def standing_on(
    day: date, *, post: Post, rule: Rule, completed_on: date | None, is_exempt: bool
) -> Standing:
    """Answer the status on ``day`` with the day it was due, completed and runs out."""
    return Standing(
        status=status_on(day, post=post, rule=rule, completed_on=completed_on, is_exempt=is_exempt),
        due_on=rule.due_on(post),
        completed_on=completed_on,
        expires_on=completed_on and expires_on(completed_on, rule.validity_months),
    )


def status_on(
    day: date, *, post: Post, rule: Rule, completed_on: date | None, is_exempt: bool
) -> ComplianceStatus:
    """Answer the status on ``day`` of somebody whose latest verified training was then.

    ``completed_on`` is ``None`` for somebody never trained by ``day``.
    """
    if not rule.requires(post, day):
        return ComplianceStatus.NOT_REQUIRED
    if is_exempt:
        return ComplianceStatus.EXEMPT
    if completed_on is not None and (held := _held(day, completed_on, rule)):
        return held
    if day <= rule.due_on(post):
        return ComplianceStatus.IN_GRACE
    return ComplianceStatus.OVERDUE_NEVER if completed_on is None else ComplianceStatus.EXPIRED


def _held(day: date, completed_on: date, rule: Rule) -> ComplianceStatus | None:
    last = expires_on(completed_on, rule.validity_months)
    if last is None:
        return ComplianceStatus.COMPLIANT
    if day > last:
        return None
    soon = last - day <= EXPIRING_WITHIN
    return ComplianceStatus.EXPIRING_SOON if soon else ComplianceStatus.COMPLIANT


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

    @property
    def valid(self) -> int:
        """Answer how many hold valid training, those about to expire among them."""
        return self.compliant + self.expiring_soon

    @property
    def in_scope(self) -> int:
        """Answer how many must hold the training and are not exempt."""
        return self.valid + self.in_grace + self.overdue_never + self.expired

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


@dataclass(frozen=True, slots=True)
class Targets:
    """From which share on a figure is green or amber; a council's own choice."""

    green: Fraction = Fraction(90, 100)
    amber: Fraction = Fraction(80, 100)

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
