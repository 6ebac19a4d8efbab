"""Which staff have a number: for texts that come in."""

from collections.abc import Collection, Mapping
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


async def staff_numbers(numbers: Collection[str], *, scope: Scope) -> Mapping[str, int]:
    """Answer how many staff are reminded at each of the numbers; those of nobody are left out."""
    rows = await database.run(
        "SELECT number, COUNT(*) AS held FROM staff WHERE number IN {} AND {} GROUP BY number",
        database.in_list(sorted(numbers)),
        staff_in_scope(scope=scope),
    )
    return {row["number"]: int(row["held"]) for row in rows}
