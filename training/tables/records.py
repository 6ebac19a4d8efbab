"""What staff completed, what counts of it now, and who is exempt."""

from typing import ClassVar

from piccolo.columns import (
    UUID,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account
from core.database import Index, one_of
from core.ids import new_id
from training.domain.terms import Evidence
from training.tables.catalogue import Course, Requirement
from training.tables.events import TrainingEvent
from training.tables.people import Position, Staff


class Exemption(Table, tablename="exemptions"):
    """Days on which one member of staff leaves the denominator of one requirement, or of all."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=True)
    requirement = ForeignKey(Requirement, on_delete=OnDelete.restrict, null=True)
    from_on = Date(default=None)
    to_on = Date(default=None)
    reason = Varchar(length=200, default=None)
    created_at = Timestamptz(default=None)

    exemption_days_in_order = Check('"to_on" >= "from_on"')


class TrainingRecord(Table, tablename="training_records"):
    """One completion of one course by one member of staff; history is never overwritten.

    ``counts`` is kept: verified, not withdrawn, and its course's prerequisite was valid that day.
    ``hours`` are those of the course where nobody counted others.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"withdrawn_reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "training_record_once",
            ("staff", "course", "completed_on"),
            unique=True,
            where="withdrawn_at IS NULL",
        ),
        Index(
            "training_records_counting_idx",
            ("course", "staff", "completed_on", "counts"),
            where="counts",
        ),
        Index(
            "training_records_unverified_idx",
            ("completed_on", "staff"),
            where="NOT verified AND withdrawn_at IS NULL",
        ),
    )

    id = UUID(primary_key=True, default=new_id)
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False)
    course = ForeignKey(Course, on_delete=OnDelete.restrict, null=False)
    completed_on = Date(default=None)
    hours = Numeric(digits=(5, 2), null=True, default=None)
    evidence = Varchar(length=20, choices=Evidence, default=None)
    verified = Boolean(default=False)
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    created_at = Timestamptz(default=None)
    counts = Boolean(default=False)
    event = ForeignKey(TrainingEvent, on_delete=OnDelete.restrict, null=True)
    verified_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    verified_at = Timestamptz(null=True, default=None)
    withdrawn_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_reason = Varchar(length=200, default="")

    training_record_evidence_is_known = Check(one_of("evidence", list(Evidence)))
    training_record_counts_if_it_may = Check(
        'NOT "counts" OR ("verified" AND "withdrawn_at" IS NULL)'
    )


class CurrentRecord(Table, tablename="current_records"):
    """The latest record that counts, of each person and course; ``id`` is that record's.

    Kept in the transaction of each record; ``position`` is the person's own (``staff.position``).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("current_records_position_idx", ("course", "position", "completed_on", "staff")),
    )

    id = UUID(primary_key=True, default=None)
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False)
    course = ForeignKey(Course, on_delete=OnDelete.restrict, null=False)
    completed_on = Date(default=None)
    position = ForeignKey(Position, on_delete=OnDelete.restrict, null=True)

    current_record_once = Unique([staff, course])


class Certificate(Table, tablename="certificates"):
    """A file that shows a completion: a PDF or a picture, at most 5 MB."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"file_name", "content"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    record = ForeignKey(TrainingRecord, on_delete=OnDelete.restrict, null=False, index=True)
    file_name = Varchar(length=120, default=None)
    media_type = Varchar(length=20, default=None)
    size_bytes = Integer(default=None)
    content = Bytea(default=None)
    uploaded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    uploaded_at = Timestamptz(default=None)

    certificate_type_is_known = Check(
        one_of("media_type", ["application/pdf", "image/jpeg", "image/png"])
    )
    certificate_size_in_range = Check('"size_bytes" BETWEEN 1 AND 5242880')
