"""Takes out of a person's texts what identifies them; that one was sent, and when, stays (D13)."""

from collections.abc import Collection
from uuid import UUID

from core import database


async def forget(recipient_id: UUID, *, hashes: Collection[str]) -> None:
    """Empty the numbers, their hashes and the words in all texts to and from a person.

    ``hashes`` are of numbers that nobody else has: that they were blocked goes too. Call it in the
    transaction that closes the person out.
    """
    await database.run(
        "UPDATE messages SET number = NULL, to_hash = '', variables = {}, body = NULL"
        " WHERE recipient = {}",
        "{}",
        recipient_id,
    )
    await database.run(
        "UPDATE inbound_messages SET number = '', to_hash = '', body = '' WHERE participant = {}",
        recipient_id,
    )
    await database.run("UPDATE messaging_pauses SET reason = '' WHERE subject = {}", recipient_id)
    await database.run(
        "DELETE FROM number_blocks WHERE to_hash IN {}", database.in_list(sorted(hashes))
    )
