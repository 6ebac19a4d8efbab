"""Makes up for what the database has missed, or has lost by being restored (W6, W11, G15)."""

from collections.abc import Sequence
from datetime import datetime

from piccolo.querystring import QueryString

from core import clock, database, log
from messaging.domain.reasons import Reason
from messaging.domain.receipts import Receipt
from messaging.domain.terms import MessageState
from messaging.services import identity, moves, receipts
from messaging.services.journal import Journal, Line

_LOG = log.get(__name__)
_AT_ONCE = 400
_ACCEPTED = "accepted"
_MAY_HAVE_LEFT = (
    MessageState.PLANNED, MessageState.QUEUED, MessageState.CLAIMED, MessageState.HELD,
)  # fmt: skip

OLDER_COPY = (
    "The database was restored: texts have left that it does not know of."
    " Look at the held texts, then resume."
)


async def replay(journal: Journal) -> None:
    """Tell the database what the provider accepted; stop all where it does not know the text.

    Call it before anything is claimed.
    """
    lines = await journal.to_compare()
    known = await _sids(lines)
    for line in lines:
        if line.attempt_id in known and known[line.attempt_id] is None:
            await receipts.apply(line.attempt_id, Receipt(line.sid, line.status or _ACCEPTED))
    is_older = any(line.attempt_id not in known for line in lines)
    if is_older:
        await _stop(max(line.at for line in lines))
    await journal.compared(older_copy_found_at=clock.now() if is_older else None)


async def _sids(lines: Sequence[Line]) -> dict[object, str | None]:
    """Answer the provider's id of each try that the database knows."""
    found: dict[object, str | None] = {}
    for start in range(0, len(lines), _AT_ONCE):
        batch = [line.attempt_id for line in lines[start : start + _AT_ONCE]]
        rows = await database.run(
            "SELECT id, provider_sid FROM message_attempts WHERE id IN {}", database.in_list(batch)
        )
        found |= {row["id"]: row["provider_sid"] for row in rows}
    return found


async def _stop(newest: datetime) -> None:
    """Pause everything, and hold what may have left after the copy was made."""
    await identity.pause_because(OLDER_COPY)
    count = 0
    for state in _MAY_HAVE_LEFT:
        count += await moves.move_due(
            QueryString("send_after <= {}", newest),
            old=state, new=MessageState.HELD, reason=Reason.RESTORED,
            claim_token=None, lease_until=None, released_at=None, released_by=None,
        )  # fmt: skip
    _LOG.error("database_is_an_older_copy", held=count)
