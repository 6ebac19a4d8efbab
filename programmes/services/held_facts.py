"""Keeps what texts rest on as it is while the sending of one is written down (G8)."""

from collections.abc import Collection
from uuid import UUID

from piccolo.querystring import QueryString

from core import database


async def hold(keys: Collection[tuple[UUID, UUID]]) -> bool:
    """Keep what texts rest on as it is until the current transaction ends (G8).

    Of (participant, session) pairs these are session, places in its cohort and safe contact.
    False where somebody is changing one of them at this moment: ask again shortly. It never waits,
    so that it cannot stand in the way of who changes one after the other. SQLite has one writer.
    """
    if not keys or database.bound().engine_type != "postgres":
        return True
    people = database.in_list(sorted({participant for participant, _ in keys}))
    sessions = database.in_list(sorted({session for _, session in keys}))
    rests_on = (
        QueryString("SELECT id FROM sessions WHERE id IN {}", sessions),
        QueryString(
            "SELECT id FROM enrolments WHERE participant IN {}"
            " AND cohort IN (SELECT cohort FROM sessions WHERE id IN {})",
            people,
            sessions,
        ),
        QueryString("SELECT id FROM safe_contacts WHERE participant IN {}", people),
    )
    rows = await database.run(
        "WITH s AS ({} FOR SHARE SKIP LOCKED), e AS ({} FOR SHARE SKIP LOCKED),"
        " k AS ({} FOR SHARE SKIP LOCKED), known AS ({} UNION ALL {} UNION ALL {}),"
        " held AS (SELECT id FROM s UNION ALL SELECT id FROM e UNION ALL SELECT id FROM k)"
        " SELECT (SELECT COUNT(*) FROM held) AS held, (SELECT COUNT(*) FROM known) AS known",
        *rests_on,
        *rests_on,
    )
    return bool(rows[0]["held"] == rows[0]["known"])
