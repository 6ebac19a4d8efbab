"""Payloads of the switches that stop texts."""

from datetime import datetime
from uuid import UUID

from api.pausing import Standing
from api.schemas.base import In, Out, ShortText
from core.scope import Side
from messaging.domain.terms import PauseOf
from messaging.queries import PauseView


class MessagePauseIn(In, frozen=True, kw_only=True):
    """A switch: texts stop, or go again. A reason is needed for stopping."""

    paused: bool
    reason: ShortText = ""


class MessagePauseOut(Out, frozen=True, kw_only=True):
    """Whether texts are paused; ``at`` is ``null`` if nobody ever threw the switch."""

    paused: bool
    reason: str
    at: datetime | None

    @classmethod
    def of(cls, view: PauseView) -> "MessagePauseOut":
        """Shape the switch."""
        return cls(paused=view.paused, reason=view.reason, at=view.at)


class PauseInForceOut(Out, frozen=True, kw_only=True):
    """A switch that stops the texts of a programme, a group or a person now."""

    pause_of: PauseOf
    subject_id: UUID
    side: Side | None
    organisation_id: UUID | None
    reason: str
    at: datetime

    @classmethod
    def of(cls, standing: Standing) -> "PauseInForceOut":
        """Shape a switch in force; names stay on pages."""
        found = standing.pause
        return cls(
            pause_of=found.pause_of, subject_id=standing.subject_id, side=found.side,
            organisation_id=found.organisation_id, reason=found.reason, at=found.at,
        )  # fmt: skip
