"""Records what is known after one try to send, and what follows from it (messaging.md 2)."""

from datetime import datetime, timedelta
from typing import Any

from core import clock, database, log
from messaging.domain.failures import BY_STATUS, OTHER_REFUSAL, REFUSALS, Refusal
from messaging.domain.failures import Verdict as Known
from messaging.domain.reasons import Reason
from messaging.domain.receipts import Receipt
from messaging.domain.terms import AlertKind, BlockCause, MessageState
from messaging.gateways.base import Answer
from messaging.services import alerts, blocks, moves, receipts
from messaging.services.intents import Intent
from messaging.services.pace import LONGEST_WAIT_SECONDS, STOPPED_SECONDS, Pace
from messaging.tables import Attempt

_LOG = log.get(__name__)
_FIRST_BACKOFF_SECONDS = 30
_MOST_TRIES = 6
_AGAIN_SOON = timedelta(seconds=5)
_ACCEPTED = "accepted"
_JITTER_PARTS = 5
"""A wait is longer by up to a fifth of it, so that what failed together is not tried together."""

_USUAL = {
    Known.REJECTED: OTHER_REFUSAL,
    Known.OPTED_OUT: Refusal(Known.OPTED_OUT, Reason.OPTED_OUT, block=BlockCause.PROVIDER_OPT_OUT),
    Known.BUSY: BY_STATUS[429],
    Known.STOPPED: BY_STATUS[401],
}
"""What a refusal means where neither its code nor its status is one that we know."""

_STATE_OF = {
    Known.ACCEPTED: MessageState.ACCEPTED,
    Known.REJECTED: MessageState.REJECTED,
    Known.NOT_SENT: MessageState.QUEUED,
    Known.BUSY: MessageState.QUEUED,
    Known.STOPPED: MessageState.QUEUED,
    Known.OPTED_OUT: MessageState.SUPPRESSED,
    Known.UNKNOWN: MessageState.UNKNOWN,
}
_REASON_OF = {Known.NOT_SENT: Reason.NOT_SENT, Known.UNKNOWN: Reason.NO_ANSWER}


def refusal_in(answer: Answer) -> Refusal | None:
    """Answer what a refusal means, ``None`` for any other answer."""
    usual = _USUAL.get(answer.verdict)
    if usual is None:
        return None
    found = REFUSALS.get(answer.error_code) or BY_STATUS.get(answer.http_status)
    return found if found is not None and found.verdict is answer.verdict else usual


def slow_down(answer: Answer, *, sender: str, pace: Pace, at: datetime) -> None:
    """Let the answer tell how fast to go on, and whether to stop."""
    pace.note(answer.verdict, at=at)
    refusal = refusal_in(answer)
    if refusal is not None and refusal.verdict is Known.BUSY:
        pace.stop(wait_seconds(answer, refusal), at=at)
    if refusal is not None and refusal.verdict is Known.STOPPED:
        if refusal.alert is AlertKind.SENDER_REFUSED:
            pace.stop(STOPPED_SECONDS, at=at, sender=sender)
        else:
            pace.stop(STOPPED_SECONDS, at=at)


def wait_seconds(answer: Answer, refusal: Refusal) -> int:
    """Answer how long the provider wants nothing: what it asks for, else what the table says."""
    asked = answer.retry_after_seconds
    return max(1, min(refusal.wait_seconds if asked is None else asked, LONGEST_WAIT_SECONDS))


async def settle(intent: Intent, answer: Answer) -> None:
    """Record what is known; an id that the provider has used before is an alarm (1.3)."""
    try:
        moved = await _settle(intent, answer)
    except database.INTEGRITY_ERRORS as error:
        if not database.breaks(error, Attempt, "provider_sid"):
            raise
        await alerts.raise_alert(AlertKind.SID_USED_TWICE, intent.claimed.id)
        moved = await _settle(intent, Answer(Known.UNKNOWN))
    if not moved and answer.sid is not None:
        # Somebody has moved it on meanwhile: a callback that was quicker, or who gave it up (W7).
        status = answer.status or _ACCEPTED
        await receipts.apply(intent.attempt_id, Receipt(answer.sid, status))
    _LOG.info(
        "text_tried", message_id=str(intent.claimed.id), verdict=answer.verdict.value, moved=moved
    )


