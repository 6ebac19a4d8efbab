"""Compares this host's clock with the database's: with either wrong, texts leave at night (W12)."""

from core import clock, database
from messaging.domain.terms import AlertKind
from messaging.services import alerts

_MOST_SECONDS_APART = 5


async def agree() -> bool:
    """Tell whether both clocks say the same; where they do not, somebody is told.

    SQLite has no clock of its own.
    """
    if database.bound().engine_type != "postgres":
        return True
    asked_at = clock.host()
    there = (await database.run("SELECT clock_timestamp() AS now"))[0]["now"]
    answered_at = clock.host()
    apart = max((asked_at - there).total_seconds(), (there - answered_at).total_seconds())
    if apart <= _MOST_SECONDS_APART:
        return True
    await alerts.raise_alert(AlertKind.CLOCKS_APART)
    return False
