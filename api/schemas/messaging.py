"""Payloads of texts, reminder rules and the pause switch; never a number or a body."""

from datetime import datetime
from uuid import UUID

from api.schemas.base import Out
from core.scope import Side
from messaging.domain.terms import MessageState
from messaging.queries import MessageView


class MessageOut(Out, frozen=True, kw_only=True):
    """A text: where it stands, why, and what to do about it."""

    id: UUID
    side: Side
    organisation_id: UUID
    participant_id: UUID
    session_id: UUID
    cohort_id: UUID
    rule: str
    state: MessageState
    state_text: str
    reason: str | None
    reason_text: str
    next_step: str
    send_after: datetime
    expires_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: MessageView) -> "MessageOut":
        """Shape a text."""
        return cls(
            id=view.id, side=view.side, organisation_id=view.organisation_id,
            participant_id=view.recipient_id, session_id=view.subject_id,
            cohort_id=view.cohort_id, rule=view.rule, state=view.state,
            state_text=view.state_text, reason=view.reason, reason_text=view.words.text,
            next_step=view.words.next_step, send_after=view.send_after,
            expires_at=view.expires_at, updated_at=view.updated_at,
        )  # fmt: skip
