"""Payloads of the life of a text, of decisions about it, and of alerts."""

from datetime import datetime
from uuid import UUID

from api.schemas.base import In, Out
from api.schemas.messaging import MessageOut
from messaging.domain.terms import AlertKind, MessageState, RuleKind
from messaging.queries.alerts import AlertView
from messaging.queries.life import LifeView, MoveView, TryView
from messaging.services.decisions import Outcome


class MoveOut(Out, frozen=True, kw_only=True):
    """One move of a text; ``actor_id`` is ``null`` where the service itself made it."""

    at: datetime
    state: MessageState
    state_text: str
    reason: str | None
    reason_text: str
    actor_id: UUID | None

    @classmethod
    def of(cls, view: MoveView) -> "MoveOut":
        """Shape a move."""
        return cls(
            at=view.at, state=view.state, state_text=view.state_text, reason=view.reason,
            reason_text=view.words.text, actor_id=view.actor_id,
        )  # fmt: skip


class TryOut(Out, frozen=True, kw_only=True):
    """One try to send a text, and what the provider said of it."""

    number: int
    started_at: datetime
    answered_at: datetime | None
    status_text: str
    error_code: int | None
    error_text: str

    @classmethod
    def of(cls, view: TryView) -> "TryOut":
        """Shape a try."""
        return cls(
            number=view.number, started_at=view.started_at, answered_at=view.answered_at,
            status_text=view.status_text, error_code=view.error_code, error_text=view.error_text,
        )  # fmt: skip


class LifeOut(Out, frozen=True, kw_only=True):
    """A text with each of its moves and tries, oldest first; never its number or its wording."""

    message: MessageOut
    kind: RuleKind
    template: str
    segments: int
    moves: list[MoveOut]
    tries: list[TryOut]

    @classmethod
    def of(cls, view: LifeView) -> "LifeOut":
        """Shape a text's life."""
        return cls(
            message=MessageOut.of(view.message), kind=view.kind, template=view.template,
            segments=view.segments, moves=[MoveOut.of(one) for one in view.moves],
            tries=[TryOut.of(one) for one in view.tries],
        )  # fmt: skip


class ResolveIn(In, frozen=True, kw_only=True):
    """What somebody found out about a text that nobody knew to have left."""

    outcome: Outcome


class AlertOut(Out, frozen=True, kw_only=True):
    """What about sending somebody must look into."""

    id: UUID
    kind: AlertKind
    text: str
    next_step: str
    template: str
    error_code: int | None
    times: int
    opened_at: datetime
    last_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, view: AlertView) -> "AlertOut":
        """Shape an alert."""
        return cls(
            id=view.id, kind=view.kind, text=view.words.text, next_step=view.words.next_step,
            template=view.template, error_code=view.error_code, times=view.times,
            opened_at=view.opened_at, last_at=view.last_at, settled_at=view.settled_at,
        )  # fmt: skip
