"""Reminder rules, as those see them who see the texts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Area, Permission, Scope, Side
from messaging.domain.schedule import Offset
from messaging.domain.terms import RuleKind

_RULE = (
    "SELECT r.id, r.organisation, r.name, r.side, r.programme, r.kind, r.days_before, r.at,"
    " r.hours_before, r.template, t.name AS template_name, r.asks, r.active, r.active_since,"
    " r.version FROM reminder_rules r JOIN message_templates t ON t.id = r.template"
)


@dataclass(frozen=True, slots=True)
class RuleView:
    """A reminder rule; without a ``side`` it is about the training of staff."""

    id: UUID
    organisation_id: UUID
    name: str
    side: Side | None
    programme_id: UUID | None
    kind: RuleKind
    offset: Offset
    template_id: UUID
    template_name: str
    asks: bool
    active: bool
    active_since: datetime | None
    version: int


async def rules(*, scope: Scope, cursor: Cursor) -> Page[RuleView]:
    """Answer the reminder rules of the scope's sides and organisations, oldest first."""
    conditions = [_visible(scope)]
    if after := cursor.after_id():
        conditions.append(QueryString("r.id > {}", after))
    rows = await database.run(
        _RULE + " WHERE {} ORDER BY r.id LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page([_rule(row) for row in rows], lambda view: (view.id,))


async def rule(rule_id: UUID, *, scope: Scope) -> RuleView:
    """Answer one rule.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(_RULE + " WHERE r.id = {} AND {}", rule_id, _visible(scope))
    if not rows:
        raise NotFoundError
    return _rule(rows[0])


def manages(kind: RuleKind) -> Permission:
    """Answer the permission that a rule of this kind needs to be changed."""
    if kind is RuleKind.TRAINING_EXPIRY:
        return Permission.MANAGE_REQUIREMENTS
    return Permission.MANAGE_PROGRAMMES


def _visible(scope: Scope) -> QueryString:
    areas = [
        *scope.within(Permission.VIEW_MESSAGES),
        *(area for area in scope.within(Permission.MANAGE_REQUIREMENTS) if area.side is None),
    ]
    if not areas:
        return QueryString("(1 = 0)")
    return QueryString("(" + " OR ".join(["{}"] * len(areas)) + ")", *map(_area, areas))


def _area(area: Area) -> QueryString:
    conditions = [
        QueryString("r.side = {}", str(area.side)) if area.side else QueryString("r.side IS NULL")
    ]
    if area.organisation_id is not None:
        conditions.append(QueryString("r.organisation = {}", area.organisation_id))
    return QueryString("({})", database.all_of(conditions))


def _rule(row: database.Row) -> RuleView:
    return RuleView(
        id=row["id"],
        organisation_id=row["organisation"],
        name=row["name"],
        side=Side(row["side"]) if row["side"] else None,
        programme_id=row["programme"],
        kind=RuleKind(row["kind"]),
        offset=Offset(row["days_before"], row["at"], row["hours_before"]),
        template_id=row["template"],
        template_name=row["template_name"],
        asks=bool(row["asks"]),
        active=bool(row["active"]),
        active_since=database.as_instant(row["active_since"]),
        version=row["version"],
    )
