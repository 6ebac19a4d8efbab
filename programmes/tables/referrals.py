"""Referrals, their moves and amendments, what referrers are told, and who was passed over."""

from typing import ClassVar

from piccolo.columns import UUID, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from accounts.tables import Account
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from programmes.domain.case_terms import (
    AssessmentOutcome,
    Consent,
    NotStartedReason,
    ToldReferrer,
    UnsuitableReason,
)
from programmes.domain.terms import CLOSED_REFERRALS, Mandate, ReferralSource, ReferralStatus
from programmes.tables.cohorts import Cohort
from programmes.tables.curriculum import Programme
from programmes.tables.people import Participant


class Referral(Table, tablename="referrals"):
    """A request that a person join a programme; the waiting list is made of these."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {
            "reference", "referrer_name", "referrer_agency", "referrer_contact", "reason",
            "assessment_note",
        }
    )  # fmt: skip
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_open_referral_per_programme",
            ("participant", "programme"),
            unique=True,
            where="status NOT IN ("
            + ", ".join(f"'{status}'" for status in sorted(CLOSED_REFERRALS))
            + ")",
        ),
        Index("referrals_programme_idx", ("programme", "received_on")),
        Index(
            "one_referral_per_reference",
            ("programme", "reference"),
            unique=True,
            where="reference <> ''",
        ),
    )

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, index=True)
    programme = ForeignKey(Programme, on_delete=OnDelete.restrict, null=False)
    source = Varchar(length=24, choices=ReferralSource, default=None)
    mandate = Varchar(length=24, choices=Mandate, default=None)
    received_on = Date(default=None)
    assessed_on = Date(null=True, default=None)
    suitable = Boolean(null=True, default=None)
    status = Varchar(length=24, choices=ReferralStatus, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)
    reference = Varchar(length=40, default="")
    referrer_name = Varchar(length=120, default="")
    referrer_agency = Varchar(length=120, default="")
    referrer_contact = Varchar(length=200, default="")
    reason = Text(default="")
    mandate_ends_on = Date(null=True, default=None)
    consent = Varchar(length=12, choices=Consent, default=Consent.NOT_RECORDED)
    consent_on = Date(null=True, default=None)
    assessment_outcome = Varchar(length=28, choices=AssessmentOutcome, null=True, default=None)
    unsuitable_reason = Varchar(length=36, choices=UnsuitableReason, null=True, default=None)
    assessment_note = Text(default="")
    partner_worker_told_on = Date(null=True, default=None)
    not_started_reason = Varchar(length=20, choices=NotStartedReason, null=True, default=None)

    referral_source_is_known = Check(one_of("source", list(ReferralSource)))
    referral_mandate_is_known = Check(one_of("mandate", list(Mandate)))
    referral_status_is_known = Check(one_of("status", list(ReferralStatus)))
    referral_consent_is_known = Check(one_of("consent", list(Consent)))
    referral_assessment_is_known = Check(one_of_or_null("assessment_outcome", AssessmentOutcome))
    referral_unsuitable_is_known = Check(one_of_or_null("unsuitable_reason", UnsuitableReason))
    referral_not_started_is_known = Check(one_of_or_null("not_started_reason", NotStartedReason))


class ReferralMove(Table, tablename="referral_moves"):
    """One change of a referral's status: who, when, from what to what, and why; never changed."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason", "note"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("referral_moves_referral_idx", ("referral", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    referral = ForeignKey(Referral, on_delete=OnDelete.restrict, null=False)
    from_status = Varchar(length=24, choices=ReferralStatus, null=True, default=None)
    to_status = Varchar(length=24, choices=ReferralStatus, default=None)
    moved_on = Date(default=None)
    reason = Varchar(length=200, default="")
    note = Text(default="")
    moved_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    moved_at = Timestamptz(default=None)

    referral_move_from_is_known = Check(one_of_or_null("from_status", ReferralStatus))
    referral_move_to_is_known = Check(one_of("to_status", list(ReferralStatus)))


class ReferralAmendment(Table, tablename="referral_amendments"):
    """One field of a referral that was changed: from what to what, by whom, when and why.

    Values are texts: days as ``2026-06-01``, codes as they are; empty is nothing recorded.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"old_value", "new_value", "reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("referral_amendments_referral_idx", ("referral", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    referral = ForeignKey(Referral, on_delete=OnDelete.restrict, null=False)
    field = Varchar(length=24, default=None)
    old_value = Text(default="")
    new_value = Text(default="")
    reason = Varchar(length=200, default="")
    amended_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    amended_at = Timestamptz(default=None)


class ReferrerUpdate(Table, tablename="referrer_updates"):
    """What the referrer was told, and when (S16, standards 27 and 28)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"told_whom"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    referral = ForeignKey(Referral, on_delete=OnDelete.restrict, null=False, index=True)
    told = Varchar(length=16, choices=ToldReferrer, default=None)
    told_on = Date(default=None)
    told_whom = Varchar(length=120, default="")
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)

    referrer_update_is_known = Check(one_of("told", list(ToldReferrer)))


class WaitingPass(Table, tablename="waiting_passes"):
    """That somebody who waited longer was passed over for a place, and why."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    referral = ForeignKey(Referral, on_delete=OnDelete.restrict, null=False, index=True)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=False)
    reason = Varchar(length=200, default=None)
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)
