"""Decides about a claimed text for the last time, and writes down that it is about to be sent.

One short transaction: whatever was withdrawn or cancelled before it counts, and whoever cancels
after it is told that it is too late (G8).
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import clock, database
from core.ids import new_id
from core.phone import MobileNumber
from messaging.domain import gates, segments, senders, windows
from messaging.domain.facts import Due, Policy
from messaging.domain.gates import Outcome, Text, Verdict
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState
from messaging.gateways.base import Outgoing
from messaging.services import caps, drafts, moves, pause
from messaging.services.outbox import Claimed
from messaging.services.planner import Ask, Key
from messaging.services.rules import Rule
from messaging.tables import Attempt

Hold = Callable[[Collection[Key]], Awaitable[bool]]
"""Keeps the facts of people and sessions as they are until the transaction ends, unless false."""

_LONGEST_VALIDITY_SECONDS = 36_000
_AGAIN_SOON = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Asked:
    """What deciding about a text needs besides it: the rooms, the rules, the limits, the key."""

    ask: Ask
    hold: Hold
    rules: Mapping[UUID, Rule]
    policy: Policy
    key: bytes


@dataclass(frozen=True, slots=True)
class Intent:
    """A text whose sending is written down and committed; only now may it leave.

    ``written_at`` is in ticks, from just before the commit.
    """

    claimed: Claimed
    attempt_id: UUID
    attempt_number: int
    outgoing: Outgoing
    to_hash: str
    segments: int
    written_at: float


async def intend(claimed: Claimed, asked: Asked, *, sender: str) -> Intent | None:
    """Commit that a text is about to be sent, or why it is not; ``None`` for the latter."""
    key = (claimed.recipient_id, claimed.subject_id)
    # Never nested: an intent that is not committed before the text leaves is none (1.4).
    async with database.transaction():
        await database.serialise(f"texts of {claimed.recipient_id}")
        if not await asked.hold({key}):
            await _put_away(claimed, Verdict(Outcome.WAIT, None, clock.now() + _AGAIN_SOON))
            return None
        found = await drafts.with_blocks(await asked.ask({key}), key=asked.key)
        return await _decide(claimed, found[0] if found else None, asked, sender)


async def _decide(claimed: Claimed, due: Due | None, asked: Asked, sender: str) -> Intent | None:
    rule = asked.rules.get(claimed.rule_id)
    if rule is None:
        await _put_away(claimed, Verdict(Outcome.CANCELLED, Reason.RULE_OFF))
        return None
    now = clock.now()
    paused = await pause.paused_for(
        programme=due.programme_id if due else None,
        cohort=due.cohort_id if due else None,
        recipient=claimed.recipient_id,
    )
    text = drafts.draft(
        rule, due, revision=claimed.revision, number_version=claimed.number_version,
        expires_at=claimed.expires_at, at=now, paused=paused is not None,
        released=claimed.released,
    )  # fmt: skip
    verdict = _judge(text, rule, asked.policy, sender=sender, paused=paused)
    if verdict.outcome is not Outcome.GO or due is None or text.body is None:
        await _put_away(claimed, verdict)
        return None
    number = MobileNumber(str(due.contact.number))
    copy = caps.Copy(number.keyed_hash(asked.key), _hash(text.body, asked.key))
    reason = await caps.objection(claimed, copy, now=now, policy=asked.policy)
    if reason is not None:
        await _put_away(claimed, Verdict(Outcome.SUPPRESSED, reason))
        return None
    seconds = _seconds_left(now, due, claimed.expires_at, asked.policy)
    token = _hash(f"{claimed.id}|{claimed.attempt_number + 1}", asked.key)
    outgoing = Outgoing(number.e164, sender, text.body, token, seconds)
    return await _write(claimed, copy, outgoing, asked.policy)


def _judge(
    text: Text, rule: Rule, policy: Policy, *, sender: str, paused: Reason | None
) -> Verdict:
    """Answer what the gates say, which switch it is, and whether who is asked can answer (M6)."""
    verdict = gates.judge(text, policy)
    if verdict.reason is Reason.PAUSED:
        return replace(verdict, reason=paused)
    if verdict.outcome is Outcome.GO and rule.asks and not senders.is_two_way(sender):
        return Verdict(Outcome.HELD, Reason.ONE_WAY)
    return verdict


async def _put_away(claimed: Claimed, verdict: Verdict) -> None:
    """Move a claimed text to where the verdict says, or back into the queue to wait."""
    changes: dict[str, Any] = {"claim_token": None, "lease_until": None}
    new = MessageState.QUEUED
    if verdict.outcome is Outcome.WAIT and verdict.until is not None:
        changes["send_after"] = min(verdict.until, claimed.expires_at)
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


async def _write(
    claimed: Claimed, copy: caps.Copy, outgoing: Outgoing, policy: Policy
) -> Intent | None:
    """Write the intent; ``None`` where somebody cancelled the text or the lease is over (W9)."""
    now, written_at = clock.now(), clock.ticks()
    attempt_number = claimed.attempt_number + 1
    parts = segments.pack(outgoing.body).segments
    moved = await moves.move(
        claimed.id, old=MessageState.CLAIMED, new=MessageState.SUBMITTING,
        held_by=claimed.claim_token, number=outgoing.to, to_hash=copy.to_hash,
        body=outgoing.body, body_hash=copy.body_hash, attempt_number=attempt_number,
        segments=parts, lease_until=now + timedelta(seconds=policy.lease_seconds),
    )  # fmt: skip
    if not moved:
        return None
    attempt = Attempt(
        id=new_id(), message=claimed.id, number=attempt_number, started_at=now,
        token_hash=hashlib.sha256(outgoing.token.encode()).hexdigest(), sender=outgoing.sender,
    )  # fmt: skip
    await attempt.save()
    return Intent(claimed, attempt.id, attempt_number, outgoing, copy.to_hash, parts, written_at)


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
