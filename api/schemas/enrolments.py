"""Payloads of enrolments and of people's progress."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out, RateOut, ShortText
from core.figures import percent
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.domain.completion import Standing
from programmes.domain.terms import (
    AttendanceOutcome,
    EnrolmentStatus,
    ExitReason,
)
from programmes.queries.partner_offers import OfferPlace
from programmes.queries.progress import MemberView
from programmes.services.endings import Ending
from programmes.services.gates import Gates
from programmes.services.individual_plans import IndividualPlan
from programmes.services.offers import Offer
from programmes.services.pauses import NewPause
from programmes.services.transfers import Transfer

Day = date | None | msgspec.UnsetType


class EnrolmentIn(In, frozen=True, kw_only=True):
    """A place to give; without ``joined_on`` from today, or from the cohort's start.

    ``because`` is kept for each who waited longer and is passed over.
    """

    participant_id: UUID
    referral_id: UUID | None = None
    joined_on: date | None = None
    because: Annotated[str, msgspec.Meta(max_length=200)] = ""


class CompleteIn(In, frozen=True, kw_only=True):
    """That somebody has completed, with the days of the gates that are written down (C4).

    ``partial`` is a completion in part, for which the rule need not, and must not, be met.
    """

    version: int
    on: date
    end_review_on: date | None = None
    report_sent_on: date | None = None
    partial: bool = False

    def ending(self) -> Ending:
        """Answer it as the service takes it."""
        return Ending(
            self.on, self.version, self.end_review_on, self.report_sent_on, partial=self.partial
        )


class ExitIn(In, frozen=True, kw_only=True):
    """That somebody has left; ``keep_open`` lets their referral wait for a place again."""

    version: int
    on: date
    reason: ExitReason
    keep_open: bool = False

    def ending(self) -> Ending:
        """Answer it as the service takes it."""
        return Ending(self.on, self.version)


class PauseIn(In, frozen=True, kw_only=True):
    """When somebody is not expected, both days included; without ``to_on`` until they come back."""

    from_on: date
    to_on: date | None = None
    reason: ShortText

    def new(self) -> NewPause:
        """Answer it as the service takes it."""
        return NewPause(self.from_on, self.to_on, self.reason)


class ResumeIn(In, frozen=True, kw_only=True):
    """The first day on which somebody is back."""

    on: date


class TransferIn(In, frozen=True, kw_only=True):
    """The group of the same programme that somebody goes to."""

    cohort_id: UUID
    version: int
    joined_on: date | None = None

    def transfer(self) -> Transfer:
        """Answer it as the service takes it."""
        return Transfer(self.cohort_id, self.version, self.joined_on)


class PlanIn(In, frozen=True, kw_only=True):
    """How many sessions are planned for one person, ``null`` for no number, and what for."""

    version: int
    planned_sessions: Annotated[int, msgspec.Meta(ge=1, le=500)] | None
    plan: Annotated[str, msgspec.Meta(max_length=500)]

    def new(self) -> IndividualPlan:
        """Answer it as the service takes it."""
        return IndividualPlan(self.planned_sessions, self.plan)


class RecordIn(In, frozen=True, kw_only=True):
    """The gates that are written down by hand; one that is left out stays, ``null`` clears it."""

    version: int
    end_review_on: Day = msgspec.UNSET
    report_sent_on: Day = msgspec.UNSET
    told_whom: Annotated[str, msgspec.Meta(max_length=120)] = ""

    def over(self, stored: MemberView) -> Gates:
        """Answer the stored gates with these changes."""
        review, sent = self.end_review_on, self.report_sent_on
        return Gates(
            stored.end_review_on if review is msgspec.UNSET else review,
            stored.report_sent_on if sent is msgspec.UNSET else sent,
            self.told_whom,
        )


class RevokeIn(In, frozen=True, kw_only=True):
    """Why a completion or an exit is taken back."""

    version: int
    reason: ShortText


class PartnerOfferIn(In, frozen=True, kw_only=True):
    """That support was offered to the partner; ``version`` 0 where nothing is recorded (D8)."""

    version: int
    outcome: PartnerOfferOutcome
    offered_on: date
    basic_information_given: bool

    def offer(self) -> Offer:
        """Answer it as the service takes it."""
        return Offer(self.outcome, self.offered_on, self.basic_information_given)


class PartnerOfferOut(Out, frozen=True, kw_only=True):
    """What came of the offer; ``outcome`` is ``null`` and ``version`` 0 where none is recorded."""

    enrolment_id: UUID
    participant: str
    programme: str
    joined_on: date
    started_on: date | None
    outcome: PartnerOfferOutcome | None
    offered_on: date | None
    basic_information_given: bool | None
    version: int

    @classmethod
    def of(cls, place: OfferPlace) -> "PartnerOfferOut":
        """Shape an offer."""
        offer = place.offer
        return cls(
            enrolment_id=place.enrolment_id,
            participant=place.name,
            programme=place.programme_name,
            joined_on=place.joined_on,
            started_on=place.started_on,
            outcome=offer.outcome if offer else None,
            offered_on=offer.offered_on if offer else None,
            basic_information_given=offer.basic_information_given if offer else None,
            version=offer.version if offer else 0,
        )


class MatrixRowOut(Out, frozen=True, kw_only=True):
    """One person's marks in a cohort, by session id; a session without a mark is left out."""

    enrolment_id: UUID
    participant: str
    marks: dict[UUID, AttendanceOutcome]

    @classmethod
    def of(cls, view: MemberView) -> "MatrixRowOut":
        """Shape a row."""
        return cls(enrolment_id=view.enrolment_id, participant=view.name, marks=dict(view.outcomes))


