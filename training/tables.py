"""Tables of the training room."""

from typing import ClassVar

from piccolo.columns import (
    JSON,
    UUID,
    Boolean,
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

from accounts.tables import Account, Organisation
from core.database import Index, one_of
from core.ids import new_id
from training.domain.terms import Evidence, Sector, StaffGroup


class Staff(Table, tablename="staff"):
    """Somebody who works for an organisation and may have to hold training."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"payroll_number", "name", "email", "number"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    payroll_number = Varchar(length=32, default=None)
    name = Varchar(length=120, default=None)
    email = Varchar(length=254, default="")
    team = Varchar(length=80, default="")
    sector = Varchar(length=32, choices=Sector, default=None)
    staff_group = Varchar(length=20, choices=StaffGroup, default=None)
    role = Varchar(length=80, default="")
    is_people_manager = Boolean(default=False)
    started_on = Date(default=None)
    ended_on = Date(null=True, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)
    number = Varchar(length=16, null=True, default=None)
    texts_agreed_on = Date(null=True, default=None)

    staff_payroll_number_once = Unique([organisation, payroll_number])
    staff_sector_is_known = Check(one_of("sector", list(Sector)))
    staff_group_is_known = Check(one_of("staff_group", list(StaffGroup)))
    staff_agreed_to_texts_on_a_number = Check('"texts_agreed_on" IS NULL OR "number" IS NOT NULL')
    staff_days_in_order = Check('"ended_on" IS NULL OR "ended_on" >= "started_on"')


class Course(Table, tablename="courses"):
    """A course that staff can complete; the catalogue is shared by all organisations."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    code = Varchar(length=24, unique=True, default=None)
    name = Varchar(length=120, default=None)
    rank = Integer(default=None)
    validity_months = Integer(null=True, default=None)
    hours = Numeric(digits=(5, 2), default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    course_rank_in_range = Check('"rank" BETWEEN 1 AND 4')
    course_validity_in_range = Check(
        '"validity_months" IS NULL OR "validity_months" BETWEEN 1 AND 240'
    )
    course_hours_in_range = Check('"hours" > 0 AND "hours" <= 500')


class Requirement(Table, tablename="requirements"):
    """Which staff must hold which course, by when and for how long."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=120, unique=True, default=None)
    course = ForeignKey(Course, on_delete=OnDelete.restrict, null=False)
    mandatory = Boolean(default=True)
    validity_months = Integer(null=True, default=None)
    sectors = JSON(default="[]")
    staff_groups = JSON(default="[]")
    organisation_ids = JSON(default="[]")
    is_people_manager = Boolean(null=True, default=None)
    due_within_days_of_start = Integer(default=None)
    effective_from = Date(default=None)
    effective_to = Date(null=True, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    requirement_validity_in_range = Check(
        '"validity_months" IS NULL OR "validity_months" BETWEEN 1 AND 240'
    )
    requirement_due_in_range = Check('"due_within_days_of_start" BETWEEN 0 AND 3650')
    requirement_days_in_order = Check(
        '"effective_to" IS NULL OR "effective_to" >= "effective_from"'
    )


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
    """One completion of one course by one member of staff; history is never overwritten."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("training_records_course_idx", ("course", "staff", "completed_on")),
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

    training_record_once = Unique([staff, course, completed_on])
    training_record_evidence_is_known = Check(one_of("evidence", list(Evidence)))
