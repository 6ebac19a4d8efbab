"""Who manages whom."""

from uuid import UUID

from core import clock, database
from core.scope import Scope
from training.queries.areas import staff_in_scope

_ABOVE = (
    "WITH RECURSIVE above(staff) AS ("
    " SELECT line_manager FROM posts WHERE staff = {} AND line_manager IS NOT NULL"
    " AND (ended_on IS NULL OR ended_on >= {})"
    " UNION SELECT o.line_manager FROM posts o JOIN above a ON a.staff = o.staff"
    " WHERE o.line_manager IS NOT NULL AND (o.ended_on IS NULL OR o.ended_on >= {}))"
    " SELECT above.staff FROM above JOIN staff ON staff.id = above.staff"
    " WHERE staff.id = {} AND {}"
)


async def manages_themselves(staff_id: UUID, *, scope: Scope) -> bool:
    """Tell whether somebody is above themselves, through posts that have not ended."""
    today = clock.today()
    found = await database.run(
        _ABOVE, staff_id, today, today, staff_id, staff_in_scope(scope=scope)
    )
    return bool(found)


async def staff_by_number(
    payroll_number: str, *, organisation_id: UUID, scope: Scope
) -> UUID | None:
    """Answer who has the payroll number in an organisation of the scope."""
    rows = await database.run(
        "SELECT staff.id FROM staff WHERE payroll_number = {} AND organisation = {} AND {}",
        payroll_number,
        organisation_id,
        staff_in_scope(scope=scope),
    )
    return rows[0]["id"] if rows else None


async def payroll_number_of(staff_id: UUID | None, *, scope: Scope) -> str:
    """Answer somebody's payroll number; nothing for nobody."""
    rows = await database.run(
        "SELECT payroll_number FROM staff WHERE staff.id = {} AND {}",
        staff_id,
        staff_in_scope(scope=scope),
    )
    return str(rows[0]["payroll_number"]) if rows else ""


async def number_of_reports(staff_id: UUID, *, scope: Scope) -> int:
    """Answer how many people's posts that have not ended somebody manages."""
    rows = await database.run(
        "SELECT COUNT(DISTINCT o.staff) AS n FROM posts o JOIN staff ON staff.id = o.staff"
        " WHERE o.line_manager = {} AND (o.ended_on IS NULL OR o.ended_on >= {}) AND {}",
        staff_id,
        clock.today(),
        staff_in_scope(scope=scope),
    )
    return int(rows[0]["n"])
