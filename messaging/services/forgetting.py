"""Takes out of a person's texts what identifies them; that one was sent, and when, stays (D13)."""

from uuid import UUID

from core import database


async def forget(recipient_id: UUID) -> None:
    """Empty the number, its hash, the words and their values in all texts of a person.

    Call it in the transaction that closes the person out.
    """
    await database.run(
        "UPDATE messages SET number = NULL, to_hash = '', variables = {}, body = NULL"
        " WHERE recipient = {}",
        "{}",
        recipient_id,
    )
