"""Payloads of referrals, their assessment, their moves and what referrers are told."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from api.schemas.base import In, Note, Out, ShortText
from core import clock
from programmes.domain.assessment import Assessment
from programmes.domain.case_terms import (
    AssessmentOutcome,
    Consent,
    NotStartedReason,
    ToldReferrer,
    UnsuitableReason,
)
from programmes.domain.eligibility import Criterion, Finding
from programmes.domain.moves import BY_WHAT_HAPPENS, MOVES
from programmes.domain.terms import Mandate, ReferralSource, ReferralStatus
from programmes.queries.amendments import AmendmentView
from programmes.queries.referrals import MoveView, ReferralView, ToldView
from programmes.queries.waiting import PassView
from programmes.services.referral_moves import StatusChange
from programmes.services.referrals import ReferralDetails, Told

Reference = Annotated[str, msgspec.Meta(max_length=40)]
PersonText = Annotated[str, msgspec.Meta(max_length=120)]


class ReferralIn(In, frozen=True, kw_only=True):
    """A referral to record."""

    participant_id: UUID
    programme_id: UUID
    source: ReferralSource
    received_on: date
    mandate: Mandate
    mandate_ends_on: date | None = None
    reference: Reference = ""
    referrer_name: PersonText = ""
    referrer_agency: PersonText = ""
    referrer_contact: ShortText = ""
    consent: Consent = Consent.NOT_RECORDED
    consent_on: date | None = None
    reason: Note = ""

    def details(self) -> ReferralDetails:
        """Answer it as the service takes it."""
        return ReferralDetails(
            **{field.name: getattr(self, field.name) for field in fields(ReferralDetails)}
        )


class ReferralChangeIn(In, frozen=True, kw_only=True):
    """What is amended of a referral; what is left out stays.

    ``amendment_reason`` is needed where something that was recorded changes.
    """

    version: int
    amendment_reason: ShortText = ""
    source: ReferralSource | msgspec.UnsetType = msgspec.UNSET
    received_on: date | msgspec.UnsetType = msgspec.UNSET
    mandate: Mandate | msgspec.UnsetType = msgspec.UNSET
    mandate_ends_on: date | msgspec.UnsetType | None = msgspec.UNSET
    reference: Reference | msgspec.UnsetType = msgspec.UNSET
    referrer_name: PersonText | msgspec.UnsetType = msgspec.UNSET
    referrer_agency: PersonText | msgspec.UnsetType = msgspec.UNSET
    referrer_contact: ShortText | msgspec.UnsetType = msgspec.UNSET
    consent: Consent | msgspec.UnsetType = msgspec.UNSET
    consent_on: date | msgspec.UnsetType | None = msgspec.UNSET
    reason: Note | msgspec.UnsetType = msgspec.UNSET

    def over(self, stored: ReferralView) -> ReferralDetails:
        """Answer the stored details with these changes."""

        def chosen(name: str) -> Any:
            given = getattr(self, name)
            return getattr(stored, name) if given is msgspec.UNSET else given

        return ReferralDetails(
            **{field.name: chosen(field.name) for field in fields(ReferralDetails)}
        )


class StatusIn(In, frozen=True, kw_only=True):
    """A status to move a referral to, with the day (today where none is given) and why.

    Without a ``version`` the move is from wherever the referral stands.
    """

    status: ReferralStatus
    on: date | None = None
    version: int | None = None
    reason: ShortText = ""
    note: Note = ""
    not_started_reason: NotStartedReason | None = None

    def change(self) -> StatusChange:
        """Answer it as the service takes it."""
        on = self.on or clock.today()
        return StatusChange(self.status, on, self.reason, self.note, self.not_started_reason)


class AssessmentIn(In, frozen=True, kw_only=True):
    """What an assessment found; on the perpetrator side with what the partner worker knows."""

    version: int
    outcome: AssessmentOutcome
    on: date
    unsuitable_reason: UnsuitableReason | None = None
    note: Note = ""
    partner_worker_told_on: date | None = None
    no_partner_worker: bool = False

    def assessment(self) -> Assessment:
        """Answer it as the service takes it."""
        return Assessment(
            self.outcome, self.on, self.unsuitable_reason, self.note, self.partner_worker_told_on,
            self.no_partner_worker,
        )  # fmt: skip


class ToldIn(In, frozen=True, kw_only=True):
    """What the referrer was told, and when."""

    told: ToldReferrer
    told_on: date
    told_whom: PersonText = ""

    def given(self) -> Told:
        """Answer it as the service takes it."""
        return Told(self.told, self.told_on, self.told_whom)


class ReferralOut(Out, frozen=True, kw_only=True):
    """A referral."""

    id: UUID
    participant_id: UUID
    programme_id: UUID
    reference: str
    source: ReferralSource
    mandate: Mandate
    mandate_ends_on: date | None
    received_on: date
    referrer_name: str
    referrer_agency: str
    referrer_contact: str
    consent: Consent
    consent_on: date | None
    reason: str
    status: ReferralStatus
    assessed_on: date | None
    assessment_outcome: AssessmentOutcome | None
    suitable: bool | None
    unsuitable_reason: UnsuitableReason | None
    assessment_note: str
    partner_worker_told_on: date | None
    not_started_reason: NotStartedReason | None
    version: int

    @classmethod
    def of(cls, view: ReferralView) -> "ReferralOut":
        """Shape a referral."""
        return cls(**columns_of(view))


def columns_of(view: ReferralView) -> dict[str, Any]:
    """Answer what of a referral goes out, by name."""
    return {name: getattr(view, name) for name in ReferralOut.__struct_fields__}


class MoveOut(Out, frozen=True, kw_only=True):
    """One change of a referral's status: from what to what, when, why and by whom."""

    before: ReferralStatus | None
    after: ReferralStatus
    on: date
    reason: str
    note: str
    by: UUID | None
    at: datetime

    @classmethod
    def of(cls, view: MoveView) -> "MoveOut":
        """Shape a move."""
        return cls(
            before=view.before, after=view.after, on=view.on, reason=view.reason, note=view.note,
            by=view.by, at=view.at,
        )  # fmt: skip


