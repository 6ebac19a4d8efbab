"""How soon training runs out: within 30, 60 or 90 days, or already."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from training.domain.compliance import Standing
from training.domain.terms import ComplianceStatus


class Window(StrEnum):
    """Which training to look at; a longer window holds the shorter ones, but not the lapsed."""

    LAPSED = "lapsed"
    WITHIN_30 = "30"
    WITHIN_60 = "60"
    WITHIN_90 = "90"

    def holds(self, standing: Standing, day: date) -> bool:
        """Tell whether training lapsed, or runs out within so many days of the day."""
        if self is Window.LAPSED:
            return standing.status is ComplianceStatus.EXPIRED
        if standing.status is not ComplianceStatus.EXPIRING_SOON or standing.expires_on is None:
            return False
        return (standing.expires_on - day).days <= int(self.value)


def in_windows(standings: Iterable[Standing], day: date) -> Mapping[Window, int]:
    """Count the standings in each window."""
    counts = Counter(
        window for standing in standings for window in Window if window.holds(standing, day)
    )
    return {window: counts[window] for window in Window}
