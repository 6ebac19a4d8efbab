"""Sends due texts: gates, durable intent, one try, and what is known of it (messaging.md 1.5)."""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import clock, database, log
from core.ids import new_id
from core.phone import MobileNumber
from messaging.domain import gates, windows, wording
from messaging.domain.facts import Due, Policy
from messaging.domain.failures import Verdict as Known
from messaging.domain.gates import Outcome, Text, Verdict
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState
from messaging.gateways.base import Answer, Outgoing, SmsGateway
from messaging.services import caps, moves, outbox
from messaging.services.outbox import Claimed
from messaging.services.pause import is_paused
from messaging.services.planner import Ask
from messaging.services.rules import Rule, active_rules
from messaging.tables import Attempt

_LOG = log.get(__name__)
_AT_ONCE = 8
"""Texts claimed and sent side by side; few, so that a crash leaves few unknown (7.2)."""

_MOST_PER_CALL = 400
_LONGEST_VALIDITY_SECONDS = 36_000
_FIRST_BACKOFF_SECONDS = 30
_MOST_DOUBLINGS = 6
_STATE_OF = {
    Known.ACCEPTED: (MessageState.ACCEPTED, None),
    Known.REJECTED: (MessageState.REJECTED, Reason.REFUSED),
    Known.NOT_SENT: (MessageState.QUEUED, Reason.NOT_SENT),
    Known.BUSY: (MessageState.QUEUED, Reason.PROVIDER_BUSY),
    Known.STOPPED: (MessageState.QUEUED, Reason.SENDING_STOPPED),
    Known.OPTED_OUT: (MessageState.SUPPRESSED, Reason.OPTED_OUT),
    Known.UNKNOWN: (MessageState.UNKNOWN, Reason.NO_ANSWER),
}


@dataclass(frozen=True, slots=True)
class _Intent:
    """A text whose sending is written down and committed; only now may it leave."""

    claimed: Claimed
    attempt_id: UUID
    attempt_number: int
    outgoing: Outgoing


@dataclass(frozen=True, slots=True)
class _Desk:
    """What stays the same for every text of one call."""

    ask: Ask
    rules: dict[UUID, Rule]
    gateway: SmsGateway
    policy: Policy
    key: bytes


