"""What keeps the service from doing its work, in one sentence each."""

from datetime import timedelta

from core import clock, database
from core.settings import Settings
from core.tables import Heartbeat
from migrations import run as migrations

STALE_AFTER = timedelta(minutes=3)
"""Three intervals of the planner."""


async def faults(settings: Settings) -> tuple[str, ...]:
    """Answer what is wrong: database, migrations, heartbeats; empty when all is well."""
    try:
        revision = await migrations.current()
    except (OSError, database.DatabaseError, *database.DRIVER_ERRORS) as error:
        return (f"The database does not answer ({type(error).__name__})",)
    if revision != migrations.head():
        return (f"The database is at revision {revision}; run `tracker migrate`",)
    return await _stale_heartbeats() if settings.scheduler == "embedded" else ()


async def _stale_heartbeats() -> tuple[str, ...]:
    oldest = clock.now() - STALE_AFTER
    rows = await Heartbeat.select().where(Heartbeat.at < oldest).order_by(Heartbeat.name)
    return tuple(f"The job {row['name']!r} has not run since {row['at']:%H:%M} UTC" for row in rows)
