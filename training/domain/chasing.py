"""When somebody is told of training that lapses, and what a weekly digest counts (2.5, C8)."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from core.clock import instant_of, london
from training.domain.compliance import EXPIRING_WITHIN, Standing
from training.domain.terms import ComplianceStatus

TOLD_FROM = "07:00"
"""The hour in London from which a day's notices are planned, and on a Monday the week's digests."""
LAPSED_WITHIN = timedelta(days=7)
"""How long ago training may have lapsed for somebody to be told of it still."""


class Stage(StrEnum):
    """When the person is told: 90 days before the last day, 30 days before, and after it."""

    WITHIN_90 = "90"
    WITHIN_30 = "30"
    LAPSED = "lapsed"


def stage_on(day: date, last_on: date) -> Stage | None:
    """Answer what there is to tell on a day; ``None`` more than 90 days before the last one."""
    left = last_on - day
    if left > EXPIRING_WITHIN:
        return None
    if left < timedelta(0):
        return Stage.LAPSED
    return Stage.WITHIN_30 if left <= timedelta(days=int(Stage.WITHIN_30)) else Stage.WITHIN_90


def is_news(day: date, last_on: date) -> bool:
    """Tell whether somebody is still told: not of training that lapsed long ago."""
    return day - last_on <= LAPSED_WITHIN


def expiry_period(record_id: UUID, last_on: date, stage: Stage) -> str:
    """Answer what a person is told of once: one record's last day at one stage."""
    return f"{record_id} {last_on} {stage}"


def week_of(day: date) -> str:
    """Answer the ISO week, like ``2026-W47``: what a digest is sent once for."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def is_due(kept: datetime | None, now: datetime) -> bool:
    """Tell whether the day's notices are to be planned, last done at ``kept``."""
    begins = instant_of(london(now).date(), TOLD_FROM)
    return now >= begins and (kept is None or kept < begins)


def is_digest_due(kept: datetime | None, now: datetime) -> bool:
    """Tell whether the week's digests are to be planned, last done at ``kept``."""
    today = london(now).date()
    begins = instant_of(today - timedelta(days=today.weekday()), TOLD_FROM)
    return now >= begins and (kept is None or kept < begins)


@dataclass(frozen=True, slots=True)
class ToChase:
    """How many lack a requirement or are about to; 90 days hold the 60 and the 30."""

    expired: int = 0
    overdue: int = 0
    within_30: int = 0
    within_60: int = 0
    within_90: int = 0

    @classmethod
    def of(cls, standing: Standing, day: date) -> "ToChase":
        """Count one person's standing."""
        if standing.status is ComplianceStatus.EXPIRED:
            return cls(expired=1)
        if standing.status is ComplianceStatus.OVERDUE_NEVER:
            return cls(overdue=1)
        if standing.status is not ComplianceStatus.EXPIRING_SOON or standing.expires_on is None:
            return cls()
        left = (standing.expires_on - day).days
        return cls(within_30=int(left <= 30), within_60=int(left <= 60), within_90=1)  # noqa: PLR2004

    def __add__(self, other: "ToChase") -> "ToChase":
        return ToChase(
            *(one + more for one, more in zip(astuple(self), astuple(other), strict=True))
        )

    @property
    def all(self) -> int:
        """Answer how many there are to tell of."""
        return self.late + self.within_90

    @property
    def late(self) -> int:
        """Answer how many should hold valid training by now and do not: whom to chase."""
        return self.expired + self.overdue


def in_all(counts: Iterable[ToChase]) -> ToChase:
    """Add up the counts of several requirements: somebody counts once for each."""
    return sum(counts, ToChase())
