"""The funnel's rates: each with its numerator and denominator (C3)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Funnel:
    """Counts of one closed cohort of referrals (C2 basis ``cohort``)."""

    referred: int = 0
    assessed: int = 0
    suitable: int = 0
    started: int = 0
    completed: int = 0
    active: int = 0
    neutral: int = 0

    @property
    def r1(self) -> tuple[int, int]:
        """Completions per referral."""
        return self.completed, self.referred

    @property
    def r2(self) -> tuple[int, int]:
        """Completion of all starters."""
        return self.completed, self.started

    @property
    def r3(self) -> tuple[int, int]:
        """Completion of closed starters."""
        return self.completed, self.started - self.active - self.neutral

    @property
    def r4(self) -> tuple[int, int]:
        """Attrition before the start."""
        return self.referred - self.started, self.referred

    @property
    def r5(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Conversion: assessed of referred, suitable of assessed, started of suitable."""
        return (
            (self.assessed, self.referred),
            (self.suitable, self.assessed),
            (self.started, self.suitable),
        )


def total(funnels: Iterable[Funnel]) -> Funnel:
    """Add funnels up count by count; rates are taken of the sums, never averaged."""
    rows = list(funnels)
    return Funnel(
        referred=sum(row.referred for row in rows),
        assessed=sum(row.assessed for row in rows),
        suitable=sum(row.suitable for row in rows),
        started=sum(row.started for row in rows),
        completed=sum(row.completed for row in rows),
        active=sum(row.active for row in rows),
        neutral=sum(row.neutral for row in rows),
    )
