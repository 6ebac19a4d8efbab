"""Payloads of texts to staff."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out
from messaging.domain.terms import MessageState
from messaging.queries.staff import StaffTextView

Number = Annotated[str, msgspec.Meta(max_length=32)]


class StaffTextsIn(In, frozen=True, kw_only=True):
    """A number, empty for none, and when its holder agreed to texts, if they did."""

    version: int
    number: Number
    agreed_on: date | None = None


class StaffTextOut(Out, frozen=True, kw_only=True):
    """A text to a member of staff."""

    id: UUID
    rule: str
    state: MessageState
    state_text: str
    reason: str | None
    reason_text: str
    send_after: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: StaffTextView) -> "StaffTextOut":
        """Shape a text."""
        return cls(
            id=view.id, rule=view.rule, state=view.state, state_text=view.state_text,
            reason=view.reason, reason_text=view.words.text, send_after=view.send_after,
            updated_at=view.updated_at,
        )  # fmt: skip


class StaffTextsOut(Out, frozen=True, kw_only=True):
    """Where a member of staff is reminded, and their last texts."""

    number: str
    agreed_on: date | None
    version: int
    texts: list[StaffTextOut]
