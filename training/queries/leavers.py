"""Who was missing from a full list of staff, and is not decided about."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.database import Row
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Scope
from training.queries.areas import staff_in_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """Somebody in post who was missing from a full list; a person decides."""

    id: UUID
    staff_id: UUID
    name: str
    payroll_number: str
    organisation_name: str
    proposed_at: datetime


_SELECT = (
    "SELECT l.id, l.staff, l.proposed_at, staff.name, staff.payroll_number, g.name AS organisation"
    " FROM leaver_proposals l JOIN staff ON staff.id = l.staff"
    " JOIN organisations g ON g.id = staff.organisation WHERE {} ORDER BY l.id LIMIT {}"
)


async def open_proposals(*, scope: Scope, cursor: Cursor) -> Page[ProposalView]:
    """Answer who is to be decided about, whoever was found missing first first."""
    conditions = [QueryString("l.decision IS NULL"), staff_in_scope(scope=scope)]
    if after := cursor.after_id():
        conditions.append(QueryString("l.id > {}", after))
    rows = await database.run(_SELECT, database.all_of(conditions), cursor.limit + 1)
    return cursor.page([_proposal(row) for row in rows], lambda view: (view.id,))


async def number_open(*, scope: Scope) -> int:
    """Answer how many are to be decided about."""
    rows = await database.run(
        "SELECT COUNT(*) AS n FROM leaver_proposals l JOIN staff ON staff.id = l.staff"
        " WHERE l.decision IS NULL AND {}",
        staff_in_scope(scope=scope),
    )
    return int(rows[0]["n"])


async def proposal(proposal_id: UUID, *, scope: Scope) -> ProposalView:
    """Answer one proposal, decided or not.

    Raises:
        NotFoundError: there is none in the scope.
    """
    wanted = database.all_of([QueryString("l.id = {}", proposal_id), staff_in_scope(scope=scope)])
    rows = await database.run(_SELECT, wanted, 1)
    if not rows:
        raise NotFoundError
    return _proposal(rows[0])


def _proposal(row: Row) -> ProposalView:
    return ProposalView(
        id=row["id"],
        staff_id=row["staff"],
        name=row["name"],
        payroll_number=row["payroll_number"],
        organisation_name=row["organisation"],
        proposed_at=row["proposed_at"],
    )
