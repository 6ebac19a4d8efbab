"""Sessions and the marks on their registers."""

from typing import ClassVar

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from programmes.domain.terms import (
    AbsenceReason,
    AttendanceOutcome,
    SessionStatus,
)
from programmes.tables.cohorts import Cohort
from programmes.tables.curriculum import Unit
from programmes.tables.people import Enrolment


class Session(Table, tablename="sessions"):
    """One meeting of a group, or of one person for a catch-up.

    ``revision`` rises when start, place or status changes, and binds the texts sent about it;
    ``register_version`` rises with each save of the register.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_session_per_cohort_and_instant",
            ("cohort", "starts_at"),
            unique=True,
            where="catch_up_for IS NULL AND status <> 'cancelled'",
        ),
        Index("sessions_cohort_idx", ("cohort", "starts_at")),
        Index("sessions_starts_at_idx", ("starts_at", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=False)
    unit = ForeignKey(Unit, on_delete=OnDelete.restrict, null=False)
    starts_at = Timestamptz(default=None)
    minutes = Integer(default=None)
    status = Varchar(length=12, choices=SessionStatus, default=None)
    cancelled_reason = Varchar(length=200, default="")
    catch_up_for = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=True)
    revision = Integer(default=1)
    register_version = Integer(default=0)
    register_saved_at = Timestamptz(null=True, default=None)
    register_saved_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)

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

    one_mark_per_session = Unique([session, enrolment])
    attendance_outcome_is_known = Check(one_of("outcome", list(AttendanceOutcome)))
    attendance_reason_is_known = Check(one_of_or_null("absence_reason", AbsenceReason))
    attendance_minutes_in_range = Check(
        '"minutes_attended" IS NULL OR "minutes_attended" BETWEEN 0 AND 600'
    )
