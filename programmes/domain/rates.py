"""The funnel's rates: each with its numerator and denominator (C3)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Funnel:
    """Counts of one closed cohort of referrals (C2 basis ``cohort``).

    ``commenced`` and ``not_commenced`` are of closed cases only.
    """

    referred: int = 0
    assessed: int = 0
    suitable: int = 0
    started: int = 0
    completed: int = 0
    active: int = 0
    neutral: int = 0
    left: int = 0
    commenced: int = 0
    not_commenced: int = 0

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

    @property
    def r6(self) -> tuple[int, int]:
        """Starts of cases that are closed: until then a start is still possible (MoJ basis)."""
        return self.commenced, self.commenced + self.not_commenced
