"""Payloads of waiting lists."""

from api.schemas.base import Out
from api.schemas.referrals import ReferralOut, columns_of
from programmes.domain.waiting import Fit
from programmes.queries.waiting import WaiterView, WaitingList


class WaiterOut(ReferralOut, frozen=True, kw_only=True):
    """A referral that waits; ``fit`` and ``avoids_venue`` are about the cohort asked for."""

    area: str
    waited_days: int
    fit: Fit | None
    avoids_venue: bool
    areas_to_avoid: str

    @classmethod
    def waiting(cls, view: WaiterView) -> "WaiterOut":
        """Shape somebody who waits."""
        return cls(
            **columns_of(view.referral),
            area=view.area,
            waited_days=view.waited_days,
            fit=view.fit,
            avoids_venue=view.avoids_venue,
            areas_to_avoid=view.needs.areas_to_avoid,
        )


class WaitingOut(Out, frozen=True, kw_only=True):
    """Who waits for a place, the longest wait first; the figures count ``items``.

    ``not_ready`` are open referrals that wait for something else than a place.
    """

    items: list[WaiterOut]
    next: str | None = None
    not_ready: list[WaiterOut]
    median_days: float | None
    longest_days: int | None
    areas: list[str]

    @classmethod
    def of(cls, found: WaitingList) -> "WaitingOut":
        """Shape a waiting list."""
        median = found.waits.median_days
        return cls(
            items=[WaiterOut.waiting(item) for item in found.ready],
            not_ready=[WaiterOut.waiting(item) for item in found.not_ready],
            median_days=None if median is None else float(median),
            longest_days=found.waits.longest_days,
            areas=list(found.areas),
        )
