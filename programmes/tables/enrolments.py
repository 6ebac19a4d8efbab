"""Places in cohorts, pauses of them, and the offer to the partner of whoever starts."""

from typing import Any, ClassVar

from piccolo.columns import UUID, Boolean, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.constraints import Check
from piccolo.table import Table

from accounts.tables import Account
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.domain.terms import OPEN_ENROLMENTS, EnrolmentStatus, ExitReason
from programmes.tables.cohorts import Cohort
from programmes.tables.people import Participant
from programmes.tables.referrals import Referral


class Enrolment(Table, tablename="enrolments"):
    """A person's place in a cohort.

    ``started_on`` is kept, not typed in: the day of the first group unit attended (C3), here or in
    the enrolment that this one ``continues`` after a transfer or a re-join; its units carry over.
    ``planned_sessions`` is how many are planned for this person, ``plan`` what they are for.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"exit_reason", "plan"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_open_enrolment_per_person",
            ("participant",),
            unique=True,
            where="status IN (" + ", ".join(f"'{status}'" for status in OPEN_ENROLMENTS) + ")",
        ),
        Index("enrolments_cohort_idx", ("cohort", "status")),
        Index("enrolments_participant_idx", ("participant",)),
        Index("enrolments_continues_idx", ("continues",), where="continues IS NOT NULL"),
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
    continues: Any = ForeignKey(
        LazyTableReference("Enrolment", module_path=__name__),
        on_delete=OnDelete.restrict,
        null=True,
    )
    planned_sessions = Integer(null=True, default=None)
    plan = Varchar(length=500, default="")

    enrolment_status_is_known = Check(one_of("status", list(EnrolmentStatus)))
    enrolment_exit_reason_is_known = Check(one_of_or_null("exit_reason", ExitReason))
    enrolment_exit_has_reason = Check('"status" <> \'exited\' OR "exit_reason" IS NOT NULL')
    enrolment_days_in_order = Check('"ended_on" IS NULL OR "ended_on" >= "joined_on"')
    enrolment_plan_in_range = Check(
        '"planned_sessions" IS NULL OR "planned_sessions" BETWEEN 1 AND 500'
    )


class Pause(Table, tablename="pauses"):
    """A time in which somebody is not expected; open-ended until they come back."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("one_open_pause_per_enrolment", ("enrolment",), unique=True, where="to_on IS NULL"),
        Index("pauses_enrolment_idx", ("enrolment", "from_on")),
    )

    id = UUID(primary_key=True, default=new_id)
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=False)
    from_on = Date(default=None)
    to_on = Date(null=True, default=None)
    reason = Varchar(length=200, default="")
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)

    pause_days_in_order = Check('"to_on" IS NULL OR "to_on" >= "from_on"')


class PartnerOffer(Table, tablename="partner_offers"):
    """That support was offered to the partner of somebody who starts (D8).

    What came of it is for partner link workers and safety leads only.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"outcome"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=False, unique=True)
    outcome = Varchar(length=12, choices=PartnerOfferOutcome, default=None)
    offered_on = Date(default=None)
    basic_information_given = Boolean(default=False)
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)
    version = Integer(default=1)

    partner_offer_outcome_is_known = Check(one_of("outcome", list(PartnerOfferOutcome)))


class EnrolmentCounts(Table, tablename="enrolment_counts"):
    """What the marks of one place add up to (C5), kept in the transaction of each of them.

    ``expected`` are held sessions only: what is past without a register is told by the clock, not
    by a mark. ``units_by_group`` are credited without catch-ups; ``enough_units`` is whether the
    gates of C4 that marks decide hold, and ``complete_without_catch_up`` whether they would do so
    without catch-ups. ``last_attended`` numbers the last session attended among those expected, 0
    being none. ``attended_before`` joining and ``attended_after`` the last day count in nothing.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("enrolment_counts_before_idx", ("enrolment",), where="attended_before > 0"),
        Index("enrolment_counts_after_idx", ("enrolment",), where="attended_after > 0"),
    )

    enrolment = ForeignKey(
        Enrolment, on_delete=OnDelete.restrict, null=False, primary_key=True, default=None
    )
    expected = Integer(default=0)
    marked = Integer(default=0)
    attended = Integer(default=0)
    compliant = Integer(default=0)
    sessions_attended = Integer(default=0)
    units_credited = Integer(default=0)
    units_by_group = Integer(default=0)
    units_missed = Integer(default=0)
    units_made_up = Integer(default=0)
    minutes_credited = Integer(default=0)
    enough_units = Boolean(default=False)
    complete_without_catch_up = Boolean(default=False)
    last_attended = Integer(default=0)
    attended_before = Integer(default=0)
    attended_after = Integer(default=0)
