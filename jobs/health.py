"""What keeps the service from doing its work, in one sentence each."""

from datetime import datetime, timedelta

from core import clock, database
from core.settings import Settings
from core.tables import Heartbeat
from migrations import revisions

INTERVAL_SECONDS = {
    "plan": 60, "dispatch": 5, "expire": 300, "reconcile": 60, "purge": 3600, "notices": 60,
    "subscriptions": 3600,
}  # fmt: skip
"""How often each job runs."""

_MISSED = 3
_GRACE = timedelta(minutes=3)
"""A job is late after three of its intervals, and never sooner than this."""


class _Started:
    """When the jobs were started in this process; ``None`` where it runs none."""

    at: datetime | None = None


def note_start() -> None:
    """Note that the jobs start in this process now."""
    _Started.at = clock.now()


def note_stop() -> None:
    """Note that this process runs the jobs no longer."""
    _Started.at = None


async def last_beat(name: str) -> datetime | None:
    """Answer when a job last finished, ``None`` where it never did."""
    rows = await Heartbeat.select(Heartbeat.at).where(Heartbeat.name == name)
    return rows[0]["at"] if rows else None


async def beat(name: str) -> None:
    """Write that the job has finished now."""
    await database.run(
        "INSERT INTO heartbeats (name, at) VALUES ({}, {})"
        " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
        name,
        clock.now(),
    )


async def faults(settings: Settings) -> tuple[str, ...]:
    """Answer what is wrong: database, migrations, heartbeats; empty when all is well."""
    try:
        revision = await revisions.current()
    except (OSError, database.DatabaseError, *database.DRIVER_ERRORS) as error:
        return (f"The database does not answer ({type(error).__name__})",)
    if revision != revisions.head():
        return (f"The database is at revision {revision}; run `tracker migrate`",)
    return await _late_jobs() if settings.scheduler == "embedded" else ()


async def beats() -> dict[str, datetime]:
    """Answer when each job last finished, in whichever process."""
    rows = await Heartbeat.select().where(Heartbeat.name.is_in(list(INTERVAL_SECONDS)))
    return {row["name"]: row["at"] for row in rows}


async def _late_jobs() -> tuple[str, ...]:
    finished = await beats()
    found = (_fault(name, finished.get(name)) for name in INTERVAL_SECONDS)
    return tuple(fault for fault in found if fault)


def _fault(name: str, beat: datetime | None) -> str:
    allowed = max(_GRACE, _MISSED * timedelta(seconds=INTERVAL_SECONDS[name]))
    now = clock.now()
    if beat is not None:
        return (
            f"The job {name!r} has not run since {beat:%H:%M} UTC" if now - beat > allowed else ""
        )
    if _Started.at is not None and now - _Started.at > allowed:
        return f"The job {name!r} has never run"
    return ""
