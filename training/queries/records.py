"""Training records: of one member of staff, of all in the scope, or one's own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.database import Row
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Scope
from training.domain.terms import Evidence
from training.queries.areas import staff_in_scope

_RECORDS = (
    "SELECT r.*, c.name AS course_name, staff.name AS staff_name, staff.account,"
    " staff.organisation, organisations.name AS organisation_name"
    " FROM training_records r JOIN staff ON staff.id = r.staff"
    " JOIN organisations ON organisations.id = staff.organisation"
    " JOIN courses c ON c.id = r.course WHERE {} ORDER BY r.id DESC"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """One completion of a course; ``counts`` if it is verified and its prerequisite was valid.

    ``account_id`` is the account of the person whom it is about, if they have one.
    """

    id: UUID
    staff_id: UUID
    staff_name: str
    organisation_id: UUID
    organisation_name: str
    account_id: UUID | None
    course_id: UUID
    course_name: str
    completed_on: date
    hours: Decimal | None
    evidence: Evidence
    verified: bool
    counts: bool
    recorded_by: UUID | None
    created_at: datetime
    verified_by: UUID | None
    verified_at: datetime | None
    withdrawn_by: UUID | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    event_id: UUID | None

    def is_about(self, account_id: UUID | None) -> bool:
        """Tell whether it is the account's holder who completed the course."""
        return account_id is not None and self.account_id == account_id


async def records(
    *, scope: Scope, cursor: Cursor, staff_id: UUID | None = None, verified: bool | None = None
) -> Page[RecordView]:
    """Answer training records, of one member of staff or of all, the last recorded first.

    With ``verified`` those that are or are not, without withdrawn ones.
    """
    conditions = [staff_in_scope(scope=scope)]
    if staff_id:
        conditions.append(QueryString("r.staff = {}", staff_id))
    if verified is not None:
        conditions.append(QueryString("r.verified = {} AND r.withdrawn_at IS NULL", verified))
    return await _page(conditions, cursor)


async def own_records(*, scope: Scope, cursor: Cursor) -> Page[RecordView]:
    """Answer the training records of whoever is signed in, the last recorded first."""
    return await _page([_own(scope)], cursor)


async def record(record_id: UUID, *, scope: Scope) -> RecordView:
    """Answer one training record, of somebody in the scope or one's own.

    Raises:
        NotFoundError: there is none.
    """
    return (await records_of([record_id], scope=scope))[0]


async def records_of(ids: Collection[UUID], *, scope: Scope) -> list[RecordView]:
    """Answer training records by their ids, each of somebody in the scope or one's own.

    Raises:
        NotFoundError: one of them is not there.
    """
    wanted = set(ids)
    rows = await database.run(
        _RECORDS,
        QueryString("r.id IN {} AND {}", database.in_list(sorted(wanted)), in_reach(scope=scope)),
    )
    if len(rows) != len(wanted):
        raise NotFoundError
    return [_record(row) for row in rows]


def in_reach(*, scope: Scope) -> QueryString:
    """Answer the SQL condition on ``staff`` that keeps those in the scope, and oneself."""
    return QueryString("({} OR {})", staff_in_scope(scope=scope), _own(scope))


def _own(scope: Scope) -> QueryString:
    if scope.account_id is None:
        return QueryString("1 = 0")
    return QueryString("staff.account = {}", scope.account_id)


async def _page(conditions: list[QueryString], cursor: Cursor) -> Page[RecordView]:
    if after := cursor.after_id():
        conditions = [*conditions, QueryString("r.id < {}", after)]
    rows = await database.run(
        QueryString("{} LIMIT {}", QueryString(_RECORDS, database.all_of(conditions)),
                    cursor.limit + 1)
    )  # fmt: skip
    return cursor.page([_record(row) for row in rows], lambda view: (view.id,))


def _record(row: Row) -> RecordView:
    hours = row["hours"]
    return RecordView(
        id=row["id"],
        staff_id=row["staff"],
        staff_name=row["staff_name"],
        organisation_id=row["organisation"],
        organisation_name=row["organisation_name"],
        account_id=row["account"],
        course_id=row["course"],
        course_name=row["course_name"],
        completed_on=row["completed_on"],
        hours=None if hours is None else Decimal(str(hours)),
        evidence=Evidence(row["evidence"]),
        verified=row["verified"],
        counts=row["counts"],
        recorded_by=row["recorded_by"],
        created_at=row["created_at"],
        verified_by=row["verified_by"],
        verified_at=row["verified_at"],
        withdrawn_by=row["withdrawn_by"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_reason=row["withdrawn_reason"],
        event_id=row["event"],
    )
