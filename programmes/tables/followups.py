"""What follows from an absence: planned ones, reviews with their clock, welfare checks."""

from typing import ClassVar

from piccolo.columns import UUID, Boolean, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from programmes.domain.case_terms import ReviewCause, ReviewOutcome, WelfareOutcome
from programmes.domain.terms import AbsenceReason, Mandate
from programmes.tables.enrolments import Enrolment
from programmes.tables.sessions import Session


class PlannedAbsence(Table, tablename="planned_absences"):
    """An absence that somebody told of before the session."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason", "note"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    session = ForeignKey(Session, on_delete=OnDelete.restrict, null=False)
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=False, index=True)
    reason = Varchar(length=24, choices=AbsenceReason, default=None)
    acceptable = Boolean(null=True, default=None)
    note = Text(default="")
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)

    one_planned_absence_per_session = Unique([session, enrolment])
    planned_absence_reason_is_known = Check(one_of("reason", list(AbsenceReason)))


class AbsenceRule(Table, tablename="absence_rules"):
    """When absences of people under one mandate are reviewed, and how soon (2.3).

    ``None`` switches a cause off. Without a row the defaults of the domain hold.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    mandate = Varchar(length=24, choices=Mandate, default=None)
    after_unacceptable = Integer(null=True, default=None)
    after_consecutive = Integer(null=True, default=None)
    act_within_working_days = Integer(default=None)
    version = Integer(default=1)

    one_absence_rule_per_mandate = Unique([organisation, mandate])
    absence_rule_mandate_is_known = Check(one_of("mandate", list(Mandate)))
    absence_rule_unacceptable_in_range = Check(
        '"after_unacceptable" IS NULL OR "after_unacceptable" BETWEEN 1 AND 50'
    )
    absence_rule_consecutive_in_range = Check(
        '"after_consecutive" IS NULL OR "after_consecutive" BETWEEN 1 AND 50'
    )
    absence_rule_days_in_range = Check('"act_within_working_days" BETWEEN 1 AND 60')


class AbsenceReview(Table, tablename="absence_reviews"):
    """That somebody's absences are to be reviewed, by when, and how that ended."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"note"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_open_review_per_cause",
            ("enrolment", "cause"),
            unique=True,
            where="closed_at IS NULL",
        ),
        Index("absence_reviews_enrolment_idx", ("enrolment", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=False)
    session = ForeignKey(Session, on_delete=OnDelete.restrict, null=False)
    cause = Varchar(length=24, choices=ReviewCause, default=None)
    absences = Integer(default=None)
    opened_at = Timestamptz(default=None)
    due_on = Date(default=None)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    outcome = Varchar(length=20, choices=ReviewOutcome, null=True, default=None)
    note = Text(default="")
    version = Integer(default=1)

    absence_review_cause_is_known = Check(one_of("cause", list(ReviewCause)))
    absence_review_outcome_is_known = Check(one_of_or_null("outcome", ReviewOutcome))
    absence_review_ends_with_outcome = Check('("closed_at" IS NULL) = ("outcome" IS NULL)')


class WelfareCheck(Table, tablename="welfare_checks"):
    """That a survivor who missed a session is to be called the same day (M14)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"note"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    session = ForeignKey(Session, on_delete=OnDelete.restrict, null=False)
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=False, index=True)
    opened_at = Timestamptz(default=None)
    due_on = Date(default=None)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    outcome = Varchar(length=16, choices=WelfareOutcome, null=True, default=None)
    note = Text(default="")
    version = Integer(default=1)

    one_welfare_check_per_session = Unique([session, enrolment])
    welfare_check_outcome_is_known = Check(one_of_or_null("outcome", WelfareOutcome))
    welfare_check_ends_with_outcome = Check('("closed_at" IS NULL) = ("outcome" IS NULL)')
