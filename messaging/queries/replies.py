"""Texts that people sent to the service, for those who look after them; the machine answers none.

What somebody wrote is shown in the reader's own area only; whoever shows it leaves out people whose
records are hidden from the reader, whom this room does not know (D7). Of a number that nobody has,
or several have, safety leads alone are told (M9).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Area, Permission, Scope, Side
from messaging.domain.terms import BlockCause, ReplyKind

_REPLY = (
    "SELECT i.id, i.kind, i.risky, i.body, i.received_at, i.organisation, i.side, i.participant,"
    " i.cohort, i.handled_at, i.handled_by, m.subject"
    " FROM inbound_messages i LEFT JOIN messages m ON m.id = i.message"
)


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A text that came in; ``subject_id`` is the session that it answered a question about."""

    id: UUID
    kind: ReplyKind
    risky: bool
    body: str
    received_at: datetime
    organisation_id: UUID | None
    side: Side | None
    participant_id: UUID | None
    cohort_id: UUID | None
    subject_id: UUID | None
    handled_at: datetime | None
    handled_by: UUID | None


@dataclass(frozen=True, slots=True)
class HeldReply:
    """A text from a person as their own file shows it."""

    received_at: datetime
    number: str
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class HeldBlock:
    """That no text went to a person's number at their own or a worker's word."""

    at: datetime
    cause: str
    lifted_at: datetime | None


async def replies(
    *, scope: Scope, own_cohorts: frozenset[UUID], cursor: Cursor, done: bool = False
) -> Page[ReplyView]:
    """Answer the texts that came in and wait for somebody, or are done with, newest first."""
    conditions = [
        _visible(scope, Permission.VIEW_MESSAGES, own_cohorts),
        QueryString(f"i.handled_at IS {'NOT ' if done else ''}NULL"),
    ]
    if after := cursor.after_instant():
        conditions.append(
            QueryString("(i.received_at < {} OR (i.received_at = {} AND i.id < {}))",
                        after[0], *after)
        )  # fmt: skip
    rows = await database.run(
        _REPLY + " WHERE {} ORDER BY i.received_at DESC, i.id DESC LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page([_reply(row) for row in rows], lambda view: (view.received_at, view.id))


async def waiting_replies(
    *, scope: Scope, own_cohorts: frozenset[UUID], limit: int
) -> tuple[ReplyView, ...]:
    """Answer the texts that wait for somebody: those with words of danger first."""
    rows = await database.run(
        _REPLY + " WHERE {} AND i.handled_at IS NULL"
        " ORDER BY i.risky DESC, i.received_at, i.id LIMIT {}",
        _visible(scope, Permission.DECIDE_MESSAGES, own_cohorts),
        limit,
    )
    return tuple(_reply(row) for row in rows)


async def reply(
    reply_id: UUID,
    *,
    scope: Scope,
    own_cohorts: frozenset[UUID],
    permission: Permission = Permission.VIEW_MESSAGES,
) -> ReplyView:
    """Answer one text that came in.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _REPLY + " WHERE i.id = {} AND {}", reply_id, _visible(scope, permission, own_cohorts)
    )
    if not rows:
        raise NotFoundError
    return _reply(rows[0])


async def replies_from(participant_id: UUID, *, scope: Scope) -> tuple[HeldReply, ...]:
    """Answer every text from a person, for whoever may export what is held about them."""
    rows = await database.run(
        "SELECT i.received_at, i.number, i.kind, i.body FROM inbound_messages i"
        " WHERE i.participant = {} AND {} ORDER BY i.received_at, i.id",
        participant_id,
        _within(scope, Permission.EXPORT_PEOPLE, None),
    )
    return tuple(HeldReply(**row) for row in rows)


async def opt_outs_of(hashes: Collection[str], *, scope: Scope) -> tuple[HeldBlock, ...]:
    """Answer when texts were stopped for numbers of one person alone, and let go again.

    What the network said of a number is left out: it is not the person's own word.
    """
    if not scope.has(Permission.EXPORT_PEOPLE):
        return ()
    rows = await database.run(
        "SELECT at, cause, lifted_at FROM number_blocks WHERE to_hash IN {} AND cause IN {}"
        " ORDER BY at, id",
        database.in_list(sorted(hashes)),
        database.in_list([BlockCause.STOP.value, BlockCause.WORKER.value]),
    )
    return tuple(HeldBlock(**row) for row in rows)


def _visible(scope: Scope, permission: Permission, own_cohorts: frozenset[UUID]) -> QueryString:
    """Answer the condition on ``i``: of known people in the areas, of others for safety leads."""
    return QueryString(
        "((i.participant IS NOT NULL AND {}) OR (i.participant IS NULL AND {}))",
        _within(scope, permission, own_cohorts),
        _of_nobody(scope),
    )


def _of_nobody(scope: Scope) -> QueryString:
    led = {area.organisation_id for area in scope.within(Permission.KEEP_APART)}
    if not led:
        return QueryString("(1 = 0)")
    if None in led:
        return QueryString("(1 = 1)")
    return QueryString("(i.organisation IS NULL OR i.organisation IN {})", database.in_list(led))


def _within(
    scope: Scope, permission: Permission, own_cohorts: frozenset[UUID] | None
) -> QueryString:
    parts = [_area(area, own_cohorts) for area in scope.within(permission) if area.side is not None]
    return _any(parts)


def _any(parts: Sequence[QueryString]) -> QueryString:
    if not parts:
        return QueryString("(1 = 0)")
    return QueryString("(" + " OR ".join(["{}"] * len(parts)) + ")", *parts)


def _area(area: Area, own_cohorts: frozenset[UUID] | None) -> QueryString:
    conditions = [QueryString("i.side = {}", str(area.side))]
    if area.organisation_id is not None:
        conditions.append(QueryString("i.organisation = {}", area.organisation_id))
    if area.own_only and own_cohorts is not None:
        conditions.append(QueryString("i.cohort IN {}", database.in_list(sorted(own_cohorts))))
    return QueryString("({})", database.all_of(conditions))


def _reply(row: database.Row) -> ReplyView:
    return ReplyView(
        id=row["id"],
        kind=ReplyKind(row["kind"]),
        risky=bool(row["risky"]),
        body=row["body"],
        received_at=row["received_at"],
        organisation_id=row["organisation"],
        side=Side(row["side"]) if row["side"] else None,
        participant_id=row["participant"],
        cohort_id=row["cohort"],
        subject_id=row["subject"],
        handled_at=row["handled_at"],
        handled_by=row["handled_by"],
    )
