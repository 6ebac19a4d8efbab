"""Stops texts to a number because a worker was asked to (M7, G2)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from core import audit, database
from core.scope import Actor, Side
from messaging.domain.terms import BlockCause
from messaging.services import blocks


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets texts."""

    id: UUID
    side: Side
    organisation_id: UUID


async def stop(to_hash: str, recipient: Recipient, *, holders: Collection[UUID], by: Actor) -> None:
    """Stop all texts to a person's number at once; ``holders`` are all who have it."""
    async with database.transaction():
        await blocks.opt_out(to_hash, BlockCause.WORKER, holders=holders, by=by.account_id)
        await audit.record(
            "texts_stopped", by=by, subject_type=audit.Subject.PARTICIPANT, subject=recipient.id,
            side=recipient.side, organisation_id=recipient.organisation_id,
        )  # fmt: skip
