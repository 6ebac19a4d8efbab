"""Reads of the messaging room: never a number or a body, but in somebody's own file."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Area, Permission, Scope, Side
from messaging.domain import reasons, states
from messaging.domain.reasons import STATE_WORDS, Words
from messaging.domain.terms import MessageState

MESSAGE = (
    "SELECT m.id, m.organisation, m.side, m.recipient, m.subject, m.cohort, m.state,"
    " m.state_reason, m.send_after, m.expires_at, m.updated_at, r.name AS rule"
    " FROM messages m JOIN reminder_rules r ON r.id = m.rule"
)
"""Reads texts, as ``m``, for ``message_of``."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A text and why it stands where it stands, in words.

    ``reason`` is what everybody may see: a shared number looks like any other hold (M9).
    """

    id: UUID
    organisation_id: UUID
    side: Side
    recipient_id: UUID
    subject_id: UUID
    cohort_id: UUID
    rule: str
    state: MessageState
    state_text: str
    reason: str | None
    words: Words
    send_after: datetime
    expires_at: datetime
    updated_at: datetime

    @property
    def is_waiting(self) -> bool:
        """Tell whether it can still be cancelled."""
        return self.state in states.UNSENT


@dataclass(frozen=True, slots=True)
class TextView:
    """A text to one person as their own file shows it; empty where nothing is kept any more."""

    due_at: datetime
    state_text: str
    since: datetime
    number: str
    filled_in: str
    body: str


async def messages(
    *,
    scope: Scope,
    own_cohorts: frozenset[UUID],
    cursor: Cursor,
    state: MessageState | None = None,
) -> Page[MessageView]:
    """Answer the texts that the scope may see, newest first.

    ``own_cohorts`` are the cohorts that the person facilitates, for areas that hold only those.
    """
    conditions = [visible(scope, Permission.VIEW_MESSAGES, own_cohorts)]
    if state is not None:
        conditions.append(QueryString("m.state = {}", state.value))
    if after := cursor.after_id():
        conditions.append(QueryString("m.id < {}", after))
    rows = await database.run(
        MESSAGE + " WHERE {} ORDER BY m.id DESC LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page([message_of(row) for row in rows], lambda view: (view.id,))


async def message(
    message_id: UUID,
    *,
    scope: Scope,
    own_cohorts: frozenset[UUID],
    permission: Permission = Permission.VIEW_MESSAGES,
) -> MessageView:
    """Answer one text.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        MESSAGE + " WHERE m.id = {} AND {}",
        message_id,
        visible(scope, permission, own_cohorts),
    )
    if not rows:
        raise NotFoundError
    return message_of(rows[0])


async def texts_to(recipient_id: UUID, *, scope: Scope) -> tuple[TextView, ...]:
    """Answer every text to a person, for whoever may export what is held about them."""
    rows = await database.run(
        "SELECT m.send_after, m.updated_at, m.state, m.number, m.variables, m.body"
        " FROM messages m WHERE m.recipient = {} AND {} ORDER BY m.id",
        recipient_id,
        visible(scope, Permission.EXPORT_PEOPLE, None),
    )
    return tuple(
        TextView(
            due_at=row["send_after"],
            state_text=STATE_WORDS[MessageState(row["state"])].text,
            since=row["updated_at"],
            number=row["number"] or "",
            filled_in=", ".join(map(str, json.loads(row["variables"]).values())),
            body=row["body"] or "",
        )
        for row in rows
    )


async def counts(*, scope: Scope, own_cohorts: frozenset[UUID]) -> dict[MessageState, int]:
    """Answer how many visible texts there are in each state that has any."""
    rows = await database.run(
        "SELECT m.state, COUNT(*) AS number FROM messages m WHERE {} GROUP BY m.state",
        visible(scope, Permission.VIEW_MESSAGES, own_cohorts),
    )
    found = {row["state"]: int(row["number"]) for row in rows}
    return {state: found[state] for state in MessageState if state in found}


def visible(
    scope: Scope, permission: Permission, own_cohorts: frozenset[UUID] | None
) -> QueryString:
    """Answer the condition on ``m``; without ``own_cohorts`` own-only areas are whole (rules)."""
    parts = [_area(area, own_cohorts) for area in scope.within(permission) if area.side is not None]
    if not parts:
        return QueryString("(1 = 0)")
    return QueryString("(" + " OR ".join(["{}"] * len(parts)) + ")", *parts)


def _area(area: Area, own_cohorts: frozenset[UUID] | None) -> QueryString:
    conditions = [QueryString("m.side = {}", str(area.side))]
    if area.organisation_id is not None:
        conditions.append(QueryString("m.organisation = {}", area.organisation_id))
    if area.own_only and own_cohorts is not None:
        conditions.append(QueryString("m.cohort IN {}", database.in_list(sorted(own_cohorts))))
    return QueryString("({})", database.all_of(conditions))


def message_of(row: database.Row) -> MessageView:
    """Answer the text of a row that ``MESSAGE`` read."""
    state = MessageState(row["state"])
    return MessageView(
        id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        recipient_id=row["recipient"],
        subject_id=row["subject"],
        cohort_id=row["cohort"],
        rule=row["rule"],
        state=state,
        state_text=STATE_WORDS[state].text,
        reason=reasons.shown_slug(row["state_reason"]),
        words=reasons.words_for(state, row["state_reason"]),
        send_after=row["send_after"],
        expires_at=row["expires_at"],
        updated_at=row["updated_at"],
    )