class ToldOut(Out, frozen=True, kw_only=True):
    """What the referrer was told, and when."""

    id: UUID
    told: ToldReferrer
    told_on: date
    told_whom: str
    by: UUID | None

    @classmethod
    def of(cls, view: ToldView) -> "ToldOut":
        """Shape what was told."""
        return cls(id=view.id, told=view.told, told_on=view.on, told_whom=view.whom, by=view.by)


class PassOut(Out, frozen=True, kw_only=True):
    """That the person was passed over for a place in a cohort, and why."""

    on: date
    cohort_code: str
    reason: str
    by: UUID | None

    @classmethod
    def of(cls, view: PassView) -> "PassOut":
        """Shape what was kept."""
        return cls(on=view.on, cohort_code=view.cohort_code, reason=view.reason, by=view.by)


class AmendmentOut(Out, frozen=True, kw_only=True):
    """One field that was changed; days and codes as texts, empty for nothing recorded."""

    field: str
    old_value: str
    new_value: str
    reason: str
    by: UUID | None
    at: datetime

    @classmethod
    def of(cls, view: AmendmentView) -> "AmendmentOut":
        """Shape an amendment."""
        return cls(
            field=view.field, old_value=view.old_value, new_value=view.new_value,
            reason=view.reason, by=view.by, at=view.at,
        )  # fmt: skip


class FindingOut(Out, frozen=True, kw_only=True):
    """One criterion of the programme; ``met`` is ``null`` where it is not known."""

    criterion: Criterion
    met: bool | None
    text: str

    @classmethod
    def of(cls, found: Finding) -> "FindingOut":
        """Shape what was found."""
        return cls(criterion=found.criterion, met=found.met, text=found.text)


class ReferralDetailOut(ReferralOut, frozen=True, kw_only=True):
    """A referral with its history, newest first, and the statuses that it may be moved to."""

    may_move_to: list[ReferralStatus]
    moves: list[MoveOut]
    told: list[ToldOut]
    passed_over: list[PassOut]
    amendments: list[AmendmentOut]
    eligibility: list[FindingOut]

    @classmethod
    def shaped(
        cls,
        view: ReferralView,
        *,
        moves: Sequence[MoveView],
        told: Sequence[ToldView],
        passes: Sequence[PassView],
        amendments: Sequence[AmendmentView],
        found: Sequence[Finding],
    ) -> "ReferralDetailOut":
        """Shape a referral with what belongs to it."""
        return cls(
            **columns_of(view),
            may_move_to=sorted(MOVES[view.status] - BY_WHAT_HAPPENS),
            moves=[MoveOut.of(item) for item in moves],
            told=[ToldOut.of(item) for item in told],
            passed_over=[PassOut.of(item) for item in passes],
            amendments=[AmendmentOut.of(item) for item in amendments],
            eligibility=[FindingOut.of(item) for item in found],
        )
