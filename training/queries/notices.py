"""Notices about training: those for whoever is signed in, and e-mail that waits to leave."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.database import Row
from core.scope import Permission, Scope
from training.domain.chasing import ToChase
from training.domain.terms import NoticeKind, NoticeState
from training.queries.areas import organisations_seen, staff_in_scope

_OWN = (
    "SELECT n.id, n.kind, n.organisation, n.period, n.facts, n.created_at, o.name AS named"
    " FROM training_notices n LEFT JOIN staff s ON s.id = n.staff"
    " LEFT JOIN organisations o ON o.id = n.organisation"
    " WHERE n.channel = 'task' AND n.state = 'waiting' AND (n.account = {} OR s.account = {})"
    " AND (n.kind <> 'lead_digest' OR {}) ORDER BY n.kind DESC, n.created_at, n.id"
)
_TO_SEND = (
    "SELECT n.id, n.kind, n.facts,"
    " CASE WHEN a.is_active THEN a.email ELSE s.email END AS address FROM training_notices n"
    " LEFT JOIN staff s ON s.id = n.staff"
    " LEFT JOIN accounts a ON a.id = COALESCE(n.account, s.account)"
    " WHERE n.channel = 'email' AND n.state = 'waiting' AND n.id > {} AND"
    " (EXISTS (SELECT 1 FROM posts h WHERE h.staff = n.staff AND h.started_on <= {}"
    " AND (h.ended_on IS NULL OR h.ended_on >= {}))"
    " OR EXISTS (SELECT 1 FROM grants g WHERE g.account = n.account AND g.role = 'workforce_lead'"
    " AND (g.organisation IS NULL OR g.organisation = n.organisation)))"
    " ORDER BY n.id LIMIT {}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A task for whoever is signed in; digests have ``counts``, an expiry its course and day.

    ``organisation_name`` is empty in a digest of all organisations.
    """

    id: UUID
    kind: NoticeKind
    organisation_id: UUID | None
    organisation_name: str
    created_at: datetime
    counts: Mapping[UUID, ToChase]
    course_id: UUID | None
    last_on: date | None


@dataclass(frozen=True, slots=True)
class ToSend:
    """An e-mail that waits: to whom it goes as of now, and what it counts or which day it names."""

    id: UUID
    kind: NoticeKind
    address: str
    counts: Mapping[UUID, ToChase]
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member of staff as a notice finds them; ``account_id`` is a linked one that signs in."""

    staff_id: UUID
    organisation_id: UUID
    account_id: UUID | None
    has_address: bool


async def own_notices(*, scope: Scope) -> tuple[NoticeView, ...]:
    """Answer what waits for whoever is signed in: digests of what they may see, their own expiry.

    It is one statement.
    """
    if scope.account_id is None:
        return ()
    seen = organisations_seen(scope=scope)
    leads = QueryString("1 = 1")
    if seen is not None:
        leads = QueryString("n.organisation IN {}", database.in_list(sorted(seen)))
    rows = await database.run(_OWN, scope.account_id, scope.account_id, leads)
    return tuple(_notice(row) for row in rows)


async def to_send(*, after: UUID, day: date, limit: int, scope: Scope) -> tuple[ToSend, ...]:
    """Answer e-mail that waits, in order: none to those who left or are lead no longer."""
    if not scope.covers(Permission.VIEW_STAFF, side=None, organisation_id=None):
        return ()
    rows = await database.run(_TO_SEND, after, day, day, limit)
    return tuple(
        ToSend(row["id"], NoticeKind(row["kind"]), row["address"] or "", *_facts(row))
        for row in rows
    )


async def recipients(staff_ids: Collection[UUID], *, scope: Scope) -> Mapping[UUID, Recipient]:
    """Answer how some staff can be told."""
    rows = await database.run(
        "SELECT staff.id, staff.organisation, staff.email, a.id AS account FROM staff"
        " LEFT JOIN accounts a ON a.id = staff.account AND a.is_active"
        " WHERE staff.id IN {} AND {}",
        database.in_list(sorted(staff_ids)),
        staff_in_scope(scope=scope),
    )
    return {
        row["id"]: Recipient(
            row["id"], row["organisation"], row["account"], bool(row["account"] or row["email"])
        )
        for row in rows
    }


async def named(
    requirement_ids: Collection[UUID], course_ids: Collection[UUID], *, scope: Scope
) -> Mapping[UUID, str]:
    """Answer the names of what one's own notices are about: one statement."""
    if scope.account_id is None:
        return {}
    rows = await database.run(
        "SELECT id, name FROM requirements WHERE id IN {}"
        " UNION ALL SELECT id, name FROM courses WHERE id IN {}",
        database.in_list(sorted(requirement_ids)),
        database.in_list(sorted(course_ids)),
    )
    return {row["id"]: row["name"] for row in rows}


async def unsent(*, scope: Scope) -> Mapping[NoticeState, int]:
    """Answer how many e-mails were refused, and of how many nobody knows whether they left."""
    if not scope.covers(Permission.VIEW_STAFF, side=None, organisation_id=None):
        return {}
    rows = await database.run(
        "SELECT state, COUNT(*) AS notices FROM training_notices"
        " WHERE state IN ('failed', 'doubtful') GROUP BY state"
    )
    return {NoticeState(row["state"]): int(row["notices"]) for row in rows}


def _notice(row: Row) -> NoticeView:
    facts = json.loads(row["facts"])
    counts, last_on = _facts(row)
    return NoticeView(
        id=row["id"],
        kind=NoticeKind(row["kind"]),
        organisation_id=row["organisation"],
        organisation_name=row["named"] or "",
        created_at=row["created_at"],
        counts=counts,
        course_id=UUID(facts["course"]) if "course" in facts else None,
        last_on=last_on,
    )


def _facts(row: Row) -> tuple[Mapping[UUID, ToChase], date | None]:
    facts = json.loads(row["facts"])
    counts = {UUID(id): ToChase(**found) for id, found in facts.get("counts", {}).items()}
    return counts, date.fromisoformat(facts["last_on"]) if "last_on" in facts else None
