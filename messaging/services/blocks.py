"""Numbers that no text may go to: who said STOP, and what cannot be texted (M7, M12, G2)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.ids import new_id
from core.scope import Actor
from messaging.domain.reasons import HIDDEN, Reason
from messaging.domain.states import UNSENT_IN_ORDER
from messaging.domain.terms import BlockCause, MessageState
from messaging.services import moves

_STAYS = frozenset({*HIDDEN, Reason.RESTORED, Reason.ONE_WAY})
"""Holds that an opt-out adds nothing to: as with any number that is off, or only a person ends."""


async def block(
    to_hash: str, cause: BlockCause, *, error_code: int = 0, by: UUID | None = None
) -> None:
    """Stop all texts to the number with this keyed hash; once while it is in force.

    Call it in the transaction of what it follows from.
    """
    await database.run(
        "INSERT INTO number_blocks (id, to_hash, cause, error_code, at, blocked_by)"
        " VALUES ({}, {}, {}, {}, {}, {})"
        " ON CONFLICT (to_hash, cause) WHERE lifted_at IS NULL DO NOTHING",
        new_id(), to_hash, cause.value, error_code, clock.now(), by,
    )  # fmt: skip


async def causes_of(hashes: Collection[str]) -> Mapping[str, frozenset[BlockCause]]:
    """Answer why no text goes to each of the numbers; those that may be texted are left out."""
    if not hashes:
        return {}
    rows = await database.run(
        "SELECT to_hash, cause FROM number_blocks WHERE lifted_at IS NULL AND to_hash IN {}",
        database.in_list(sorted(hashes)),
    )
    found: dict[str, frozenset[BlockCause]] = {}
    for row in rows:
        found[row["to_hash"]] = found.get(row["to_hash"], frozenset()) | {BlockCause(row["cause"])}
    return found


async def opt_out(
    to_hash: str, cause: BlockCause, *, holders: Collection[UUID], by: UUID | None = None
) -> None:
    """Stop all texts to a number at once, and hold every one that waits to go there (M7).

    They look, and end, like those to any number that is off (M9).

    ``holders`` are all who have the number. Call it in the transaction of what it follows from.
    """
    await block(to_hash, cause, by=by)
    to_number = QueryString("(recipient IN {} OR to_hash = {})", database.in_list(holders), to_hash)
    others = QueryString("state_reason NOT IN {}", database.in_list(sorted(_STAYS)))
    for state in UNSENT_IN_ORDER:
        await moves.move_all(
            database.all_of([to_number, others]), old=state, new=MessageState.HELD,
            reason=Reason.OPTED_OUT, claim_token=None, lease_until=None,
        )  # fmt: skip


async def lift(to_hash: str, causes: Collection[BlockCause], *, by: Actor) -> bool:
    """Let texts go to a number again, as somebody confirmed anew; tell whether any were stopped.

    Call it in the transaction that records the confirmation.
    """
    rows = await database.run(
        "UPDATE number_blocks SET lifted_at = {}, lifted_by = {}"
        " WHERE to_hash = {} AND cause IN {} AND lifted_at IS NULL RETURNING id",
        clock.now(),
        by.account_id,
        to_hash,
        database.in_list(cause.value for cause in causes),
    )
    return bool(rows)
