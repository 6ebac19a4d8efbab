"""Takes in what the provider reports of a text, in any order and any number of times (3, W7)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database, log
from core.ids import new_id
from messaging.domain import receipts
from messaging.domain.failures import Loss
from messaging.domain.reasons import Reason
from messaging.domain.receipts import Effect, News, Receipt, Standing
from messaging.domain.terms import AlertKind, BlockCause, MessageState
from messaging.services import alerts, blocks, filtering, moves
from messaging.tables import Attempt

_LOG = log.get(__name__)
_TRIED = (
    "SELECT a.message, a.number, a.provider_sid, a.status, m.state, m.attempt_number, m.to_hash,"
    " m.expires_at, (SELECT COUNT(*) FROM message_attempts o WHERE o.message = a.message"
    " AND o.id <> a.id AND o.provider_sid IS NOT NULL) AS others"
    " FROM message_attempts a JOIN messages m ON m.id = a.message WHERE a.id = {}"
)


@dataclass(frozen=True, slots=True)
class Tried:
    """One try to send, as its callback's token finds it; ``to_hash`` is of the number it went to.

    It is empty once the number was purged (M15).
    """

    attempt_id: UUID
    to_hash: str


async def tried(token: str) -> Tried | None:
    """Answer the try that a callback's token was given out for."""
    rows = await database.run(
        "SELECT a.id, m.to_hash FROM message_attempts a JOIN messages m ON m.id = a.message"
        " WHERE a.token_hash = {}",
        hashlib.sha256(token.encode()).hexdigest(),
    )
    return Tried(rows[0]["id"], rows[0]["to_hash"]) if rows else None


async def apply(attempt_id: UUID, receipt: Receipt) -> None:
    """Take in a status of one try; one that was taken in before changes nothing (W7, W8).

    A SID that belongs to another try, or that this try does not have, is an alarm, and changes
    nothing else.
    """
    try:
        async with database.transaction():
            row = await _news(attempt_id, receipt)
            if row is not None:
                await _take_in(attempt_id, receipt, row)
    except database.INTEGRITY_ERRORS as error:
        if not database.breaks(error, Attempt, "provider_sid"):
            raise
        rows = await database.run(_TRIED, attempt_id)
        await alerts.raise_alert(AlertKind.SID_USED_TWICE, rows[0]["message"])


async def _news(attempt_id: UUID, receipt: Receipt) -> database.Row | None:
    """Write the event, lock the try and its text and answer them; ``None`` for a repeat."""
    made = await database.run(
        "INSERT INTO callback_events (id, provider_sid, status, error_code, received_at)"
        " VALUES ({}, {}, {}, {}, {})"
        " ON CONFLICT (provider_sid, status, error_code) DO NOTHING RETURNING id",
        new_id(), receipt.sid, receipt.status, receipt.error_code, clock.now(),
    )  # fmt: skip
    if not made:
        return None
    # In this order, try before text, so that nobody who settles a try can wait for us crosswise.
    locking = " FOR UPDATE OF a, m" if database.bound().engine_type == "postgres" else ""
    return (await database.run(_TRIED + locking, attempt_id))[0]


async def _take_in(attempt_id: UUID, receipt: Receipt, row: database.Row) -> None:
    if row["provider_sid"] not in (None, receipt.sid):
        await alerts.raise_alert(AlertKind.SID_USED_TWICE, row["message"])
        return
    standing = Standing(
        state=MessageState(row["state"]),
        status=row["status"],
        is_proven=row["provider_sid"] is not None,
        is_newest=row["number"] == row["attempt_number"],
    )
    found = receipts.effect(standing, receipt)
    await _write(attempt_id, receipt, found)
    await _follow(row, standing.state, found)
    if found.loss is not None:
        await _lose(row, receipt, found.loss)
    if found.news is News.CONFLICT:
        await alerts.raise_alert(
            AlertKind.STATUS_CONFLICT, row["message"], error_code=receipt.error_code
        )
    if found.is_second:
        await alerts.raise_alert(AlertKind.SENT_TWICE, row["message"])


async def _write(attempt_id: UUID, receipt: Receipt, found: Effect) -> None:
    """Keep the SID, and the status where it rises."""
    rises = (
        QueryString(", status = {}, error_code = {}", receipt.status, receipt.error_code)
        if found.news is News.RISES
        else QueryString("")
    )
    await database.run(
        "UPDATE message_attempts SET provider_sid = {}, answered_at = COALESCE(answered_at, {}){}"
        " WHERE id = {}",
        receipt.sid, clock.now(), rises, attempt_id,
    )  # fmt: skip


async def _follow(row: database.Row, state: MessageState, found: Effect) -> None:
    """Make the moves that follow, and queue a lost text once more where that is of use."""
    old = state
    for step in found.steps:
        await moves.move(
            row["message"], old=old, new=step.state, reason=step.reason, lease_until=None
        )
        old = step.state
    at = receipts.again_at(
        found, now=clock.now(), expires_at=row["expires_at"], sent_before=row["others"] > 0
    )
    if at is not None:
        await _queue_again(row["message"], old, at)


async def _queue_again(message_id: UUID, old: MessageState, at: datetime) -> None:
    await moves.move(
        message_id, old=old, new=MessageState.QUEUED, reason=Reason.TRIED_AGAIN,
        send_after=at, claim_token=None,
    )  # fmt: skip


async def _lose(row: database.Row, receipt: Receipt, loss: Loss) -> None:
    """Block a number that cannot be texted, at once (M12); tell of what a person must look into."""
    if loss.block is BlockCause.BAD_NUMBER and row["to_hash"]:
        await blocks.block(row["to_hash"], loss.block, error_code=receipt.error_code)
    if loss.alert is AlertKind.FILTERED:
        await filtering.look(row["message"], error_code=receipt.error_code)
    elif loss.alert is not None:
        await alerts.raise_alert(loss.alert, str(receipt.error_code), error_code=receipt.error_code)
    _LOG.warning("text_lost", message_id=str(row["message"]), error_code=receipt.error_code)
