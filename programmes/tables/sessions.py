"""Sessions and the marks on their registers."""

from typing import Any, ClassVar

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from programmes.domain.case_terms import FacilitatorRole, NotHeldBecauseOf
from programmes.domain.terms import (
    AbsenceReason,
    AttendanceOutcome,
    DeliveryMode,
    SessionStatus,
)
from programmes.tables.cohorts import Cohort
from programmes.tables.curriculum import Unit, Venue
from programmes.tables.enrolments import Enrolment


class Session(Table, tablename="sessions"):
    """One meeting of a group, or, with an ``enrolment``, of one person.

    A catch-up is one person's, and makes up for the ``missed_session`` if there was one.
    ``venue`` and ``mode`` are those of this session, where they differ from the cohort's.
    ``revision`` rises when start, place or status changes, and binds the texts sent about it;
    ``revised_at`` is when it last rose for a change that people have to be told of.
    ``register_version`` rises with each save of the register.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"covered"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_session_per_cohort_and_instant",
            ("cohort", "starts_at"),
            unique=True,
            where="enrolment IS NULL AND status <> 'cancelled'",
        ),
        Index("sessions_cohort_idx", ("cohort", "starts_at")),
        Index("sessions_starts_at_idx", ("starts_at", "id")),
        Index("sessions_unmarked_idx", ("starts_at", "id"), where="status = 'scheduled'"),
    )

    id = UUID(primary_key=True, default=new_id)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=False)
    unit = ForeignKey(Unit, on_delete=OnDelete.restrict, null=False)
    starts_at = Timestamptz(default=None)
    minutes = Integer(default=None)
    status = Varchar(length=12, choices=SessionStatus, default=None)
    cancelled_reason = Varchar(length=200, default="")
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=True)
    revision = Integer(default=1)
    register_version = Integer(default=0)
    register_saved_at = Timestamptz(null=True, default=None)
    register_saved_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    is_catch_up = Boolean(default=False)
    missed_session: Any = ForeignKey(
        LazyTableReference("Session", module_path=__name__),
        on_delete=OnDelete.restrict,
        null=True,
    )
    venue = ForeignKey(Venue, on_delete=OnDelete.restrict, null=True)
    mode = Varchar(length=12, choices=DeliveryMode, null=True, default=None)
    not_held_because_of = Varchar(length=16, choices=NotHeldBecauseOf, null=True, default=None)
    covered = Text(default="")
    revised_at = Timestamptz(null=True, default=None)

    session_catch_up_is_somebodys = Check('"enrolment" IS NOT NULL OR NOT "is_catch_up"')
    session_mode_is_known = Check(one_of_or_null("mode", DeliveryMode))
    session_not_held_is_known = Check(one_of_or_null("not_held_because_of", NotHeldBecauseOf))
    session_status_is_known = Check(one_of("status", list(SessionStatus)))
    session_minutes_in_range = Check('"minutes" BETWEEN 1 AND 600')


class Attendance(Table, tablename="attendances"):
    """One participant's mark for one session."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"note", "absence_reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("attendances_enrolment_idx", ("enrolment", "outcome")),
    )

    id = UUID(primary_key=True, default=new_id)
    session = ForeignKey(Session, on_delete=OnDelete.restrict, null=False)
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=False)
    outcome = Varchar(length=24, choices=AttendanceOutcome, default=None)
    minutes_attended = Integer(null=True, default=None)
    absence_reason = Varchar(length=24, choices=AbsenceReason, null=True, default=None)
    acceptable = Boolean(null=True, default=None)
    engaged = Boolean(null=True, default=None)
    note = Text(default="")
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)
    minutes_late = Integer(null=True, default=None)

    one_mark_per_session = Unique([session, enrolment])
    attendance_outcome_is_known = Check(one_of("outcome", list(AttendanceOutcome)))
    attendance_reason_is_known = Check(one_of_or_null("absence_reason", AbsenceReason))
    attendance_minutes_in_range = Check(
        '"minutes_attended" IS NULL OR "minutes_attended" BETWEEN 0 AND 600'
    )
    attendance_minutes_late_in_range = Check(
        '"minutes_late" IS NULL OR "minutes_late" BETWEEN 0 AND 600'
    )


class MarkChange(Table, tablename="mark_changes"):
    """A mark as it was before a correction, who corrected it, when and why; never changed."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"note", "absence_reason", "reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("mark_changes_attendance_idx", ("attendance", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    attendance = ForeignKey(Attendance, on_delete=OnDelete.restrict, null=False)
    outcome = Varchar(length=24, choices=AttendanceOutcome, default=None)
    minutes_attended = Integer(null=True, default=None)
    minutes_late = Integer(null=True, default=None)
    absence_reason = Varchar(length=24, choices=AbsenceReason, null=True, default=None)
    acceptable = Boolean(null=True, default=None)
    engaged = Boolean(null=True, default=None)
    note = Text(default="")
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)
    reason = Varchar(length=200, default=None)
    changed_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    changed_at = Timestamptz(default=None)

    mark_change_outcome_is_known = Check(one_of("outcome", list(AttendanceOutcome)))
    mark_change_reason_is_known = Check(one_of_or_null("absence_reason", AbsenceReason))


class SessionFacilitator(Table, tablename="session_facilitators"):
    """Who takes one session, where it is not simply the cohort's facilitators."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    session = ForeignKey(Session, on_delete=OnDelete.restrict, null=False)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    role = Varchar(length=16, choices=FacilitatorRole, default=None)

    session_facilitator_once = Unique([session, account])
    session_facilitator_role_is_known = Check(one_of("role", list(FacilitatorRole)))
