"""Tells on which days nothing takes place: bank holidays, and closures of a place (C6)."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from programmes import bank_holidays
from programmes.domain.terms import Nation
from programmes.queries.programmes import CLOSED
from programmes.tables import Closure

Reason = Callable[[date], str | None]


async def closures_of(organisation_id: UUID, venue_id: UUID | None) -> Reason:
    """Answer a function that names why the organisation or venue is closed on a day, or ``None``.

    Days of a whole organisation are seen by both sides, so their reason is never told.
    """
    rows = await Closure.select(
        Closure.from_on, Closure.to_on, Closure.reason, Closure.venue
    ).where(
        Closure.organisation == organisation_id,
        Closure.venue.is_null() | (Closure.venue == venue_id)
        if venue_id
        else Closure.venue.is_null(),
    )

    def reason(day: date) -> str | None:
        for row in rows:
            if row["from_on"] <= day <= row["to_on"]:
                return (row["venue"] and row["reason"]) or CLOSED
        return None

    return reason


async def closed_days(organisation_id: UUID, venue_id: UUID | None, nation: Nation) -> Reason:
    """Answer a function that names why a day is closed, bank holidays included, or ``None``."""
    closed = await closures_of(organisation_id, venue_id)
    return lambda day: closed(day) or bank_holidays.title_of(day, nation)
