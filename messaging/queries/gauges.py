"""How sending stands, in figures for whoever watches the installation; nothing names a person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core import clock, database
from core.errors import ForbiddenError
from core.scope import Permission, Scope
from messaging.domain.reasons import shown_slug
from messaging.queries.pauses import IN_FORCE

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Gauges:
    """The outbox at one instant; ``oldest_due_at`` is ``None`` while nothing is due."""

    messages: Counts
    held: Counts
    error_codes: Counts
    callbacks: Counts
    due: int
    oldest_due_at: datetime | None
    open_alerts: Counts
    open_replies: int
    pauses: Counts


async def gauges(*, scope: Scope) -> Gauges:
    """Answer the figures of the whole installation.

    Raises:
        ForbiddenError: the scope is not everything.
    """
    if not scope.covers(Permission.PAUSE_MESSAGES, side=None, organisation_id=None):
        raise ForbiddenError
    now = clock.now()
    due = await database.run(
        "SELECT COUNT(*) AS number FROM messages WHERE state = 'queued' AND send_after <= {}", now
    )
    oldest = await database.run(
        "SELECT send_after FROM messages WHERE state = 'queued' AND send_after <= {}"
        " ORDER BY send_after, id LIMIT 1",
        now,
    )
    replies = await database.run(
        "SELECT COUNT(*) AS number FROM inbound_messages WHERE handled_at IS NULL"
    )
    return Gauges(
        messages=await _counts("state", "messages"),
        held=_shown(await _counts("state_reason", "messages WHERE state = 'held'")),
        error_codes=await _counts("error_code", "message_attempts WHERE error_code <> 0"),
        callbacks=await _counts("status", "callback_events"),
        due=int(due[0]["number"]),
        oldest_due_at=oldest[0]["send_after"] if oldest else None,
        open_alerts=await _counts("kind", "messaging_alerts WHERE settled_at IS NULL"),
        open_replies=int(replies[0]["number"]),
        pauses=await _counts(
            "pause_of",
            f"messaging_pauses p WHERE {IN_FORCE}",
        ),
    )


def _shown(counts: Counts) -> Counts:
    """Answer the counts by the reason that everybody may see (M9)."""
    found = Counter[str]()
    for reason, number in counts.items():
        found[shown_slug(reason) or ""] += number
    return found


async def _counts(column: str, rows: str) -> Counts:
    found = await database.run(
        f"SELECT {column} AS what, COUNT(*) AS number FROM {rows} GROUP BY {column}"  # noqa: S608 - our own words
    )
    return {str(row["what"]): int(row["number"]) for row in found}