async def dispatch(ask: Ask, gateway: SmsGateway, *, policy: Policy, key: bytes) -> int:
    """Send what is due now; answer how many texts were handed to the gateway."""
    await outbox.recover()
    await outbox.release()
    sent = 0
    desk = _Desk(ask, {rule.id: rule for rule in await active_rules()}, gateway, policy, key)
    for _ in range(_MOST_PER_CALL // _AT_ONCE):
        if await is_paused():
            break
        claimed = await outbox.claim(_AT_ONCE, policy=policy)
        if not claimed:
            break
        sent += await _send_all(claimed, desk)
    return sent


async def _send_all(claimed: Sequence[Claimed], desk: _Desk) -> int:
    """Send side by side; a fault with one text stops none of the others."""
    results = await asyncio.gather(
        *(_send_one(one, desk) for one in claimed), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return sum(result is True for result in results)


async def _send_one(claimed: Claimed, desk: _Desk) -> bool:
    async with database.transaction():
        await database.serialise(f"texts of {claimed.recipient_id}")
        # Only now: whatever was withdrawn or cancelled while the text waited its turn counts.
        asked = await desk.ask({(claimed.recipient_id, claimed.subject_id)})
        intent = await _intend(claimed, asked[0] if asked else None, desk)
    if intent is None:
        return False
    await _settle_after(intent, await _try(intent, desk))
    return True


async def _intend(claimed: Claimed, due: Due | None, desk: _Desk) -> _Intent | None:
    """Judge a claimed text once more; write that it is about to be sent, or why it is not."""
    now = clock.now()
    rule = desk.rules.get(claimed.rule_id)
    if rule is None:
        await _put_away(claimed, Verdict(Outcome.CANCELLED, Reason.RULE_OFF))
        return None
    body = wording.compose(rule.body_for(due.contact.language), due.starts_at) if due else None
    text = Text(
        due, claimed.revision, claimed.number_version, claimed.expires_at, body, now,
        paused=await is_paused(),
    )  # fmt: skip
    verdict = gates.judge(text, desk.policy)
    if verdict.outcome is not Outcome.GO or due is None or body is None:
        await _put_away(claimed, verdict)
        return None
    number = MobileNumber(str(due.contact.number))
    copy = caps.Copy(number.keyed_hash(desk.key), _hash(body, desk.key))
    reason = await caps.objection(claimed, copy, now=now, policy=desk.policy)
    if reason is not None:
        await _put_away(claimed, Verdict(Outcome.SUPPRESSED, reason))
        return None
    seconds = _seconds_left(now, due, claimed.expires_at, desk.policy)
    token = _hash(f"{claimed.id}|{claimed.attempt_number + 1}", desk.key)
    return await _write_intent(
        claimed,
        copy,
        Outgoing(number.e164, desk.gateway.sender_for(due.side), body, token, seconds),
        lease=desk.policy.lease_seconds,
    )


async def _put_away(claimed: Claimed, verdict: Verdict) -> None:
    """Move a claimed text to where the verdict says, or back into the queue to wait."""
    changes: dict[str, Any] = {"claim_token": None, "lease_until": None}
    new = MessageState.QUEUED
    if verdict.outcome is Outcome.WAIT:
        changes["send_after"] = verdict.until
    else:
        new = MessageState(verdict.outcome.value)
    await moves.move(
        claimed.id,
        old=MessageState.CLAIMED,
        new=new,
        reason=verdict.reason,
        held_by=claimed.claim_token,
        **changes,
    )


async def _write_intent(
    claimed: Claimed, copy: caps.Copy, outgoing: Outgoing, *, lease: int
) -> _Intent | None:
    """Write the intent; ``None`` where somebody cancelled the text or the lease is over (W9)."""
    now = clock.now()
    attempt_number = claimed.attempt_number + 1
    moved = await moves.move(
        claimed.id, old=MessageState.CLAIMED, new=MessageState.SUBMITTING,
        held_by=claimed.claim_token, number=outgoing.to, to_hash=copy.to_hash,
        body=outgoing.body, body_hash=copy.body_hash, attempt_number=attempt_number,
        lease_until=now + timedelta(seconds=lease),
    )  # fmt: skip
    if not moved:
        return None
    attempt = Attempt(
        id=new_id(), message=claimed.id, number=attempt_number, started_at=now,
        token_hash=hashlib.sha256(outgoing.token.encode()).hexdigest(), sender=outgoing.sender,
    )  # fmt: skip
    await attempt.save()
    return _Intent(claimed, attempt.id, attempt_number, outgoing)


def _hash(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _seconds_left(now: datetime, due: Due, expires_at: datetime, policy: Policy) -> int:
    """Answer how long the network may try: to the end of the safe hours, less a guard (G7)."""
    span = windows.next_span(
        now, service=policy.service_hours, own=due.contact.windows,
        guard_minutes=policy.handover_minutes,
    )  # fmt: skip
    end = min(span.ends, expires_at) if span else now
    return max(1, min(_LONGEST_VALIDITY_SECONDS, int((end - now).total_seconds())))


async def _try(intent: _Intent, desk: _Desk) -> Answer:
    """Try once, holding no connection."""
    try:
        async with asyncio.timeout(desk.policy.answer_seconds):
            return await desk.gateway.send(intent.outgoing)
    except Exception as error:  # noqa: BLE001 - whatever a gateway does, the text may have left
        _LOG.error("gateway_failed", message_id=str(intent.claimed.id), **log.fault(error))
        return Answer(Known.UNKNOWN)


async def _settle_after(intent: _Intent, answer: Answer) -> None:
    """Record what is known; an id that the provider has used before is an alarm (1.3)."""
    try:
        await _settle(intent, answer)
    except database.INTEGRITY_ERRORS as error:
        if not database.breaks(error, Attempt, "provider_sid"):
            raise
        _LOG.error("provider_id_used_twice", message_id=str(intent.claimed.id))
        await _settle(intent, Answer(Known.UNKNOWN))


async def _settle(intent: _Intent, answer: Answer) -> None:
    new, reason = _STATE_OF[answer.verdict]
    changes: dict[str, Any] = {"lease_until": None}
    if new is MessageState.QUEUED:
        doublings = min(intent.attempt_number - 1, _MOST_DOUBLINGS)
        backoff = timedelta(seconds=_FIRST_BACKOFF_SECONDS * 2**doublings)
        changes |= {"send_after": clock.now() + backoff, "claim_token": None}
    async with database.transaction():
        await _record_answer(intent.attempt_id, answer)
        token = intent.claimed.claim_token
        moved = await moves.move(
            intent.claimed.id, old=MessageState.SUBMITTING, new=new, reason=reason,
            held_by=token, **changes,
        )  # fmt: skip
        moved = moved or (
            new is MessageState.ACCEPTED
            and await moves.move(
                intent.claimed.id, old=MessageState.UNKNOWN, new=new, held_by=token, **changes
            )
        )
    _LOG.info(
        "text_tried", message_id=str(intent.claimed.id), verdict=answer.verdict.value, moved=moved
    )


async def _record_answer(attempt_id: UUID, answer: Answer) -> None:
    await database.run(
        "UPDATE message_attempts SET answered_at = {}, provider_sid = {}, error_code = {}"
        " WHERE id = {}",
        clock.now(), answer.sid, answer.error_code, attempt_id,
    )  # fmt: skip
