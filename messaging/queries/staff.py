"""Texts to staff about their training, for those who may see these staff."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.scope import Permission, Scope
from messaging.domain import reasons
from messaging.domain.reasons import STATE_WORDS, Words
from messaging.domain.terms import MessageState


@dataclass(frozen=True, slots=True)
class StaffTextView:
    """One text to a member of staff: where it stands, and why."""

    id: UUID
    rule: str
    state: MessageState
    state_text: str
    reason: str | None
    words: Words
    send_after: datetime
    updated_at: datetime


async def texts_to_staff(staff_id: UUID, *, scope: Scope) -> tuple[StaffTextView, ...]:
    """Answer the texts to a member of staff, the newest first; no number and no wording."""
    rows = await database.run(
        "SELECT m.id, m.state, m.state_reason, m.send_after, m.updated_at, r.name AS rule"
        " FROM messages m JOIN reminder_rules r ON r.id = m.rule"
        " WHERE m.recipient = {} AND m.side IS NULL AND {} ORDER BY m.id DESC LIMIT 50",
        staff_id,
        _visible(scope),
    )
    return tuple(_text(row) for row in rows)


def _visible(scope: Scope) -> QueryString:
    areas = [area for area in scope.within(Permission.VIEW_STAFF) if area.side is None]
    if not areas:
        return QueryString("(1 = 0)")
    if any(area.organisation_id is None for area in areas):
        return QueryString("(1 = 1)")
    organisations = sorted({area.organisation_id for area in areas if area.organisation_id})
    return QueryString("m.organisation IN {}", database.in_list(organisations))


def _text(row: database.Row) -> StaffTextView:
    state = MessageState(row["state"])
    return StaffTextView(
        id=row["id"],
        rule=row["rule"],
        state=state,
        state_text=STATE_WORDS[state].text,
        reason=reasons.shown_slug(row["state_reason"]),
        words=reasons.words_for(state, row["state_reason"]),
        send_after=row["send_after"],
        updated_at=row["updated_at"],
    )
