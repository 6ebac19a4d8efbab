"""Exemptions: of one member of staff, or of all in the scope."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.database import Row
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Scope
from training.queries.areas import staff_in_scope

_EXEMPTIONS = (
    "SELECT e.id, e.staff, e.requirement, e.from_on, e.to_on, e.reason, staff.organisation,"
    " q.name AS requirement_name FROM exemptions e JOIN staff ON staff.id = e.staff"
    " LEFT JOIN requirements q ON q.id = e.requirement WHERE {} ORDER BY e.id DESC"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionView:
    """Days on which somebody is exempt from one requirement, or with ``None`` from all."""

    id: UUID
    staff_id: UUID
    organisation_id: UUID
    requirement_id: UUID | None
    requirement_name: str
    from_on: date
    to_on: date
    reason: str


async def exemptions(
    *, scope: Scope, cursor: Cursor, staff_id: UUID | None = None
) -> Page[ExemptionView]:
    """Answer exemptions, of one member of staff or of all, the last recorded first."""
    conditions = [staff_in_scope(scope=scope)]
    if staff_id:
        conditions.append(QueryString("e.staff = {}", staff_id))
    if after := cursor.after_id():
        conditions.append(QueryString("e.id < {}", after))
    rows = await database.run(
        QueryString("{} LIMIT {}", QueryString(_EXEMPTIONS, database.all_of(conditions)),
                    cursor.limit + 1)
    )  # fmt: skip
    return cursor.page([_exemption(row) for row in rows], lambda view: (view.id,))


async def exemption(exemption_id: UUID, *, scope: Scope) -> ExemptionView:
    """Answer one exemption.

    Raises:
        NotFoundError: there is none in the scope.
    """
    rows = await database.run(
        _EXEMPTIONS, QueryString("e.id = {} AND {}", exemption_id, staff_in_scope(scope=scope))
    )
    if not rows:
        raise NotFoundError
    return _exemption(rows[0])


def _exemption(row: Row) -> ExemptionView:
    return ExemptionView(
        id=row["id"],
        staff_id=row["staff"],
        organisation_id=row["organisation"],
        requirement_id=row["requirement"],
        requirement_name=row["requirement_name"] or "",
        from_on=row["from_on"],
        to_on=row["to_on"],
        reason=row["reason"],
    )
