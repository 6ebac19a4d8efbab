"""Outcome measures as data, which programmes use them, and the values taken (domain.md 2.4)."""

from typing import ClassVar

from piccolo.columns import JSON, UUID, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of
from core.ids import new_id
from core.scope import Side
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.tables.curriculum import Programme
from programmes.tables.enrolments import Enrolment


class Measure(Table, tablename="measures"):
    """Something that is asked of a person, or of their partner, to see whether it changes.

    A yes or no is kept as 1 or 0. ``timepoints`` and ``sources`` list codes.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    code = Varchar(length=40, default=None)
    name = Varchar(length=120, default=None)
    scale = Varchar(length=8, choices=MeasureScale, default=None)
    lowest = Integer(default=None)
    highest = Integer(default=None)
    direction = Varchar(length=20, choices=Direction, default=None)
    timepoints = JSON(default="[]")
    sources = JSON(default="[]")
    created_at = Timestamptz(default=None)

    measure_code_once_per_side = Unique([organisation, side, code])
    measure_side_is_known = Check(one_of("side", list(Side)))
    measure_scale_is_known = Check(one_of("scale", list(MeasureScale)))
    measure_direction_is_known = Check(one_of("direction", list(Direction)))
    measure_range_in_order = Check('"highest" > "lowest"')


class ProgrammeMeasure(Table, tablename="programme_measures"):
    """That a programme takes a measure."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    programme = ForeignKey(Programme, on_delete=OnDelete.restrict, null=False)
    measure = ForeignKey(Measure, on_delete=OnDelete.restrict, null=False)

    measure_once_per_programme = Unique([programme, measure])


class OutcomeValue(Table, tablename="outcome_values"):
    """One answer to a measure at one timepoint, and who gave it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"value"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=False)
    measure = ForeignKey(Measure, on_delete=OnDelete.restrict, null=False)
    timepoint = Varchar(length=20, choices=Timepoint, default=None)
    source = Varchar(length=12, choices=OutcomeSource, default=None)
    value = Integer(default=None)
    taken_on = Date(default=None)
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)
    version = Integer(default=1)

    one_value_per_timepoint_and_source = Unique([enrolment, measure, timepoint, source])
    outcome_timepoint_is_known = Check(one_of("timepoint", list(Timepoint)))
    outcome_source_is_known = Check(one_of("source", list(OutcomeSource)))
