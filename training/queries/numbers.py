"""Which staff have a number: for texts that come in."""

from uuid import UUID

from core import database
from core.scope import Scope
from training.queries.areas import staff_in_scope


async def staff_with_number(number: str, *, scope: Scope) -> tuple[UUID, ...]:
    """Answer the staff within the scope who are reminded at this number."""
    rows = await database.run(
        "SELECT id FROM staff WHERE number = {} AND {} ORDER BY id",
        number,
        staff_in_scope(scope=scope),
    )
    return tuple(row["id"] for row in rows)
