"""What was refused to keep people apart, and why: for safety leads only (D3, D5, D6, M9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.phone import MobileNumber
from core.scope import Permission, Scope, Side
from programmes.domain.case_terms import ConflictKind
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class Known:
    """A person of a conflict, as far as this safety lead may know them."""

    id: UUID
    name: str
    side: Side


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict; whoever lies outside the lead's organisations is ``None``."""

    id: UUID
    kind: ConflictKind
    organisation_id: UUID
    person_id: UUID | None
    person: Known | None
    other: Known | None
    cohort_id: UUID | None
    cohort_code: str
    met_on: date | None
    tried_by: UUID | None
    tried_at: datetime
    settled_at: datetime | None
    settled_by: UUID | None
    note: str
    version: int


@dataclass(frozen=True, slots=True)
class SharedNumber:
    """A number, all but its end hidden, that several people are recorded with (M9).

    ``others`` counts those outside the scope.
    """

    number: str
    people: tuple[Known, ...]
    others: int


_CONFLICT = (
    "SELECT x.id, x.kind, x.organisation, x.participant, x.other, x.cohort, c.code, x.met_on,"
    " x.tried_by, x.tried_at, x.settled_at, x.settled_by, x.note, x.version"
    " FROM conflicts x LEFT JOIN cohorts c ON c.id = x.cohort"
)


async def conflicts(*, scope: Scope, cursor: Cursor, settled: bool = False) -> Page[ConflictView]:
    """Answer conflicts that wait to be settled, or those that have been, newest first."""
    conditions = [_within(scope), QueryString(f"x.settled_at IS {'NOT ' if settled else ''}NULL")]
    if after := cursor.after_id():
        conditions.append(QueryString("x.id < {}", after))
    rows = await database.run(
        _CONFLICT + " WHERE {} ORDER BY x.id DESC LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    views = await _views(rows, scope)
    return cursor.page(views, lambda view: (view.id,))


async def conflict(conflict_id: UUID, *, scope: Scope) -> ConflictView:
    """Answer one conflict.

    Raises:
        NotFoundError: it is not there, or not this lead's.
    """
    rows = await database.run(_CONFLICT + " WHERE x.id = {} AND {}", conflict_id, _within(scope))
    if not rows:
        raise NotFoundError
    return (await _views(rows, scope))[0]


async def open_conflicts(*, scope: Scope) -> int:
    """Answer how many conflicts wait for this lead."""
    rows = await database.run(
        "SELECT COUNT(*) AS found FROM conflicts x WHERE x.settled_at IS NULL AND {}",
        _within(scope),
    )
    return int(rows[0]["found"])


async def shared_numbers(*, scope: Scope) -> tuple[SharedNumber, ...]:
    """Answer the numbers that two or more people are recorded with, one of them visible (M9)."""
    if not scope.has(Permission.KEEP_APART):
        return ()
    rows = await database.run(
        "SELECT k.number, p.id FROM safe_contacts k JOIN participants p ON p.id = k.participant"
        " WHERE k.number IN (SELECT number FROM safe_contacts WHERE number IS NOT NULL"
        " GROUP BY number HAVING COUNT(*) > 1) AND {} ORDER BY k.number, p.id",
        visibility.unrestricted(scope),
    )
    names = await people({row["id"] for row in rows}, scope=scope)
    holders: dict[str, list[UUID]] = {}
    for row in rows:
        holders.setdefault(row["number"], []).append(row["id"])
    return tuple(
        SharedNumber(
            MobileNumber(number).masked(),
            known := tuple(names[id] for id in ids if id in names),
            len(ids) - len(known),
        )
        for number, ids in holders.items()
        if len(ids) > 1 and any(id in names for id in ids)
    )


async def people(ids: Collection[UUID], *, scope: Scope) -> dict[UUID, Known]:
    """Answer the names and sides of those whom a safety lead may see."""
    if not ids:
        return {}
    rows = await database.run(
        "SELECT p.id, p.side, p.given_name, p.family_name, p.preferred_name FROM participants p"
        " WHERE p.id IN {} AND {}",
        database.in_list(ids),
        visibility.participants(scope, Permission.KEEP_APART),
    )
    return {
        row["id"]: Known(
            row["id"],
            f"{row['preferred_name'] or row['given_name']} {row['family_name']}",
            Side(row["side"]),
        )
        for row in rows
    }


def _within(scope: Scope) -> QueryString:
    """Answer the condition on ``x`` (conflicts): the lead's organisations, nobody hidden (D7)."""
    areas = {area.organisation_id for area in scope.within(Permission.KEEP_APART)}
    if not areas:
        return QueryString("(1 = 0)")
    where = QueryString("(1 = 1)")
    if None not in areas:
        where = QueryString("x.organisation IN {}", database.in_list(areas))
    return QueryString(
        "({} AND {} AND {})",
        where,
        visibility.named(scope, "x.participant"),
        visibility.named(scope, "x.other"),
    )


async def _views(rows: Sequence[database.Row], scope: Scope) -> list[ConflictView]:
    ids = {row[column] for row in rows for column in ("participant", "other") if row[column]}
    known = await people(ids, scope=scope)
    return [
        ConflictView(
            id=row["id"],
            kind=ConflictKind(row["kind"]),
            organisation_id=row["organisation"],
            person_id=row["participant"],
            person=known.get(row["participant"]),
            other=known.get(row["other"]),
            cohort_id=row["cohort"],
            cohort_code=row["code"] or "",
            met_on=row["met_on"],
            tried_by=row["tried_by"],
            tried_at=row["tried_at"],
            settled_at=row["settled_at"],
            settled_by=row["settled_by"],
            note=row["note"],
            version=row["version"],
        )
        for row in rows
    ]
