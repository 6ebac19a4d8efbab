"""Payloads of texts, reminder rules and the pause switch; never a number or a body."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out, ShortText, organisation_or_own
from core.scope import Actor, Permission, Side
from messaging.domain.schedule import Offset
from messaging.domain.terms import MessageState, RuleKind
from messaging.queries import MessageView, PauseView, RuleView
from messaging.services.rules import NewRule

RuleName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Days = Annotated[int, msgspec.Meta(ge=0, le=1000)]


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


class ReminderRuleIn(In, frozen=True, kw_only=True):
    """A reminder rule to add: ``days_before`` with ``at``, or ``hours_before``."""

    name: RuleName
    side: Side
    organisation_id: UUID | None = None
    programme_id: UUID | None = None
    kind: RuleKind = RuleKind.SESSION_REMINDER
    days_before: Days | None = None
    at: ShortText | None = None
    hours_before: Days | None = None
    template_id: UUID | None = None
    active: bool

    def new(self, *, by: Actor) -> NewRule:
        """Answer it as the service takes it."""
        organisation_id = organisation_or_own(
            self.organisation_id, Permission.MANAGE_PROGRAMMES, self.side, by=by
        )
        return NewRule(
            name=self.name, side=self.side, organisation_id=organisation_id,
            programme_id=self.programme_id, kind=self.kind,
            offset=Offset(self.days_before, self.at, self.hours_before),
            template_id=self.template_id, active=self.active,
        )  # fmt: skip


class ReminderRuleOut(Out, frozen=True, kw_only=True):
    """A reminder rule."""

    id: UUID
    name: str
    side: Side
    organisation_id: UUID
    programme_id: UUID | None
    kind: RuleKind
    days_before: int | None
    at: str | None
    hours_before: int | None
    template_id: UUID
    active: bool
    version: int

    @classmethod
    def of(cls, view: RuleView) -> "ReminderRuleOut":
        """Shape a rule."""
        return cls(
            id=view.id, name=view.name, side=view.side, organisation_id=view.organisation_id,
            programme_id=view.programme_id, kind=view.kind, days_before=view.days_before,
            at=view.at, hours_before=view.hours_before, template_id=view.template_id,
            active=view.active, version=view.version,
        )  # fmt: skip


class PauseIn(In, frozen=True, kw_only=True):
    """The switch: all texts stop, or go again."""

    paused: bool
    reason: ShortText = ""


class PauseOut(Out, frozen=True, kw_only=True):
    """Whether all texts are paused; ``at`` is ``null`` if nobody ever threw the switch."""

    paused: bool
    reason: str
    at: datetime | None

    @classmethod
    def of(cls, view: PauseView) -> "PauseOut":
        """Shape the switch."""
        return cls(paused=view.paused, reason=view.reason, at=view.at)
