"""Texts that people sent to the service."""

from datetime import datetime
from uuid import UUID

from api.schemas.base import Out
from core.scope import Side
from messaging.domain.terms import ReplyKind
from messaging.queries.replies import ReplyView


class ReplyOut(Out, frozen=True, kw_only=True):
    """A text that came in; whoever held the telephone wrote it.

    Without ``participant_id`` nobody is known by the number, or several are. ``session_id`` is what
    an answer is about.
    """

    id: UUID
    kind: ReplyKind
    risky: bool
    body: str
    received_at: datetime
    participant_id: UUID | None
    side: Side | None
    organisation_id: UUID | None
    session_id: UUID | None
    handled_at: datetime | None
    handled_by: UUID | None

    @classmethod
    def of(cls, view: ReplyView) -> "ReplyOut":
        """Shape a text."""
        return cls(
            id=view.id, kind=view.kind, risky=view.risky, body=view.body,
            received_at=view.received_at, participant_id=view.participant_id, side=view.side,
            organisation_id=view.organisation_id, session_id=view.subject_id,
            handled_at=view.handled_at, handled_by=view.handled_by,
        )  # fmt: skip
