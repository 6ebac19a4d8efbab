"""The outbox's own moves: what falls due, who may send it, and what is taken back (1.2, 1.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.ids import new_id
from core.scope import Side
from messaging.domain.facts import Policy
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState
from messaging.services import moves, pause

_DUE = (
    "SELECT id FROM messages WHERE state = 'queued' AND send_after <= {} AND expires_at > {}"
    " AND NOT EXISTS (SELECT 1 FROM messaging_pauses p WHERE p.subject IN"
    " (messages.programme, messages.cohort, messages.recipient) AND {})"
    " ORDER BY send_after, id LIMIT {}"
)
"""Without those whose programme, group or person is paused: they wait, and stop no others."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One text that this dispatcher alone may send while its lease lasts."""

    id: UUID
    claim_token: UUID
    recipient_id: UUID
    subject_id: UUID
    rule_id: UUID
    side: Side | None
    revision: int
    number_version: int
    expires_at: datetime
    attempt_number: int
    released: bool


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
            QueryString(_DUE + locking, now, now, pause.in_force(), limit),
            token,
            now + timedelta(seconds=policy.lease_seconds),
            now,
        )
        await moves.note(
            [row["id"] for row in rows], old=MessageState.QUEUED, new=MessageState.CLAIMED
        )
        found = await database.run(
            "SELECT id, recipient, subject, rule, side, revision, number_version, expires_at,"
            " attempt_number, released_at FROM messages"
            " WHERE claim_token = {} AND state = 'claimed' ORDER BY send_after, id",
            token,
        )
    return tuple(
        Claimed(
            row["id"], token, row["recipient"], row["subject"], row["rule"],
            Side(row["side"]) if row["side"] else None, row["revision"], row["number_version"],
            row["expires_at"], row["attempt_number"], row["released_at"] is not None,
        )
        for row in found
    )  # fmt: skip


async def put_back(claimed: Iterable[Claimed], *, until: datetime | None = None) -> None:
    """Queue again what was claimed and not begun, for now or for when it may be tried again."""
    reason = Reason.SENDING_STOPPED if until else Reason.LEASE_OVER
    for one in claimed:
        later = {"send_after": min(until, one.expires_at)} if until else {}
        await moves.move_due(
            QueryString("id = {} AND claim_token = {}", one.id, one.claim_token),
            old=MessageState.CLAIMED, new=MessageState.QUEUED, reason=reason,
            claim_token=None, lease_until=None, **later,
        )  # fmt: skip


async def recover() -> int:
    """Take back what a dispatcher left behind; answer how many.

    A claimed text has surely not left and is queued again; of one that was being sent nobody
    knows, and it is looked for at the provider before anything else (1.6, W2 to W5).
    """
    over = QueryString("lease_until < {}", clock.now())
    queued = await moves.move_due(
        over, old=MessageState.CLAIMED, new=MessageState.QUEUED, reason=Reason.LEASE_OVER,
        claim_token=None, lease_until=None,
    )  # fmt: skip
    return queued + await moves.move_due(
        over, old=MessageState.SUBMITTING, new=MessageState.UNKNOWN, reason=Reason.NO_ANSWER,
        lease_until=None,
    )  # fmt: skip


async def expire() -> int:
    """End the texts whose time has gone by unsent; answer how many.

    Of one that nobody knows to have left, the provider's records are asked first (1.7).
    """
    past = QueryString("expires_at <= {}", clock.now())
    count = await recover()
    for state in (MessageState.PLANNED, MessageState.HELD, MessageState.QUEUED):
        count += await moves.move_due(past, old=state, new=MessageState.EXPIRED, reason=Reason.PAST)
    return count
