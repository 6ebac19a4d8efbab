"""Asks the provider about texts in doubt, and about receipts that never came (1.7; W3 to W8)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from piccolo.querystring import QueryString

from core import clock, database, log
from core.scope import Side
from messaging.domain.doubts import PROOF_TAKES, Doubt, when_absent
from messaging.domain.reasons import Reason
from messaging.domain.receipts import Receipt
from messaging.domain.terms import AlertKind, MessageState
from messaging.gateways.base import GatewayError, Sent, SmsGateway
from messaging.services import alerts, moves, receipts

_LOG = log.get(__name__)
_MOST_LOOKS = 50
_MOST_CHECKS = 100
_MOST_FAILURES = 3
_LISTED_BEFORE = timedelta(minutes=5)
_CREATED_BEFORE = timedelta(minutes=1)
_CREATED_AFTER = timedelta(minutes=3)
_CHECK_AFTER = timedelta(minutes=30)
_CHECK_EVERY = timedelta(hours=1)
_NO_RECEIPT_AFTER = timedelta(hours=72)
_REASON_OF = {
    MessageState.QUEUED: Reason.PROVED_ABSENT,
    MessageState.EXPIRED: Reason.PAST,
    MessageState.UNRESOLVED: Reason.NO_ANSWER,
}
_IN_DOUBT = (
    "SELECT a.id AS attempt, a.sender, a.started_at, a.looked_at, m.id, m.number, m.body, m.side,"
    " m.expires_at, m.attempt_number FROM messages m"
    " JOIN message_attempts a ON a.message = m.id AND a.number = m.attempt_number"
    " WHERE m.state = 'unknown' AND m.number IS NOT NULL"
    " AND (a.looked_at IS NULL OR a.started_at <= {}) ORDER BY a.started_at, a.id LIMIT {}"
)
_UNREPORTED = (
    "SELECT a.id AS attempt, a.provider_sid, a.started_at, a.number, m.id FROM messages m"
    " JOIN message_attempts a ON a.message = m.id"
    " WHERE m.state IN ('accepted', 'sent') AND a.provider_sid IS NOT NULL"
    " AND a.sender NOT IN ('', 'console') AND a.started_at <= {}"
    " AND (a.checked_at IS NULL OR a.checked_at <= {})"
    " ORDER BY COALESCE(a.checked_at, a.started_at), a.id LIMIT {}"
)
"""Without texts that were only shown on the console, which keeps no records of them."""


async def reconcile(gateway: SmsGateway) -> int:
    """Look for texts in doubt, and ask about those without a receipt; answer how many.

    What the provider does not answer changes nothing; after a few failures it is left alone.
    """
    now = clock.now()
    settled = await _give_up_nameless()
    doubtful = await database.run(_IN_DOUBT, now - PROOF_TAKES, _MOST_LOOKS)
    silent = await database.run(_UNREPORTED, now - _CHECK_AFTER, now - _CHECK_EVERY, _MOST_CHECKS)
    failures = 0
    for ask, row in [*((_look_for, row) for row in doubtful), *((_check, row) for row in silent)]:
        try:
            await ask(row, gateway)
            settled += 1
        except GatewayError as error:
            _LOG.warning("provider_not_asked", message_id=str(row["id"]), **log.fault(error))
            failures += 1
            if failures == _MOST_FAILURES:
                break
    return settled


async def _give_up_nameless() -> int:
    """Hand texts in doubt to a person whose number is kept no more: nothing can be looked up."""
    return await moves.move_due(
        QueryString("number IS NULL"),
        old=MessageState.UNKNOWN, new=MessageState.UNRESOLVED, reason=Reason.NO_ANSWER,
    )  # fmt: skip


async def _look_for(row: database.Row, gateway: SmsGateway) -> None:
    """Look once; what turns up was sent, and what turns up twice is told of."""
    listed = await gateway.sent_to(row["number"], since=row["started_at"] - _LISTED_BEFORE)
    found = await _not_ours([sent for sent in listed if _is_it(sent, row)])
    if not found:
        await _miss(row, gateway)
        return
    first = min(found, key=lambda sent: sent.created_at)
    await receipts.apply(row["attempt"], Receipt(first.sid, first.status, first.error_code))
    if len(found) > 1:
        await alerts.raise_alert(AlertKind.SENT_TWICE, row["id"])


def _is_it(sent: Sent, row: database.Row) -> bool:
    """Tell whether a text of the provider's is what this try would have become."""
    earliest = row["started_at"] - _CREATED_BEFORE
    return (
        (sent.to, sent.sender, sent.body) == (row["number"], row["sender"], row["body"])
        and earliest <= sent.created_at <= row["started_at"] + _CREATED_AFTER
    )  # fmt: skip


async def _not_ours(found: Sequence[Sent]) -> Sequence[Sent]:
    """Leave out what another try of ours has become."""
    if not found:
        return ()
    rows = await database.run(
        "SELECT provider_sid FROM message_attempts WHERE provider_sid IN {}",
        database.in_list(sent.sid for sent in found),
    )
    known = {row["provider_sid"] for row in rows}
    return [sent for sent in found if sent.sid not in known]


async def _miss(row: database.Row, gateway: SmsGateway) -> None:
    """Note that a look found nothing; the second that is late enough is proof."""
    now = clock.now()
    side = Side(row["side"]) if row["side"] else None
    doubt = Doubt(
        side=side,
        started_at=row["started_at"],
        looked_at=row["looked_at"],
        expires_at=row["expires_at"],
        is_listed=gateway.sender_for(side) == row["sender"],
    )
    new = when_absent(doubt, at=now)
    if new is None:
        await database.run(
            "UPDATE message_attempts SET looked_at = COALESCE(looked_at, {}) WHERE id = {}",
            now, row["attempt"],
        )  # fmt: skip
        return
    changes: dict[str, Any] = {"lease_until": None}
    if new is MessageState.QUEUED:
        changes |= {"send_after": now, "claim_token": None}
    async with database.transaction():
        # Only as long as there was no later try meanwhile: its absence is not proved by this one's.
        await moves.move(
            row["id"], old=MessageState.UNKNOWN, new=new, reason=_REASON_OF[new],
            attempt=row["attempt_number"], **changes,
        )  # fmt: skip


async def _check(row: database.Row, gateway: SmsGateway) -> None:
    """Ask for the status of one text, whose receipt may be lost (W8)."""
    sent = await gateway.fetch(row["provider_sid"])
    if sent is not None:
        receipt = Receipt(sent.sid, sent.status, sent.error_code)
        await receipts.apply(row["attempt"], receipt)
    await database.run(
        "UPDATE message_attempts SET checked_at = {} WHERE id = {}", clock.now(), row["attempt"]
    )
    if clock.now() - row["started_at"] >= _NO_RECEIPT_AFTER:
        async with database.transaction():
            for state in (MessageState.ACCEPTED, MessageState.SENT):
                await moves.move(
                    row["id"], old=state, new=MessageState.NO_RECEIPT, reason=Reason.NO_RECEIPT,
                    attempt=row["number"],
                )  # fmt: skip
