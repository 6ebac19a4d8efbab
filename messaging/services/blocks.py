"""Numbers that no text may go to: who said STOP, and what cannot be texted (M7, M12, G2)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from core import clock, database
from core.ids import new_id
from messaging.domain.terms import BlockCause


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
