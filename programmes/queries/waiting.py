"""Who waits for a place on a programme, for how long, and whether a group suits them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import clock, database
from core.scope import Scope
from programmes.domain.moves import READY_FOR_A_PLACE
from programmes.domain.terms import CLOSED_REFERRALS, ReferralStatus
from programmes.domain.waiting import Fit, Waiter, Waits, fit, passed_over, waited_days, waits
from programmes.queries import visibility
from programmes.queries.cohorts import CohortView
from programmes.queries.needs import COLUMNS, NeedsView, needs_of
from programmes.queries.referrals import FROM_REFERRALS, REFERRAL, ReferralView, referral_of

NOT_READY = (
    frozenset(ReferralStatus)
    - CLOSED_REFERRALS
    - READY_FOR_A_PLACE
    - {ReferralStatus.SCHEDULED, ReferralStatus.ON_PROGRAMME}
)
"""Statuses that wait for something else than a place."""

_WAITING = (
    REFERRAL + ", p.area," + COLUMNS + FROM_REFERRALS  # noqa: S608 - our own columns
    + " LEFT JOIN participant_needs n ON n.participant = p.id"
    " WHERE r.programme = {} AND r.status IN {} AND NOT EXISTS (SELECT 1 FROM enrolments e"
    " WHERE e.participant = r.participant AND e.status IN {}) AND {}"
    " ORDER BY r.received_on, r.id"
)  # fmt: skip
_STATUSES = sorted(status.value for status in READY_FOR_A_PLACE | NOT_READY)


@dataclass(frozen=True, slots=True)
class WaiterView:
    """Somebody who waits; ``fit`` and ``avoids_venue`` are about the group that was asked for."""

    referral: ReferralView
    area: str
    needs: NeedsView
    waited_days: int
    fit: Fit | None
    avoids_venue: bool

    @property
    def ready(self) -> bool:
        """Tell whether a place may be given to them now."""
        return self.referral.status in READY_FOR_A_PLACE

    @property
    def ruled_out(self) -> bool:
        """Tell whether their own times or places leave this group out."""
        return self.fit is Fit.DOES_NOT or self.avoids_venue


@dataclass(frozen=True, slots=True)
class PassView:
    """That somebody was passed over for a place in a group, and why."""

    on: date
    cohort_code: str
    reason: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class WaitingList:
    """Who waits, the longest wait first; the figures count those who are ready."""

    ready: tuple[WaiterView, ...]
    not_ready: tuple[WaiterView, ...]
    waits: Waits
    areas: tuple[str, ...]

    def passed_over_for(self, referral_id: UUID) -> tuple[WaiterView, ...]:
        """Answer who is passed over if the person of this referral is given a place."""
        ahead = passed_over(
            [
                Waiter(
                    item.referral.id,
                    item.referral.status is ReferralStatus.AWAITING_ALLOCATION,
                    item.ruled_out,
                )
                for item in self.ready
            ],
            referral_id,
        )
        return tuple(item for item in self.ready if item.referral.id in ahead)


async def waiting(
    programme_id: UUID, *, scope: Scope, group: CohortView | None = None, area: str = ""
) -> WaitingList:
    """Answer who waits for a place on a programme: visible people without an open enrolment.

    With ``area`` only those who live there; with ``group`` each is held against its weekly times
    and its venue.
    """
    rows = await database.run(
        _WAITING,
        programme_id,
        database.in_list(_STATUSES),
        visibility.OPEN,
        visibility.participants(scope),
    )
    everybody = [_waiter(row, group) for row in rows]
    wanted = _folded(area)
    there = [item for item in everybody if not wanted or _folded(item.area) == wanted]
    ready = tuple(item for item in there if item.ready)
    return WaitingList(
        ready=ready,
        not_ready=tuple(item for item in there if not item.ready),
        waits=waits([item.waited_days for item in ready]),
        areas=_areas(everybody),
    )


async def passes_of(referral_id: UUID, *, scope: Scope) -> tuple[PassView, ...]:
    """Answer for which groups the person of a referral was passed over, newest first."""
    rows = await database.run(
        "SELECT w.recorded_at, w.reason, w.recorded_by, c.code FROM waiting_passes w"
        " JOIN cohorts c ON c.id = w.cohort JOIN referrals r ON r.id = w.referral"
        " JOIN participants p ON p.id = r.participant WHERE r.id = {} AND {} ORDER BY w.id DESC",
        referral_id,
        visibility.participants(scope),
    )
    return tuple(
        PassView(
            clock.london(row["recorded_at"]).date(), row["code"], row["reason"],
            row["recorded_by"],
        )
        for row in rows
    )  # fmt: skip


def _areas(everybody: Sequence[WaiterView]) -> tuple[str, ...]:
    found = {_folded(item.area): item.area.strip() for item in everybody if _folded(item.area)}
    return tuple(sorted(found.values()))


def _waiter(row: database.Row, group: CohortView | None) -> WaiterView:
    needs = needs_of(row)
    return WaiterView(
        referral=referral_of(row),
        area=row["area"],
        needs=needs,
        waited_days=waited_days(row["received_on"], clock.today()),
        fit=fit(group.slots, needs.availability) if group else None,
        avoids_venue=group is not None and group.venue_id in needs.venues_to_avoid,
    )


def _folded(area: str) -> str:
    return area.strip().casefold()
