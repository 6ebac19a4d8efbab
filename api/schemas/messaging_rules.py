"""Payloads of reminder rules and of the wordings of texts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out, ShortText, organisation_or_own
from core.scope import Actor, Side
from messaging.domain import reasons
from messaging.domain.gates import Outcome
from messaging.domain.lint import Finding, FindingKind
from messaging.domain.schedule import Offset
from messaging.domain.segments import Encoding, Packed
from messaging.domain.terms import RuleKind
from messaging.queries.rules import RuleView, manages
from messaging.queries.templates import TemplateView
from messaging.services.drafts import Planned
from messaging.services.rule_writes import NewRule, RuleChange

RuleName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Days = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Body = Annotated[str, msgspec.Meta(max_length=2000)]
Version = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
SHOWN = 20


class ReminderRuleIn(In, frozen=True, kw_only=True):
    """A reminder rule: ``days_before`` with ``at``, or ``hours_before``, or neither at a change."""

    name: RuleName
    side: Side | None = None
    organisation_id: UUID | None = None
    programme_id: UUID | None = None
    kind: RuleKind = RuleKind.SESSION_REMINDER
    days_before: Days | None = None
    at: ShortText | None = None
    hours_before: Days | None = None
    template_id: UUID | None = None
    asks: bool = False
    active: bool

    def new(self, *, by: Actor) -> NewRule:
        """Answer it as the service takes it."""
        organisation_id = organisation_or_own(
            self.organisation_id, manages(self.kind), self.side, by=by
        )
        return NewRule(
            name=self.name, side=self.side, organisation_id=organisation_id,
            programme_id=self.programme_id, kind=self.kind,
            offset=Offset(self.days_before, self.at, self.hours_before),
            template_id=self.template_id, active=self.active, asks=self.asks,
        )  # fmt: skip


class RulePreviewIn(ReminderRuleIn, frozen=True, kw_only=True):
    """A rule to try: ``rule_id`` names the one that it would replace, if it is kept already."""

    rule_id: UUID | None = None
    name: RuleName = "Preview"
    active: bool = True


class ReminderRulePatch(In, frozen=True, kw_only=True):
    """What to change of a rule; a time is given as a whole, and what is left out stays."""

    version: Version
    name: RuleName | msgspec.UnsetType = msgspec.UNSET
    days_before: Days | msgspec.UnsetType | None = msgspec.UNSET
    at: ShortText | msgspec.UnsetType | None = msgspec.UNSET
    hours_before: Days | msgspec.UnsetType | None = msgspec.UNSET
    template_id: UUID | msgspec.UnsetType = msgspec.UNSET
    asks: bool | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET

    def applied_to(self, view: RuleView) -> RuleChange:
        """Answer the rule as it is to be."""
        times = (self.days_before, self.at, self.hours_before)
        offset = view.offset
        if any(one is not msgspec.UNSET for one in times):
            offset = Offset(*(None if one is msgspec.UNSET else one for one in times))  # type: ignore[arg-type]  # in the order of Offset
        change = RuleChange(view.name, offset, view.template_id, view.active, view.asks)
        given = {
            name: getattr(self, name)
            for name in ("name", "template_id", "asks", "active")
            if getattr(self, name) is not msgspec.UNSET
        }
        return replace(change, **given)


class ReminderRuleOut(Out, frozen=True, kw_only=True):
    """A reminder rule."""

    id: UUID
    name: str
    side: Side | None
    organisation_id: UUID
    programme_id: UUID | None
    kind: RuleKind
    days_before: int | None
    at: str | None
    hours_before: int | None
    template_id: UUID
    asks: bool
    active: bool
    active_since: datetime | None
    version: int

    @classmethod
    def of(cls, view: RuleView) -> "ReminderRuleOut":
        """Shape a rule."""
        return cls(
            id=view.id, name=view.name, side=view.side, organisation_id=view.organisation_id,
            programme_id=view.programme_id, kind=view.kind, days_before=view.offset.days_before,
            at=view.offset.at, hours_before=view.offset.hours_before,
            template_id=view.template_id, asks=view.asks, active=view.active,
            active_since=view.active_since, version=view.version,
        )  # fmt: skip


class TrialTextOut(Out, frozen=True, kw_only=True):
    """One text that a rule would plan; ``reason`` says why it would not go out."""

    recipient_id: UUID
    subject_id: UUID
    send_after: datetime
    outcome: Outcome
    reason: str | None


class RulePreviewOut(Out, frozen=True, kw_only=True):
    """What a rule would plan if it were switched on now: nothing of it is past."""

    texts: int
    would_go: int
    held: int
    not_sent: int
    items: list[TrialTextOut]

    @classmethod
    def of(cls, planned: Sequence[Planned]) -> "RulePreviewOut":
        """Shape a trial: its counts, and the first texts."""
        outcomes = [one.verdict.outcome for one in planned]
        go, held = outcomes.count(Outcome.GO), outcomes.count(Outcome.HELD)
        return cls(
            texts=len(planned), would_go=go, held=held, not_sent=len(planned) - go - held,
            items=[
                TrialTextOut(
                    recipient_id=one.recipient_id, subject_id=one.subject_id,
                    send_after=one.send_after, outcome=one.verdict.outcome,
                    reason=reasons.shown_slug(one.verdict.reason or ""),
                )
                for one in planned[:SHOWN]
            ],
        )  # fmt: skip


class MessageTemplateIn(In, frozen=True, kw_only=True):
    """A wording to add."""

    name: RuleName
    language: Annotated[str, msgspec.Meta(max_length=8)] = "en"
    kind: RuleKind = RuleKind.SESSION_REMINDER
    body: Body


class MessageTemplatePatch(In, frozen=True, kw_only=True):
    """What a wording is to say."""

    version: Version
    body: Body


class AllowIn(In, frozen=True, kw_only=True):
    """Why what was found in a wording, as it is in this version, gives nobody away."""

    version: Version
    reason: ShortText


class TemplatePreviewIn(In, frozen=True, kw_only=True):
    """A wording to look at."""

    body: Body
    language: Annotated[str, msgspec.Meta(max_length=8)] = "en"
    kind: RuleKind = RuleKind.SESSION_REMINDER


class FindingOut(Out, frozen=True, kw_only=True):
    """Something that the check objects to."""

    kind: FindingKind
    words: str


class MessageTemplateOut(Out, frozen=True, kw_only=True):
    """A wording; with ``findings`` it is usable only once somebody else has allowed it."""

    id: UUID
    name: str
    language: str
    kind: RuleKind
    body: str
    findings: list[FindingOut]
    is_usable: bool
    saved_at: datetime
    allowed_at: datetime | None
    allowed_reason: str
    version: int

    @classmethod
    def of(cls, view: TemplateView) -> "MessageTemplateOut":
        """Shape a wording."""
        return cls(
            id=view.id, name=view.name, language=view.language, kind=view.kind, body=view.body,
            findings=[FindingOut(kind=one.kind, words=one.words) for one in view.findings],
            is_usable=view.is_usable, saved_at=view.saved_at, allowed_at=view.allowed_at,
            allowed_reason=view.allowed_reason, version=view.version,
        )  # fmt: skip


class TemplatePreviewOut(Out, frozen=True, kw_only=True):
    """A wording as it comes out on its longest day, and what is wrong with it."""

    text: str | None
    encoding: Encoding
    units: int
    segments: int
    findings: list[FindingOut]
    mistakes: list[str]

    @classmethod
    def of(
        cls, text: str | None, packed: Packed, found: Sequence[Finding], mistakes: Sequence[str]
    ) -> "TemplatePreviewOut":
        """Shape a look at a wording."""
        return cls(
            text=text, encoding=packed.encoding, units=packed.units, segments=packed.segments,
            findings=[FindingOut(kind=one.kind, words=one.words) for one in found],
            mistakes=list(mistakes),
        )  # fmt: skip


class VersionOut(Out, frozen=True, kw_only=True):
    """The version that a change has made."""

    version: int
