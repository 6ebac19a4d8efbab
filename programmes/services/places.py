"""Keeps the two sides from meeting in one building on one day (D5)."""

import contextlib
from collections.abc import AsyncIterator, Collection
from datetime import date, timedelta
from uuid import UUID

from core import clock, database
from core.clock import instant_of
from core.scope import Actor, Side
from programmes.domain.case_terms import ConflictKind
from programmes.domain.places import is_met_there
from programmes.domain.terms import DeliveryMode, SessionStatus
from programmes.errors import VenueNotAvailableError
from programmes.queries.cohorts import CohortView
from programmes.queries.programmes import venue
from programmes.tables import Conflict

_MET_THERE = database.in_list(mode.value for mode in DeliveryMode if is_met_there(mode))
_MET = (
    " FROM sessions s JOIN cohorts c ON c.id = s.cohort"
    " JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN venues w ON w.id = COALESCE(s.venue, c.venue)"
    " WHERE s.status <> {} AND COALESCE(s.mode, v.delivery_mode) IN {}"
)


async def keep_apart(place: str, side: Side, days: Collection[date]) -> None:
    """Refuse days on which the other side meets in the same building; call it in a transaction.

    Whoever asks for the same building at once waits, so that only one of the two gets it. All
    organisations count, cancelled sessions do not.

    Raises:
        VenueNotAvailableError: it says nothing of its cause.

    Source: domain.md D5.
    """
    if not place or not days:
        return
    await database.serialise(f"place {place}")
    rows = await database.run(
        "SELECT s.starts_at" + _MET + " AND w.place = {} AND c.side <> {}"
        " AND s.starts_at >= {} AND s.starts_at < {}",
        SessionStatus.CANCELLED.value,
        _MET_THERE,
        place,
        side.value,
        instant_of(min(days), "00:00"),
        instant_of(max(days) + timedelta(days=1), "00:00"),
    )
    taken = {clock.london(row["starts_at"]).date() for row in rows} & set(days)
    if taken:
        raise VenueNotAvailableError(min(taken), both_sides=True)


async def keep_day_apart(cohort: CohortView, day: date, *, by: Actor) -> None:
    """Refuse a day for a cohort's own venue, as ``keep_apart`` does; call it in a transaction."""
    if cohort.venue_id and is_met_there(cohort.delivery_mode):
        met_in = await venue(cohort.venue_id, scope=by.scope)
        await keep_apart(met_in.place, cohort.side, {day})


async def coming_at(venue_id: UUID) -> frozenset[date]:
    """Answer the days from today on of the sessions that are held at a venue."""
    rows = await database.run(
        "SELECT s.starts_at" + _MET + " AND w.id = {} AND s.starts_at >= {}",
        SessionStatus.CANCELLED.value,
        _MET_THERE,
        venue_id,
        instant_of(clock.today(), "00:00"),
    )
    return frozenset(clock.london(row["starts_at"]).date() for row in rows)


@contextlib.asynccontextmanager
async def noting(
    organisation_id: UUID, cohort_id: UUID | None, *, by: Actor
) -> AsyncIterator[None]:
    """Tell the safety lead, in a transaction of its own, when the sides were to meet; once a day.

    Put it around the transaction that is refused.
    """
    try:
        yield
    except VenueNotAvailableError as error:
        if error.both_sides:
            await _note(organisation_id, cohort_id, error.day, by)
        raise


async def _note(organisation_id: UUID, cohort_id: UUID | None, day: date, by: Actor) -> None:
    async with database.transaction():
        await database.serialise(f"conflicts of {organisation_id}")
        known = await database.run(
            "SELECT id FROM conflicts WHERE kind = {} AND organisation = {} AND met_on = {}"
            " AND settled_at IS NULL AND COALESCE(cohort, organisation) = {}",
            ConflictKind.VENUE.value,
            organisation_id,
            day,
            cohort_id or organisation_id,
        )
        if not known:
            await Conflict(
                kind=ConflictKind.VENUE, organisation=organisation_id, cohort=cohort_id,
                met_on=day, tried_by=by.account_id, tried_at=clock.now(),
            ).save()  # fmt: skip
