"""What a command needs before its own work: a database that is connected, of this revision."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from core import database
from core.settings import Settings
from migrations import revisions

T = TypeVar("T")


def with_database(chosen: Settings, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Do ``work`` with the database connected."""

    async def connected() -> T:
        async with database.connected(chosen.database_url):
            return await work()

    return asyncio.run(connected())


def make_ready(chosen: Settings) -> None:
    """Migrate an empty database; refuse one of another revision."""
    revision = with_database(chosen, revisions.current)
    if revision is None:
        from migrations import run  # noqa: PLC0415 - Alembic is large, and seldom needed here

        run.upgrade(chosen.database_url)
    elif revision != revisions.head():
        raise database.DatabaseError(
            f"the database is at revision {revision}; run `tracker migrate` first"
        )
