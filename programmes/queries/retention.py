"""Whose records are past the time for which they are kept, and who is under a legal hold (D13)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.pagination import Cursor, Page
from core.scope import Permission, Scope, Side
from programmes.domain.retention import Case, DueCase
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class ClosedCase(DueCase):
    """A person whose time is over."""

    participant_id: UUID
    organisation_id: UUID
    side: Side


@dataclass(frozen=True, slots=True)
class HoldView:
    """That a person's record is kept past its time: since when, by whom, why."""

    participant_id: UUID
    organisation_id: UUID
    side: Side
    name: str
    reason: str
    placed_at: datetime
    placed_by: UUID | None


_CASE = (
    "SELECT p.id, p.organisation, p.side, p.created_at,"
    " (SELECT MAX(e.ended_on) FROM enrolments e WHERE e.participant = p.id) AS ended_on,"
    " (SELECT MAX(COALESCE((SELECT MAX(m.moved_on) FROM referral_moves m WHERE m.referral = r.id),"
    " r.received_on)) FROM referrals r WHERE r.participant = p.id) AS moved_on,"
    " CASE WHEN EXISTS (SELECT 1 FROM legal_holds h WHERE h.participant = p.id"
    " AND h.lifted_at IS NULL) THEN 1 ELSE 0 END AS on_hold,"
    " CASE WHEN EXISTS (SELECT 1 FROM referrals r WHERE r.participant = p.id"
    " AND r.status NOT IN {}) OR EXISTS (SELECT 1 FROM enrolments e WHERE e.participant = p.id"
    " AND e.status IN {}) THEN 1 ELSE 0 END AS is_open"
    " FROM participants p WHERE p.closed_out_at IS NULL AND {}"
)
_HOLD = (
    "SELECT p.id, p.organisation, p.side, p.given_name, p.family_name, p.preferred_name,"
    " h.id AS hold, h.reason, h.placed_at, h.placed_by FROM legal_holds h"
    " JOIN participants p ON p.id = h.participant WHERE h.lifted_at IS NULL AND {}"
)


async def due_cases(*, scope: Scope, years: int) -> tuple[ClosedCase, ...]:
    """Answer everybody whose last case closed so many years ago, on hold or not, oldest first.

    For whoever runs the service: administrators, of the organisations that are theirs.
    """
    rows = await database.run(_CASE, visibility.CLOSED, visibility.OPEN, _administered(scope))
    found = [case for row in rows if (case := _due(row, years))]
    return tuple(sorted(found, key=lambda case: (case.due_on, case.participant_id)))


async def due_case(participant_id: UUID, *, scope: Scope, years: int) -> ClosedCase | None:
    """Answer the person's case if its time is over now."""
    mine = QueryString("(p.id = {} AND {})", participant_id, _administered(scope))
    rows = await database.run(_CASE, visibility.CLOSED, visibility.OPEN, mine)
    return _due(rows[0], years) if rows else None


async def holds(*, scope: Scope, cursor: Cursor) -> Page[HoldView]:
    """Answer the legal holds on visible people, the first placed first."""
    conditions = [visibility.participants(scope, Permission.EXPORT_PEOPLE)]
    if after := cursor.after_id():
        conditions.append(QueryString("h.id > {}", after))
    rows = await database.run(
        _HOLD + " ORDER BY h.id LIMIT {}", database.all_of(conditions), cursor.limit + 1
    )
    page = cursor.page(rows, lambda row: (row["hold"],))
    return Page(tuple(_hold(row) for row in page.items), page.next)


async def hold(participant_id: UUID, *, scope: Scope) -> HoldView | None:
    """Answer the legal hold on a visible person, ``None`` where there is none."""
    visible = visibility.participants(scope, Permission.EXPORT_PEOPLE)
    rows = await database.run(_HOLD + " AND p.id = {}", visible, participant_id)
    return _hold(rows[0]) if rows else None


async def people_on_hold(*, scope: Scope) -> frozenset[UUID]:
    """Answer who is under a legal hold, for whoever runs the service."""
    rows = await database.run(
        "SELECT p.id FROM legal_holds h JOIN participants p ON p.id = h.participant"
        " WHERE h.lifted_at IS NULL AND {} AND {}",
        _administered(scope),
        visibility.named(scope, "p.id"),
    )
    return frozenset(row["id"] for row in rows)


def _administered(scope: Scope) -> QueryString:
    areas = scope.within(Permission.MANAGE_ACCOUNTS)
    ids = [area.organisation_id for area in areas]
    if areas and None in ids:
        return QueryString("(1 = 1)")
    return QueryString("p.organisation IN {}", database.in_list(ids))


def _due(row: database.Row, years: int) -> ClosedCase | None:
    closed = [day for day in (_day(row["ended_on"]), _day(row["moved_on"])) if day]
    case = Case(
        added_on=clock.london(row["created_at"]).date(),
        closed_on=max(closed, default=None),
        is_open=bool(row["is_open"]),
    )
    due_on = case.due_on(years=years)
    if due_on is None or due_on > clock.today():
        return None
    return ClosedCase(
        due_on=due_on,
        on_hold=bool(row["on_hold"]),
        participant_id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
    )


def _day(value: date | str | None) -> date | None:
    """Answer a day out of an expression such as ``MAX``, which SQLite answers as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _hold(row: database.Row) -> HoldView:
    return HoldView(
        participant_id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        name=f"{row['preferred_name'] or row['given_name']} {row['family_name']}",
        reason=row["reason"],
        placed_at=row["placed_at"],
        placed_by=row["placed_by"],
    )
