"""People, how they may be reached, their referrals and their places in cohorts."""

from typing import ClassVar

from piccolo.columns import JSON, UUID, Boolean, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from core.scope import Side
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    OPEN_ENROLMENTS,
    EnrolmentStatus,
    ExitReason,
    Mandate,
    ReferralSource,
    ReferralStatus,
    SmsSafety,
)
from programmes.tables.cohorts import Cohort
from programmes.tables.curriculum import Programme


class Participant(Table, tablename="participants"):
    """A person whom a programme is for; never somebody who signs in."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {"given_name", "family_name", "preferred_name", "born_on"}
    )
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("participants_side_idx", ("side", "organisation", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    given_name = Varchar(length=80, default=None)
    family_name = Varchar(length=80, default=None)
    preferred_name = Varchar(length=80, default="")
    born_on = Date(null=True, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    participant_side_is_known = Check(one_of("side", list(Side)))


class SafeContact(Table, tablename="safe_contacts"):
    """Whether, where and when a person may be texted, and who confirmed it (M1, M2)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number", "confirmed_with", "windows"})
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("safe_contacts_number_idx", ("number",)),)

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, unique=True)
    number = Varchar(length=16, null=True, default=None)
    number_version = Integer(default=1)
    sms = Varchar(length=8, choices=SmsSafety, default=None)
    confirmed_on = Date(null=True, default=None)
    confirmed_with = Varchar(length=120, default="")
    confirmed_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    windows = JSON(default="[]")
    language = Varchar(length=8, default="en")
    updated_at = Timestamptz(default=None)
    version = Integer(default=1)

    safe_contact_sms_is_known = Check(one_of("sms", list(SmsSafety)))
    safe_contact_says_what_was_confirmed = Check(
        '"sms" <> \'safe\' OR ("number" IS NOT NULL AND "confirmed_on" IS NOT NULL)'
    )


class Referral(Table, tablename="referrals"):
    """A request that a person join a programme; the waiting list is made of these."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
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

    referral_source_is_known = Check(one_of("source", list(ReferralSource)))
    referral_mandate_is_known = Check(one_of("mandate", list(Mandate)))
    referral_status_is_known = Check(one_of("status", list(ReferralStatus)))


class Enrolment(Table, tablename="enrolments"):
    """A person's place in a cohort.

    ``started_on`` is kept, not typed in: the day of the first group unit attended (C3).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"exit_reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_open_enrolment_per_person",
            ("participant",),
            unique=True,
            where="status IN (" + ", ".join(f"'{status}'" for status in OPEN_ENROLMENTS) + ")",
        ),
        Index("enrolments_cohort_idx", ("cohort", "status")),
        Index("enrolments_participant_idx", ("participant",)),
    )

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=False)
    referral = ForeignKey(Referral, on_delete=OnDelete.restrict, null=True, index=True)
    joined_on = Date(default=None)
    status = Varchar(length=20, choices=EnrolmentStatus, default=None)
    started_on = Date(null=True, default=None)
    ended_on = Date(null=True, default=None)
    exit_reason = Varchar(length=32, choices=ExitReason, null=True, default=None)
    end_review_on = Date(null=True, default=None)
    report_sent_on = Date(null=True, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    enrolment_status_is_known = Check(one_of("status", list(EnrolmentStatus)))
    enrolment_exit_reason_is_known = Check(one_of_or_null("exit_reason", ExitReason))
    enrolment_exit_has_reason = Check('"status" <> \'exited\' OR "exit_reason" IS NOT NULL')
    enrolment_days_in_order = Check('"ended_on" IS NULL OR "ended_on" >= "joined_on"')