class ProgressOut(Out, frozen=True, kw_only=True):
    """Where one person stands (C4, C5).

    ``catch_up_yield`` is the missed units that a catch-up made up for, of all missed ones.
    ``partner_offer_recorded`` says of one person's own progress, on the perpetrators' side, that
    the offer is recorded, never what came of it (D8). ``sessions_attended`` are all that they came
    to, own ones and those of earlier places included, beside ``planned_sessions``; ``plan`` is told
    of one person's own progress only.
    """

    enrolment_id: UUID
    sessions_attended: int
    planned_sessions: int | None
    plan: str | None
    units_credited: int
    units_required: int
    expected: int
    marked: int
    attended: int
    attendance_rate: RateOut
    compliance_rate: RateOut
    dosage_hours: str
    dosage_percent: str | None
    catch_up: int
    catch_up_yield: RateOut
    complete_without_catch_up: bool
    can_still_complete: bool
    standing: Standing
    missing: list[str]
    status: EnrolmentStatus
    end_review_on: date | None
    report_sent_on: date | None
    continues: UUID | None
    partner_offer_recorded: bool | None
    risk_flag: bool
    version: int

    @classmethod
    def of(
        cls, view: MemberView, *, offer_recorded: bool | None = None, plan: str | None = None
    ) -> "ProgressOut":
        """Shape one person's progress."""
        found = view.progress
        return cls(
            enrolment_id=view.enrolment_id,
            sessions_attended=found.sessions_attended,
            planned_sessions=view.planned_sessions,
            plan=plan,
            units_credited=len(found.units_credited),
            units_required=found.units_required,
            expected=found.expected,
            marked=found.marked,
            attended=found.attended,
            attendance_rate=RateOut.of(found.attended, found.marked),
            compliance_rate=RateOut.of(found.compliant, found.marked),
            dosage_hours=f"{float(found.dosage_hours):.1f}",
            dosage_percent=None if found.dosage_rate is None else percent(found.dosage_rate),
            catch_up=len(found.units_by_catch_up),
            catch_up_yield=RateOut.of(found.units_made_up, len(found.units_missed)),
            complete_without_catch_up=found.complete_without_catch_up,
            can_still_complete=found.standing is not Standing.CANNOT_COMPLETE,
            standing=found.standing,
            missing=list(found.missing),
            status=view.status,
            end_review_on=view.end_review_on,
            report_sent_on=view.report_sent_on,
            continues=view.continues_id,
            partner_offer_recorded=offer_recorded,
            risk_flag=view.risk_flag,
            version=view.version,
        )


class MemberOut(Out, frozen=True, kw_only=True):
    """One person's place in a cohort."""

    enrolment_id: UUID
    participant_id: UUID
    participant: str
    joined_on: date
    started_on: date | None
    ended_on: date | None
    exit_reason: ExitReason | None
    progress: ProgressOut

    @classmethod
    def of(cls, view: MemberView) -> "MemberOut":
        """Shape a member."""
        return cls(
            enrolment_id=view.enrolment_id,
            participant_id=view.participant_id,
            participant=view.name,
            joined_on=view.joined_on,
            started_on=view.started_on,
            ended_on=view.ended_on,
            exit_reason=view.exit_reason,
            progress=ProgressOut.of(view),
        )
