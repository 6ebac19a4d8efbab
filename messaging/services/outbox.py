"""The outbox's own moves: what falls due, who may send it, and what is taken back (1.2, 1.4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.ids import new_id
from messaging.domain.facts import Policy
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState
from messaging.services import moves

_DUE = (
    "SELECT id FROM messages WHERE state = 'queued' AND send_after <= {} AND expires_at > {}"
    " ORDER BY send_after, id LIMIT {}"
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One text that this dispatcher alone may send while its lease lasts."""

    id: UUID
    claim_token: UUID
    recipient_id: UUID
    subject_id: UUID
    rule_id: UUID
    revision: int
    number_version: int
    expires_at: datetime
    attempt_number: int


async def release() -> int:
    """Queue the planned texts whose time has come; answer how many."""
    return await moves.move_due(
        QueryString("send_after <= {}", clock.now()),
        old=MessageState.PLANNED,
        new=MessageState.QUEUED,
    )


async def claim(limit: int, *, policy: Policy) -> tuple[Claimed, ...]:
    """Lease up to ``limit`` due texts to the caller; no other process gets the same ones."""
    token, now = new_id(), clock.now()
    locking = " FOR UPDATE SKIP LOCKED" if database.bound().engine_type == "postgres" else ""
    async with database.transaction():
        rows = await database.run(
            # As a plain subquery PostgreSQL may run it once for each row, past its limit.
            "WITH due AS MATERIALIZED ({}) UPDATE messages SET state = 'claimed',"
            " state_reason = '', claim_token = {}, lease_until = {}, updated_at = {}"
            " WHERE state = 'queued' AND id IN (SELECT id FROM due) RETURNING id",
            QueryString(_DUE + locking, now, now, limit),
            token,
            now + timedelta(seconds=policy.lease_seconds),
            now,
        )
        await moves.note(
            [row["id"] for row in rows], old=MessageState.QUEUED, new=MessageState.CLAIMED
        )
        found = await database.run(
            "SELECT id, recipient, subject, rule, revision, number_version, expires_at,"
            " attempt_number FROM messages WHERE claim_token = {} AND state = 'claimed'"
            " ORDER BY send_after, id",
            token,
        )
    return tuple(
        Claimed(
            row["id"], token, row["recipient"], row["subject"], row["rule"],
            row["revision"], row["number_version"], row["expires_at"],
            row["attempt_number"],
        )
        for row in found
    )  # fmt: skip


async def recover() -> int:
    """Take back what a dispatcher left behind; answer how many.

    A claimed text has surely not left and is queued again; of one that was being sent nobody
    knows, and it is never sent a second time (1.6, W2 to W5).
    """
    over = QueryString("lease_until < {}", clock.now())
    queued = await moves.move_due(
        over, old=MessageState.CLAIMED, new=MessageState.QUEUED, reason=Reason.LEASE_OVER
    )
    return queued + await moves.move_due(
        over, old=MessageState.SUBMITTING, new=MessageState.UNKNOWN, reason=Reason.NO_ANSWER
    )


async def expire() -> int:
    """End the texts whose time has gone by; answer how many."""
    past = QueryString("expires_at <= {}", clock.now())
    count = await recover()
    for state in (MessageState.PLANNED, MessageState.HELD, MessageState.QUEUED):
        count += await moves.move_due(past, old=state, new=MessageState.EXPIRED, reason=Reason.PAST)
    return count + await moves.move_due(
        past, old=MessageState.UNKNOWN, new=MessageState.UNRESOLVED, reason=Reason.NO_ANSWER
    )