async def _settle(intent: Intent, answer: Answer) -> bool:
    """Record the answer and make its move; tell whether the text still waited for it."""
    refusal = refusal_in(answer)
    new = _STATE_OF[answer.verdict]
    changes: dict[str, Any] = {"lease_until": None}
    if new is MessageState.QUEUED:
        changes |= {"claim_token": None, "send_after": _again_at(intent, answer)}
    async with database.transaction():
        # The try before its text, as receipts do, so that the two never wait crosswise.
        await database.run(
            "UPDATE message_attempts SET answered_at = {} WHERE id = {}",
            clock.now(),
            intent.attempt_id,
        )
        moved = await moves.move(
            intent.claimed.id, old=MessageState.SUBMITTING, new=new,
            reason=refusal.reason if refusal else _REASON_OF.get(answer.verdict),
            held_by=intent.claimed.claim_token, **changes,
        )  # fmt: skip
        if moved:
            await _record(intent, answer)
        if refusal is not None:
            await _follow(intent, refusal, answer.error_code)
        if moved and answer.verdict is Known.NOT_SENT:
            await _give_up(intent)
    return moved


async def _record(intent: Intent, answer: Answer) -> None:
    await database.run(
        "UPDATE message_attempts SET provider_sid = {}, status = {}, error_code = {} WHERE id = {}",
        answer.sid, answer.status, answer.error_code, intent.attempt_id,
    )  # fmt: skip


async def _follow(intent: Intent, refusal: Refusal, error_code: int) -> None:
    """Block the number, and tell of what a person must look into."""
    if refusal.block is not None:
        await blocks.block(intent.to_hash, refusal.block, error_code=error_code)
    if refusal.alert is not None:
        await alerts.raise_alert(refusal.alert, str(error_code or ""), error_code=error_code)


def _again_at(intent: Intent, answer: Answer) -> datetime:
    """Answer when a text that surely did not leave is tried again, at its end at the latest."""
    refusal = refusal_in(answer)
    if refusal is None:
        seconds = _FIRST_BACKOFF_SECONDS * 2 ** min(intent.attempt_number - 1, _MOST_TRIES)
        seconds += intent.claimed.id.int % max(1, seconds // _JITTER_PARTS)
    elif refusal.verdict is Known.BUSY:
        seconds = wait_seconds(answer, refusal)
    else:
        seconds = STOPPED_SECONDS
    return min(clock.now() + timedelta(seconds=seconds), intent.claimed.expires_at)


async def _give_up(intent: Intent) -> None:
    """End a text that the provider was out of reach for too often, or till its time is over."""
    rows = await database.run(
        "SELECT COUNT(*) AS number FROM message_events"
        " WHERE message = {} AND old_state = {} AND reason = {}",
        intent.claimed.id, MessageState.SUBMITTING.value, Reason.NOT_SENT.value,
    )  # fmt: skip
    if rows[0]["number"] >= _MOST_TRIES:
        await moves.move(
            intent.claimed.id, old=MessageState.QUEUED, new=MessageState.EXPIRED,
            reason=Reason.PROVIDER_FAULT,
        )  # fmt: skip


async def take_back(intent: Intent) -> None:
    """Queue a text again that was not let go after all; surely nothing has left (W10).

    It may have been given up meanwhile.
    """
    again_at = min(clock.now() + _AGAIN_SOON, intent.claimed.expires_at)
    async with database.transaction():
        for state in (MessageState.SUBMITTING, MessageState.UNKNOWN):
            if await moves.move(
                intent.claimed.id, old=state, new=MessageState.QUEUED, reason=Reason.TOO_SLOW,
                held_by=intent.claimed.claim_token, claim_token=None, lease_until=None,
                send_after=again_at,
            ):  # fmt: skip
                break
    _LOG.warning("text_taken_back", message_id=str(intent.claimed.id))
