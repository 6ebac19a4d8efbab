"""Whether somebody's calendar can be read at an address."""

from datetime import datetime

from core import database
from core.scope import Scope


async def address_since(*, scope: Scope) -> datetime | None:
    """Answer when the person's address was made; ``None`` while there is none."""
    rows = await database.run(
        "SELECT created_at FROM calendar_feeds WHERE account = {} AND revoked_at IS NULL",
        scope.account_id,
    )
    return rows[0]["created_at"] if rows else None
